"""The `salesforce-mcp` command, as a person at a terminal meets it."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest
from clients import product as running
from clients.product import COMMAND, Product, free_port

REPOSITORY = Path(__file__).parents[2]


def salesforce_mcp(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COMMAND), *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("option", ["--port", "--org-port"])
def test_a_port_in_use_is_one_clear_sentence(option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = {"--port": "--org-port", "--org-port": "--port"}[option]
        done = salesforce_mcp("dev", option, str(port), other, str(free_port()))
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "Ready." not in done.stdout


def test_ctrl_c_ends_it_cleanly_and_frees_its_ports() -> None:
    product = running.start()
    code, printed = product.stop()
    assert code in {0, 130}
    assert "Traceback" not in printed
    again = running.start()
    assert again.rows("SELECT COUNT() FROM Account") == []
    again.stop()


def test_what_it_prints_is_all_that_a_person_needs(product: Product) -> None:
    assert product.url in product.output
    assert product.org_url in product.output
    for name in ("admin", "sales", "support", "readonly"):
        assert f"{name}@demo.example" in product.output
    for word in ("demo", "Claude Desktop", "curl", "inspector"):
        assert word in product.output


def test_the_printed_curl_command_works_as_it_stands(product: Product) -> None:
    command = next(line for line in _unfolded(product.output) if line.startswith("curl "))
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)  # noqa: S602 - it is meant for a shell
    assert done.returncode == 0, done.stderr
    assert "result" in json.loads(done.stdout), done.stdout


def test_the_catalogue_is_listed_with_the_tokens_of_each_tool() -> None:
    done = salesforce_mcp("tools", "--json")
    assert done.returncode == 0, done.stderr
    tools = json.loads(done.stdout)
    assert "executeQuery" in json.dumps(tools)
    shown = salesforce_mcp("tools")
    assert shown.returncode == 0, shown.stderr
    assert "executeQuery" in shown.stdout


def _unfolded(text: str) -> list[str]:
    """Lines of a shell, those that end in a backslash joined with the next."""
    return [line.strip() for line in text.replace("\\\n", " ").splitlines()]


def environment_without(*names: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in names}
