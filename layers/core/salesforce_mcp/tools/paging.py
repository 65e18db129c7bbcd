"""Rows within the budget of a result: past it fewer rows, and a cursor that goes on inside Salesforce's own page."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.page import Page
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table, is_table, row_text

# A small page is read again, from its beginning, where a result had to stop inside it; several make up one result.
PAGE_ROWS = 500
_MOST_PAGES = 10
# What a result says beside its rows: counts, cursor, columns.
_HEAD_BYTES = 1_000


@dataclass(frozen=True)
class _Position:
    """Where a result went on to: `skip` rows of the page at `locator`, or of the first page when there is none."""

    locator: str | None = None
    skip: int = 0
    last_row: str = ""  # fingerprint of the last row handed out of a first page
    total: int = 0


class Rows:
    """One call's reading of a query."""

    def __init__(self, org: Salesforce, caller: Caller, soql: str, *, all_rows: bool = False) -> None:
        self._org = org
        self._caller = caller
        self._soql = soql
        self._all_rows = all_rows
        self._left = caller.result_tokens * BYTES_PER_TOKEN - _HEAD_BYTES

    async def read(self, cursor: str | None) -> Table:
        at = self._open(cursor) if cursor else _Position()
        page = await self._page(at.locator)
        total = at.total or page.total_size
        if at.skip and at.locator is None:
            at = replace(at, skip=_after(page, at))
        columns, rows = list(page.columns), list[Sequence[Any]]()
        for _ in range(_MOST_PAGES):
            fitting = self._fitting(page, at.skip)
            rows += _aligned(columns, page, fitting)
            if at.skip + len(fitting) < len(page.rows):
                if not rows:
                    raise _row_too_large(page, at.skip)
                stopped = _Position(at.locator, at.skip + len(fitting), _fingerprint(fitting, page, at), total)
                return self._table(columns, rows, total, stopped)
            if page.cursor is None:
                return self._table(columns, rows, total, None)
            at = _Position(page.cursor, total=total)
            if self._left <= 0:
                break
            page = await self._page(page.cursor)
        return self._table(columns, rows, total, at)

    async def _page(self, locator: str | None) -> Page:
        if locator is not None:
            return await self._org.next_page(locator, soql=self._soql)
        return await self._org.query(self._soql, all_rows=self._all_rows, page_size=PAGE_ROWS)

    def _fitting(self, page: Page, skip: int) -> Sequence[Sequence[Any]]:
        """The rows from `skip` on that the budget still takes."""
        # A text is at most twice its JSON, for a character is escaped by one. Where that much fits, none is counted.
        if page.cursor is None and 2 * len(json.dumps(page.rows[skip:], default=str)) <= self._left:
            return page.rows[skip:]
        for position in range(skip, len(page.rows)):
            # Counted as it will be sent: once as text and never more than that as JSON.
            self._left -= len(row_text(clean(page.rows[position])).encode()) + 1
            if self._left < 0:
                return page.rows[skip:position]
        return page.rows[skip:]

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], total: int, at: _Position | None) -> Table:
        sealed = self._seal(at) if at else None
        return Table(columns, [[self._cell(cell) for cell in row] for row in rows], total, sealed)

    def _cell(self, cell: Any) -> Any:
        """The children of a row may go on too: their cursor is sealed like ours."""
        if is_table(cell) and cell.get("cursor"):
            return {**cell, "cursor": self._seal(_Position(cell["cursor"], total=cell.get("totalSize") or 0))}
        return cell

    def _seal(self, at: _Position) -> str:
        position = {"q": self._digest(), "l": at.locator, "s": at.skip, "r": at.last_row, "t": at.total}
        return self._caller.cursors.seal(position, owner=self._caller.subject)

    def _open(self, cursor: str) -> _Position:
        told = self._caller.cursors.open(cursor, owner=self._caller.subject)
        if told.get("q") != self._digest():
            raise InvalidInput(
                "The cursor belongs to another query",
                code="INVALID_CURSOR",
                fields=["cursor"],
                hint="Send the cursor with exactly the query that returned it, or leave it out to begin again.",
            )
        return _Position(told["l"], told["s"], told["r"], told["t"])

    def _digest(self) -> str:
        return _short_hash(f"{self._all_rows} {' '.join(self._soql.split())}")


async def every_record(org: Salesforce, soql: str) -> list[dict[str, Any]]:
    """The records of a query that ends, by their columns: for a tool that compares them, not for a result."""
    page = await org.query(soql)
    records = page.records
    while page.cursor:
        page = await org.next_page(page.cursor, soql=soql)
        records += page.records
    return records


def _aligned(columns: list[str], page: Page, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Rows of a later page under the columns of the first; a column that is new there is added at the end."""
    if list(page.columns) == columns:
        return list(rows)
    columns += [column for column in page.columns if column not in columns]
    at = {column: position for position, column in enumerate(page.columns)}
    return [[row[at[column]] if column in at else None for column in columns] for row in rows]


def _fingerprint(fitting: Sequence[Sequence[Any]], page: Page, at: _Position) -> str:
    if at.locator is not None:
        return ""  # a locator is a snapshot: position alone finds the row again
    return _row_hash(page, fitting[-1]) if fitting else at.last_row


def _after(page: Page, at: _Position) -> int:
    """How many rows of a first page, read once more, were handed out: up to the last one, wherever it stands now."""
    if at.skip <= len(page.rows) and _row_hash(page, page.rows[at.skip - 1]) == at.last_row:
        return at.skip
    for position, row in enumerate(page.rows):
        if _row_hash(page, row) == at.last_row:
            return position + 1
    raise InvalidInput(
        "The rows changed while they were read, so the cursor's place is lost",
        code="INVALID_CURSOR",
        fields=["cursor"],
        hint="Run the query again without cursor, with ORDER BY Id and fewer columns or a LIMIT.",
    )


def _row_hash(page: Page, row: Sequence[Any]) -> str:
    """A row is known by its id where it has one: other columns may change while somebody reads on."""
    lower = [column.lower() for column in page.columns]
    return _short_hash(str(row[lower.index("id")]) if "id" in lower else json.dumps(row, default=str))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _row_too_large(page: Page, position: int) -> InvalidInput:
    sizes = {column: len(str(cell)) for column, cell in zip(page.columns, page.rows[position], strict=True)}
    widest = sorted(sizes, key=lambda column: -sizes[column])[:3]
    return InvalidInput(
        "One row alone is larger than a result may be",
        code="RESULT_TOO_LARGE",
        fields=widest,
        hint=f"Leave out the widest columns ({', '.join(widest)}), and read them of one record with getRecord.",
    )
