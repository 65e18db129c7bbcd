"""The list between SELECT and FROM."""

from salesforce_emulator.soql.expressions import expression, path
from salesforce_emulator.soql.stream import RESERVED, Stream
from salesforce_emulator.soql.tree import Fields, Item, Path, Selected, Subquery, Typeof, When

_GROUPS = ("ALL", "STANDARD", "CUSTOM")


def selection(stream: Stream) -> tuple[Item, ...]:
    items = [_item(stream)]
    while stream.accept_sign(","):
        items.append(_item(stream))
    return tuple(items)


def _item(stream: Stream) -> Item:
    token = stream.token
    if stream.at_sign("("):
        return _subquery(stream)
    if stream.at("TYPEOF") and stream.ahead().kind == "name" and stream.ahead().word != "FROM":
        return _typeof(stream)
    if stream.at("FIELDS") and stream.ahead().text == "(":
        return _fields(stream)
    selected = expression(stream)
    alias = None
    if stream.token.kind in ("name", "currency") and stream.token.word not in RESERVED:
        alias = stream.name().text
    return Selected(selected, alias, token.offset)


def _subquery(stream: Stream) -> Subquery:
    # Imported late: a query holds a selection and a selection may hold a query.
    from salesforce_emulator.soql.clauses import query

    start = stream.take()
    with stream.nested():
        inner = query(stream)
    stream.expect_sign(")")
    return Subquery(inner, start.offset)


def _fields(stream: Stream) -> Fields:
    start = stream.take()
    stream.take()
    group = stream.name()
    if group.word not in _GROUPS:
        raise stream.source.unexpected(group.offset, group.text)
    stream.expect_sign(")")
    return Fields(group.word, start.offset)


def _typeof(stream: Stream) -> Typeof:
    start = stream.take()
    relationship = path(stream)
    branches: list[When] = []
    while stream.at("WHEN"):
        when = stream.take()
        object_name = stream.name().text
        stream.expect("THEN")
        branches.append(When(object_name, _paths(stream), when.offset))
    if not branches:
        raise stream.unexpected()
    otherwise = _paths(stream) if stream.accept("ELSE") else ()
    stream.expect("END")
    return Typeof(relationship, tuple(branches), otherwise, start.offset)


def _paths(stream: Stream) -> tuple[Path, ...]:
    paths = [path(stream)]
    while stream.accept_sign(","):
        paths.append(path(stream))
    return tuple(paths)
