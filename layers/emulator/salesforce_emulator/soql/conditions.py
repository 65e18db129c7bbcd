"""WHERE and HAVING."""

from salesforce_emulator.soql import literals
from salesforce_emulator.soql.expressions import expression
from salesforce_emulator.soql.stream import Stream
from salesforce_emulator.soql.tree import (
    And,
    Comparison,
    Condition,
    Expression,
    Literal,
    Membership,
    Multipicklist,
    Not,
    Or,
    Query,
    Value,
)

_OPERATORS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def condition(stream: Stream) -> Condition:
    """A chain of ANDs or a chain of ORs: a mixture needs parentheses."""
    first = _simple(stream)
    if stream.at("AND"):
        return And(_chain(stream, first, "AND"), first.offset)
    if stream.at("OR"):
        return Or(_chain(stream, first, "OR"), first.offset)
    return first


def _chain(stream: Stream, first: Condition, word: str) -> tuple[Condition, ...]:
    conditions = [first]
    while stream.accept(word):
        conditions.append(_simple(stream))
    if stream.at("AND") or stream.at("OR"):
        raise stream.unexpected()
    return tuple(conditions)


def _simple(stream: Stream) -> Condition:
    start = stream.token.offset
    if stream.accept("NOT"):
        with stream.nested():
            return Not(_simple(stream), start)
    if stream.accept_sign("("):
        with stream.nested():
            inner = condition(stream)
        stream.expect_sign(")")
        return inner
    return _comparison(stream)


def _comparison(stream: Stream) -> Condition:
    left = expression(stream)
    token = stream.token
    if token.kind == "sign" and token.text in _OPERATORS:
        stream.take()
        return Comparison(left, _OPERATORS[token.text], literals.value(stream), left.offset)
    if stream.accept("LIKE"):
        return Comparison(left, "LIKE", literals.value(stream), left.offset)
    if stream.accept("IN"):
        return _membership(stream, left, negated=False)
    if stream.accept("NOT", "IN"):
        return _membership(stream, left, negated=True)
    if stream.at("INCLUDES") or stream.at("EXCLUDES"):
        excludes = stream.take().word == "EXCLUDES"
        return Multipicklist(left, excludes, _texts(stream), left.offset)
    raise stream.unexpected()


def _membership(stream: Stream, left: Expression, *, negated: bool) -> Membership:
    stream.expect_sign("(")
    values: tuple[Value, ...] | Query
    if stream.at("SELECT"):
        # Imported late: a query holds conditions and a condition may hold a query.
        from salesforce_emulator.soql.clauses import query

        with stream.nested():
            values = query(stream)
    else:
        values = _values(stream)
    stream.expect_sign(")")
    return Membership(left, negated, values, left.offset)


def _values(stream: Stream) -> tuple[Value, ...]:
    values = [literals.value(stream)]
    while stream.accept_sign(","):
        values.append(literals.value(stream))
    return tuple(values)


def _texts(stream: Stream) -> tuple[Literal, ...]:
    stream.expect_sign("(")
    values = [literals.text(stream)]
    while stream.accept_sign(","):
        values.append(literals.text(stream))
    stream.expect_sign(")")
    return tuple(values)
