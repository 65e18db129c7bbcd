"""Nine clients, each in its own way, through every edge: they connect, refresh, and reconnect after a revocation."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from edges.edge import EDGES
from edges.habits import CLIENTS, Habits
from edges.scripted import Scripted, documents
from edges.whole import Whole, opened
from held_open import held_open
from oauth.deployment import SALES
from oauth.document_host import PUBLIC, DocumentHost, document_host

HOSTS = ("claude.ai", "chatgpt.com", "vscode.dev")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[DocumentHost]:
    async with document_host(tmp_path, names=HOSTS) as running:
        running.addresses = {name: [PUBLIC] for name in HOSTS}
        yield running


@pytest.fixture
async def whole(seeded, clock, host) -> AsyncIterator[Whole]:
    guarded = {"resolve": host.resolve, "dial": host.dial, "trust": host.trust}
    async for running in held_open(opened(seeded.copy(), clock, **guarded)):
        yield running


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("habits", CLIENTS, ids=lambda habits: habits.name)
async def test_it_connects_refreshes_and_reconnects(whole: Whole, host: DocumentHost, habits: Habits, edge: str):
    for address, about in documents(habits).items():
        host.serve(urlsplit(address).path, json.dumps(about).encode(), "Content-Type: application/json")
    async with EDGES[edge](whole) as transport:
        client = Scripted(habits, transport, whole.deployment.salesforce, whole.deployment.clock)
        await client.connect()
        assert await client.works() == SALES
        assert client.asked[0] == "POST /mcp", "the endpoint is asked first"

        assert (await client.refresh()).status_code == 200
        assert await client.works() == SALES
        if habits.refreshes_with_the_old_token:
            again = await client.refresh_again_with_the_replaced_token()
            assert again.json()["access_token"] == client.access, "two processes may share a token"

        await client.disconnect()
        assert await client.works() == "", "dead at the next call"
        assert (await client.refresh()).json()["error"] == "invalid_grant"
        client.access = ""
        await client.connect(reconnecting=True)
        assert await client.works() == SALES


@pytest.mark.parametrize("edge", [name for name in EDGES if "maps nothing" not in name])
async def test_the_challenge_arrives_under_its_own_name(whole: Whole, edge: str):
    async with EDGES[edge](whole) as transport:
        client = Scripted(CLIENTS[0], transport, whole.deployment.salesforce, whole.deployment.clock)
        assert await client.works() == ""
        assert client.challenged.startswith("Bearer ")
        assert (
            'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"' in client.challenged
        )


async def test_where_the_challenge_is_lost_clients_find_the_way_all_the_same(whole: Whole):
    async with EDGES["a gateway that renames and maps nothing"](whole) as transport:
        client = Scripted(CLIENTS[-1], transport, whole.deployment.salesforce, whole.deployment.clock)
        await client.connect()
        assert client.challenged == ""
        assert await client.works() == SALES
