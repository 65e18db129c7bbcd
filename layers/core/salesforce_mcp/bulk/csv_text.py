"""CSV as it goes to Salesforce and comes back: commas, line feeds, UTF-8, and its rows counted while it passes."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence


def row_text(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def parts(header: Sequence[str], rows: Iterable[Sequence[str]], *, most_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Texts of whole rows, each with the header, at most so large; and how many rows are in each."""
    head = row_text(header)
    buffer, count = bytearray(head), 0
    for cells in rows:
        line = row_text(cells)
        if count and len(buffer) + len(line) > most_bytes:
            yield bytes(buffer), count
            buffer, count = bytearray(head), 0
        buffer += line
        count += 1
    if count:
        yield bytes(buffer), count
