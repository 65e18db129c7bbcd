"""One emulated AWS for a module; a table, a key and secrets of its own for each test."""

from collections.abc import Iterator

import pytest
from emulated_aws import EmulatedAws, emulated_aws
from fake_clock import FakeClock


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with emulated_aws() as running:
        yield running


@pytest.fixture
def stack(aws: EmulatedAws) -> dict[str, str]:
    return aws.create_stack()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
