"""parameterizedSearch: a search as JSON, whose text needs no escaping.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm
"""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.soql.clauses import orderings
from salesforce_emulator.soql.conditions import condition
from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.stream import Stream
from salesforce_emulator.soql.tree import Condition, Count, Ordering, Origin, Path, Query, Selected
from salesforce_emulator.sosl.parser import GROUPS, NO_ROWS_BEYOND, Search
from salesforce_emulator.sosl.terms import malformed, no_term, plain_terms


def search_of(request: dict[str, Any]) -> Search:
    text = _text(request, "q")
    if not text.strip():
        raise no_term()
    group = _text(request, "in", "ALL").upper()
    if group not in GROUPS:
        raise malformed(f"in must be one of {', '.join(GROUPS)}, found {group[:40]}")
    fields = _names(request, "fields")
    default = _number(request, "defaultLimit")
    skip = _number(request, "offset")
    queries = [_query(one, fields, default, skip) for one in _objects(request)]
    term = plain_terms(text) if len(text) <= NO_ROWS_BEYOND else None
    return Search(Source(text), term, group, tuple(queries), _number(request, "overallLimit"))


def _query(one: dict[str, Any], fields: list[str], default: int | None, skip: int | None) -> Query:
    name = _text(one, "name")
    if not name:
        raise malformed("each of sobjects needs a name")
    limit = _number(one, "limit")
    limit = default if limit is None else limit
    return Query(
        items=tuple(
            Selected(Path(tuple(field.split(".")), 0), None, 0) for field in _names(one, "fields") or fields or ["Id"]
        ),
        origins=(Origin(Path((name,), 0), None, 0),),
        offset=0,
        where=_where(_text(one, "where")),
        orderings=_order(_text(one, "orderBy")),
        limit=None if limit is None else Count(limit, 0),
        skip=None if skip is None else Count(skip, 0),
    )


def _where(text: str) -> Condition | None:
    if not text.strip():
        return None
    stream = Stream(Source(text))
    where = condition(stream)
    _must_end(stream)
    return where


def _order(text: str) -> tuple[Ordering, ...]:
    if not text.strip():
        return ()
    stream = Stream(Source("ORDER BY " + text))
    order = orderings(stream)
    _must_end(stream)
    return order


def _must_end(stream: Stream) -> None:
    if stream.token.kind != "end":
        raise stream.unexpected()


def _objects(request: dict[str, Any]) -> list[dict[str, Any]]:
    given = request.get("sobjects") or []
    if not isinstance(given, list):
        raise _wrong("sobjects", "an array")
    objects = [{"name": one} if isinstance(one, str) else one for one in given]
    if not all(isinstance(one, dict) for one in objects):
        raise _wrong("sobjects", "an array of objects")
    return objects


def _names(request: dict[str, Any], key: str) -> list[str]:
    given = request.get(key) or []
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise _wrong(key, "an array of names")
    return names


def _text(request: dict[str, Any], key: str, default: str = "") -> str:
    given = request.get(key)
    if given is not None and not isinstance(given, str):
        raise _wrong(key, "text")
    return default if given is None else given


def _number(request: dict[str, Any], key: str) -> int | None:
    given = request.get(key)
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given[:10])
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 2**31):
        raise _wrong(key, "a number that is not negative")
    return given


def _wrong(key: str, wanted: str) -> Refused:
    return Refused(400, "JSON_PARSER_ERROR", f"{key} must be {wanted}")
