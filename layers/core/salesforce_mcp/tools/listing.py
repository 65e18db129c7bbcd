"""The catalogue as data and as a page: what each tool is, what it may do, what it costs a model to see."""

import json
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.tools.catalogue import CATALOGUE, DEFAULT, TOOLSETS, Entry, registered
from salesforce_mcp.tools.results import compact_json, tokens_of


@dataclass(frozen=True)
class Listed:
    """One tool as a client sees it."""

    entry: Entry
    seen: dict[str, Any]

    @property
    def tokens(self) -> int:
        """Name, description and input schema: what every client puts before its model."""
        return tokens_of(compact_json({key: self.seen[key] for key in ("name", "description", "inputSchema")}))

    @property
    def whole_tokens(self) -> int:
        return tokens_of(compact_json(self.seen))

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.entry.name,
            "title": self.seen["title"],
            "toolset": self.entry.toolset,
            "effect": self.entry.effect.name.lower(),
            "scopes": sorted(self.entry.scopes),
            "default": self.entry.name in DEFAULT,
            "tokens": self.tokens,
            "description": self.seen["description"],
            "parameters": self.seen["inputSchema"].get("properties", {}),
            "required": self.seen["inputSchema"].get("required", []),
        }


def listed() -> list[Listed]:
    return [Listed(entry, as_seen(entry)) for entry in CATALOGUE.values()]


def listing() -> list[dict[str, Any]]:
    return [one.as_data() for one in listed()]


def as_seen(entry: Entry) -> dict[str, Any]:
    """The tool's JSON in tools/list."""
    made = registered(entry.function)
    assert made.annotations is not None  # noqa: S101 - every effect has them
    output = {"outputSchema": made.output_schema} if made.output_schema else {}
    return {
        "name": made.name,
        "title": made.title,
        "description": made.description,
        "inputSchema": made.parameters,
        **output,
        "annotations": made.annotations.model_dump(by_alias=True, exclude_none=True),
    }


def as_text() -> str:
    """The catalogue for a terminal."""
    catalogue, lines = listed(), list[str]()
    for toolset in TOOLSETS:
        tools = [one for one in catalogue if one.entry.toolset == toolset]
        lines.append(f"{toolset}: {len(tools)} tools, {sum(one.tokens for one in tools)} tokens")
        lines += [
            f"  {one.entry.name:<24} {one.tokens:>4}  {one.entry.effect.name.lower():<11} {_first(one)}"
            for one in tools
        ]
    plain = sum(one.tokens for one in catalogue if one.entry.name in DEFAULT)
    every = sum(one.tokens for one in catalogue)
    lines.append(
        f"/mcp offers {len(DEFAULT)} of them, {plain} tokens; /mcp/x/all these {len(catalogue)}, {every} tokens"
    )
    return "\n".join(lines)


def page() -> str:
    """docs/tools.md."""
    total = sum(one.tokens for one in listed() if one.entry.name in DEFAULT)
    lines = [
        "# Tools",
        "",
        f"The plain URL `/mcp` lists {len(DEFAULT)} tools ({total:,} tokens at four bytes each). `/mcp/x/all` lists",
        "every tool, `/mcp/x/core` one toolset, `/mcp/x/core/readonly` those of it that change nothing.",
        "The headers `X-MCP-Toolsets` and `X-MCP-Readonly` narrow what the URL offers.",
        "",
    ]
    for toolset in TOOLSETS:
        lines += [f"## {toolset}", ""]
        for one in listed():
            if one.entry.toolset == toolset:
                lines += _section(one)
    return "\n".join(lines)


def _section(one: Listed) -> list[str]:
    scopes = ", ".join(f"`{scope}`" for scope in sorted(one.entry.scopes))
    schema = one.seen["inputSchema"]
    rows = _rows(schema)
    table = ["| parameter | type | required | |", "| --- | --- | --- | --- |", *rows, ""] if rows else []
    facts = f"{one.entry.effect.name.capitalize()} · {scopes} · {one.tokens} tokens"
    return [f"### {one.entry.name}", "", one.seen["description"], "", facts, "", *table]


def _rows(schema: dict[str, Any], *, inside: str = "") -> list[str]:
    rows: list[str] = []
    for name, part in schema.get("properties", {}).items():
        required = "yes" if name in schema.get("required", []) else ""
        rows.append(f"| `{inside}{name}` | {_type(part)} | {required} | {_meaning(part)} |")
        rows += _rows(part.get("items", {}), inside=f"{inside}{name}[].")
    return rows


def _type(part: dict[str, Any]) -> str:
    if "enum" in part:
        return " or ".join(f"`{choice}`" for choice in part["enum"])
    if part.get("type") == "array":
        return f"list of {_type(part.get('items', {}))}"
    return str(part.get("type", "any"))


def _meaning(part: dict[str, Any]) -> str:
    default = f"default {json.dumps(part['default'])}" if "default" in part else ""
    return "; ".join(filter(None, [part.get("description", ""), default])).replace("|", "\\|")


def _first(one: Listed) -> str:
    return str(one.seen["description"]).split("\n")[0].split(". ")[0]
