"""The `salesforce-mcp` command, as a person at a terminal meets it."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest
from clients import product as running
from clients.product import COMMAND, Product, free_port
from clients.rows import ACCOUNTS, as_records
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters


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


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_said_without_a_traceback(port: str) -> None:
    done = salesforce_mcp("dev", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_operator_without_a_region_is_told_what_to_set(home: dict[str, str], tmp_path: Path) -> None:
    setup = [str(COMMAND), "setup", "https://mcp.example.com", "--stack", "mcp", "--folder", str(tmp_path)]
    done = subprocess.run(setup, capture_output=True, text=True, timeout=60, check=False, env=home)
    assert done.returncode == 2
    assert done.stderr.startswith("No AWS region is set. Set AWS_REGION")


def test_ctrl_c_ends_it_cleanly_and_it_starts_again(tmp_path: Path) -> None:
    for _ in range(2):
        product = running.start(tmp_path)
        rows = product.rows(ACCOUNTS)
        code, printed = product.stop()
        assert len(rows) == 5
        assert code in {0, 130}
        assert "Traceback" not in printed


def test_what_it_prints_is_all_that_a_person_needs(product: Product) -> None:
    assert product.url in product.output
    assert product.org_url in product.output
    for name in ("admin", "sales", "support", "readonly"):
        assert f"{name}@demo.example" in product.output
    for word in ("demo", "Claude Desktop", "curl", "inspector"):
        assert word in product.output


def test_the_printed_curl_command_works_as_it_stands(product: Product) -> None:
    command = re.search(r"curl -s .*", product.unfolded)
    assert command
    done = subprocess.run(["sh", "-c", command[0]], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    assert as_records(result["structuredContent"]) == product.rows("SELECT Name, Industry FROM Account LIMIT 5")


async def test_the_printed_command_for_claude_desktop_serves_the_same_tools(product: Product, tmp_path: Path) -> None:
    entry = product.desktop_entries[0]
    parameters = StdioServerParameters(command=entry["command"], args=entry["args"], env=entry["env"], cwd=tmp_path)
    async with Client(parameters) as client:
        listed = await client.list_tools()
        result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
    assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)
    catalogue = json.loads(salesforce_mcp("tools", "--json").stdout)
    assert {tool.name for tool in listed.tools} == {tool["name"] for tool in catalogue}


async def test_the_same_process_loads_rows_and_leaves_their_account_in_a_folder(
    product: Product, tmp_path: Path
) -> None:
    entry = product.desktop_entries[0]
    parameters = StdioServerParameters(
        command=entry["command"], args=entry["args"], env=entry["env"] | {"SALESFORCE_FILES": str(tmp_path)}
    )
    rows = [{"LastName": f"Piped {number}"} for number in range(3)]
    async with Client(parameters) as client:
        asked = {"objectName": "Contact", "operation": "insert", "rows": rows}
        told = (await client.call_tool("createBulkJob", asked)).structured_content or {}
    assert told["succeeded"] == 3
    assert product.rows("SELECT COUNT(Id) n FROM Contact WHERE LastName LIKE 'Piped %'") == [{"n": 3}]
    assert told["files"] == {"successful": f"{tmp_path}/jobs/local/{told['jobId']}/successful"}
    assert os.listdir(told["files"]["successful"]) == ["00000.csv"]


def test_stdio_without_credentials_says_what_to_set(home: dict[str, str]) -> None:
    done = subprocess.run([str(COMMAND), "stdio"], env=home, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "SALESFORCE_ACCESS_TOKEN" in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_password_is_warned_of_when_it_starts(product: Product, home: dict[str, str]) -> None:
    entry = next(entry for entry in product.desktop_entries if entry["args"] == ["stdio"])
    outcome = subprocess.run(
        [entry["command"], *entry["args"]],
        env=home | entry["env"],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "SALESFORCE_PASSWORD: a legacy way to sign in" in outcome.stderr
    assert outcome.stdout == "", "that is for messages only"


def test_the_catalogue_shows_every_tool_and_its_tokens() -> None:
    tools = json.loads(salesforce_mcp("tools", "--json").stdout)
    shown = salesforce_mcp("tools")
    assert shown.returncode == 0, shown.stderr
    for tool in tools:
        assert tool["tokens"] > 0
        assert re.search(rf"\b{tool['name']}\b.*\b{tool['tokens']}\b", shown.stdout)
