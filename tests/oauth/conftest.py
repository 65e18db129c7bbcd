"""Our authorization server with an emulated org behind it."""

from collections.abc import AsyncIterator

import pytest
from fake_clock import FakeClock
from oauth.application import Application
from oauth.deployment import Deployment, deployed

from salesforce_emulator.org import Org


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def deployment(seeded: Org, clock: FakeClock) -> AsyncIterator[Deployment]:
    async with deployed(seeded.copy(), clock) as running:
        yield running


@pytest.fixture
async def application(deployment: Deployment) -> Application:
    return await Application.register(deployment.http)
