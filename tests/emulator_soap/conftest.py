"""The demo org behind SOAP, for each test anew."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, Clock
from emulator_soap.caller import Soap
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org


@pytest.fixture(scope="session")
def demo() -> Org:
    return Org.create(clock=Clock())


@pytest.fixture
def org(demo: Org) -> Iterator[Org]:
    with closing(demo.copy(clock=Clock())) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    return build_app(org, control=True)


@pytest.fixture
async def soap(app: Starlette) -> AsyncIterator[Soap]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        yield Soap(client, app.state.site).signed_in(ADMIN)
