"""A query job at work: its records frozen first, then written as CSV piece by piece.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.bulk.csv_text import DELIMITERS, written
from salesforce_emulator.bulk.jobs import Job, Jobs
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment
from salesforce_emulator.schema.model import Field, Object, Schema
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.plans import Plan, RowPlan
from salesforce_emulator.soql.records import RecordShape
from salesforce_emulator.soql.statements import run, stream
from salesforce_emulator.soql.tree import Fields, Path, Query, Selected, Subquery, Typeof

if TYPE_CHECKING:
    from salesforce_emulator.org import Org
    from salesforce_emulator.queries import Queries

PIECE = 2_000  # rows that are read and written together
PAGE = 100_000  # rows of a result page when the client does not say
FROZEN, RESULT, HEADER = "frozen", "result", "header"
ID_LENGTH = 18
Make = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True)
class Column:
    name: str
    make: Make
    moment: bool

    def text(self, row: Sequence[Any]) -> str:
        value = self.make(row)
        if value is None:
            return ""
        if value is True or value is False:
            return "true" if value else "false"
        # JSON writes +0000 where CSV has Z.
        return str(value)[:-5] + "Z" if self.moment else str(value)


class Export:
    """The work on one job. It can be begun anew at any time: what is done is known from its pieces."""

    def __init__(self, org: Org, jobs: Jobs, queries: Queries, job: Job) -> None:
        self._org = org
        self._jobs = jobs
        self._plan = row_plan(queries, org.caller(job.created_by), job)
        self._columns = columns_of(org.schema, self._plan, parse(job.query))
        self._number = 0
        if jobs.piece(job, HEADER, 0) is None:
            self._freeze(job)
        while jobs.piece(job, RESULT, self._number):
            self._number += 1

    def step(self, job: Job) -> Job | None:
        """Write the next piece and return the job as it is then; None when nothing is left."""
        frozen = self._jobs.piece(job, FROZEN, self._number)
        if frozen is None:
            return None
        text = frozen[2].decode("ascii")
        wanted = [text[at : at + ID_LENGTH] for at in range(0, len(text), ID_LENGTH)]
        with self._org.transaction():
            rows = run(self._org.connection, self._plan.by_ids(wanted))
            content = written(
                ([one.text(row) for one in self._columns] for row in rows),
                delimiter=job.delimiter,
                line_ending=job.line_ending,
            )
            self._jobs.add_piece(job, RESULT, content, number=self._number, first_row=job.processed, rows=len(rows))
            self._number += 1
            return self._jobs.change(job, processed=job.processed + len(rows))

    def _freeze(self, job: Job) -> None:
        """What belongs to the result is decided at one moment, whatever is written while it is read."""
        with self._org.transaction():
            found = (row[0] for row in stream(self._org.connection, self._plan.ids()))
            for number in count():
                record_ids = "".join(islice(found, PIECE))
                if not record_ids:
                    break
                self._jobs.add_piece(job, FROZEN, record_ids.encode("ascii"), number=number)
            header = written(
                [[one.name for one in self._columns]], delimiter=job.delimiter, line_ending=job.line_ending
            )
            self._jobs.add_piece(job, HEADER, header, number=0)


@dataclass(frozen=True)
class Page:
    """So many rows of a result from a row on."""

    first: int
    rows: int
    after: int | None  # where the next page begins

    @property
    def locator(self) -> str:
        return "null" if self.after is None else locator_of(self.after)


def page_of(job: Job, locator: str, most: int) -> Page:
    first = _offset(locator) if locator else 0
    if first > job.processed or (first and first == job.processed):
        raise _no_such_locator()
    rows = min(most, job.processed - first)
    return Page(first, rows, first + rows if first + rows < job.processed else None)


def content_of(jobs: Jobs, job: Job, page: Page) -> Iterator[bytes]:
    """A page as CSV: whole pieces as they are, the two at its edges cut."""
    header = jobs.piece(job, HEADER, 0)
    yield header[2] if header else b""
    left = page.rows
    for first, rows, content in jobs.pieces(job, RESULT, from_row=page.first):
        start = max(page.first - first, 0)
        count = min(rows - start, left)
        if count <= 0:
            return
        yield content if count == rows else _cut(job, content, start, start + count)
        left -= count


def locator_of(row: int) -> str:
    return base64.urlsafe_b64encode(str(row).encode()).decode().rstrip("=")


def row_plan(queries: Queries, caller: Caller, job: Job) -> RowPlan:
    plan = queries.plan(
        caller, job.query, version=job.version, all_rows=job.operation == "queryAll", now=moment(job.created)
    )
    return rows_of(plan)


def rows_of(plan: Plan) -> RowPlan:
    if not isinstance(plan, RowPlan):
        raise restricted("aggregate functions and GROUP BY")
    return plan


def check_query(schema: Schema, plan: RowPlan, query: Query) -> None:
    """What SOQL has and bulk queries have not."""
    for item in query.items:
        if isinstance(item, Subquery):
            raise restricted("parent-to-child relationship queries")
        if isinstance(item, Typeof):
            raise restricted("TYPEOF")
        if isinstance(item, Fields) and item.group != "STANDARD":
            raise restricted(f"FIELDS({item.group})")
    if query.skip:
        raise restricted("OFFSET")
    for column in leaves(plan.shape):
        found = field_at(schema, plan.object, column[0])
        if found and found.type in {"address", "location"}:
            raise restricted(f"compound fields such as {found.name}")
        if found and found.type == "base64":
            raise restricted(f"binary fields such as {found.name}")


def columns_of(schema: Schema, plan: RowPlan, query: Query) -> tuple[Column, ...]:
    """The columns of the result in the order of the query, a parent's field as Account.Name."""
    found = [Column(".".join(path), make, _is_moment(schema, plan.object, path)) for path, make in leaves(plan.shape)]
    said = [_said(item) for item in query.items]
    places = {name: at for at, name in reversed(list(enumerate(said)))}
    return tuple(sorted(found, key=lambda one: places.get(one.name.lower(), len(places))))


