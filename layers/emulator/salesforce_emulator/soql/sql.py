"""Pieces of SQL that carry their bound values with them, so that neither can be put in the wrong order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Bound: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Sql:
    text: str
    values: tuple[Bound, ...] = ()


def sql(template: str, *parts: Sql) -> Sql:
    """Put pieces into the template's {} in their order."""
    return Sql(template.format(*(part.text for part in parts)), tuple(value for part in parts for value in part.values))


def joined(parts: Iterable[Sql], separator: str = ", ") -> Sql:
    listed = list(parts)
    return Sql(separator.join(part.text for part in listed), tuple(value for part in listed for value in part.values))


def bound(value: Bound) -> Sql:
    return Sql("?", (value,))


def every(parts: Sequence[Sql]) -> Sql:
    return _balanced(parts, " AND ")


def some(parts: Sequence[Sql]) -> Sql:
    return _balanced(parts, " OR ")


def _balanced(parts: Sequence[Sql], operator: str) -> Sql:
    # SQLite refuses an expression deeper than 1,000, and a flat chain of ANDs is as deep as it is long.
    if len(parts) <= 8:
        return sql("({})", joined(parts, operator))
    middle = len(parts) // 2
    return sql("({}" + operator + "{})", _balanced(parts[:middle], operator), _balanced(parts[middle:], operator))


def quoted(name: str) -> str:
    """An identifier of the schema, as SQL."""
    return '"' + name.replace('"', '""') + '"'
