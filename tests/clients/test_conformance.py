"""The protocol's own conformance suite, https://github.com/modelcontextprotocol/conformance, on the running product."""

import asyncio
import re
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from clients.browser import sign_in
from clients.product import Product, free_port
from clients.test_node_clients import started

# What the suite can ask of a server without its own example tools.
SCENARIOS = [
    ("2025-11-25", "server-initialize"),
    ("2025-11-25", "ping"),
    ("2025-11-25", "tools-list"),
    ("2025-11-25", "resources-list"),
    ("2025-11-25", "prompts-list"),
    ("2025-11-25", "dns-rebinding-protection"),
    ("2026-07-28", "tools-list"),
    ("2026-07-28", "caching"),
    ("2026-07-28", "http-header-validation"),
    ("2026-07-28", "sep-2164-resource-not-found"),
    ("2026-07-28", "input-required-result-unsupported-methods"),
]


@pytest.fixture
def suite(modules: Path, node: str) -> list[str]:
    return [node, str(modules / "@modelcontextprotocol/conformance/dist/index.js")]


@pytest.mark.full_counts
async def test_the_authorization_server_passes_every_check(
    product: Product, suite: list[str], home: dict[str, str], record_property
) -> None:
    origin = product.url.removesuffix("/mcp")
    port = free_port()
    callback = f"http://127.0.0.1:{port}/callback"
    asked = {"client_name": "Conformance", "redirect_uris": [callback], "token_endpoint_auth_method": "none"}
    async with httpx.AsyncClient() as http:
        client_id = (await http.post(f"{origin}/register", json=asked)).json()["client_id"]
    command = [*suite, "authorization", "--url", origin, "--client-id", client_id, "--resource", product.url]
    async with started(*command, "-p", str(port), env=home, stdout=PIPE, stderr=STDOUT) as process:
        assert process.stdout
        shown = ""
        async with asyncio.timeout(60):
            while chunk := (await process.stdout.read(4096)).decode():
                shown += chunk
                if found := re.search(rf"({re.escape(origin)}/authorize\?\S+)\s", shown):
                    shown = shown.replace(found[1], "(signed in)")
                    reached = await sign_in(found[1], callback=callback)
                    async with httpx.AsyncClient() as http:
                        await http.get(reached)
        await process.wait()
    print(shown[-1500:])
    assert process.returncode == 0, shown
    passed = dict(re.findall(r"(\S+): (\d+) passed, 0 failed", shown))
    record_property("conformance authorization: checks passed of 3", passed["Total"])
    assert passed == {"authorization-server-metadata-endpoint": "2", "authorization-code-grant": "1", "Total": "3"}


@pytest.fixture
async def open_door(product: Product):
    """The suite sends no token, so a door in front of the product adds one; all else passes as it came."""
    port, target = free_port(), urlsplit(product.url)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", target.port)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            signed = head.replace(f":{port}".encode(), f":{target.port}".encode())
            signed = signed.replace(b"\r\n", f"\r\nAuthorization: Bearer {product.token}\r\n".encode(), 1)
            signed = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", signed).replace(
                b"\r\n", b"\r\nConnection: close\r\n", 1
            )
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            inner_writer.write(signed + await reader.readexactly(int(length[1]) if length else 0))
            await inner_writer.drain()
            while piece := await inner_reader.read(65536):
                writer.write(piece)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            inner_writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", port)
    async with server:
        yield f"http://localhost:{port}/mcp"


@pytest.mark.parametrize(("revision", "scenario"), SCENARIOS)
async def test_the_endpoint_passes(
    open_door: str, suite: list[str], home: dict[str, str], revision: str, scenario: str
) -> None:
    command = [*suite, "server", "--url", open_door, "--scenario", scenario, "--spec-version", revision]
    async with started(*command, env=home, stdout=PIPE, stderr=STDOUT) as process:
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    shown = output.decode()
    assert process.returncode == 0, shown[-3000:]
    passed = re.search(r"Passed: (\d+)/(\d+)", shown)
    assert passed, shown[-3000:]
    assert passed[1] == passed[2] != "0", shown[-3000:]
