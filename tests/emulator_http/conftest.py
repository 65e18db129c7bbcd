"""An emulated org behind an in-process transport, and clients that are signed in to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.certificates import Certified, certified
from emulator_http.world import ADMIN, BASE_URL, CALLBACK, Clock, Naps, SignIn
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create(clock=Clock(), seed=False)


@pytest.fixture(scope="session")
def certificate() -> Certified:
    return certified()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def org(seeded: Org, clock: Clock) -> Iterator[Org]:
    with closing(seeded.copy(clock=clock)) as org:
        yield org


@pytest.fixture
def faults(naps: Naps) -> Faults:
    return Faults(sleep=naps)


@pytest.fixture
def app(org: Org, faults: Faults, certificate: Certified) -> Starlette:
    return build_app(org, faults=faults, callback_urls=[CALLBACK], certificate=certificate.pem, control=True)


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
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(
            transport=transport,
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
def demo_app() -> dict[str, str]:
    return {"client_id": DEMO_CONSUMER_KEY, "client_secret": DEMO_CONSUMER_SECRET}
