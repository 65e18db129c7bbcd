"""The demo org behind SOAP, for each test anew."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.fixtures import clock, http, org
from emulator_http.world import ADMIN, Clock
from emulator_soap.caller import Soap
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

__all__ = ["clock", "http", "org"]


@pytest.fixture(scope="session")
def seeded() -> Iterator[Org]:
    with closing(Org.create(clock=Clock())) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    return build_app(org, control=True)


@pytest.fixture
def soap(app: Starlette, http: httpx.AsyncClient) -> Soap:
    return Soap(http, app.state.site).signed_in(ADMIN)
