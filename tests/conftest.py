"""Rules for every test. What a test needs of its area stands in that area's conftest."""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import pytest
from canaries import watch, watched_logs

from salesforce_emulator.org import Org

_LOOKED = pytest.StashKey[Counter[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under REQUIRE_ALL=1 a skipped test is a failed test: CI has installed what it needs."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but REQUIRE_ALL=1: {report.longrepr}"
    if report.when == "teardown":
        for name, printed in report.sections:
            watch.look("logs", printed, name)
        if (found := watch.take()) and report.passed:
            report.outcome, report.longrepr = "failed", f"a secret where none may be: {'; '.join(sorted(set(found)))}"
    return report


@pytest.fixture(scope="session")
def seeded() -> Iterator[Org]:
    """The demo org, to be copied: filling it takes a hundred times as long."""
    with closing(Org.create()) as org:
        yield org


@pytest.fixture(autouse=True, scope="session")
def logs_are_watched() -> Iterator[None]:
    with watched_logs():
        yield


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LOOKED] = Counter()


def pytest_sessionfinish(session: pytest.Session) -> None:
    looked = Counter({**watch.looked, "tests": session.testscollected})
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["looked"] = dict(looked)
    elif session.config.getoption("dist", "no") == "no":
        session.config.stash[_LOOKED] = looked


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker of xdist has ended, and tells what it looked at; one that crashed tells nothing."""
    looked = getattr(node, "workeroutput", {}).get("looked", {})
    there = node.config.stash[_LOOKED]
    tests = looked.pop("tests", there["tests"])  # each worker collects all of them
    there.update(looked)
    there["tests"] = tests


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    looked = config.stash[_LOOKED]
    size = ", ".join(f"{looked[where] / 1e6:.1f} MB of {where}" for where in watch.looked)
    terminalreporter.write_line(f"secret canaries: {size} looked at in {looked['tests']} tests; a hit fails its test")
