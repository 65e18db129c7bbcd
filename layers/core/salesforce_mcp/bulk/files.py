"""The result files of a job: its parts as one CSV, or so many rows of it."""

import csv
import io
from collections.abc import AsyncIterator

from salesforce_mcp.bulk.csv_text import row_text
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.errors import NotFound
from salesforce_mcp.ports import Uploads

KINDS = ("successful", "failed", "unprocessed", "rejected", "rows")
# An answer of Lambda holds 6 MB.
MOST_BYTES = 4_000_000


async def slice_of(uploads: Uploads, load: Load, kind: str, *, after: int) -> tuple[bytes, int | None]:
    """The rows after the first `after`, with the header; and how many to skip next, or None at the end."""
    content, number = bytearray(), 0
    async for row in _rows(uploads, load, kind):
        if not content:
            content += row_text(row)  # the header
            continue
        number += 1
        if number <= after:
            continue
        if len(content) > MOST_BYTES:
            return bytes(content), number - 1
        content += row_text(row)
    return bytes(content), None


async def _rows(uploads: Uploads, load: Load, kind: str) -> AsyncIterator[list[str]]:
    """Every part has a header; only the first one's is given."""
    names = await uploads.names(f"{load.folder}/{kind}")
    if kind not in KINDS or not names:
        raise NotFound("There is no such file", code="FILE_NOT_FOUND", hint="getBulkJob names the files of a job.")
    for position, name in enumerate(names):
        reader = csv.reader(io.TextIOWrapper(io.BytesIO(await uploads.read(name)), "utf-8", newline=""))
        for line, row in enumerate(reader):
            if row and (line or not position):
                yield row
