"""The result files of a job: its parts as one CSV, or so many rows of it."""

from collections.abc import Iterator

from salesforce_mcp.bulk.csv_text import row_writer
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.bulk.reading import read_rows
from salesforce_mcp.errors import NotFound
from salesforce_mcp.ports import Uploads

KINDS = ("successful", "failed", "unprocessed", "rejected", "rows")
# An answer of Lambda holds 6 MB.
MOST_BYTES = 4_000_000


async def slice_of(uploads: Uploads, load: Load, kind: str, *, after: int) -> tuple[bytes, int | None]:
    """The rows after the first `after`, with the header; and how many to skip next, or None at the end."""
    names = await uploads.names(f"{load.folder}/{kind}")
    if kind not in KINDS or not names:
        raise NotFound("There is no such file", code="FILE_NOT_FOUND", hint="getBulkJob names the files of a job.")
    content = _Slice(after)
    for name in names:
        if not content.is_full:
            await read_rows(uploads.pieces(name), content.take)
    return bytes(content.text), content.following


class _Slice:
    """Some rows of files that follow each other. Every file has a header; only the first one's is given."""

    def __init__(self, after: int) -> None:
        self._after, self._number, self._line_of = after, 0, row_writer()
        self.text = bytearray()
        self.following: int | None = None

    @property
    def is_full(self) -> bool:
        return self.following is not None

    def take(self, rows: Iterator[list[str]]) -> None:
        header = next(rows, None)
        if header and not self.text:
            self.text += self._line_of(header)
        for row in rows:
            if self._number >= self._after:
                if len(self.text) > MOST_BYTES:
                    self.following = self._number
                    return
                self.text += self._line_of(row)
            self._number += 1
