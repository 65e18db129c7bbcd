"""An org for each test: a copy of one that was seeded once, on a clock that stands still."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from emulator.witness import signed_in

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

NOW = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create(clock=lambda: NOW)


@pytest.fixture(scope="session")
def bare() -> Org:
    """Setup, and no records."""
    return Org.create(clock=lambda: NOW, seed=False)


@pytest.fixture
def org(seeded: Org) -> Iterator[Org]:
    with closing(seeded.copy()) as org:
        yield org


@pytest.fixture
def admin(org: Org) -> Caller:
    return signed_in(org, "admin")


@pytest.fixture
def sales(org: Org) -> Caller:
    return signed_in(org, "sales")


@pytest.fixture
def support(org: Org) -> Caller:
    return signed_in(org, "support")


@pytest.fixture
def reader(org: Org) -> Caller:
    return signed_in(org, "readonly")
