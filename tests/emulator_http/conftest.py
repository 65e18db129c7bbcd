"""An emulated org behind an in-process transport, and clients that are signed in to it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from emulator_http.certificates import Certified, certified
from emulator_http.fixtures import admin, clock, http, org, signed_in
from emulator_http.world import CALLBACK, Clock, Naps
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET

__all__ = ["admin", "clock", "http", "org", "signed_in"]


@pytest.fixture(scope="session")
def seeded() -> Iterator[Org]:
    with closing(Org.create(clock=Clock(), seed=False)) as org:
        yield org


@pytest.fixture(scope="session")
def certificate() -> Certified:
    return certified()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def faults(naps: Naps) -> Faults:
    return Faults(sleep=naps)


@pytest.fixture
def app(org: Org, faults: Faults, certificate: Certified) -> Starlette:
    return build_app(org, faults=faults, callback_urls=[CALLBACK], certificate=certificate.pem, control=True)


@pytest.fixture
def demo_app() -> dict[str, str]:
    return {"client_id": DEMO_CONSUMER_KEY, "client_secret": DEMO_CONSUMER_SECRET}
