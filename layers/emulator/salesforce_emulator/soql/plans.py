"""What a compiled query is: the statements to run, and what their rows become."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_emulator.schema.model import Object
from salesforce_emulator.soql.records import Make, RecordShape
from salesforce_emulator.soql.sql import Sql, bound, every, joined, sql

NO_LIMIT = -1


@dataclass(frozen=True)
class CountPlan:
    """SELECT COUNT() FROM …"""

    object: Object
    statement: Sql


@dataclass(frozen=True)
class GroupPlan:
    """A query whose rows are AggregateResults."""

    object: Object
    statement: Sql
    entries: tuple[tuple[str, Make], ...]

    def build(self, row: Sequence[Any]) -> dict[str, Any]:
        return {"attributes": {"type": "AggregateResult"}} | {key: make(row) for key, make in self.entries}


@dataclass(frozen=True)
class RowPlan:
    """A query whose rows are records."""

    object: Object
    alias: str
    columns: tuple[Sql, ...]  # the record's id is the first
    joins: Sql
    where: tuple[Sql, ...]
    visible: tuple[Sql, ...]  # the part of WHERE that still holds when a frozen page is read again
    order: Sql | None
    limit: int | None
    skip: int
    shape: RecordShape
    children: tuple["ChildPlan", ...]

    def rows(self, most: int) -> Sql:
        """The first rows, at most so many."""
        limit = most if self.limit is None else min(most, self.limit)
        return self._select(joined(self.columns), limit)

    def ids(self) -> Sql:
        """The ids of the whole result."""
        return self._select(self.columns[0], NO_LIMIT if self.limit is None else self.limit)

    def by_ids(self, record_ids: Sequence[str]) -> Sql:
        """These rows in this order, as they are now."""
        wanted = bound(json.dumps(record_ids))
        # CROSS JOIN keeps SQLite from scanning the object instead of looking up the ids.
        tables = sql('json_each({}) frozen CROSS JOIN {} ON {}."Id" = frozen.value{}', wanted, *self._named())
        parts = [sql("SELECT {} FROM {}", joined(self.columns), tables)]
        if self.visible:
            parts.append(sql("WHERE {}", every(self.visible)))
        return joined([*parts, Sql("ORDER BY frozen.key")], " ")

    def of_parents(self, link: Sql, parent_ids: Sequence[str]) -> Sql:
        """The rows of these parents, each with its parent's id at the end. LIMIT and OFFSET count per parent."""
        parents = sql("{} IN (SELECT value FROM json_each({}))", link, bound(json.dumps(parent_ids)))
        where = every([parents, *self.where])
        if self.limit is None and not self.skip:
            order = sql(" ORDER BY {}", self.order) if self.order else Sql("")
            return sql("SELECT {}, {} FROM {} WHERE {}{}", joined(self.columns), link, self._tables(), where, order)
        order = sql(" ORDER BY {}", self.order) if self.order else Sql("")
        numbered = sql("ROW_NUMBER() OVER (PARTITION BY {}{}) AS place", link, order)
        columns = [sql(f"{{}} AS c{at}", column) for at, column in enumerate((*self.columns, link))]
        inner = sql("SELECT {}, {} FROM {} WHERE {}", joined(columns), numbered, self._tables(), where)
        last = bound(None if self.limit is None else self.skip + self.limit)
        names = Sql(", ".join(f"c{at}" for at in range(len(columns))))
        return sql(
            "SELECT {} FROM ({}) WHERE place > {} AND place <= IFNULL({}, place) ORDER BY place",
            names,
            inner,
            bound(self.skip),
            last,
        )

    def _select(self, columns: Sql, limit: int) -> Sql:
        parts = [sql("SELECT {} FROM {}", columns, self._tables())]
        if self.where:
            parts.append(sql("WHERE {}", every(self.where)))
        if self.order:
            parts.append(sql("ORDER BY {}", self.order))
        if limit != NO_LIMIT or self.skip:
            parts.append(sql("LIMIT {} OFFSET {}", bound(limit), bound(self.skip)))
        return joined(parts, " ")

    def _tables(self) -> Sql:
        return sql("{}{}", self._table(), self.joins)

    def _table(self) -> Sql:
        return Sql(f'"{self.object.name}" {self.alias}')

    def _named(self) -> tuple[Sql, Sql, Sql]:
        return self._table(), Sql(self.alias), self.joins


@dataclass(frozen=True)
class ChildPlan:
    """A subquery: run once for the parents of a page."""

    key: str
    plan: RowPlan
    link: Sql  # the child's reference to its parent


Plan = CountPlan | GroupPlan | RowPlan
