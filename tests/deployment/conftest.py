"""What the deployment tests share: the template, and the artefacts of one `make build`."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sam_template import ROOT, read_template


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template()


@pytest.fixture(scope="session")
def sam() -> str:
    """The sam CLI in its own environment: CI makes it, `make build` makes it."""
    sam = ROOT / "tools-env/sam/bin/sam"
    if os.environ.get("REQUIRE_ALL") == "1":
        subprocess.run(["make", "tools-env/sam/ready"], cwd=ROOT, check=True)
    if not sam.exists():
        pytest.skip("the sam CLI is not installed: run `make build` once")
    return str(sam)


@pytest.fixture(scope="session")
def uv() -> str:
    """On the path, or where `make setup` puts it."""
    uv = shutil.which("uv", path=f"{os.environ['PATH']}:{ROOT / '.venv/bin'}")
    if not uv:
        pytest.skip("uv is not installed: run `make setup` once")
    return uv


@pytest.fixture(scope="session")
def built(sam: str, uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sam build` makes of this tree, in a folder of its own."""
    folder = tmp_path_factory.mktemp("build")
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "PATH": f"{Path(uv).parent}:{os.environ['PATH']}"}
    outcome = subprocess.run(
        [sam, "build", "--build-dir", str(folder / "artefacts")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if "Bytecode for Lambda needs" in outcome.stderr:
        pytest.skip("neither Python 3.13 nor Node is there to make Lambda's bytecode")
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return folder / "artefacts"
