"""Finding words in the text of a row."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import is_long
from salesforce_emulator.soql.scope import Row
from salesforce_emulator.soql.sql import Sql, bound, every, joined, quoted, sql
from salesforce_emulator.sosl.terms import Both, Either, Phrase, Term, Without

_TEXT = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "combobox", "multipicklist"})
_GROUPS = {"EMAIL": {"email"}, "PHONE": {"phone"}, "SIDEBAR": {"email", "phone"}, "NAME": set()}


def register(connection: sqlite3.Connection) -> None:
    connection.create_function("sosl_match", 2, _match, deterministic=True)
    connection.create_function("sosl_digits", 1, _digits, deterministic=True)


def condition(environment: Environment, row: Row, term: Term, group: str) -> Sql:
    """The rows whose fields of a group (ALL, NAME, EMAIL, PHONE, SIDEBAR) have what is searched for."""
    texts = [_text(row, field) for field in environment.fields(row.object) if _searched(field, group)]
    if not texts:
        return Sql("0")
    text = joined(texts, " || char(31) || ")
    matches = sql("sosl_match({}, {})", bound(json.dumps(_as_lists(term))), text)
    words = [word for phrase in _required(term) for part in phrase.words for word in re.split(r"[*?]", part)]
    longest = max((word for word in words if word.isascii()), key=len, default="")
    if not longest:
        return matches
    # LIKE is fast and leaves few rows to the exact match.
    like = "%" + longest.replace("_", "\\_") + "%"
    return every([sql("({}) LIKE {} ESCAPE '\\'", text, bound(like)), matches])


def _required(term: Term) -> Iterator[Phrase]:
    """The phrases without which nothing is found."""
    match term:
        case Phrase():
            yield term
        case Both():
            yield from _required(term.left)
            yield from _required(term.right)
        case Without():
            yield from _required(term.left)


def _as_lists(term: Term) -> list[Any]:
    match term:
        case Phrase():
            return ["phrase", *term.words]
        case Both():
            return ["both", _as_lists(term.left), _as_lists(term.right)]
        case Either():
            return ["either", _as_lists(term.left), _as_lists(term.right)]
    return ["without", _as_lists(term.left), _as_lists(term.right)]


def _searched(field: Field, group: str) -> bool:
    if field.type not in _TEXT or field.type == "encryptedstring":
        return False
    if group == "ALL":
        return not is_long(field) or field.type == "textarea"
    named = field.name_field or field.compound_field == "Name"
    return field.type in _GROUPS[group] or (named and group in {"NAME", "SIDEBAR"})


def _text(row: Row, field: Field) -> Sql:
    column = f"{row.alias}.{quoted(field.name)}"
    if field.type == "phone":  # found by its digits as well as by its groups
        return Sql(f"IFNULL({column}, '') || ' ' || sosl_digits({column})")
    return Sql(f"IFNULL({column}, '')")


def _match(term: str, text: str) -> bool:
    return _finder(term)(text)


@lru_cache(maxsize=64)
def _finder(term: str) -> Callable[[str], bool]:
    return _find(json.loads(term))


def _find(term: list[Any]) -> Callable[[str], bool]:
    kind, *parts = term
    if kind == "phrase":
        pattern = _pattern(parts)
        return lambda text: pattern.search(text) is not None
    left, right = map(_find, parts)
    if kind == "both":
        return lambda text: left(text) and right(text)
    if kind == "either":
        return lambda text: left(text) or right(text)
    return lambda text: left(text) and not right(text)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words in a row, whatever separates them but the end of a field."""
    return re.compile(r"(?<!\w)" + r"[^\w\x1f]+".join(map(_word, words)) + r"(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    first, *rest = [re.escape(part).replace(r"\?", r"\w") for part in re.split(r"\*+", word)]
    if not rest:
        return first
    # Atomic groups: a wildcard that has found its next letters never looks for them again.
    return first + "".join(rf"(?>\w*?{part})" for part in rest[:-1] if part) + rf"\w*{rest[-1]}"


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")
