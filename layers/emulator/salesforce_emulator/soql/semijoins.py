"""Id IN (SELECT … FROM …): semi-joins, and with NOT IN anti-joins.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
"""

from collections.abc import Callable

from salesforce_emulator.schema.model import Object
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operand, of_column
from salesforce_emulator.soql.scope import Scope
from salesforce_emulator.soql.sql import Sql, every, sql
from salesforce_emulator.soql.tree import Membership, Origin, Path, Query, Selected

_NEVER_INSIDE = frozenset(
    {"ActivityHistory", "Attachment", "Event", "Note", "OpenActivity", "Task", "UserRecordAccess"}
)

MakeScope = Callable[[Environment, Object, tuple[Origin, ...]], Scope]
Conditions = Callable[[Environment, Scope, Query], tuple[Sql, ...]]


class SemiJoins:
    def __init__(self, environment: Environment, outer: Scope, make_scope: MakeScope, conditions: Conditions) -> None:
        self._environment = environment
        self._outer = outer
        self._make_scope = make_scope
        self._conditions = conditions

    def predicate(self, node: Membership, left: Operand) -> Sql:
        query, source = node.values, self._environment.source
        assert isinstance(query, Query)  # noqa: S101
        if left.kind != "id" or left.column is None:
            message = (
                f"The left operand field in the where expression for outer query should be an id field, "
                f"cannot use: '{left.name}'"
            )
            raise source.refused(node.offset, message)
        inner = self._inner_object(query)
        scope = self._make_scope(self._environment, inner, query.origins)
        selected = self._selected(query, scope)
        if not _targets(left) & _targets(selected):
            message = (
                f"The selected field '{selected.name}' in the subquery and the left operand field in the where "
                f"expression in the outer query '{left.name}' should point to the same object type"
            )
            raise source.refused(node.offset, message)
        if inner is self._outer.root.object:
            raise source.refused(query.offset, "The inner and outer selects should not be on the same object type")
        where = [*self._conditions(self._environment, scope, query), sql("{} IS NOT NULL", selected.sql)]
        rows = sql("(SELECT {} FROM {} WHERE {})", selected.sql, scope.tables(), every(where))
        if node.negated:
            return sql("({} IS NULL OR {} NOT IN {})", left.sql, left.sql, rows)
        return sql("({} IN {})", left.sql, rows)

    def _inner_object(self, query: Query) -> Object:
        origin = query.origins[0]
        inner = self._environment.object(str(origin.path))
        if inner is None:
            raise self._environment.no_such_object(origin.offset, str(origin.path))
        if inner.name in _NEVER_INSIDE:
            message = f"Entity '{inner.name}' is not supported for semi join inner selects"
            raise self._environment.source.refused(origin.offset, message)
        return inner

    def _selected(self, query: Query, scope: Scope) -> Operand:
        item = query.items[0]
        assert isinstance(item, Selected)  # noqa: S101
        assert isinstance(item.expression, Path)  # noqa: S101
        selected = of_column(scope.column(item.expression))
        if selected.kind != "id":
            message = (
                f"The selected field in a semi join sub-select should be an id or reference field, "
                f"cannot use: '{selected.name}'"
            )
            raise self._environment.source.refused(item.offset, message)
        return selected


def _targets(operand: Operand) -> set[str]:
    """The object types that an id field may point to."""
    column = operand.column
    if column is None:
        return set()
    if column.field.type == "id":
        return {column.owner} if column.owner != "Name" else set(_candidates(operand))
    return set(column.field.reference_to)


def _candidates(operand: Operand) -> list[str]:
    row = operand.column.row if operand.column else None
    return [one.name for one in getattr(row, "candidates", ())]
