"""A new job: its rows found, its columns understood, and everything refused that can be refused beforehand."""

import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import anyio.to_thread

from salesforce_mcp.bulk.cell import NOTHING, as_text, problem_of_kind
from salesforce_mcp.bulk.columns import Column, map_columns, require_usable
from salesforce_mcp.bulk.csv_rows import CsvRows, Row
from salesforce_mcp.bulk.csv_text import row_text
from salesforce_mcp.bulk.ending import start
from salesforce_mcp.bulk.ids import new_id
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.bulk.small import FEWER_THAN, save_few
from salesforce_mcp.bulk.workshop import MOST_REJECTED, Workshop
from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import api_name

_BEGINNING = 1_000_000
_UPLOAD = re.compile(r"[A-Za-z0-9-]{1,100}")  # becomes a part of a file's name

_FLAT = "Multi-picklists are A;B; a parent's field is a column of its own, such as Account.External_Id__c."


@dataclass(frozen=True)
class Order:
    """What is to be done; exactly one of csv, rows, upload and soql says with what."""

    owner: str
    object: str
    operation: str
    external_id: str = ""
    csv: str | None = None
    rows: Sequence[Mapping[str, Any]] | None = None
    upload: str | None = None
    soql: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    delimiter: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """The rows of an order as they are now: all of them, or the first of a file or selection too large to hold."""

    header: Sequence[str]
    rows: Sequence[Row]
    whole: bool
    csv: bytes | None = None  # to be kept, where the rows are not in a file yet
    selected: int | None = None  # how many a query selects, however few of them are here

    @property
    def count(self) -> int:
        return len(self.rows) if self.selected is None else self.selected


async def place(workshop: Workshop, org: Salesforce, order: Order) -> Load:
    """Begin the job. Few rows are saved at once; more are handed to the workflow."""
    require_one_source(order)
    described = await org.describe(api_name(order.object))
    content = await content_of(workshop, org, order)
    columns = columns_of(order, content, described)
    require_usable(columns, operation=order.operation, external_id=order.external_id)
    _require_rows(content)
    load = _load(workshop, order, str(described["name"]), columns)
    if content.whole and len(content.rows) < FEWER_THAN and order.operation != "hardDelete":
        return await _save_now(workshop, org, load, columns, content)
    if content.csv is not None:
        load = replace(load, source=f"{load.folder}/source.csv", delimiter="comma" if order.rows else order.delimiter)
        await workshop.uploads.write(load.source, content.csv)
    await workshop.ledger.add(load)
    await start(workshop, load)
    return load


def columns_of(order: Order, content: Content, described: Mapping[str, Any]) -> list[Column]:
    return map_columns(
        content.header,
        described,
        operation=order.operation,
        external_id=order.external_id,
        chosen=order.columns,
    )


async def content_of(workshop: Workshop, org: Salesforce, order: Order) -> Content:
    if order.soql:
        return await _selected(org, order)
    if order.upload:
        if not _UPLOAD.fullmatch(order.upload):
            raise NotFound(
                "There is no such upload", code="FILE_NOT_FOUND", hint="previewImport without csv gives an uploadId."
            )
        beginning, whole = await _beginning(workshop, f"uploads/{order.owner}/{order.upload}.csv")
        return await anyio.to_thread.run_sync(lambda: _read(beginning, order.delimiter, whole=whole))
    csv = order.csv.encode() if order.csv is not None else _written(order.rows or [])
    delimiter = order.delimiter if order.csv is not None else "comma"
    content = await anyio.to_thread.run_sync(lambda: _read(csv, delimiter, whole=True))
    return replace(content, csv=csv)


def _read(csv: bytes, delimiter: str, *, whole: bool) -> Content:
    if not whole:  # the last line is cut
        csv = csv[: csv.rfind(b"\n") + 1]
    reader = CsvRows([csv], delimiter=delimiter)
    rows: list[Row] = []
    try:
        rows.extend(reader)
    except InvalidInput:
        if whole or not rows:  # the beginning of a file may end inside of a quoted value
            raise
    return Content(reader.header, rows, whole)


