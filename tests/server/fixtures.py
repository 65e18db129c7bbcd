"""Fixtures of every test that talks to the endpoint."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest
from fake_clock import FakeClock
from server.world import World, world_of

from salesforce_emulator.org import Org


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create()


@pytest.fixture
def org(seeded: Org) -> Iterator[Org]:
    with closing(seeded.copy()) as org:
        yield org


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def world(org: Org, clock: FakeClock) -> AsyncIterator[World]:
    """The lifespan is entered and left by one task, as it has to be; a fixture's two halves run in two."""
    ready: asyncio.Future[World] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def live() -> None:
        async with world_of(org, clock=clock) as opened:
            ready.set_result(opened)
            await done.wait()

    life = asyncio.create_task(live())
    await asyncio.wait([ready, life], return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        life.result()
    yield await ready
    done.set()
    await life
