"""Pages of records with their children."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from salesforce_emulator.access import Caller
from salesforce_emulator.soql.cursors import Cursor, Cursors
from salesforce_emulator.soql.plans import ChildPlan, RowPlan
from salesforce_emulator.soql.statements import run, stream

Record: TypeAlias = dict[str, Any]
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Pages:
    """Everything that the pages of one query share."""

    connection: sqlite3.Connection
    cursors: Cursors
    caller: Caller
    version: str
    soql: str
    all_rows: bool
    batch_size: int
    now: datetime

    def first(self, plan: RowPlan) -> Record:
        """The first page; where there are more, the ids of all are frozen first."""
        rows = run(self.connection, plan.rows(self.batch_size + 1))
        if len(rows) <= self.batch_size:
            return {"totalSize": len(rows), "done": True, "records": self.records(plan, rows)}
        cursor = self._open(row[0] for row in stream(self.connection, plan.ids()))
        return self.page(plan, cursor, 0)

    def page(self, plan: RowPlan, cursor: Cursor, offset: int) -> Record:
        """One page of a frozen result: the rows that are still there, as they are now."""
        wanted = self.cursors.page(cursor, offset, self.batch_size)
        rows = run(self.connection, plan.by_ids(wanted))
        answer: Record = {"totalSize": cursor.total, "done": True}
        if offset + self.batch_size < cursor.total:
            answer = {"totalSize": cursor.total, "done": False}
            answer["nextRecordsUrl"] = self._url(cursor, offset + self.batch_size)
        return answer | {"records": self.records(plan, rows, way=cursor.child)}

    def records(self, plan: RowPlan, rows: Sequence[Row], *, way: tuple[int, ...] = ()) -> list[Record]:
        built = [record for record in map(plan.shape.build, rows) if record]
        if plan.children and rows:
            self._add_children(plan, rows, built, way)
        return built

    def _add_children(self, plan: RowPlan, rows: Sequence[Row], built: Sequence[Record], way: tuple[int, ...]) -> None:
        parent_ids = [row[0] for row in rows]
        for at, child in enumerate(plan.children):
            answers = self._children(child, parent_ids, (*way, at))
            for parent_id, record in zip(parent_ids, built, strict=True):
                record[child.key] = answers.get(parent_id)

    def _children(self, child: ChildPlan, parent_ids: Sequence[str], way: tuple[int, ...]) -> dict[str, Record]:
        groups: dict[str, list[Row]] = {}
        for row in run(self.connection, child.plan.of_parents(child.link, parent_ids)):
            groups.setdefault(row[-1], []).append(row)
        shown = [row for rows in groups.values() for row in rows[: self.batch_size]]
        records = iter(self.records(child.plan, shown, way=way))
        answers: dict[str, Record] = {}
        for parent_id, rows in groups.items():
            answer: Record = {"totalSize": len(rows), "done": True}
            if len(rows) > self.batch_size:
                cursor = self._open((row[0] for row in rows), child=way)
                answer = {"totalSize": len(rows), "done": False}
                answer["nextRecordsUrl"] = self._url(cursor, self.batch_size)
            answer["records"] = [next(records) for _ in rows[: self.batch_size]]
            answers[parent_id] = answer
        return answers

    def _open(self, record_ids: Iterable[str], child: tuple[int, ...] = ()) -> Cursor:
        return self.cursors.open(
            self.caller.user_id,
            self.soql,
            record_ids,
            all_rows=self.all_rows,
            batch_size=self.batch_size,
            now=self.now,
            child=child,
        )

    def _url(self, cursor: Cursor, offset: int) -> str:
        return f"/services/data/v{self.version}/query/{cursor.locator(offset)}"
