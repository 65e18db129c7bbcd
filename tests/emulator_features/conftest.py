"""The demo company behind an in-process transport, and clients that are signed in to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, READ_ONLY, SALES, SUPPORT, Clock, SignIn
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org


@pytest.fixture(scope="session")
def company() -> Org:
    return Org.create(clock=Clock())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(company: Org, clock: Clock) -> Iterator[Org]:
    with closing(company.copy(clock=clock)) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    return build_app(org)


@pytest.fixture
async def signed_in(app: Starlette) -> AsyncIterator[SignIn]:
    """A client with the session of a user."""
    clients: list[httpx.AsyncClient] = []

    def sign_in(username: str) -> httpx.AsyncClient:
        site = app.state.site
        token = site.sessions.start(site.user_id(username)).token
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=f"{BASE_URL}/services/data/v68.0",
            headers={"Authorization": f"Bearer {token}"},
        )
        clients.append(client)
        return client

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest.fixture
def admin(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(ADMIN)


@pytest.fixture
def sales(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(SALES)


@pytest.fixture
def support(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(SUPPORT)


@pytest.fixture
def reader(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(READ_ONLY)
