"""The endpoint above an emulated org, with files and a job runner."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from bulk.office import Office
from fake_clock import FakeClock
from held_open import held_open
from server.fixtures import clock, org
from server.world import ORIGIN, given, world_of

from salesforce_emulator.org import Org
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.oauth.grants import Grants

__all__ = ["clock", "office", "org"]


@pytest.fixture
async def office(org: Org, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Office]:
    async for world in held_open(world_of(org, clock=clock, folder=tmp_path)):
        yield Office(world)


@pytest.fixture
async def pages(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without cookies in front of the pages of this office."""
    services = office.world.services
    app = build_oauth_app(services.settings, lambda: given(services))
    app.state.services, app.state.grants = services, Grants(services)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client
