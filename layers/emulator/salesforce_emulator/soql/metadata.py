"""`columns=true`: the columns of a result, as the sf command line asks for them."""

from typing import Any

from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soql.compiler import child_of, make_scope
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operands
from salesforce_emulator.soql.scope import Column, Scope
from salesforce_emulator.soql.tree import (
    AGGREGATES,
    Call,
    Fields,
    Item,
    Path,
    Query,
    Selected,
    Subquery,
    Typeof,
    has_aggregate,
)

_APEX = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "currency": "Double",
    "double": "Double",
    "percent": "Double",
    "int": "Integer",
    "long": "Long",
    "date": "Date",
    "datetime": "Datetime",
    "time": "Time",
    "base64": "Blob",
    "address": "Address",
    "location": "Location",
}
_NUMBERS = {"currency", "double", "percent", "int", "long"}


def column_metadata(environment: Environment, query: Query) -> dict[str, Any]:
    root = environment.object(query.origins[0].path.names[-1])
    assert root is not None  # noqa: S101 (the query has been compiled)
    columns = _columns(environment, query, root)
    return {
        "columnMetadata": columns,
        "entityName": root.name,
        "groupBy": query.grouping is not None,
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": root.key_prefix,
    }


def _columns(environment: Environment, query: Query, root: Object) -> list[dict[str, Any]]:
    scope = make_scope(environment, root, query.origins)
    columns: list[dict[str, Any]] = []
    for item in query.items:
        columns += _of_item(
            environment, scope, item, unnamed=sum(column["displayName"].startswith("expr") for column in columns)
        )
    return columns


def _of_item(environment: Environment, scope: Scope, item: Item, *, unnamed: int) -> list[dict[str, Any]]:
    if isinstance(item, Subquery):
        child, reference = child_of(environment, scope.root.object, item)
        joined = _columns(environment, item.query, child)
        return [_entry(reference.child_relationship or "", "QueryResult", joins=joined)]
    if isinstance(item, Typeof):
        return [_entry(str(item.relationship), "SObject")]
    if isinstance(item, Fields):
        shown = [
            one
            for one in environment.fields(scope.root.object)
            if item.group == "ALL" or (item.group == "CUSTOM") == one.custom
        ]
        return [_of_column(scope.own_column(scope.root, one)) for one in shown]
    return [_of_selected(environment, scope, item, unnamed)]


def _of_selected(environment: Environment, scope: Scope, item: Selected, unnamed: int) -> dict[str, Any]:
    expression = item.expression
    if isinstance(expression, Path):
        return _of_column(scope.column(expression), alias=item.alias)
    aggregate = has_aggregate(expression)
    name = item.alias or f"expr{unnamed}"
    field = _field_of(environment, scope, expression)
    return _entry(name, _APEX.get(field.type, "String") if field else "Integer", aggregate=aggregate, field=field)


def _field_of(environment: Environment, scope: Scope, call: Call) -> Field | None:
    if not call.arguments:
        return None
    operands = Operands(environment, scope)
    if call.function in AGGREGATES:
        return operands.aggregate(call).field
    return None if call.function in {"GROUPING", "FORMAT"} else operands.operand(call).field


def _of_column(column: Column, alias: str | None = None) -> dict[str, Any]:
    entry = _entry(alias or column.path[-1], _APEX.get(column.field.type, "String"), field=column.field)
    for name in reversed(column.path[:-1]):
        entry = _entry(name, "SObject", joins=[entry])
    return entry


def _entry(
    name: str,
    apex_type: str,
    *,
    field: Field | None = None,
    aggregate: bool = False,
    joins: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    kind = field.type if field else ""
    return {
        "aggregate": aggregate or (joins is not None and apex_type == "QueryResult"),
        "apexType": apex_type,
        "booleanType": kind == "boolean",
        "columnName": name,
        "custom": bool(field and field.custom),
        "displayName": name,
        "foreignKeyName": field.relationship_name if field else None,
        "insertable": bool(field and field.createable and not aggregate),
        "joinColumns": joins or [],
        "numberType": kind in _NUMBERS,
        "textType": bool(field) and _APEX.get(kind) is None,
        "updatable": bool(field and field.updateable and not aggregate),
    }
