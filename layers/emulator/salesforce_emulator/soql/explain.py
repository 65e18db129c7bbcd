"""The query plan that `?explain=` answers: which filter leads, and why the others do not.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soql.sql import Sql, quoted, sql
from salesforce_emulator.soql.statements import run
from salesforce_emulator.soql.tree import Comparison, Condition, Membership, Path, Query, together

_INDEXED = frozenset({"Id", "Name", "OwnerId", "CreatedDate", "SystemModstamp", "RecordTypeId", "LastModifiedDate"})
_SELECTIVE = 0.1  # of the object's rows: the platform's threshold for a custom index


def explain(connection: sqlite3.Connection, query: Query, one: Object, soql: str) -> dict[str, Any]:
    total = run(connection, sql("SELECT COUNT(*) FROM {}", Sql(quoted(one.name))))[0][0]
    plans = [_index_plan(one, field, total) for field in _leading(query.where, one)]
    plans.append(_scan_plan(query, one, total))
    plans.sort(key=lambda plan: float(plan["relativeCost"]))
    return {"plans": plans, "sourceQuery": soql}


def _leading(where: Condition | None, one: Object) -> Iterator[Field]:
    for node in _comparisons(where):
        field = one.field(node.left.names[0]) if isinstance(node.left, Path) and len(node.left.names) == 1 else None
        if field is None or not _is_indexed(field):
            continue
        if isinstance(node, Membership) or (node.operator not in ("!=", "LIKE")):
            yield field


def _comparisons(where: Condition | None) -> list[Comparison | Membership]:
    return [one for one in together(where) if isinstance(one, Comparison | Membership)]


def _is_indexed(field: Field) -> bool:
    return field.name in _INDEXED or field.external_id or field.unique or field.type == "reference"


def _index_plan(one: Object, field: Field, total: int) -> dict[str, Any]:
    cardinality = 1 if field.type == "id" or field.unique else max(1, int(total * _SELECTIVE))
    return {
        "cardinality": cardinality,
        "fields": [field.name],
        "leadingOperationType": "Index",
        "notes": [],
        "relativeCost": round(cardinality / max(1.0, total * _SELECTIVE * 3), 3),
        "sobjectCardinality": total,
        "sobjectType": one.name,
    }


def _scan_plan(query: Query, one: Object, total: int) -> dict[str, Any]:
    names = {"IsDeleted"} if one.field("IsDeleted") else set()
    for node in _comparisons(query.where):
        field = one.field(node.left.names[0]) if isinstance(node.left, Path) else None
        if field and not _is_indexed(field):
            names.add(field.name)
    note = "Not considering filter for optimization because unindexed"
    return {
        "cardinality": total,
        "fields": [],
        "leadingOperationType": "TableScan",
        "notes": [{"description": note, "fields": [name], "tableEnumOrId": one.name} for name in sorted(names)],
        "relativeCost": 1.0 if query.where is None else 2.0,
        "sobjectCardinality": total,
        "sobjectType": one.name,
    }
