"""What a warm executeQuery adds to the same query sent to the org directly. Both over HTTP, in turns, kept alive."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from tests.bench.figure import Figure, Table, median
from tests.clients.product import Product, org_session

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
    with httpx.Client(timeout=30) as http:
        direct = _direct(http, product)
        through = _through(http, product)
        times: dict[Callable[[], None], list[float]] = {direct: [], through: []}
        for turn in range(RUNS + WARM_UP):
            for call, taken in times.items():
                began = time.perf_counter()
                call()
                if turn >= WARM_UP:
                    taken.append((time.perf_counter() - began) * 1000)
    alone, ours = median(times[direct]), median(times[through])
    return Table(
        "Warm executeQuery, 50 rows",
        [
            Figure(f"added to the direct call, p50 of {RUNS}", ours - alone, "ms", 2),
            Figure("through the server, p50", ours, "ms"),
            Figure("directly, p50", alone, "ms"),
        ],
    )


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


def _through(http: httpx.Client, product: Product) -> Callable[[], None]:
    headers = {**HEADERS, "authorization": f"Bearer {product.token}"}
    content = body("executeQuery", {"soql": SOQL})

    def call() -> None:
        answer = http.post(product.url, content=content, headers=headers)
        assert len(answer.json()["result"]["structuredContent"]["rows"]) == 50, answer.text

    return call
