"""Nothing is opened before the application starts, and a missing key is said at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from server.world import JSON, ORIGIN, World, tool_call

from salesforce_mcp.embedded import LocalSecrets
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Services


def test_building_the_application_opens_nothing(world: World) -> None:
    def connect() -> object:
        raise AssertionError("opened while it was built")

    build_app(world.services.settings, connect)  # type: ignore[arg-type]


@pytest.mark.parametrize("secrets", [{}, {"request-state-key": "short"}, {"request-state-key": ["x" * 64, ""]}])
async def test_a_missing_or_short_key_is_named_at_the_start(world: World, secrets: dict[str, str]) -> None:
    services = replace(world.services, secrets=LocalSecrets(secrets))

    @asynccontextmanager
    async def connect() -> AsyncIterator[Services]:
        yield services

    app = build_app(services.settings, connect)
    with pytest.raises(BaseExceptionGroup) as failed:
        async with app.router.lifespan_context(app):
            pass
    assert failed.group_contains(Misconfigured, match="request-state-key")


async def test_streams_serve_the_same_answers(world: World) -> None:
    @asynccontextmanager
    async def connect() -> AsyncIterator[Services]:
        yield world.services

    app = build_app(world.services.settings, connect, json_response=False)
    token = (await world.sign_in()).access_token
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=JSON) as http,
    ):
        answer = await http.post("/mcp", json=tool_call("getUserInfo"), headers={"Authorization": f"Bearer {token}"})
        unsigned = await http.post("/mcp", json=tool_call("getUserInfo"))
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert "admin@demo.example" in answer.text
    assert unsigned.status_code == 401


def test_a_toolset_that_does_not_exist_is_named_at_the_start(world: World) -> None:
    with pytest.raises(Misconfigured, match="TOOLSETS names 'sails'"):
        build_app(replace(world.services.settings, toolsets=("core", "sails")), lambda: None)  # type: ignore[arg-type,return-value]
