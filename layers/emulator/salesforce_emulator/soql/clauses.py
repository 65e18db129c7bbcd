"""A query: SELECT … FROM … and the clauses after it."""

from salesforce_emulator.soql.conditions import condition
from salesforce_emulator.soql.expressions import expression, path
from salesforce_emulator.soql.selection import selection
from salesforce_emulator.soql.stream import RESERVED, Stream
from salesforce_emulator.soql.tree import Count, Expression, Grouping, Ordering, Origin, Query, With

_CLAUSES = frozenset(["WHERE", "USING", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE", "ALL"])
_LARGEST = 2_147_483_647


def query(stream: Stream) -> Query:
    start = stream.expect("SELECT")
    items = selection(stream)
    stream.expect("FROM")
    origins = _origins(stream)
    scope = None
    if stream.accept("USING"):
        stream.expect("SCOPE")
        scope = stream.name().text
    return Query(
        items=items,
        origins=origins,
        offset=start.offset,
        scope=scope,
        where=condition(stream) if stream.accept("WHERE") else None,
        restriction=_restriction(stream),
        grouping=_grouping(stream),
        having=condition(stream) if stream.accept("HAVING") else None,
        orderings=orderings(stream),
        limit=count(stream, "LIMIT"),
        skip=count(stream, "OFFSET"),
        purposes=_purposes(stream),
        updates=_updates(stream),
        all_rows=stream.accept("ALL", "ROWS"),
    )


def _origins(stream: Stream) -> tuple[Origin, ...]:
    origins = [_origin(stream)]
    while stream.accept_sign(","):
        origins.append(_origin(stream))
    return tuple(origins)


def _origin(stream: Stream) -> Origin:
    where = path(stream)
    if stream.accept("AS"):
        return Origin(where, stream.name().text, where.offset)
    token = stream.token
    if token.kind in ("name", "currency") and token.word not in _CLAUSES | RESERVED:
        return Origin(where, stream.name().text, where.offset)
    return Origin(where, None, where.offset)


def _restriction(stream: Stream) -> With | None:
    start = stream.token
    if not stream.accept("WITH"):
        return None
    if stream.at("SECURITY_ENFORCED") or stream.at("USER_MODE") or stream.at("SYSTEM_MODE"):
        raise stream.unexpected()  # Apex only
    return restriction(stream, start.offset)


def restriction(stream: Stream, offset: int) -> With:
    """The words of WITH, whose lists may stand in parentheses."""
    words: list[str] = []
    while stream.token.kind != "end" and stream.token.word not in _CLAUSES:
        if stream.at_sign(")") and words.count("(") == words.count(")"):
            break  # of the query around this one
        words.append(stream.take().text)
    if not words:
        raise stream.unexpected()
    return With(" ".join(words), offset)


def _grouping(stream: Stream) -> Grouping | None:
    start = stream.token
    if not stream.accept("GROUP"):
        return None
    stream.expect("BY")
    kind = "PLAIN"
    if stream.token.word in ("ROLLUP", "CUBE") and stream.ahead().text == "(":
        kind = stream.take().word
        stream.take()
    expressions: list[Expression] = [expression(stream)]
    while stream.accept_sign(","):
        expressions.append(expression(stream))
    if kind != "PLAIN":
        stream.expect_sign(")")
    return Grouping(kind, tuple(expressions), start.offset)


def orderings(stream: Stream) -> tuple[Ordering, ...]:
    if not stream.accept("ORDER"):
        return ()
    stream.expect("BY")
    listed = [_ordering(stream)]
    while stream.accept_sign(","):
        listed.append(_ordering(stream))
    return tuple(listed)


def _ordering(stream: Stream) -> Ordering:
    ordered = expression(stream)
    descending = stream.accept("DESC")
    if not descending:
        stream.accept("ASC")
    nulls_last = False
    if stream.accept("NULLS"):
        nulls_last = stream.accept("LAST")
        if not nulls_last:
            stream.expect("FIRST")
    return Ordering(ordered, descending, nulls_last, ordered.offset)


def count(stream: Stream, word: str) -> Count | None:
    if not stream.accept(word):
        return None
    token = stream.token
    if token.kind != "number" or not token.text.isdigit() or not token.text.isascii():
        raise stream.unexpected()
    stream.take()
    if len(token.text) > 10 or int(token.text) > _LARGEST:
        raise stream.source.refused(token.offset, f"{word} must be at most {_LARGEST}", "NUMBER_OUTSIDE_VALID_RANGE")
    return Count(int(token.text), token.offset)


def _purposes(stream: Stream) -> tuple[str, ...]:
    purposes: list[str] = []
    while stream.accept("FOR"):
        purposes += _words(stream, ("VIEW", "REFERENCE", "UPDATE"))
    return tuple(purposes)


def _updates(stream: Stream) -> tuple[str, ...]:
    return tuple(_words(stream, ("TRACKING", "VIEWSTAT"))) if stream.accept("UPDATE") else ()


def _words(stream: Stream, allowed: tuple[str, ...]) -> list[str]:
    words: list[str] = []
    while True:
        if stream.token.word not in allowed:
            raise stream.unexpected()
        words.append(stream.take().word)
        if not stream.accept_sign(","):
            return words