async def _beginning(workshop: Workshop, name: str) -> tuple[bytes, bool]:
    beginning = bytearray()
    async with aclosing(workshop.uploads.pieces(name)) as pieces:
        async for piece in pieces:
            beginning += piece
            if len(beginning) > _BEGINNING:
                return bytes(beginning[:_BEGINNING]), False
    return bytes(beginning), True


async def _selected(org: Salesforce, order: Order) -> Content:
    page = await org.query(order.soql or "")
    extra = [as_text(value, absent=NOTHING) for value in order.values.values()]
    rows = [Row(number, [*map(as_text, cells), *extra]) for number, cells in enumerate(page.rows, start=1)]
    return Content([*page.columns, *order.values], rows, whole=page.cursor is None, selected=page.total_size)


def _written(rows: Sequence[Mapping[str, Any]]) -> bytes:
    header = list(dict.fromkeys(name for row in rows for name in row))
    lines = [row_text(header)] if header else []
    for number, row in enumerate(rows, start=1):
        for name, value in row.items():
            if problem := problem_of_kind(value):
                raise InvalidInput(f"Row {number}, {name[:80]!r}, {problem}", fields=["rows"], hint=_FLAT)
        lines.append(row_text([as_text(row[name], absent=NOTHING) if name in row else "" for name in header]))
    return b"".join(lines)


def require_one_source(order: Order) -> None:
    given = [name for name in ("csv", "rows", "upload", "soql") if getattr(order, name) not in (None, "")]
    if len(given) != 1:
        raise InvalidInput(
            f"{' and '.join(given)} were given" if given else "No rows were given",
            code="ONE_SOURCE",
            hint="Give exactly one of csv, rows, uploadId and soql.",
        )
    if (order.operation == "upsert") != bool(order.external_id):
        raise InvalidInput(
            "upsert needs externalIdField, and nothing else takes it",
            fields=["externalIdField"],
            hint="It names the field by which a row finds its record; describeObject shows which can.",
        )


def _require_rows(content: Content) -> None:
    good = [row for row in content.rows if not row.problem]
    bad = [row for row in content.rows if row.problem]
    if not content.rows:
        raise InvalidInput("There are no rows", code="NO_ROWS", hint="The first line is the header; rows follow it.")
    if bad and (not good or len(bad) > MOST_REJECTED):
        raise InvalidInput(
            f"Row {bad[0].number} {bad[0].problem}; {len(bad)} of {len(content.rows)} rows are wrong",
            code="INVALID_CSV",
            hint="Check the delimiter and the quotes. Nothing was written.",
            details={"row": bad[0].number},
        )


def _load(workshop: Workshop, order: Order, name: str, columns: Sequence[Column]) -> Load:
    return Load(
        id=new_id("job"),
        owner=order.owner,
        object=name,
        operation=order.operation,
        created_at=workshop.now(),
        external_id=order.external_id,
        source=f"uploads/{order.owner}/{order.upload}.csv" if order.upload else "",
        delimiter=order.delimiter,
        columns={column.name: column.field for column in columns},
        soql=order.soql or "",
        values={name: as_text(value, absent=NOTHING) for name, value in order.values.items()},
    )


async def _save_now(
    workshop: Workshop, org: Salesforce, load: Load, columns: Sequence[Column], content: Content
) -> Load:
    kept = [at for at, column in enumerate(columns) if column.field]
    good = [(row.number, [row.cells[at] for at in kept]) for row in content.rows if not row.problem]
    bad = [row for row in content.rows if row.problem]
    load = replace(
        load,
        rows=len(content.rows),
        rejected=len(bad),
        rejections=[{"row": row.number, "message": row.problem} for row in bad[:20]],
    )
    await workshop.ledger.add(load)
    return await save_few(workshop, load, org=org, columns=[columns[at] for at in kept], rows=good)
