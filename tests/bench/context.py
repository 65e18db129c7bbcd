"""What the tools cost a model: the catalogue and typical results, in tokens."""

import json
from typing import Any

import httpx
from tests.bench.figure import Figure, Table
from tests.bench.tokens import count
from tests.bench.warm import HEADERS, META, SOQL, body
from tests.clients.product import Product


def measure(product: Product) -> list[Table]:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    tools = _ask(product, "tools/list", json.dumps(asked))["tools"]
    rows = _call(product, "executeQuery", {"soql": SOQL})
    wide = _call(product, "describeObject", {"objectName": "Wide__c"})
    return [_catalogue(tools), _results(rows, wide)]


def _catalogue(tools: list[dict[str, Any]]) -> Table:
    whole = count([_compact(tool) for tool in tools])
    asked = count([_compact({key: tool.get(key) for key in ("name", "description", "inputSchema")}) for tool in tools])
    figures = [
        Figure(f"name, description, input schema of the plain URL's {len(tools)} tools", sum(asked), "tokens", 6000),
        Figure("their whole tools/list, with titles, hints and output schemas", sum(whole), "tokens"),
        Figure("a tool's name, description and input schema, on average", sum(asked) / len(tools), "tokens", 120),
        Figure("the largest of them", max(asked), "tokens", 350),
        Figure("a tool's whole entry, on average", sum(whole) / len(tools), "tokens", 220),
    ]
    each = [Figure(tool["name"], tokens, "tokens", 350) for tool, tokens in zip(tools, asked, strict=True)]
    return Table("Catalogue, o200k_base", figures + each)


def _results(rows: dict[str, Any], wide: dict[str, Any]) -> Table:
    """The least a table needs is its columns once and its values; ours is held to that."""
    page = rows["structuredContent"]
    table = "\n".join("|".join(map(_plain, row)) for row in [page["columns"], *page["rows"]])
    shown, least, described = count([_text(rows), table, _text(wide)])
    rows_as_data, wide_as_data = count([_compact(one["structuredContent"]) for one in (rows, wide)])
    return Table(
        "Results, o200k_base",
        [
            Figure("50 rows of 6 columns / the same as a bare table", shown / least, "×", 1.03),
            Figure("50 rows of 6 columns", shown, "tokens"),
            Figure("the same as a bare table", least, "tokens"),
            Figure("the same as structuredContent", rows_as_data, "tokens"),
            Figure("describeObject Wide__c, 120 fields of its own", described, "tokens", 1900),
            Figure("the same as structuredContent", wide_as_data, "tokens"),
        ],
    )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _text(result: dict[str, Any]) -> str:
    return "\n".join(str(block["text"]) for block in result["content"] if block["type"] == "text")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _call(product: Product, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return _ask(product, "tools/call", body(tool, arguments), tool=tool)


def _ask(product: Product, method: str, content: str, *, tool: str = "") -> dict[str, Any]:
    headers = {**HEADERS, "authorization": f"Bearer {product.token}", "mcp-method": method, "mcp-name": tool}
    if not tool:
        del headers["mcp-name"]
    answer = httpx.post(product.url, content=content, headers=headers, timeout=30)
    answer.raise_for_status()
    result: dict[str, Any] = answer.json()["result"]
    assert not result.get("isError"), answer.text
    return result
