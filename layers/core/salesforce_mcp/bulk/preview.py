"""A file looked at beforehand: columns and fields, rows and what is wrong with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_mcp.bulk.cell import problem_of
from salesforce_mcp.bulk.columns import Column, require_usable
from salesforce_mcp.bulk.csv_rows import Row
from salesforce_mcp.bulk.orders import Content, Order, columns_of
from salesforce_mcp.errors import InvalidInput

_LISTED = 20
# What an object keeps of itself goes with its records, and nobody misses it.
_OF_ITSELF = ("Feed", "History", "Share", "ChangeEvent")


def preview(order: Order, content: Content, described: Mapping[str, Any]) -> dict[str, Any]:
    columns = columns_of(order, content, described)
    bad = [wrong for row in content.rows if (wrong := _problem(row, columns, order.operation))]
    told: dict[str, Any] = {
        "rows": content.count,
        **({} if content.whole else {"note": f"Only the first {len(content.rows):,} rows were checked."}),
        **({"deletedWithThem": deleted_with(described)} if order.operation in {"delete", "hardDelete"} else {}),
        "mapping": [_shown(column) for column in columns],
        "wrongRows": len(bad),
        "firstWrongRows": bad[:_LISTED],
    }
    if missing := _missing(columns, described, order.operation):
        told["missingRequiredFields"] = missing
    if any(cell.startswith("=") for row in content.rows for cell in row.cells):
        told["formulas"] = "Values that begin with = are stored as text; a spreadsheet would calculate them."
    try:
        require_usable(columns, operation=order.operation, external_id=order.external_id)
    except InvalidInput as failure:
        return {**told, "ready": False, "blocker": failure.as_data()}
    return {**told, "ready": bool(content.rows) and not told.get("missingRequiredFields")}


def deleted_with(described: Mapping[str, Any]) -> list[str]:
    """The objects whose records go with those that they belong to."""
    children = described.get("childRelationships") or ()
    names = {str(one["childSObject"]) for one in children if one.get("cascadeDelete") and one.get("relationshipName")}
    return sorted(name for name in names if not name.endswith(_OF_ITSELF))[:_LISTED]


def _problem(row: Row, columns: Sequence[Column], operation: str) -> dict[str, Any] | None:
    if row.problem:
        return {"row": row.number, "problem": row.problem}
    creating = operation in {"insert", "upsert"}
    for column, cell in zip(columns, row.cells, strict=True):
        if column.described and (why := problem_of(column.described, cell, creating=creating)):
            return {"row": row.number, "problem": why}
    return None


def _shown(column: Column) -> dict[str, Any]:
    return {
        "column": column.name,
        **({"field": column.field} if column.field else {}),
        **({"why": column.why} if column.why else {}),
        **({"problem": column.problem} if column.problem else {}),
    }


def _missing(columns: Sequence[Column], described: Mapping[str, Any], operation: str) -> list[str]:
    if operation != "insert":
        return []
    given = {column.field.lower() for column in columns}
    related = {name.partition(".")[0].rpartition(":")[2] for name in given if "." in name}
    return [
        str(field["name"])
        for field in described["fields"]
        if field.get("createable")
        and not field.get("nillable", True)
        and not field.get("defaultedOnCreate")
        and field.get("type") != "boolean"
        and str(field["name"]).lower() not in given
        and str(field.get("relationshipName") or "").lower() not in related - {""}
    ]
