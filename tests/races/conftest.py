"""Races are measured against real processes and real sockets; one worker of pytest runs them."""

from pathlib import Path

import pytest
from edges.fixtures import whole as whole
from oauth.conftest import clock as clock


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("races"))
