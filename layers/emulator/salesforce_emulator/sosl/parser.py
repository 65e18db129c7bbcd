"""FIND {…} IN … FIELDS RETURNING …: text in, tree out.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
"""

import re
from dataclasses import dataclass, replace

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.soql.clauses import count, orderings, restriction
from salesforce_emulator.soql.conditions import condition
from salesforce_emulator.soql.expressions import expression
from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.stream import RESERVED, Stream
from salesforce_emulator.soql.tree import Origin, Path, Query, Selected, With, has_aggregate
from salesforce_emulator.sosl.terms import Term, malformed, no_term, parse_terms

LONGEST = 100_000
NO_ROWS_BEYOND = 10_000  # characters of search text
GROUPS = ("ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR")
_FIND = re.compile(r"\s*FIND\s*\{((?:[^\\}]|\\.)*)\}", re.IGNORECASE | re.DOTALL)
_HARMLESS = ("SNIPPET", "HIGHLIGHT", "SPELL_CORRECTION", "METADATA")


@dataclass(frozen=True)
class Search:
    source: Source
    term: Term | None  # None finds nothing: the text was too long
    group: str = "ALL"
    queries: tuple[Query, ...] = ()  # one for each object of RETURNING; none is all searchable objects
    limit: int | None = None
    labels: bool = False  # WITH METADATA = 'LABELS'
    text: str = ""
    tracked: bool = False  # UPDATE TRACKING


def parse_search(text: str) -> Search:
    if len(text) > LONGEST:
        raise malformed(f"SOSL statements cannot be longer than {LONGEST} characters")
    found = _FIND.match(text)
    if found is None or not found[1].strip():
        raise no_term()
    source = Source(text)
    term = parse_terms(found[1]) if len(found[1]) <= NO_ROWS_BEYOND else None
    try:
        search = _clauses(Stream(source, Source(" " * found.end() + text[found.end() :])), term)
        return replace(search, text=found[1])
    except Refused as refused:
        if refused.code != "MALFORMED_QUERY":
            raise
        raise malformed(refused.message) from None


def _clauses(stream: Stream, term: Term | None) -> Search:
    group = "ALL"
    queries: tuple[Query, ...] = ()
    if stream.accept("IN"):
        if stream.token.word not in GROUPS:
            raise stream.unexpected()
        group = stream.take().word
        stream.expect("FIELDS")
    if stream.accept("RETURNING"):
        queries = _returning(stream)
    labels, categories = _with(stream)
    queries = tuple(replace(query, restriction=categories) for query in queries)
    limit = count(stream, "LIMIT")
    tracked = stream.accept("UPDATE") and _update(stream)
    if stream.token.kind != "end":
        raise stream.unexpected()
    most = limit.number if limit else None
    return Search(stream.source, term, group, queries, most, labels, tracked=bool(tracked))


def _returning(stream: Stream) -> tuple[Query, ...]:
    queries = [_object(stream)]
    while stream.accept_sign(","):
        queries.append(_object(stream))
    return tuple(queries)


def _object(stream: Stream) -> Query:
    name = stream.name()
    origin = Origin(Path((name.text,), name.offset), None, name.offset)
    bare = Selected(Path(("Id",), name.offset), None, name.offset)
    if not stream.accept_sign("("):
        return Query(items=(bare,), origins=(origin,), offset=name.offset)
    items = _fields(stream)
    if stream.at("USING"):
        raise NotEmulated("USING ListView in SOSL")
    query = Query(
        items=items,
        origins=(origin,),
        offset=name.offset,
        where=condition(stream) if stream.accept("WHERE") else None,
        orderings=orderings(stream),
        limit=count(stream, "LIMIT"),
        skip=count(stream, "OFFSET"),
    )
    stream.expect_sign(")")
    return query


def _fields(stream: Stream) -> tuple[Selected, ...]:
    items = [_field(stream)]
    while stream.accept_sign(","):
        items.append(_field(stream))
    return tuple(items)


def _field(stream: Stream) -> Selected:
    token = stream.token
    chosen = expression(stream)
    if has_aggregate(chosen):
        raise stream.source.refused(token.offset, "aggregate expressions are not allowed in RETURNING")
    alias = None
    if not isinstance(chosen, Path) and stream.token.kind == "name" and stream.token.word not in RESERVED | {"ORDER"}:
        alias = stream.name().text
    return Selected(chosen, alias, token.offset)


def _with(stream: Stream) -> tuple[bool, With | None]:
    """Whether labels are added to the answer, and the categories it is about; the other clauses change nothing here."""
    labels, categories = False, None
    while stream.at("WITH"):
        offset = stream.take().offset
        word = stream.token.word
        if word == "DATA":
            categories = restriction(stream, offset)
            continue
        if word not in _HARMLESS:
            if word in {"DIVISION", "NETWORK", "PRICEBOOKID"}:
                raise NotEmulated(f"WITH {stream.token.text} in SOSL")
            raise stream.unexpected()
        labels = labels or word == "METADATA"
        stream.take()
        _setting(stream)
    return labels, categories


def _setting(stream: Stream) -> None:
    if stream.accept_sign("="):
        stream.take()
    elif stream.accept_sign("("):
        while not stream.at_sign(")"):
            if stream.token.kind == "end":
                raise stream.unexpected()
            stream.take()
        stream.take()


def _update(stream: Stream) -> bool:
    """Whether what is searched for is remembered."""
    tracked = False
    while True:
        if stream.token.word not in {"TRACKING", "VIEWSTAT"}:
            raise stream.unexpected()
        tracked = stream.take().word == "TRACKING" or tracked
        if not stream.accept_sign(","):
            return tracked
