"""A sign-out is seen by every warm process at its next request; a grant that ended otherwise, within a minute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fake_clock import FakeClock
from server.world import JSON, World, call, given, tool_call

from salesforce_mcp.oauth.connections import disconnect, note_connection
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Access, Tokens
from salesforce_mcp.server import build_app

# What reaches Salesforce, what is remembered of it, and what needs nothing of it.
REQUESTS = {
    "a query": tool_call("executeQuery", soql="SELECT Id FROM Account LIMIT 1"),
    "a describe that is remembered": tool_call("describeObject", objectName="Account"),
    "the tools": call("tools/list"),
}


@asynccontextmanager
async def another_process(world: World) -> AsyncIterator[World]:
    """The same deployment, in a process with a memory of its own."""
    app = build_app(world.services.settings, lambda: given(world.services))
    async with app.router.lifespan_context(app):
        yield replace(world, app=app)


async def statuses(world: World, token: str) -> list[int]:
    async with world.http(token, headers=JSON) as http:
        return [(await http.post("/mcp", json=request)).status_code for request in REQUESTS.values()]


async def permission_of(world: World, token: str) -> Access:
    access = await Tokens(world.services.store, world.services.clock).verify(token)
    assert access is not None
    return access


@pytest.mark.parametrize("clients", [1, 2])
async def test_a_client_that_was_disconnected_elsewhere_is_out_at_its_next_request(world: World, clients: int) -> None:
    issued = [await world.sign_in(client_id=f"client {number}") for number in range(clients)]
    async with another_process(world) as warm:
        for one in issued:
            await note_connection(world.services, one.family, await permission_of(world, one.access_token), "App")
            assert await statuses(warm, one.access_token) == [200] * 3
        gone, *others = issued
        access = await permission_of(world, gone.access_token)
        await disconnect(world.services, Grants(world.services), access, gone.family)
        assert await statuses(warm, gone.access_token) == [401] * 3
        for one in others:
            assert await statuses(warm, one.access_token) == [200] * 3


async def test_a_grant_that_ended_elsewhere_is_noticed_as_soon_as_a_call_reaches_salesforce(world: World) -> None:
    token = (await world.sign_in()).access_token
    async with another_process(world) as warm:
        assert await statuses(warm, token) == [200] * 3
        await Grants(world.services).end(await permission_of(world, token))
        world.faults.expire_tokens()
        async with warm.http(token, headers=JSON) as http:
            asked: httpx.Response = await http.post("/mcp", json=REQUESTS["a query"])
        assert asked.status_code == 401
        assert await statuses(warm, token) == [401] * 3


async def test_what_asks_salesforce_nothing_notices_within_a_minute(world: World, clock: FakeClock) -> None:
    token = (await world.sign_in()).access_token
    async with another_process(world) as warm:
        assert await statuses(warm, token) == [200] * 3
        await Grants(world.services).end(await permission_of(world, token))
        clock.advance(60)
        assert await statuses(warm, token) == [401] * 3
