"""What is searched for: words, phrases, wildcards and operators.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from salesforce_emulator.errors import Refused

LOSES_OPERATORS = 4_000  # characters after which operators are words like others
_DEEPEST = 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()]|(?:[^\s()"\\]|\\.)+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_RESERVED = frozenset("&|!(){}[]^\"~*?:\\'+-")
# One character is a whole word in these scripts.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; a single word is the shortest phrase. * and ? are its wildcards."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Both:
    left: "Term"
    right: "Term"


@dataclass(frozen=True, slots=True)
class Either:
    left: "Term"
    right: "Term"


@dataclass(frozen=True, slots=True)
class Without:
    left: "Term"
    right: "Term"


Term: TypeAlias = Phrase | Both | Either | Without


def parse_terms(text: str) -> Term:
    """Read what stands in the braces of FIND."""
    if len(text) > LOSES_OPERATORS:
        return plain_terms(text)
    left_over = _TOKEN.sub("", text).strip()
    if left_over:  # a quotation mark without its other half
        raise malformed(f"unexpected token: {left_over[0]}")
    # Punctuation alone is no word: "Acme & Sons" is searched for as two words.
    tokens = [one for one in _TOKEN.findall(text) if one in "()" or re.search(r"\w", one)]
    reader = _Reader(tokens)
    term = reader.either(0)
    if reader.current:
        raise malformed(f"unexpected token: {reader.current}")
    return term


def plain_terms(text: str) -> Term:
    """Words without operators: all of them must be found."""
    phrases = [Phrase(tuple(re.findall(r"\w+", word))) for word in text.split() if re.search(r"\w", word)]
    if not phrases:
        raise no_term()
    return _all_of(phrases)


def _all_of(phrases: list[Phrase]) -> Term:
    # Halved rather than chained, so that the term of a long text is not deep.
    if len(phrases) == 1:
        return _checked(phrases[0])
    middle = len(phrases) // 2
    return Both(_all_of(phrases[:middle]), _all_of(phrases[middle:]))


def no_term() -> Refused:
    return malformed("No search term found. The search term must be enclosed in braces.")


def malformed(message: str) -> Refused:
    return Refused(400, "MALFORMED_SEARCH", message)


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    @property
    def current(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def take(self) -> str:
        self._next += 1
        return self._tokens[self._next - 1]

    def either(self, depth: int) -> Term:
        alternatives = [self._both(depth)]
        while self.current.upper() == "OR":
            self.take()
            alternatives.append(self._both(depth))
        return _any_of(alternatives)

    def _both(self, depth: int) -> Term:
        phrases = [self._one(depth)]
        excluded: list[Term] = []
        while self.current and self.current != ")" and self.current.upper() != "OR":
            together = self.current.upper() == "AND"
            if together:
                self.take()
            if self.current.upper() == "NOT":
                self.take()
                excluded.append(self._one(depth))
            else:
                phrases.append(self._one(depth))
        term = _balanced(phrases)
        return Without(term, _any_of(excluded)) if excluded else term

    def _one(self, depth: int) -> Term:
        if not self.current:
            raise no_term() if self._next == 0 else malformed("unexpected token: <EOF>")
        if self.current == "(":
            self.take()
            term = self.either(self._deeper(depth))
            if self.current != ")":
                raise malformed("expecting a right parentheses")
            self.take()
            return term
        if self.current == ")" or self.current.upper() in {"AND", "OR", "NOT"}:
            raise malformed(f"unexpected token: {self.current}")
        return _phrase(self.take())

    def _deeper(self, depth: int) -> int:
        if depth >= _DEEPEST:
            raise malformed(f"The search is nested deeper than {_DEEPEST} levels")
        return depth + 1


def _balanced(terms: list[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return Both(_balanced(terms[:middle]), _balanced(terms[middle:]))


def _any_of(terms: list[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return Either(_any_of(terms[:middle]), _any_of(terms[middle:]))


def _phrase(token: str) -> Phrase:
    quoted = token.startswith('"')
    inner = token[1:-1] if quoted else token
    # Wildcards that were escaped are punctuation, and punctuation separates words.
    plain = _ESCAPED.sub(lambda match: " " if match[1] in _RESERVED else match[1], inner)
    words = re.findall(r"[\w*?]+", plain)
    words = [word for word in words if word.strip("*?")]
    if not words:
        raise no_term()
    return _checked(Phrase(tuple(words)))


def _checked(phrase: Phrase) -> Phrase:
    letters = "".join(phrase.words).replace("*", "").replace("?", "")
    if len(letters) < 2 and not _IDEOGRAPHS.search(letters):
        message = f"search term must be longer than one character: {''.join(phrase.words)}"
        raise Refused(400, "INVALID_SEARCH", message)
    return phrase
