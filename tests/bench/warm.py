"""What a warm executeQuery adds to the same query sent to the org directly. Both over HTTP, in turns, kept alive."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.bench.figure import Figure, Table, median
from tests.clients.product import Product, free_port, org_session

RUNS, WARM_UP = 300, 40
SOQL = "SELECT Id, Name, StageName, Amount, CloseDate, Account.Name FROM Opportunity ORDER BY Id LIMIT 50"
HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "executeQuery",
}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def body(tool: str, arguments: dict[str, Any]) -> str:
    params = {"name": tool, "arguments": arguments, "_meta": META}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


def measure(product: Product) -> Table:
    with httpx.Client(timeout=30) as http, _bare_proxy(product) as proxy_url:
        direct = _direct(http, product)
        ours = _through(http, product.url, product.token)
        proxy = _through(http, proxy_url, "none")
        times: dict[Callable[[], None], list[float]] = {direct: [], ours: [], proxy: []}
        for turn in range(RUNS + WARM_UP):
            for call, taken in times.items():
                began = time.perf_counter()
                call()
                if turn >= WARM_UP:
                    taken.append((time.perf_counter() - began) * 1000)
    alone, through, least = (median(taken) for taken in times.values())
    return Table(
        "Warm executeQuery, 50 rows",
        [
            Figure(f"added to the direct call, p50 of {RUNS}", through - alone, "ms", 2),
            Figure("added by the least proxy that the SDK allows, p50", least - alone, "ms"),
            Figure("through the server, p50", through, "ms"),
            Figure("directly, p50", alone, "ms"),
        ],
    )


@contextmanager
def _bare_proxy(product: Product) -> Iterator[str]:
    """The URL of programs/bare_proxy.py in front of the same org."""
    port = free_port()
    program = Path(__file__).parent / "programs/bare_proxy.py"
    command = [sys.executable, str(program), product.org_url, org_session(product.org_url), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "Ready."
            yield f"http://localhost:{port}/mcp"
        finally:
            process.terminate()


def _direct(http: httpx.Client, product: Product) -> Callable[[], None]:
    request = http.build_request(
        "GET",
        f"{product.org_url}/services/data/v68.0/query",
        params={"q": SOQL},
        headers={"authorization": f"Bearer {org_session(product.org_url)}"},
    )

    def call() -> None:
        answer = http.send(request)
        assert len(answer.json()["records"]) == 50, answer.text

    return call


def _through(http: httpx.Client, url: str, token: str) -> Callable[[], None]:
    headers = {**HEADERS, "authorization": f"Bearer {token}"}
    content = body("executeQuery", {"soql": SOQL})

    def call() -> None:
        answer = http.post(url, content=content, headers=headers)
        assert len(answer.json()["result"]["structuredContent"]["rows"]) == 50, answer.text

    return call
