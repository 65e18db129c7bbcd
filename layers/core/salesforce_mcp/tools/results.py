"""What tools hand back, and its smallest readable form.

A table carries its columns once. The text block says the same as the structured content: nothing else, nothing less.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

BYTES_PER_TOKEN = 4


@dataclass(frozen=True)
class Table:
    """Rows of a query: how many there are, how many are here, and where the rest continues."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total_size: int
    cursor: str | None = None

    output_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"type": "array"}},
            "totalSize": {"type": "integer"},
            "returned": {"type": "integer"},
            "cursor": {"type": "string"},
        },
        "required": ["columns", "rows", "totalSize", "returned"],
    }

    def as_data(self) -> dict[str, Any]:
        return {
            "totalSize": self.total_size,
            "returned": len(self.rows),
            **({"cursor": self.cursor} if self.cursor else {}),
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }


@dataclass(frozen=True)
class Incomplete:
    """An exact account of a call of which a part failed."""

    account: Mapping[str, Any]

    def as_data(self) -> dict[str, Any]:
        return dict(self.account)


def the_first(most: int, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The table of what was asked for with a row too many: what that row proves is said, never silently cut."""
    shown = Table(columns, rows[:most], min(most, len(rows))).as_data()
    return (
        {"more": f"There are more than these {most}: raise limit, or narrow down.", **shown}
        if len(rows) > most
        else shown
    )


def text_of(value: Any) -> str:
    """The smallest readable form of structured content."""
    if is_table(value):
        return _table_text(value)
    if isinstance(value, Mapping):
        return "\n".join(_entry(str(key), inner) for key, inner in value.items())
    return _cell(value)


def is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and "columns" in value and "rows" in value


def _table_text(table: Mapping[str, Any]) -> str:
    head = [_entry(key, value) for key, value in table.items() if key not in _TABLE_KEYS]
    lines = [row_text(row) for row in table["rows"]]
    return "\n".join([*head, _extent(table), row_text(table["columns"]), *lines])


_TABLE_KEYS = {"columns", "rows", "totalSize", "returned", "cursor"}


def _extent(table: Mapping[str, Any]) -> str:
    here = len(table["rows"])
    total = table.get("totalSize", here)
    if table.get("cursor"):
        return f"{here} of {total} rows, cursor {table['cursor']}"
    return f"{here} rows" if here == total else f"{here} of {total} rows"


def row_text(cells: Sequence[Any]) -> str:
    return "|".join(map(_cell, cells))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value.isalnum() else _escaped(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ";".join(map(_cell, value))
    if isinstance(value, (Mapping, list, tuple)):
        return _escaped(compact_json(value))
    return str(value)


def _escaped(text: str) -> str:
    """A cell stays in its cell: neither a line break nor a bar in the data makes a new row or column."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n").replace("\t", "\\t")


def _entry(key: str, value: Any) -> str:
    if is_table(value):
        return f"{key}:\n{_table_text(value)}"
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return f"{key}:\n" + "\n".join(f"- {_item(item)}" for item in value)
    if isinstance(value, Mapping) and any(isinstance(inner, (Mapping, list)) for inner in value.values()):
        return f"{key}:\n{text_of(value)}"
    if isinstance(value, Mapping):
        return f"{key}: {_inline(value)}"
    return f"{key}: {_cell(value)}"


def _item(value: Mapping[str, Any]) -> str:
    """One of several results: what is short on its line, tables below it."""
    below = {key: inner for key, inner in value.items() if is_table(inner)}
    beside = {key: inner for key, inner in value.items() if key not in below and key not in _TABLE_KEYS}
    tables = [_table_text({key: value[key] for key in value if key in _TABLE_KEYS})] if is_table(value) else []
    return "\n".join([_inline(beside), *tables, *(_entry(key, inner) for key, inner in below.items())])


def sentence_of(failure: Mapping[str, Any]) -> str:
    """A failure as one readable sentence: code, words, the fields not named in them, what to do."""
    text = f"{failure['code']}: {failure['message']}"
    if unsaid := [field for field in failure.get("fields", ()) if field not in text]:
        text += f" ({', '.join(unsaid)})"
    if failure.get("hint"):
        text += f"{'' if text.endswith(('.', '!', '?')) else '.'} {failure['hint']}"
    return text


def _inline(value: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{key}: {_escaped(sentence_of(inner)) if key == 'error' else _cell(inner)}" for key, inner in value.items()
    )


def compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tokens_of(text: str) -> int:
    """Tokens at four bytes each, rounded up."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)
