"""The first step of a load: the rows read once, put in order for Salesforce and cut into parts."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import anyio.from_thread
import anyio.to_thread

from salesforce_mcp.bulk.cell import as_text
from salesforce_mcp.bulk.csv_rows import Block, CsvRows, Row
from salesforce_mcp.bulk.csv_text import row_text, row_writer
from salesforce_mcp.bulk.ledger import RUNNING, Load, Part
from salesforce_mcp.bulk.reading import in_thread
from salesforce_mcp.bulk.workshop import MOST_REJECTED, Workshop
from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.page import Page

_FIRST_ROWS = 50
_BLOCK_ROWS = 5_000


@dataclass
class _Cut:
    """A part that is being filled."""

    number: int
    first: int
    buffer: bytearray
    rows: int = 0
    gaps: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Whole:
    """A part that is full."""

    cut: _Cut
    content: bytes


async def split(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Cut the rows into parts. Done twice it does the same again: names and contents follow from the rows."""
    load = await workshop.ledger.load(task["owner"], task["job"])
    if load.parts is None:
        load = await _cut_up(workshop, load)
    return {"job": load.id, "owner": load.owner, "round": task["round"], "manifest": f"{load.folder}/manifest.json"}


async def _cut_up(workshop: Workshop, load: Load) -> Load:
    header, rows = await _rows_of(workshop, load)
    rejected: list[Row] = []
    kept = _kept(load, header)
    head = row_text([load.columns.get(header[at], header[at]) for at in kept])
    cutting = _parts(rows, kept, head=head, limits=workshop, rejected=rejected)
    manifest, total = [], 0
    while (whole := await anyio.to_thread.run_sync(lambda: next(cutting, None))) is not None:
        await _keep(workshop, load, whole)
        manifest.append({"job": load.id, "owner": load.owner, "part": whole.cut.number})
        total += whole.cut.rows
    await workshop.uploads.write(f"{load.folder}/manifest.json", json.dumps(manifest).encode())
    await workshop.uploads.write(f"{load.folder}/rejected.csv", _rejected_file(header, rejected))
    return await workshop.ledger.change(
        load,
        lambda now: (
            now
            if now.parts is not None
            else replace(
                now,
                state=RUNNING,
                parts=len(manifest),
                rows=total + len(rejected),
                rejected=len(rejected),
                rejections=[{"row": row.number, "message": row.problem} for row in rejected[:20]],
            )
        ),
    )


async def _keep(workshop: Workshop, load: Load, whole: _Whole) -> None:
    cut = whole.cut
    part = Part(
        job=load.id,
        number=cut.number,
        rows=cut.rows,
        first=cut.first,
        gaps=cut.gaps,
        sha256=hashlib.sha256(whole.content).hexdigest(),
    )
    kept = await workshop.ledger.add_part(load, part)
    if kept.intent_at:
        return  # this step runs a second time, and the part is being loaded already
    await workshop.uploads.write(part_name(load, cut.number), whole.content)
    # A selection that was begun anew may find other rows than before.
    await workshop.ledger.amend_part(part, lambda now: now if now.intent_at else part)


def _kept(load: Load, header: Sequence[str]) -> list[int]:
    return [at for at, name in enumerate(header) if load.columns.get(name, name)]


async def _rows_of(workshop: Workshop, load: Load) -> tuple[list[str], Iterator[Row | Block]]:
    if load.soql:
        return await _selected(await workshop.org_of(load.owner), load)
    pieces = in_thread(workshop.uploads.pieces(load.source))
    rows = await anyio.to_thread.run_sync(lambda: CsvRows(pieces, delimiter=load.delimiter))
    if len(_kept(load, rows.header)) < len(rows.header):
        return rows.header, iter(rows)
    return rows.header, rows.blocks(most=min(workshop.part_rows, _BLOCK_ROWS))


async def _selected(org: Salesforce, load: Load) -> tuple[list[str], Iterator[Row | Block]]:
    """The selected rows, page by page, with the values that all of them get."""
    first = await org.query(load.soql)
    extra = list(load.values.values())

    async def after(page: Page) -> Page:
        return await org.next_page(page.cursor or "", soql=load.soql)

    def cells() -> Iterator[Sequence[Any]]:
        page = first
        yield from page.rows
        while page.cursor:
            page = anyio.from_thread.run(after, page)
            yield from page.rows

    rows = (Row(number, [*map(as_text, row), *extra]) for number, row in enumerate(cells(), start=1))
    return [*first.columns, *load.values], rows


def _parts(
    rows: Iterator[Row | Block], kept: Sequence[int], *, head: bytes, limits: Workshop, rejected: list[Row]
) -> Iterator[_Whole]:
    cut, line_of = _Cut(0, 1, bytearray(head)), row_writer()
    for row in rows:
        if isinstance(row, Block):
            first, text, count = row.first, row.text, row.rows
        elif row.problem:
            _reject(row, rejected)
            cut.gaps.append(row.number)
            continue
        else:
            first, text, count = row.number, line_of([row.cells[at] for at in kept]), 1
        if cut.rows and (len(cut.buffer) + len(text) > limits.part_bytes or cut.rows + count > limits.part_rows):
            yield _Whole(cut, bytes(cut.buffer))
            cut = _Cut(cut.number + 1, first, bytearray(head))
        cut.buffer += text
        cut.rows += count
    if cut.rows:
        yield _Whole(cut, bytes(cut.buffer))


def _reject(row: Row, rejected: list[Row]) -> None:
    """A few bad rows are put aside; when nearly all are bad, the file is not what it seems to be."""
    rejected.append(row)
    if len(rejected) > MOST_REJECTED or (row.number == len(rejected) == _FIRST_ROWS):
        raise InvalidInput(
            f"Row {rejected[0].number} {rejected[0].problem}, and {len(rejected) - 1} more rows are wrong",
            code="INVALID_CSV",
            hint="Check the delimiter and the quotes. Nothing was written.",
            details={"row": rejected[0].number},
        )


def _rejected_file(header: Sequence[str], rejected: Sequence[Row]) -> bytes:
    return b"".join([row_text(["row", "problem", *header]), *(_rejected_line(row) for row in rejected)])


def _rejected_line(row: Row) -> bytes:
    return row_text([str(row.number), row.problem, *row.cells])


def part_name(load: Load, number: int) -> str:
    return f"{load.folder}/parts/{number:05}.csv"


def numbers_of(part: Part) -> Iterator[int]:
    """The number in the file of each row of a part."""
    gaps, number = set(part.gaps), part.first
    while True:
        if number not in gaps:
            yield number
        number += 1
