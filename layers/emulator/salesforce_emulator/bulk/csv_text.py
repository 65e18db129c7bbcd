"""CSV in and out: read while it is still in pieces, never held whole (RFC 4180)."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = {"COMMA": ",", "TAB": "\t", "SEMICOLON": ";", "PIPE": "|", "CARET": "^", "BACKQUOTE": "`"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
LONGEST_FIELD = 131_072


class Unreadable(Exception):  # noqa: N818 - becomes the error message of a job
    """The content is not the CSV that the job promised."""


def lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a UTF-8 text with their endings. Only \\n ends a line: a value may hold other separators."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for piece in pieces:
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            for line in whole:
                yield line + "\n"
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(f"CLIENTINPUTERROR:The content is not UTF-8: {error.reason}") from error
    if rest:
        yield rest


class Reader:
    """The rows of a job's content, one after the other. Blank lines are no rows."""

    def __init__(self, pieces: Iterable[bytes], *, delimiter: str, line_ending: str) -> None:
        csv.field_size_limit(LONGEST_FIELD)
        self._lines = self._checked(lines(pieces), line_ending)
        self._rows = csv.reader(self._lines, delimiter=DELIMITERS[delimiter], strict=True)
        self.read = 0
        self.header = self.next() or []
        self.read = 0

    def next(self) -> list[str] | None:
        """The next row, or None at the end."""
        try:
            for row in self._rows:
                if row:
                    self.read += 1
                    return row
        except csv.Error as error:
            raise Unreadable(
                f"CLIENTINPUTERROR:The CSV cannot be read at line {self._rows.line_num}: {error}"
            ) from error
        return None

    def take(self, most: int) -> list[list[str]]:
        """The next rows, at most so many; each must have as many values as the header has names."""
        rows: list[list[str]] = []
        while len(rows) < most and (row := self.next()) is not None:
            if len(row) != len(self.header):
                raise Unreadable(
                    f"InvalidBatch : Record {self.read} has {len(row)} values, but the header has {len(self.header)}"
                )
            rows.append(row)
        return rows

    def skip(self, count: int) -> None:
        while self.read < count and self.next() is not None:
            pass

    def raw_rest(self) -> Iterator[str]:
        """What follows, as it was sent."""
        return self._lines

    def _checked(self, source: Iterator[str], line_ending: str) -> Iterator[str]:
        first = next(source, "")
        if first.endswith("\n") and first.endswith("\r\n") != (line_ending == "CRLF"):
            raise Unreadable(
                f"CLIENTINPUTERROR:LineEnding is invalid on user data. Current LineEnding setting is {line_ending}"
            )
        yield first
        yield from source


def written(rows: Iterable[Sequence[str]], *, delimiter: str, line_ending: str) -> bytes:
    """Rows as the platform writes them: every value in quotes."""
    text = io.StringIO()
    csv.writer(
        text, delimiter=DELIMITERS[delimiter], lineterminator=LINE_ENDINGS[line_ending], quoting=csv.QUOTE_ALL
    ).writerows(rows)
    return text.getvalue().encode()
