"""The suite's examples on the product's endpoint, as a Lambda function behind an HTTP API."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from clients.conftest import modules, node
from clients.product import free_port
from conformance.gateway import gateway
from conformance.report import Report, judged
from lambda_runtime import sandbox
from lambda_world import World, lambda_world

__all__ = ["modules", "node"]

HERE = Path(__file__).parent
EVERYTHING = frozenset({"sf.read", "sf.write", "sf.delete", "sf.bulk", "sf.admin"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs these, so that one world is made for all of them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("conformance"))


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def world(port: int) -> Iterator[World]:
    with lambda_world() as made:
        # The suite has a server's own name be one of this machine, as the check of the Host header wants it.
        own = {"PUBLIC_URL": f"http://localhost:{port}", "CALLS_PER_MINUTE": "1000000"}
        yield replace(made, environment=made.environment | own)


@pytest.fixture(scope="session")
def suite(modules: Path, node: str) -> list[str]:
    return [node, str(modules / "@modelcontextprotocol/conformance/dist/index.js")]


@pytest.fixture(scope="module")
def report(
    request: pytest.FixtureRequest,
    suite: list[str],
    world: World,
    port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Report:
    """Of the function that answers as the (indirect) parameter says, in the revision that it names."""
    answers, revision = request.param
    environment = {**world.environment, "PYTHONPATH": str(HERE.parent), "ANSWERS": answers}
    log = tmp_path_factory.mktemp("function") / "log"
    with (
        sandbox("conformance.everything_endpoint.handler", environment, log) as function,
        gateway(port, function.invoke, world.signed_in(scopes=EVERYTHING)) as url,
    ):
        return judged(suite, url, revision)