def leaves(shape: RecordShape, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Make]]:
    """Every value in a record and in the parents within it, with the way to it."""
    for key, make in shape.entries.items():
        inner = getattr(make, "__self__", None)  # a parent's entry is its shape's bound build
        if isinstance(inner, RecordShape):
            yield from leaves(inner, (*above, key))
        else:
            yield (*above, key), make


def field_at(schema: Schema, one: Object, path: Sequence[str]) -> Field | None:
    *parents, name = path
    owners = [one]
    for parent in parents:
        references = [found for owner in owners if (found := owner.parent(parent))]
        owners = [target for one in references for kind in one.reference_to if (target := schema.object(kind))]
    return next((found for owner in owners if (found := owner.field(name))), None)


def restricted(what: str) -> Refused:
    return Refused(400, "API_ERROR", f"Implementation restriction: Bulk API 2.0 does not support {what}")


def _is_moment(schema: Schema, one: Object, path: Sequence[str]) -> bool:
    found = field_at(schema, one, path)
    return found is not None and found.type == "datetime"


def _said(item: object) -> str:
    if not isinstance(item, Selected):
        return ""
    return (item.alias or str(item.expression)).lower() if isinstance(item.expression, Path) else ""


def _cut(job: Job, content: bytes, start: int, end: int) -> bytes:
    rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=DELIMITERS[job.delimiter])
    return written(list(rows)[start:end], delimiter=job.delimiter, line_ending=job.line_ending)


def _offset(locator: str) -> int:
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode("ascii")
    except ValueError as error:
        raise _no_such_locator() from error
    if not text.isdecimal() or len(text) > 9:
        raise _no_such_locator()
    return int(text)


def _no_such_locator() -> Refused:
    return Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
