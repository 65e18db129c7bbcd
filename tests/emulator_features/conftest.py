"""The demo company behind an in-process transport, and clients that are signed in to it."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from emulator_http.fixtures import admin, clock, org, signed_in
from emulator_http.world import READ_ONLY, SALES, SUPPORT, Clock, SignIn
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

__all__ = ["admin", "clock", "org", "signed_in"]


@pytest.fixture(scope="session")
def seeded() -> Iterator[Org]:
    with closing(Org.create(clock=Clock())) as org:
        yield org


@pytest.fixture
def app(org: Org) -> Starlette:
    return build_app(org)


@pytest.fixture
def sales(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(SALES)


@pytest.fixture
def support(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(SUPPORT)


@pytest.fixture
def reader(signed_in: SignIn) -> httpx.AsyncClient:
    return signed_in(READ_ONLY)
