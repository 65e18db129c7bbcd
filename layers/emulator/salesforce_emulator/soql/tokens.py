"""SOQL's tokens, each with its offset in the query."""

import re
from dataclasses import dataclass

from salesforce_emulator.soql.source import Source

# Longest forms first: a datetime begins like a date, a date like a number.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|z|[+-]\d\d:?\d\d)(?!\w))
  | (?P<date>\d{4}-\d\d-\d\d(?!\w))
  | (?P<time>\d\d:\d\d:\d\d(?:\.\d+)?[Zz]?(?!\w))
  | (?P<currency>[A-Za-z]{3}\d+(?:\.\d+)?(?!\w))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w))
  | (?P<text>'(?:[^'\\]|\\.)*')
  | (?P<sign>!=|<>|<=|>=|[=<>(),.:])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)

END = "<EOF>"


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # datetime date time currency name number text sign end
    text: str
    offset: int

    @property
    def word(self) -> str:
        """The token as a keyword: keywords are case-insensitive."""
        return self.text.upper() if self.kind == "name" else ""


def tokenize(source: Source) -> list[Token]:
    tokens: list[Token] = []
    text, position = source.text, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(source, position)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, match.group(), position))
        position = match.end()
    tokens.append(Token("end", END, len(text)))
    return tokens


def _unreadable(source: Source, position: int) -> Exception:
    character = source.text[position]
    if character == "'":
        return source.unreadable(len(source.text), f"mismatched character '{END}' expecting '''")
    if character.isdigit() or character in "+-":
        return source.unreadable(position, f"no viable alternative at input '{character}'")
    return source.unreadable(position, f"no viable alternative at character '{character}'")
