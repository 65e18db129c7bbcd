"""Fixtures of every test that talks to the endpoint."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest
from fake_clock import FakeClock
from held_open import held_open
from server.world import World, world_of

from salesforce_emulator.org import Org


@pytest.fixture
def org(seeded: Org) -> Iterator[Org]:
    with closing(seeded.copy()) as org:
        yield org


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def world(org: Org, clock: FakeClock) -> AsyncIterator[World]:
    async for opened in held_open(world_of(org, clock=clock)):
        yield opened
