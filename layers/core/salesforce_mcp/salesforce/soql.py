"""What must be known of a SOQL statement before it is sent: that it selects, from what, and which columns in order.

A tokenizer and a reading of the SELECT clause, not a parser: Salesforce judges the statement.
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from salesforce_mcp.errors import InvalidInput, InvalidQuery
from salesforce_mcp.salesforce.paths import shown

LONGEST = 100_000

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<number>[+-]?\d[\w.:+-]*)
    | (?P<mark><=|>=|!=|<>|[-+(),=<>:.])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
_AGGREGATES = {"avg", "count", "count_distinct", "max", "min", "sum", "grouping"}
# Of these the answer carries the field's own name; of any other function, expr0, expr1 …
_TRANSPARENT = {"tolabel", "format", "convertcurrency", "converttimezone"}


class Token(NamedTuple):
    kind: str  # word, text, number, mark
    text: str
    offset: int

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True)
class Column:
    """One item of a SELECT clause.

    `name` is what the answer calls it (a path such as Account.Name, an alias, expr0); it is empty for
    FIELDS(…) and COUNT(). `child` are the columns of a subquery on the child relationship `name`.
    """

    name: str
    child: "tuple[Column, ...] | None" = None


@dataclass(frozen=True)
class Statement:
    main_object: str
    columns: tuple[Column, ...]
    is_count: bool = False  # SELECT COUNT(): the answer has no records
    all_rows: bool = False
    side_effects: int | None = None  # where FOR VIEW, FOR UPDATE or UPDATE TRACKING begins

    @property
    def has_child_queries(self) -> bool:
        return any(column.child is not None for column in self.columns)


def quote_literal(text: str) -> str:
    """A text as a SOQL literal, in quotes: the only way a value enters a statement of ours."""
    if "\0" in text:
        raise InvalidInput("A text in a query cannot hold the character NUL")
    return "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"


def like_literal(text: str, *, before: str = "", after: str = "%") -> str:
    """A LIKE pattern in quotes that finds `text` itself: its own % and _ are escaped, `before` and `after` are not."""
    inside = quote_literal(text)[1:-1].replace("%", "\\%").replace("_", "\\_")
    return f"'{before}{inside}{after}'"


def identifier(name: str) -> str:
    """Return a field, object or relationship path; refuse everything else."""
    if not all(_IDENTIFIER.fullmatch(part) for part in name.split(".")):
        raise InvalidInput(
            f"{shown(name)} is not a field or object name",
            code="INVALID_NAME",
            hint="Use API names such as Name, Account.Name or Budget__c.",
        )
    return name


def tokens(soql: str) -> Iterator[Token]:
    """The statement's tokens; a character that no statement holds is refused where it stands."""
    at = 0
    while at < len(soql):
        found = _TOKEN.match(soql, at)
        if found is None or found.lastgroup is None:
            raise _wrong(soql, at, _odd(soql[at]))
        if found.lastgroup != "space":
            yield Token(found.lastgroup, found.group(), at)
        at = found.end()


def read(soql: str) -> Statement:
    """Read a statement, or refuse one that is not a single SELECT."""
    if len(soql) > LONGEST:
        raise InvalidQuery(f"The query has {len(soql):,} characters; Salesforce takes {LONGEST:,}")
    found = list(tokens(soql))
    if not found or found[0].lower != "select":
        raise InvalidQuery(
            "Only SELECT statements are run here",
            hint="Begin with SELECT. To change records use createRecord, updateRecord or deleteRecord.",
        )
    statement, end = _statement(soql, found, 0)
    if end < len(found):
        raise _wrong(soql, found[end].offset, f"unexpected {found[end].text!r}")
    return statement


def without_side_effects(soql: str) -> str:
    """The statement without FOR VIEW, FOR REFERENCE, FOR UPDATE and UPDATE …: a query leaves no trace on the rows."""
    statement = read(soql)
    if statement.side_effects is None:
        return soql
    return soql[: statement.side_effects].rstrip() + (" ALL ROWS" if statement.all_rows else "")


def _statement(soql: str, found: list[Token], start: int) -> tuple[Statement, int]:
    """Read SELECT … up to the end of the statement or the bracket that closes it."""
    items, at = _items(soql, found, start + 1)
    if at + 1 >= len(found) or found[at + 1].kind != "word":
        raise _wrong(soql, len(soql), "the object after FROM is missing")
    source = found[at + 1].text
    alias, at = _alias(found, at + 2)
    rest = at
    end = _closing(soql, found, at)
    clauses = found[rest:end]
    grouped = _outer_pair(clauses, {("group", "by")}) is not None or any(map(_aggregates, items))
    statement = Statement(
        source,
        _columns(soql, items, prefixes={source.lower(), alias.lower()} - {""}, grouped=grouped),
        is_count=len(items) == 1 and _is_count(items[0]),
        all_rows=[token.lower for token in clauses[-2:]] == ["all", "rows"],
        side_effects=_outer_pair(clauses, _SIDE_EFFECTS),
    )
    return statement, end


