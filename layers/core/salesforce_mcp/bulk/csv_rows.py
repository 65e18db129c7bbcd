"""CSV as people send it: read while it is still in pieces, with row and column named where it is wrong.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from salesforce_mcp.errors import InvalidInput

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "caret": "^", "backquote": "`"}
# https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: one field of a bulk record
LONGEST_CELL = 131_072
# So many characters are looked at together.
_BLOCK = 500_000
_SUSPICIOUS = re.compile('["\r\x00]')
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
# A line that runs on for longer than this is no CSV: a quote was never closed.
_LONGEST_LINE = 64 * LONGEST_CELL


@dataclass(frozen=True)
class Row:
    """`number` counts from 1 after the header. `problem` says why it cannot be sent, naming the column."""

    number: int
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True)
class Block:
    """Rows that follow each other and are right as they stand: no quotes in them, as many values as columns."""

    first: int
    rows: int
    text: bytes  # with commas and line feeds


class CsvRows:
    """The rows of a CSV. What is wrong with a row is said of the row; what is wrong with the file is raised."""

    def __init__(self, pieces: Iterable[bytes], *, delimiter: str = "") -> None:
        self._lines = lines_of(pieces)
        first = self._first(self._lines)
        self.delimiter = DELIMITERS[delimiter] if delimiter else _detected(first)
        self._waiting, self._passed = deque([first]), 0
        self._reader = csv.reader(self._unread(), delimiter=self.delimiter, strict=True)
        self.header = self._header()

    def __iter__(self) -> Iterator[Row]:
        number = 0
        while (cells := self._next()) is not None:
            if not cells or cells == [""]:
                continue  # a blank line is no row
            number += 1
            yield Row(number, cells, _problem(self.header, cells))

    def blocks(self, *, most: int) -> Iterator[Row | Block]:
        """The same rows, several at a time where nothing in them needs a closer look: most files have no others."""
        number = 0
        while lines := self._next_lines(most):
            if text := self._plain(lines):
                yield Block(number + 1, len(lines), text)
                number += len(lines)
                self._passed += len(lines)
                continue
            self._waiting.extend(lines)
            while self._waiting and (cells := self._next()) is not None:
                if cells and cells != [""]:
                    number += 1
                    yield Row(number, cells, _problem(self.header, cells))

    def _next_lines(self, most: int) -> list[str]:
        lines, size = list[str](), 0
        for line in self._lines:
            lines.append(line)
            size += len(line)
            if size >= _BLOCK or len(lines) >= most:
                break
        return lines

    def _plain(self, lines: Sequence[str]) -> bytes:
        """The lines as CSV with commas; empty where a value may be quoted, wrong, or too long."""
        text, more = "".join(lines), len(self.header) - 1
        if not more or not text.endswith("\n") or _SUSPICIOUS.search(text) or max(map(len, lines)) > LONGEST_CELL:
            return b""
        if self.delimiter != ",":
            if "," in text:
                return b""
            text = text.replace(self.delimiter, ",")
        counts = {line.count(self.delimiter) for line in lines}
        return text.encode() if counts == {more} else b""

    def _unread(self) -> Iterator[str]:
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if line is None:
                return
            yield line

    def _first(self, lines: Iterator[str]) -> str:
        for line in lines:
            if line.strip():
                return line
        raise InvalidInput(
            "The CSV is empty", code="EMPTY_CSV", hint="Its first line names the fields: FirstName,LastName,Email."
        )

    def _header(self) -> list[str]:
        header = [name.strip() for name in self._next() or []]
        for column, name in enumerate(header, start=1):
            if not name:
                raise _of_header(f"Column {column} of the header has no name", "MISSING_COLUMN_NAME")
            if "\x00" in name:
                raise _of_header(f"Column {column} of the header holds a NUL character", "INVALID_CHARACTER")
        for name, count in Counter(map(str.lower, header)).items():
            if count > 1:
                raise _of_header(f"The header names {name!r} {count} times", "DUPLICATE_COLUMN")
        return header

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            line = self._reader.line_num + self._passed
            raise InvalidInput(
                f"Line {line} of the CSV cannot be read: {_said(error)}",
                code="INVALID_CSV",
                hint='A value with a comma, quote or line break stands in quotes, and a quote in it is doubled: "".',
                details={"line": line},
            ) from None


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    return _decoded(_physical_lines(pieces))


def _problem(header: Sequence[str], cells: Sequence[str]) -> str:
    if len(cells) != len(header):
        at = header[len(cells)] if len(cells) < len(header) else f"column {len(header) + 1}"
        word = "ends before" if len(cells) < len(header) else "goes on into"
        return f"has {len(cells)} values for {len(header)} columns: it {word} {at}"
    joined = "".join(cells)
    if "\x00" in joined:
        return next(
            f"{name}: holds a NUL character" for name, cell in zip(header, cells, strict=True) if "\x00" in cell
        )
    return ""


def _physical_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their endings, whichever they are; a value's own line breaks are put together by the reader."""
    rest, first = b"", True
    for piece in pieces:
        block = rest + piece
        if first and len(block) < len(_BOM):
            rest = block
            continue
        if first:
            first, block = False, _marked(block)
        lines = block.splitlines(keepends=True)
        # The last line may go on, and a carriage return at the end may be half of a line ending.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        if len(rest) > _LONGEST_LINE:
            raise InvalidInput("A line of the CSV is too long", code="INVALID_CSV", hint="Is a quote left open?")
        yield from lines
    if rest:
        yield _marked(rest) if first else rest


def _marked(beginning: bytes) -> bytes:
    """The beginning of a file without the mark that tells its encoding."""
    if beginning.startswith(_UTF_16):
        raise InvalidInput("The CSV is UTF-16", code="NOT_UTF8", hint="Save it as CSV UTF-8.")
    return beginning.removeprefix(_BOM)


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"Line {number} of the CSV is not UTF-8 at byte {error.start + 1}",
                code="NOT_UTF8",
                hint="Save it as CSV UTF-8: Excel writes another encoding when only CSV is chosen.",
                details={"line": number},
            ) from None


def _detected(header: str) -> str:
    """The candidate that stands most often outside of quotes."""
    outside = "".join(header.split('"')[::2])
    counts = {mark: outside.count(mark) for mark in DELIMITERS.values()}
    return max(counts, key=lambda mark: counts[mark])


def _said(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"a value is longer than {LONGEST_CELL:,} characters"
    if "unexpected end" in text:
        return "a quote is never closed"
    if "expected after" in text:
        return "text follows a closing quote"
    return text


def _of_header(message: str, code: str) -> InvalidInput:
    return InvalidInput(message, code=code, hint="Each column of the first line is the API name of one field.")
