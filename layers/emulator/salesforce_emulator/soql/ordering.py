"""ORDER BY: nulls first unless told otherwise, picklists in the order of their setup."""

from collections.abc import Callable, Sequence

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operand, is_long
from salesforce_emulator.soql.sql import Sql, bound, joined, sql
from salesforce_emulator.soql.tree import Expression, Ordering


def sort_keys(
    environment: Environment, orderings: Sequence[Ordering], operand: Callable[[Expression], Operand]
) -> list[tuple[Sql, str]]:
    """What to sort by, each with its direction."""
    keys: list[tuple[Sql, str]] = []
    for one in orderings:
        found = operand(one.expression)
        _check(environment, one, found)
        direction = "DESC" if one.descending else "ASC"
        # A reference ignores NULLS LAST: facts of the platform, not of SQL.
        nulls = "LAST" if one.nulls_last and found.type != "reference" else "FIRST"
        keys += [(key, f"{direction} NULLS {nulls}") for key in _keys(found)]
    return keys


def order_by(keys: Sequence[tuple[Sql, str]]) -> Sql | None:
    return joined([sql(f"{{}} {direction}", key) for key, direction in keys]) if keys else None


def _check(environment: Environment, node: Ordering, operand: Operand) -> None:
    field = operand.column.field if operand.column else None
    unsortable = operand.kind in {"compound", "blob"} or operand.type == "multipicklist"
    if unsortable or (field and (not field.sortable or is_long(field))):
        message = f"field '{operand.name}' can not be sorted in a query call"
        raise environment.source.refused(node.offset, message, "INVALID_FIELD")


def _keys(operand: Operand) -> list[Sql]:
    if operand.type != "picklist" or operand.field is None or not operand.field.picklist:
        return [operand.compared]
    return [_place(operand, operand.field), operand.compared]


def _place(operand: Operand, field: Field) -> Sql:
    cases = joined([sql(f"WHEN {{}} THEN {at}", bound(one.value)) for at, one in enumerate(field.picklist)], " ")
    return sql(
        f"CASE WHEN {{}} IS NULL THEN NULL ELSE CASE {{}} {{}} ELSE {len(field.picklist)} END END",
        operand.sql,
        operand.compared,
        cases,
    )
