"""The tokens of one query, read one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.tokens import Token, tokenize

# Words that never begin a field path.
RESERVED = frozenset(
    [
        "SELECT",
        "FROM",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "IN",
        "LIKE",
        "NULL",
        "LIMIT",
        "HAVING",
        "WITH",
        "USING",
        "INCLUDES",
        "EXCLUDES",
        "NULLS",
        "ASC",
        "DESC",
    ]
)
# Parentheses, NOTs, functions and subqueries within each other. Nobody writes more; more would overflow our stack.
DEEPEST = 64


class Stream:
    """What the parser still has to read."""

    def __init__(self, source: Source, readable: Source | None = None) -> None:
        """`readable` is the source with what is not SOQL blanked out."""
        self.source = source
        self._tokens = tokenize(readable or source)
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def ahead(self, count: int = 1) -> Token:
        return self._tokens[min(self._next + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self._next += 1
        return token

    def at(self, *words: str) -> bool:
        """Whether these keywords come next."""
        return all(self.ahead(index).word == word for index, word in enumerate(words))

    def at_sign(self, sign: str) -> bool:
        return self.token.kind == "sign" and self.token.text == sign

    def accept(self, *words: str) -> bool:
        if not self.at(*words):
            return False
        self._next += len(words)
        return True

    def accept_sign(self, sign: str) -> bool:
        if not self.at_sign(sign):
            return False
        self._next += 1
        return True

    def expect(self, word: str) -> Token:
        if not self.at(word):
            raise self.unexpected()
        return self.take()

    def expect_sign(self, sign: str) -> Token:
        if self.at_sign(sign):
            return self.take()
        if sign == ")" and self.token.kind != "end":
            raise self.source.refused(
                self.token.offset, f"expecting a right parentheses, found '{self.token.text.strip(chr(39))}'"
            )
        raise self.unexpected()

    def name(self) -> Token:
        """A name where any name will do; what looks like a currency literal may be one."""
        token = self.token
        is_name = token.kind == "name" or (token.kind == "currency" and "." not in token.text)
        if not is_name or token.word in RESERVED:
            raise self.unexpected()
        return self.take()

    def unexpected(self) -> Exception:
        token = self.token
        if token.text == ":":
            return self.source.refused(token.offset, "Bind variables only allowed in Apex code")
        return self.source.unexpected(token.offset, token.text)

    @contextmanager
    def nested(self) -> Iterator[None]:
        if self._depth >= DEEPEST:
            raise self.source.refused(self.token.offset, f"The query is nested deeper than {DEEPEST} levels")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
