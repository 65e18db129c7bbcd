"""Fixtures of every test that talks to the emulated org over HTTP. An area says which org its `seeded` is."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, Clock, SignIn
from starlette.applications import Starlette

from salesforce_emulator.org import Org


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(seeded: Org, clock: Clock) -> Iterator[Org]:
    with closing(seeded.copy(clock=clock)) as org:
        yield org


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is nobody yet."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        yield client


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
