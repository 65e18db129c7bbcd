"""CSV as it goes to Salesforce and comes back: commas, line feeds, UTF-8, and its rows counted while it passes."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence


def row_text(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


class _Given:
    """A file that keeps nothing: the writer's answer is the line."""

    def write(self, text: str) -> bytes:
        return text.encode()


def row_writer() -> Callable[[Sequence[str]], bytes]:
    """`row_text` for many rows: to make a writer takes longer than to write a row."""
    return csv.writer(_Given(), lineterminator="\n").writerow


class RowCount:
    """How many rows pass, the header not among them. A line feed within quotes ends no row."""

    def __init__(self) -> None:
        self._ended = 0
        self._quoted = self._begun = False

    @property
    def rows(self) -> int:
        return max(self._ended + self._begun - 1, 0)

    async def counting(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            self._count(piece)
            yield piece

    def _count(self, piece: bytes) -> None:
        *lines, rest = piece.split(b"\n")
        for line in lines:
            self._quoted ^= line.count(b'"') & 1 == 1
            if not self._quoted:
                self._ended += self._begun or line not in (b"", b"\r")
                self._begun = False
            else:
                self._begun = True
        self._quoted ^= rest.count(b'"') & 1 == 1
        self._begun = self._begun or rest not in (b"", b"\r")
