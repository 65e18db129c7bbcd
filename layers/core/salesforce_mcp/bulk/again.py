"""The rows of a job that are worth another try, as a file of their own."""

from collections.abc import AsyncIterator, Iterator

from salesforce_mcp.bulk.csv_text import row_writer
from salesforce_mcp.bulk.ids import new_id
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.bulk.load import result_name
from salesforce_mcp.bulk.reading import read_rows
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import InvalidInput, NotFound

# Of these nobody knows whether they were saved: another try could double them.
_UNKNOWN = "OUTCOME_UNKNOWN"


async def rows_to_retry(workshop: Workshop, load: Load) -> str:
    """The upload that holds them."""
    again = _Again()
    upload = new_id("retry")
    await workshop.uploads.keep(f"uploads/{load.owner}/{upload}.csv", _texts(workshop, load, again))
    if not again.rows:
        raise InvalidInput("No row of this job can be tried again", code="NOTHING_TO_RETRY", hint="See getBulkJob.")
    return upload


async def _texts(workshop: Workshop, load: Load, again: "_Again") -> AsyncIterator[bytes]:
    for part in await workshop.ledger.parts(load.id):
        for kind, extra in (("failed", 2), ("unprocessed", 0)):
            try:
                yield await read_rows(
                    workshop.uploads.pieces(result_name(load, part.number, kind)),
                    lambda rows, extra=extra: again.text_of(rows, extra),  # type: ignore[misc]
                )
            except NotFound:
                continue  # the part was given up before its accounts were fetched


class _Again:
    """Rows without the columns that Salesforce put in front, and one header for all of them."""

    def __init__(self) -> None:
        self.rows = 0
        self._headed = False

    def text_of(self, rows: Iterator[list[str]], extra: int) -> bytes:
        text, line_of = bytearray(), row_writer()
        header = next(rows, [])
        if header and not self._headed:
            self._headed = True
            text += line_of(header[extra:])
        for row in rows:
            if not (extra and row[1].startswith(_UNKNOWN)):
                text += line_of(row[extra:])
                self.rows += 1
        return bytes(text)
