"""WHERE and HAVING as SQL. Every condition is true or false for a row, never unknown, as on the platform."""

import json
from collections.abc import Callable

from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operand, is_long
from salesforce_emulator.soql.sql import Bound, Sql, bound, every, joined, some, sql
from salesforce_emulator.soql.tree import (
    And,
    Comparison,
    Condition,
    DateLiteral,
    Expression,
    Literal,
    Membership,
    Multipicklist,
    Not,
    Or,
    Query,
    Value,
)
from salesforce_emulator.soql.values import bind, date_range

_ORDERED = {"id", "text", "number", "date", "datetime", "time"}
# More values than this are bound as one JSON array: SQLite's bound variables are not endless.
_MOST_BOUND = 200

SemiJoin = Callable[[Membership, Operand], Sql]


class Predicates:
    def __init__(self, environment: Environment, operand: Callable[[Expression], Operand], semi_join: SemiJoin) -> None:
        self._environment = environment
        self._operand = operand
        self._semi_join = semi_join

    def predicate(self, condition: Condition) -> Sql:
        match condition:
            case And():
                return every([self.predicate(one) for one in condition.conditions])
            case Or():
                return some([self.predicate(one) for one in condition.conditions])
            case Not():
                return sql("NOT IFNULL({}, 0)", self.predicate(condition.condition))
            case Comparison():
                return self._comparison(condition)
            case Membership():
                return self._membership(condition)
            case Multipicklist():
                return self._multipicklist(condition)

    def _filtered(self, expression: Expression) -> Operand:
        operand = self._operand(expression)
        field = operand.column.field if operand.column else None
        if operand.kind in {"compound", "blob"} or (field and (not field.filterable or is_long(field))):
            message = f"field '{operand.name}' can not be filtered in a query call"
            raise self._environment.source.refused(expression.offset, message, "INVALID_FIELD")
        return operand

    def _comparison(self, node: Comparison) -> Sql:
        operand = self._filtered(node.left)
        self._check_operator(node, operand)
        if node.operator == "LIKE":
            return self._like(operand, node.right)
        if isinstance(node.right, DateLiteral):
            return self._range(operand, node.operator, node.right)
        value = self._bind(operand, node.right)
        if value is None:
            return self._null(operand, node)
        if node.operator == "!=":
            return sql("({} IS NOT {})", operand.compared, bound(value))
        return sql(f"({{}} {node.operator} {{}})", operand.compared, bound(value))

    def _check_operator(self, node: Comparison, operand: Operand) -> None:
        like, equality = node.operator == "LIKE", node.operator in ("=", "!=")
        wrong = (like and operand.kind != "text") or (not like and not equality and operand.kind not in _ORDERED)
        if operand.type == "multipicklist" and not equality:
            wrong = True
        if wrong:
            kind = "id" if operand.kind == "id" else operand.type
            message = f"invalid operator on {kind} field"
            raise self._environment.source.refused(node.offset, message, "INVALID_QUERY_FILTER_OPERATOR")

    def _null(self, operand: Operand, node: Comparison) -> Sql:
        if node.operator not in ("=", "!="):
            return Sql("0")
        if operand.kind == "boolean":
            return sql("({} = {})", operand.sql, Sql("0" if node.operator == "=" else "1"))
        return sql("({} IS NULL)" if node.operator == "=" else "({} IS NOT NULL)", operand.sql)

    def _like(self, operand: Operand, value: Value) -> Sql:
        if not isinstance(value, Literal) or value.kind != "text":
            self._bind(operand, value)
            return sql("({} IS NULL)", operand.sql)  # LIKE null
        return sql("({} LIKE {} ESCAPE '\\')", operand.sql, bound(value.pattern))

    def _range(self, operand: Operand, operator: str, literal: DateLiteral) -> Sql:
        first, end = date_range(self._environment, operand, literal)
        left, first_sql, end_sql = operand.sql, bound(first), bound(end)
        match operator:
            case "=":
                return sql("({} >= {} AND {} < {})", left, first_sql, left, end_sql)
            case "!=":
                return sql("({} IS NULL OR {} < {} OR {} >= {})", left, left, first_sql, left, end_sql)
            case "<":
                return sql("({} < {})", left, first_sql)
            case "<=":
                return sql("({} < {})", left, end_sql)
            case ">":
                return sql("({} >= {})", left, end_sql)
        return sql("({} >= {})", left, first_sql)

    def _membership(self, node: Membership) -> Sql:
        operand = self._filtered(node.left)
        if isinstance(node.values, Query):
            return self._semi_join(node, operand)
        if operand.type == "multipicklist":
            raise self._environment.source.refused(
                node.offset, "invalid operator on multipicklist field", "INVALID_QUERY_FILTER_OPERATOR"
            )
        found = self._one_of(operand, node.values)
        return sql("NOT IFNULL({}, 0)", found) if node.negated else found

    def _one_of(self, operand: Operand, values: tuple[Value, ...]) -> Sql:
        alternatives: list[Sql] = []
        plain: list[Bound] = []
        for value in values:
            if isinstance(value, DateLiteral):
                alternatives.append(self._range(operand, "=", value))
                continue
            bound_value = self._bind(operand, value)
            if bound_value is None:
                alternatives.append(sql("({} IS NULL)", operand.sql))
            else:
                plain.append(bound_value)
        if len(plain) > _MOST_BOUND:
            many = sql("(SELECT value FROM json_each({}))", bound(json.dumps(plain)))
            alternatives.append(sql("({} IN {})", operand.compared, many))
        elif plain:
            alternatives.append(sql("({} IN ({}))", operand.compared, joined(map(bound, plain))))
        return some(alternatives)

    def _multipicklist(self, node: Multipicklist) -> Sql:
        operand = self._filtered(node.left)
        if operand.type != "multipicklist":
            name = "excludes" if node.excludes else "includes"
            message = f"invalid operator {name} on {operand.type} field"
            raise self._environment.source.refused(node.offset, message, "INVALID_QUERY_FILTER_OPERATOR")
        alternatives = [self._all_chosen(operand, str(value.value)) for value in node.values]
        found = some(alternatives)
        return sql("NOT IFNULL({}, 0)", found) if node.excludes else found

    def _all_chosen(self, operand: Operand, values: str) -> Sql:
        """'a;b': both are chosen."""
        chosen = [one.strip() for one in values.split(";") if one.strip()]
        if not chosen:
            return sql("({} IS NULL)", operand.sql)
        patterns = ["%;" + _literally(one) + ";%" for one in chosen]
        return every([sql("(';' || {} || ';') LIKE {} ESCAPE '\\'", operand.sql, bound(one)) for one in patterns])

    def _bind(self, operand: Operand, value: Value) -> Bound:
        return bind(self._environment, operand, value)


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
