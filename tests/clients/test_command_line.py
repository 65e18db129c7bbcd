"""The `salesforce-mcp` command, as a person at a terminal meets it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from clients import product as running
from clients.product import COMMAND, Product, free_port, is_open, unfinished_request
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


def test_one_port_for_both_is_said_to_be_one() -> None:
    port = str(free_port())
    done = salesforce_mcp("dev", "--port", port, "--org-port", port)
    assert (done.returncode, done.stderr.strip()) == (
        2,
        f"PORT and ORG_PORT are both {port}. Choose two, such as 8000 and 8001.",
    )


def test_the_other_port_that_is_proposed_is_a_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 65_535))
        taken.listen()
        done = salesforce_mcp("dev", "--port", "65535", "--org-port", str(free_port()))
    assert done.returncode == 2
    assert int(done.stderr.strip().rpartition("PORT=")[2]) < 65_535


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


@pytest.mark.parametrize("module", ["uvicorn", "mcp", "salesforce_mcp.oauth.app"])
def test_ctrl_c_while_it_is_loaded_ends_it_without_a_traceback(tmp_path: Path, module: str) -> None:
    ports = ("--port", str(free_port()), "--org-port", str(free_port()))
    command = [sys.executable, "-X", "importtime", str(COMMAND), "dev", *ports]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if line.rpartition("|")[2].strip() == module:
            process.send_signal(signal.SIGINT)
            break
    printed, complaints = process.communicate(timeout=running.SECONDS_TO_END)
    assert process.returncode == 130
    assert "Traceback" not in complaints
    assert printed == ""


def test_ctrl_c_while_the_org_is_made_ends_it_without_a_traceback(tmp_path: Path) -> None:
    port, org_port = free_port(), free_port()
    command = [str(COMMAND), "dev", "--port", str(port), "--org-port", str(org_port)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not is_open(org_port):  # it is, before the org is there
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=running.SECONDS_TO_END)
    assert process.returncode in {0, 130}
    assert "Traceback" not in printed
    assert "Ready." not in printed


def test_a_second_ctrl_c_does_not_wait_for_a_request_that_never_ends(tmp_path: Path) -> None:
    product = running.start(tmp_path)
    port = httpx.URL(product.url).port or 0
    with unfinished_request(port):
        product.process.send_signal(signal.SIGINT)
        while is_open(port):  # it takes no more requests, and waits for this one
            assert product.process.poll() is None
        code, printed = product.stop()
    assert code == 130
    assert "Traceback" not in printed
    again = running.start(tmp_path)
    assert len(again.rows(ACCOUNTS)) == 5
    again.stop()


def test_ctrl_c_while_a_request_goes_on_cuts_it_off_after_a_while_without_a_traceback(tmp_path: Path) -> None:
    product = running.start(tmp_path)
    with unfinished_request(httpx.URL(product.url).port or 0):
        code, printed = product.stop()
    assert code == 0
    assert "Cancel 1 running task(s)" in printed
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


def test_ctrl_c_ends_the_server_on_a_pipe_while_it_waits_for_its_client(home: dict[str, str]) -> None:
    env = home | {"SALESFORCE_CLIENT_ID": "key", "SALESFORCE_CLIENT_SECRET": "secret"}
    process = subprocess.Popen(
        [str(COMMAND), "stdio"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with process.stdin, process.stdout, process.stderr:
        process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert process.stdout.readline().startswith('{"jsonrpc":"2.0","id":1')
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=running.SECONDS_TO_END) == 130
        assert "Traceback" not in process.stderr.read()


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
    plain = [tool for tool in tools if tool["default"]]
    totals = [f"{len(some)}, {sum(one['tokens'] for one in some)} tokens" for some in (plain, tools)]
    assert (
        shown.stdout.splitlines()[-1].replace(" of them", "")
        == f"/mcp offers {totals[0]}; /mcp/x/all these {totals[1]}"
    )
