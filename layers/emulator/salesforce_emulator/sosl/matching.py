"""Finding words in the text of a row."""

import re
import sqlite3
from functools import lru_cache

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import is_long
from salesforce_emulator.soql.scope import Row
from salesforce_emulator.soql.sql import Sql, bound, every, joined, quoted, some, sql
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
    return _condition(joined(texts, " || char(31) || "), term)


def _condition(haystack: Sql, term: Term) -> Sql:
    match term:
        case Both():
            return every([_condition(haystack, term.left), _condition(haystack, term.right)])
        case Either():
            return some([_condition(haystack, term.left), _condition(haystack, term.right)])
        case Without():
            return sql("({} AND NOT {})", _condition(haystack, term.left), _condition(haystack, term.right))
    return _contains(haystack, term)


def _contains(haystack: Sql, phrase: Phrase) -> Sql:
    # LIKE is fast and leaves few rows to the exact match.
    longest = max(re.split(r"[*?]", max(phrase.words, key=len)), key=len)
    pattern = "%" + longest.replace("_", "\\_") + "%" if longest.isascii() else "%"
    like = sql("({}) LIKE {} ESCAPE '\\'", haystack, bound(pattern))
    return every([like, sql("sosl_match({}, {})", bound(" ".join(phrase.words)), haystack)])


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


def _match(words: str, text: str) -> bool:
    return _pattern(words).search(text) is not None


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    """Whole words in a row, whatever separates them but the end of a field."""
    patterns = [re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w") for word in words.split()]
    return re.compile(r"(?<!\w)" + r"[^\w\x1f]+".join(patterns) + r"(?!\w)", re.IGNORECASE)


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")
