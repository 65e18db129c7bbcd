"""What the tests on the emulated AWS need installed, and the stack that they try."""

import os
import subprocess
from pathlib import Path

import pytest
from aws_local.ministack import PYTHON, ROOT
from aws_local.stack import LAMBDA_PYTHON

SAM = ROOT / "tools-env/sam/bin/sam"


@pytest.fixture(scope="session")
def tools() -> None:
    """In environments of their own: CI makes them, `make aws-local` makes them."""
    if os.environ.get("REQUIRE_ALL") == "1":
        ready = [f"tools-env/{name}/ready" for name in ("sam", "lambda", "ministack")]
        subprocess.run(["make", *ready], cwd=ROOT, check=True)
    if not (PYTHON.exists() and LAMBDA_PYTHON.exists() and SAM.exists()):
        pytest.skip("the emulated AWS is not installed: run `make aws-local` once")


@pytest.fixture(scope="session")
def built_here(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make build-here` makes of this tree, in a folder of its own."""
    folder = tmp_path_factory.mktemp("here")
    path = f"{os.environ['PATH']}:{ROOT / '.venv/bin'}"
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "FOR_PYTHON": str(LAMBDA_PYTHON), "PATH": path}
    command = [SAM, "build", "--build-dir", folder / "artefacts"]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if "Bytecode for Lambda needs" in outcome.stderr:
        pytest.skip("neither Python 3.13 nor Node is there to make Lambda's bytecode")
    assert outcome.returncode == 0, outcome.stderr[-4000:]
    return folder / "artefacts"
