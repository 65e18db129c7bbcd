"""The endpoint above an emulated org, with files and a job runner."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from bulk.office import Office
from fake_clock import FakeClock
from server.fixtures import clock, org, seeded
from server.world import ORIGIN, given, world_of

from salesforce_emulator.org import Org
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.oauth.grants import Grants

__all__ = ["clock", "office", "org", "seeded"]


@pytest.fixture
async def office(org: Org, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Office]:
    """The lifespan is entered and left by one task, as it has to be; a fixture's two halves run in two."""
    ready: asyncio.Future[Office] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def live() -> None:
        async with world_of(org, clock=clock, folder=tmp_path) as opened:
            ready.set_result(Office(opened))
            await done.wait()

    life = asyncio.create_task(live())
    await asyncio.wait([ready, life], return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        life.result()
    yield await ready
    done.set()
    await life


@pytest.fixture
async def pages(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without cookies in front of the pages of this office."""
    services = office.world.services
    app = build_oauth_app(services.settings, lambda: given(services))
    app.state.services, app.state.grants = services, Grants(services)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client
