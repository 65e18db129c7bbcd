"""The endpoint above an emulated org, with files and a job runner."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bulk.office import Office
from fake_clock import FakeClock
from server.fixtures import clock, org, seeded
from server.world import world_of

from salesforce_emulator.org import Org

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
