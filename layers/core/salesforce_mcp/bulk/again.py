"""The rows of a job that are worth another try."""

import csv
import io

from salesforce_mcp.bulk.csv_text import row_text
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.bulk.load import result_name
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import InvalidInput, NotFound

# Of these nobody knows whether they were saved: another try could double them.
_UNKNOWN = "OUTCOME_UNKNOWN"


async def rows_to_retry(workshop: Workshop, load: Load) -> str:
    text = bytearray()
    for part in await workshop.ledger.parts(load.id):
        for kind, extra in (("failed", 2), ("unprocessed", 0)):
            try:
                content = await workshop.uploads.read(result_name(load, part.number, kind))
            except NotFound:
                continue  # the part was given up before its accounts were fetched
            rows = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""))
            header = next(rows, [])
            if not text and header:
                text += row_text(header[extra:])
            for row in rows:
                if row and not (extra and row[1].startswith(_UNKNOWN)):
                    text += row_text(row[extra:])
    if text.count(b"\n") < 2:
        raise InvalidInput("No row of this job can be tried again", code="NOTHING_TO_RETRY", hint="See getBulkJob.")
    return text.decode()
