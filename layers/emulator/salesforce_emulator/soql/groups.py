"""GROUP BY, ROLLUP, CUBE and HAVING, and aggregates over the whole object."""

from itertools import combinations

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql import records
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operand, Operands, is_long
from salesforce_emulator.soql.ordering import sort_keys
from salesforce_emulator.soql.plans import GroupPlan
from salesforce_emulator.soql.predicates import Predicates
from salesforce_emulator.soql.records import Make
from salesforce_emulator.soql.scope import Scope
from salesforce_emulator.soql.sql import Sql, bound, every, joined, sql
from salesforce_emulator.soql.tree import (
    AGGREGATES,
    Argument,
    Call,
    Expression,
    Membership,
    Path,
    Query,
    Selected,
)

_INT = Field("expr", "int", "")
_SHOWN = {"FORMAT", "TOLABEL", "CONVERTCURRENCY"}
NULL = Sql("NULL")


class Groups:
    """A grouped query; ROLLUP and CUBE are several groupings of the same rows, one after the other."""

    def __init__(self, environment: Environment, scope: Scope, query: Query) -> None:
        self.environment = environment
        self.scope = scope
        self.query = query
        self.operands = Operands(environment, scope)
        self.grouped: dict[str, Operand] = {}
        self._open: frozenset[str] = frozenset()  # what the grouping at hand adds up over
        for expression in query.grouping.expressions if query.grouping else ():
            self.grouped[self._name(expression)] = self._groupable(expression)

    def plan(self, where: tuple[Sql, ...]) -> GroupPlan:
        entries = self._entries()
        selects = [self._select(dropped, where) for dropped in self._sets()]
        statement = joined(selects, " UNION ALL ")
        keys = sort_keys(self.environment, self.query.orderings, self._operand)
        columns = joined(Sql(f"c{at}") for at in range(len(entries)))
        statement = sql("SELECT {} FROM ({})", columns, statement)
        if keys:
            sorting = joined(Sql(f"o{at} {direction}") for at, (_, direction) in enumerate(keys))
            statement = sql("{} ORDER BY {}", statement, sorting)
        limit, skip = self.query.limit, self.query.skip
        if limit or skip:
            most, first = bound(limit.number if limit else -1), bound(skip.number if skip else 0)
            statement = sql("{} LIMIT {} OFFSET {}", statement, most, first)
        return GroupPlan(self.scope.root.object, statement, entries)

    def _sets(self) -> list[frozenset[str]]:
        """For each grouping to be made, the expressions that it leaves out."""
        names, grouping = list(self.grouped), self.query.grouping
        if grouping is None or grouping.kind == "PLAIN":
            return [frozenset()]
        if grouping.kind == "ROLLUP":
            return [frozenset(names[kept:]) for kept in range(len(names), -1, -1)]
        return [frozenset(dropped) for size in range(len(names) + 1) for dropped in combinations(names, size)]

    def _select(self, dropped: frozenset[str], where: tuple[Sql, ...]) -> Sql:
        self._open = dropped
        columns = [sql(f"{{}} AS c{at}", self._column(item)) for at, item in enumerate(self._items())]
        keys = sort_keys(self.environment, self.query.orderings, self._operand)
        columns += [sql(f"{{}} AS o{at}", key) for at, (key, _) in enumerate(keys)]
        having = self._having()
        kept = [operand.compared for name, operand in self.grouped.items() if name not in dropped]
        parts = [sql("SELECT {} FROM {}", joined(columns), self.scope.tables())]
        if where:
            parts.append(sql("WHERE {}", every(where)))
        if kept:
            parts.append(sql("GROUP BY {}", joined(kept)))
        elif self.grouped:  # the grand total of no rows is no row
            having = [*having, Sql("COUNT(*) > 0")]
        if having:
            parts.append(sql("HAVING {}", every(having)))
        return joined(parts, " ")

    def _having(self) -> list[Sql]:
        if self.query.having is None:
            return []
        predicates = Predicates(self.environment, self._operand, self._no_semi_join)
        return [predicates.predicate(self.query.having)]

    def _no_semi_join(self, node: Membership, operand: Operand) -> Sql:
        raise self.environment.source.refused(node.offset, f"Semi join on {operand.name} is not allowed in HAVING")

    def _entries(self) -> tuple[tuple[str, Make], ...]:
        entries: dict[str, Make] = {}
        unnamed = 0
        for at, item in enumerate(self._items()):
            key = item.alias
            if key is None and isinstance(item.expression, Path):
                key = self.operands.operand(item.expression).name
            if key is None:
                key, unnamed = f"expr{unnamed}", unnamed + 1
            if key in entries:
                raise self.environment.source.refused(item.offset, f"duplicate alias: {key}")
            entries[key] = self._make(item.expression, at)
        return tuple(entries.items())

    def _make(self, expression: Expression, at: int) -> Make:
        if isinstance(expression, Call) and expression.function == "FORMAT":
            field = self._operand(expression.arguments[0]).field or _INT
            return records.formatted(field, at, self.environment.caller.time_zone)
        return records.value_of(self._operand(expression).field or _INT, at)

    def _items(self) -> list[Selected]:
        return [item for item in self.query.items if isinstance(item, Selected)]

    def _column(self, item: Selected) -> Sql:
        expression: Argument = item.expression
        if isinstance(expression, Call) and expression.function == "FORMAT":
            expression = expression.arguments[0]
        return self._operand(expression).sql

    def _operand(self, expression: Argument) -> Operand:
        """An expression over groups: a grouped one, or an aggregate."""
        if isinstance(expression, Call):
            if expression.function in AGGREGATES:
                return self.operands.aggregate(expression)
            if expression.function == "GROUPING":
                return self._grouping(expression)
            if expression.function == "CONVERTCURRENCY":
                return self._operand(expression.arguments[0])
        name = self._name(expression)
        if name not in self.grouped and isinstance(expression, Call) and expression.function == "TOLABEL":
            inner = self._name(expression.arguments[0])
            if inner in self.grouped:
                return self._unless_open(inner, self.operands.operand(expression))
        if name not in self.grouped:
            raise self._not_grouped(expression)
        return self._unless_open(name, self.grouped[name])

    def _unless_open(self, name: str, operand: Operand) -> Operand:
        if name not in self._open:
            return operand
        return Operand(NULL, operand.kind, operand.name, operand.type, field=operand.field, exact=operand.exact)

    def _grouping(self, call: Call) -> Operand:
        name = self._name(call.arguments[0])
        grouping = self.query.grouping
        if grouping is None or grouping.kind == "PLAIN" or name not in self.grouped:
            message = f"GROUPING needs a field of GROUP BY ROLLUP or GROUP BY CUBE: {call.arguments[0]}"
            raise self.environment.source.refused(call.offset, message)
        return Operand(Sql("1" if name in self._open else "0"), "number", str(call), "int", field=_INT)

    def _not_grouped(self, expression: Argument) -> Exception:
        inner = expression
        while isinstance(inner, Call) and inner.arguments and inner.function in _SHOWN:
            inner = inner.arguments[0]
        for ordering in self.query.orderings:
            if ordering.expression == expression:
                message = f"Ordered field must be grouped or aggregated: {inner}"
                return self.environment.source.refused(expression.offset, message)
        return self.environment.source.refused(expression.offset, f"Field must be grouped or aggregated: {inner}")

    def _groupable(self, expression: Expression) -> Operand:
        operand = self.operands.operand(expression)
        field = operand.column.field if operand.column else None
        whole = operand.kind in {"compound", "blob"} or operand.type == "multipicklist"
        if whole or (field and (not field.groupable or is_long(field))):
            message = f"field '{operand.name}' can not be grouped in a query call"
            raise self.environment.source.refused(expression.offset, message, "INVALID_FIELD")
        return operand

    def _name(self, expression: Argument) -> str:
        """One name for the same expression however it is written."""
        if isinstance(expression, Path):
            return ".".join(self.scope.column(expression).path)
        if isinstance(expression, Call):
            return f"{expression.function}({','.join(map(self._name, expression.arguments))})"
        return str(expression)


def group_plan(environment: Environment, scope: Scope, query: Query, where: tuple[Sql, ...]) -> GroupPlan:
    return Groups(environment, scope, query).plan(where)
