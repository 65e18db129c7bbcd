"""Fixtures of every test that needs sign-in and endpoint together."""

from collections.abc import AsyncIterator

import pytest
from edges.whole import Whole, opened
from fake_clock import FakeClock
from held_open import held_open

from salesforce_emulator.org import Org


@pytest.fixture
async def whole(seeded: Org, clock: FakeClock) -> AsyncIterator[Whole]:
    async for running in held_open(opened(seeded.copy(), clock)):
        yield running
