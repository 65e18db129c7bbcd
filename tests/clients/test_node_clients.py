"""Clients from npm, as people run them: mcp-remote, MCP Inspector's command line, the TypeScript SDK."""

import asyncio
import json
import os
import pty
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from clients.browser import sign_in
from clients.product import Product, free_port, revoke
from clients.rows import ACCOUNTS, as_records

HERE = Path(__file__).parent
SIGN_IN_ADDRESS = r"(https?://\S+/authorize\?[^\s\x07\x1b]+)"


@asynccontextmanager
async def started(*command: str, env: dict[str, str], **pipes: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program of its own, gone with everything that it started when the test is over."""
    process = await asyncio.create_subprocess_exec(*command, env=env, cwd=HERE, start_new_session=True, **pipes)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def read_until(stream: asyncio.StreamReader, pattern: str) -> re.Match[str]:
    """Read until the pattern and the white space after it have come."""
    text = ""
    async with asyncio.timeout(60):
        while not (found := re.search(pattern + r"\s", text)):
            chunk = await stream.read(4096)
            text += chunk.decode(errors="replace")
            assert chunk, f"ended without {pattern}:\n{text}"
    return found


async def reach(callback: str) -> None:
    """What a browser does last: it goes to the client's own address."""
    async with httpx.AsyncClient(timeout=30) as http:
        response = await http.get(callback)
    assert response.status_code < 400, response.text


async def carried(command: list[str], env: dict[str, str]) -> tuple[bool, list[dict[str, Any]]]:
    """Whether a run of mcp-remote asked for a sign-in, and what its host is told of the accounts."""
    async with started(*command, env=env, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        said = await read_until(process.stderr, rf"(?:{SIGN_IN_ADDRESS}|Proxy established)")
        if said[1]:
            await reach(await sign_in(said[1], callback=redirect_uri(said[1])))
        drained = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "host", "version": "1"}}
        messages: list[dict[str, Any]] = [
            {"id": 1, "method": "initialize", "params": hello},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": {"name": "executeQuery", "arguments": {"soql": ACCOUNTS}}},
        ]
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        async with asyncio.timeout(60):
            answers = [json.loads(await process.stdout.readline()) for _ in range(2)]
    await drained
    assert [answer["id"] for answer in answers] == [1, 2]
    return bool(said[1]), as_records(answers[1]["result"]["structuredContent"])


async def test_mcp_remote_as_printed_signs_in_renews_its_tokens_and_signs_in_again_after_a_revocation(
    product: Product, npx: dict[str, str], tmp_path: Path
) -> None:
    entry, expected = product.desktop_entries[1], product.rows(ACCOUNTS)
    command = [entry["command"], *entry["args"]]

    def kept(name: str) -> dict[str, Any]:
        [file] = tmp_path.rglob(f"*_{name}.json")
        return dict(json.loads(file.read_text()))

    assert await carried(command, npx) == (True, expected)
    first = kept("tokens")
    await revoke(product, kept("client_info"), first["access_token"])
    assert await carried(command, npx) == (False, expected)
    assert kept("tokens")["refresh_token"] != first["refresh_token"]
    await revoke(product, kept("client_info"), kept("tokens")["refresh_token"])
    assert await carried(command, npx) == (True, expected)


def inspector(node: str, modules: Path, url: str, *more: str) -> list[str]:
    launcher = modules / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    call = ["--method", "tools/call", "--tool-name", "executeQuery", "--tool-arg", f"soql={ACCOUNTS}"]
    return [node, str(launcher), "--cli", url, "--transport", "http", *call, *more]


async def test_the_inspector_queries_with_the_bearer_token_that_was_printed(
    product: Product, node: str, modules: Path, home: dict[str, str]
) -> None:
    command = inspector(node, modules, product.url, "--header", f"Authorization: Bearer {product.token}")
    async with started(*command, env=home, stdin=DEVNULL, stdout=PIPE, stderr=PIPE) as process:
        output, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complaints.decode()
    assert as_records(json.loads(output)["structuredContent"]) == product.rows(ACCOUNTS)


