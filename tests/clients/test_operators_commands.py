"""doctor, setup, restore and teardown as an operator types them."""

import stat
import subprocess
from pathlib import Path

import pytest
from clients.product import COMMAND, Product
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COMMAND), *arguments], capture_output=True, text=True, timeout=60, env=env)


def test_the_doctor_finds_every_gate_open(product: Product) -> None:
    outcome = run("doctor", product.url, "--token", product.token)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    told = [line.split()[0] for line in outcome.stdout.splitlines()]
    assert told == ["ok"] * 8


def test_the_doctor_names_the_gate_and_its_remedy(product: Product) -> None:
    refused = run("doctor", product.url, "--token", "not-a-token")
    assert refused.returncode == 1
    assert "FAIL  query" in refused.stdout
    assert "Connect the client again" in refused.stdout
    elsewhere = run("doctor", product.url.replace("localhost", "127.0.0.1"))
    assert elsewhere.returncode == 1
    assert "FAIL" in elsewhere.stdout
    nobody = run("doctor", "http://127.0.0.1:9/mcp")
    assert nobody.returncode == 1
    assert "FAIL  reachable" in nobody.stdout
    assert run("doctor", "mcp.example.com").returncode == 2


def test_the_doctor_is_not_content_with_another_server(product: Product) -> None:
    outcome = run("doctor", f"{product.org_url}/mcp")
    assert outcome.returncode == 1
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_setup_makes_a_key_that_only_its_owner_reads_and_says_what_to_click(tmp_path: Path) -> None:
    outcome = run("setup", "https://mcp.example.com", "--folder", str(tmp_path))
    assert outcome.returncode == 0, outcome.stderr
    for shown in ("https://mcp.example.com/callback", "refresh_token", "External Client App Manager"):
        assert shown in outcome.stdout
    key, certificate = tmp_path / "salesforce-jwt.key", tmp_path / "salesforce-jwt.crt"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "BEGIN PRIVATE" not in outcome.stdout
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert made.public_key() == load_pem_private_key(key.read_bytes(), None).public_key()
    again = run("setup", "https://mcp.example.com", "--folder", str(tmp_path))
    assert again.returncode == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize("name", ["restore", "teardown"])
def test_what_touches_everybody_only_says_so_at_first(name: str) -> None:
    outcome = run(name, env={})
    assert outcome.returncode == 0
    assert "--yes" in outcome.stdout
    assert "TABLE_NAME is not set" in outcome.stdout
    assert "It is done in the table sales-mcp-Table-1." in run(name, env={"TABLE_NAME": "sales-mcp-Table-1"}).stdout
    without = run(name, "--yes", env={})
    assert without.returncode == 2
    assert "TABLE_NAME" in without.stderr
