"""An emulated org whose bulk worker does a step when a test says so."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from emulator_bulk.desk import Desk
from emulator_http.fixtures import clock, http, org
from emulator_http.world import ADMIN, Clock
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

__all__ = ["clock", "http", "org"]


@pytest.fixture(scope="session")
def seeded() -> Iterator[Org]:
    with closing(Org.create(clock=Clock(), seed=False)) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    app = build_app(org, control=True)
    app.state.site.bulk.automatic = False
    return app


@pytest.fixture
def desk(app: Starlette, http: httpx.AsyncClient) -> Desk:
    return Desk(http, app.state.site).signed_in(ADMIN)