async def test_the_inspector_lists_the_tools_by_the_printed_command(product: Product, npx: dict[str, str]) -> None:
    printed = re.search(r"npx @modelcontextprotocol/inspector .*", product.unfolded)
    assert printed
    async with started("sh", "-c", printed[0], env=npx, stdin=DEVNULL, stdout=PIPE, stderr=PIPE) as process:
        output, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complaints.decode()
    assert "executeQuery" in {tool["name"] for tool in json.loads(output)["tools"]}


async def inspected(command: list[str], env: dict[str, str]) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the inspector asked for a sign-in, and the rows it shows. It asks only a person at a terminal."""
    terminal, inside = pty.openpty()
    async with started(*command, env=env, stdin=inside, stdout=inside, stderr=inside) as process:
        os.close(inside)
        screen = await _screen(terminal)
        said = await read_until(screen, rf"(?:{SIGN_IN_ADDRESS}|\n\{{)")
        if said[1]:
            await reach(await sign_in(said[1], callback=redirect_uri(said[1])))
        async with asyncio.timeout(60):
            shown = said.string + (await screen.read()).decode()
        await process.wait()
    assert process.returncode == 0, shown
    result = json.loads(shown[shown.index("\n{") :])
    return bool(said[1]), as_records(result["structuredContent"])


async def test_the_inspector_signs_in_at_a_terminal_renews_its_tokens_and_signs_in_again_after_a_revocation(
    product: Product, node: str, modules: Path, home: dict[str, str], tmp_path: Path
) -> None:
    command, expected = inspector(node, modules, product.url), product.rows(ACCOUNTS)
    env = {**home, "MCP_INSPECTOR_SECRET_STORE": "file"}

    def tokens() -> dict[str, Any]:
        [kept] = json.loads((tmp_path / ".mcp-inspector/secrets.json").read_text())["secrets"].values()
        return dict(json.loads(kept))

    assert await inspected(command, env) == (True, expected)
    known = json.loads((tmp_path / ".mcp-inspector/storage/oauth.json").read_text())["servers"][product.url]
    [client] = [one["clientInformation"] for one in known["byIssuer"].values()]
    first = tokens()
    await revoke(product, client, first["access_token"])
    assert await inspected(command, env) == (False, expected)
    assert tokens()["refresh_token"] != first["refresh_token"]
    await revoke(product, client, tokens()["refresh_token"])
    assert await inspected(command, env) == (True, expected)


async def test_the_typescript_sdk_signs_in_renews_its_tokens_and_signs_in_again_after_a_revocation(
    product: Product, node: str, home: dict[str, str]
) -> None:
    callback = f"http://localhost:{free_port()}/callback"
    script = [node, str(HERE / "typescript_sdk.mjs"), product.url, callback, ACCOUNTS]
    async with started(*script, env=home, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        async with asyncio.timeout(60):
            for _ in range(2):
                asked = await process.stdout.readline()
                assert b"signIn" in asked, asked.decode() + (await process.stderr.read()).decode()
                reached = await sign_in(json.loads(asked)["signIn"], callback=callback)
                process.stdin.write(reached.encode() + b"\n")
            output, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    seen = json.loads(output)
    assert seen["tools"] >= 21
    assert seen["renewed"], "between the two sign-ins, by the refresh token"
    expected = product.rows(ACCOUNTS)
    assert [as_records(result["structuredContent"]) for result in seen["results"]] == [expected] * 3


def redirect_uri(address: str) -> str:
    return str(httpx.URL(address).params["redirect_uri"])


async def _screen(terminal: int) -> asyncio.StreamReader:
    """What is written to the terminal, as a stream that ends when the program closes its side."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()

    def ready() -> None:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # EIO is how Linux says that the other side is closed
            chunk = b""
        if chunk:
            reader.feed_data(chunk)
            return
        loop.remove_reader(terminal)
        os.close(terminal)
        reader.feed_eof()

    loop.add_reader(terminal, ready)
    return reader
