"""Literals: what stands on the right of an operator."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from salesforce_emulator.soql.datenames import COUNTED, PLAIN
from salesforce_emulator.soql.stream import Stream
from salesforce_emulator.soql.tokens import Token
from salesforce_emulator.soql.tree import DateLiteral, Literal, Value

LONGEST_TEXT = 4_000
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "_": "_", "%": "%"}
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)


def value(stream: Stream) -> Value:
    token = stream.token
    if token.kind == "name":
        return _word(stream)
    reader = _READERS.get(token.kind)
    if reader is None:
        raise stream.unexpected()
    return reader(stream, stream.take())


def text(stream: Stream) -> Literal:
    if stream.token.kind != "text":
        raise stream.unexpected()
    return _text(stream, stream.take())


def _word(stream: Stream) -> Value:
    token = stream.token
    if token.word in ("TRUE", "FALSE"):
        stream.take()
        return Literal("boolean", token.word == "TRUE", token.offset)
    if token.word == "NULL":
        stream.take()
        return Literal("null", None, token.offset)
    if token.word in PLAIN:
        stream.take()
        return DateLiteral(token.word, None, token.offset)
    if token.word not in COUNTED:
        raise stream.unexpected()
    stream.take()
    stream.expect_sign(":")
    if stream.token.kind != "number" or not stream.token.text.isdigit():
        raise stream.unexpected()
    return DateLiteral(token.word, int(stream.take().text[:12]), token.offset)


def _number(stream: Stream, token: Token) -> Literal:
    number = Decimal(token.text)
    if abs(number.adjusted()) > 300:  # what neither the platform nor a double can hold
        raise stream.source.refused(token.offset, f"invalid number: {token.text[:40]}", "NUMBER_OUTSIDE_VALID_RANGE")
    return Literal("number", number, token.offset)


def _currency(stream: Stream, token: Token) -> Literal:
    number = _number(stream, Token("number", token.text[3:], token.offset))
    return Literal("currency", number.value, token.offset)


def _date(stream: Stream, token: Token) -> Literal:
    try:
        return Literal("date", date.fromisoformat(token.text).isoformat(), token.offset)
    except ValueError:
        raise stream.source.refused(token.offset, f"Invalid date: {token.text}") from None


def _datetime(stream: Stream, token: Token) -> Literal:
    try:
        moment = datetime.fromisoformat(_milliseconds(token.text.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise stream.source.refused(token.offset, f"Invalid dateTime: {token.text}") from None
    return Literal("datetime", stored_datetime(moment), token.offset)


def _time(stream: Stream, token: Token) -> Literal:
    try:
        moment = time.fromisoformat(_milliseconds(token.text.upper().removesuffix("Z")))
    except ValueError:
        raise stream.source.refused(token.offset, f"Invalid time: {token.text}") from None
    return Literal("time", moment.isoformat(timespec="milliseconds") + "Z", token.offset)


def _milliseconds(moment: str) -> str:
    return re.sub(r"\.(\d{1,6})\d*", lambda match: "." + match[1].ljust(6, "0"), moment)


def stored_datetime(moment: datetime) -> str:
    """A moment as the org's tables hold it: UTC text that compares right."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _text(stream: Stream, token: Token) -> Literal:
    raw = token.text[1:-1]
    if len(raw) > LONGEST_TEXT:
        raise stream.source.refused(token.offset, f"String literal is longer than {LONGEST_TEXT} characters")
    if "\\" not in raw:
        return Literal("text", raw, token.offset, raw)
    plain: list[str] = []
    pattern: list[str] = []
    position = 0
    for match in _ESCAPED.finditer(raw):
        between = raw[position : match.start()]
        character = _unescaped(stream, token.offset + 1 + match.start(), match[1])
        plain += between, character
        pattern += between, f"\\{character}" if character in "_%\\" else character
        position = match.end()
    plain.append(raw[position:])
    pattern.append(raw[position:])
    return Literal("text", _joined(stream, token, plain), token.offset, _joined(stream, token, pattern))


def _unescaped(stream: Stream, offset: int, code: str) -> str:
    if len(code) == 5:
        return chr(int(code[1:], 16))
    if code not in _ESCAPES:
        raise stream.source.unreadable(offset + 1, f"no viable alternative at character '{code}'")
    return _ESCAPES[code]


def _joined(stream: Stream, token: Token, parts: list[str]) -> str:
    try:  # two \u escapes may be the halves of one character; a lone half is none
        return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise stream.source.refused(token.offset, "Invalid unicode escape in string literal") from None


_READERS = {
    "text": _text,
    "number": _number,
    "currency": _currency,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
}
