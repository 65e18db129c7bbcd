"""An emulated org whose bulk worker does a step when a test says so."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest
from emulator_bulk.desk import Desk
from emulator_http.world import ADMIN, BASE_URL, Clock
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create(clock=Clock(), seed=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(seeded: Org, clock: Clock) -> Iterator[Org]:
    with closing(seeded.copy(clock=clock)) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    app = build_app(org, control=True)
    app.state.site.bulk.automatic = False
    return app


@pytest.fixture
async def desk(app: Starlette) -> AsyncIterator[Desk]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        yield Desk(client, app.state.site).signed_in(ADMIN)