def _items(soql: str, found: list[Token], at: int) -> tuple[list[list[Token]], int]:
    """The comma-separated items of a SELECT clause, and where its FROM stands."""
    items: list[list[Token]] = [[]]
    depth = 0
    for position in range(at, len(found)):
        token = found[position]
        if depth == 0 and token.lower == "from" and token.kind == "word":
            if not all(items):
                raise _wrong(soql, token.offset, "a column is missing")
            return items, position
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            break
        if token.text == "," and depth == 0 and not _is_open_typeof(items[-1]):
            items.append([])
        else:
            items[-1].append(token)
    raise _wrong(soql, len(soql), "FROM is missing")


_AFTER_SOURCE = {"where", "with", "group", "order", "limit", "offset", "for", "update", "using", "having", "all"}


def _alias(found: list[Token], at: int) -> tuple[str, int]:
    if at < len(found) and found[at].lower == "as":
        at += 1
    if at < len(found) and found[at].kind == "word" and found[at].lower not in _AFTER_SOURCE:
        return found[at].text, at + 1
    return "", at


def _closing(soql: str, found: list[Token], at: int) -> int:
    depth = 0
    for position in range(at, len(found)):
        text = found[position].text
        if text == ")" and depth == 0:
            return position
        depth += (text == "(") - (text == ")")
    if depth:
        raise _wrong(soql, len(soql), "a closing bracket is missing")
    return len(found)


_SIDE_EFFECTS = {
    ("for", "view"),
    ("for", "reference"),
    ("for", "update"),
    ("update", "tracking"),
    ("update", "viewstat"),
}


def _outer_pair(clauses: list[Token], pairs: set[tuple[str, str]]) -> int | None:
    """Where two words first stand side by side outside of brackets."""
    depth = 0
    for first, second in pairwise(clauses):
        depth += (first.text == "(") - (first.text == ")")
        if depth == 0 and (first.lower, second.lower) in pairs:
            return first.offset
    return None


def _columns(soql: str, items: list[list[Token]], *, prefixes: set[str], grouped: bool) -> tuple[Column, ...]:
    columns: list[Column] = []
    unnamed = 0
    for item in items:
        first = item[0]
        if first.text == "(":
            child, _ = _statement(soql, item[:-1], 1)
            columns.append(Column(child.main_object.rpartition(".")[2], child.columns))
        elif first.lower == "typeof":
            columns.extend(_typeof(item))
        elif _function(item) == "fields" or _is_count(item):
            columns.append(Column(""))
        elif item[-1].kind == "word" and len(item) > 1:
            columns.append(Column(item[-1].text))  # an alias
        elif len(item) == 1:
            columns.append(Column(_path(first.text, prefixes, grouped=grouped)))
        elif _function(item) in _TRANSPARENT and not grouped:
            columns.append(Column(_path(next(t.text for t in item[1:] if t.kind == "word"), prefixes, grouped=False)))
        else:
            columns.append(Column(f"expr{unnamed}"))
            unnamed += 1
    return tuple(dict.fromkeys(columns))


def _function(item: list[Token]) -> str:
    return item[0].lower if len(item) > 1 and item[1].text == "(" else ""


def _aggregates(item: list[Token]) -> bool:
    return any(a.lower in _AGGREGATES and b.text == "(" for a, b in pairwise(item)) and not _is_count(item)


def _is_count(item: list[Token]) -> bool:
    return [token.lower for token in item] == ["count", "(", ")"]


def _is_open_typeof(item: list[Token]) -> bool:
    return bool(item) and item[0].lower == "typeof" and item[-1].lower != "end"


def _typeof(item: list[Token]) -> list[Column]:
    """TYPEOF What WHEN Account THEN Phone, Name ELSE Id END: every field of every branch, once."""
    relationship = item[1].text if len(item) > 1 else ""
    names: list[str] = []
    in_fields = False
    for token in item[2:]:
        if token.lower in {"then", "else"}:
            in_fields = True
        elif token.lower in {"when", "end"}:
            in_fields = False
        elif in_fields and token.kind == "word":
            names.append(token.text)
    return [Column(f"{relationship}.{name}") for name in names]


def _path(text: str, prefixes: set[str], *, grouped: bool) -> str:
    parts = [part.strip() for part in text.split(".")]
    if len(parts) > 1 and parts[0].lower() in prefixes:
        parts = parts[1:]
    # A grouped answer calls Account.Name just Name.
    return parts[-1] if grouped else ".".join(parts)


def _odd(character: str) -> str:
    if character == "'":
        return "the text that begins here is not closed"
    if character in "‘’“”„":
        return f"typographic quote {character}: write texts in straight single quotes '…'"
    if character == '"':
        return "double quotes: write texts in single quotes '…'"
    if character == "*":
        return "SOQL has no *: name the fields, or count with COUNT()"
    if character == ";":
        return "a semicolon: send one statement, without one"
    return f"unexpected character {character!r}"


def _wrong(soql: str, offset: int, what: str) -> InvalidQuery:
    row = soql.count("\n", 0, offset) + 1
    column = offset - (soql.rfind("\n", 0, offset) + 1) + 1
    return InvalidQuery(
        f"{what} (row {row}, column {column})",
        hint="SELECT fields FROM Object [WHERE …] [ORDER BY …] [LIMIT n], with texts in 'single quotes'.",
    )
