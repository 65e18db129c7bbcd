"""jsforce, the client of most Node programs, takes the emulated org for Salesforce."""

import subprocess
from pathlib import Path

import pytest
from org_on_loopback import org_on_loopback

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET

HERE = Path(__file__).parent


def test_a_program_that_uses_jsforce_finds_what_it_relies_on(node: str, modules: Path) -> None:
    if not (modules / "jsforce").is_dir():
        pytest.skip("run `make clients` to install jsforce")
    with org_on_loopback() as running:
        command = [node, str(HERE / "jsforce_contract.mjs"), running.url, DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "fail 0" in run.stdout
