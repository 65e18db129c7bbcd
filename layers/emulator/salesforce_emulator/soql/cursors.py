"""Frozen results: the ids of a whole result, kept while a client pages through it."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp

_TABLE = """
CREATE TABLE IF NOT EXISTS _cursor (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL DEFAULT '', user_id TEXT NOT NULL, soql TEXT NOT NULL,
    all_rows INTEGER NOT NULL, child TEXT NOT NULL, batch_size INTEGER NOT NULL, opened TEXT NOT NULL,
    total INTEGER NOT NULL, ids BLOB NOT NULL
)
"""
_LOCATOR = re.compile(r"(01g[0-9A-Za-z]{12}(?:[A-Z0-5]{3})?)-(\d{1,9})", re.ASCII)
_LIFE = timedelta(days=2)
_KEPT_PER_USER = 100
_ID_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Cursor:
    number: int
    id: str
    soql: str
    all_rows: bool
    child: tuple[int, ...]  # the way to the subquery whose rows these are; empty for the query itself
    batch_size: int
    opened: datetime
    total: int

    def locator(self, offset: int) -> str:
        return f"{self.id}-{offset}"


class Cursors:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(_TABLE)

    def open(
        self,
        user_id: str,
        soql: str,
        record_ids: Iterable[str],
        *,
        all_rows: bool,
        batch_size: int,
        now: datetime,
        child: Sequence[int] = (),
    ) -> Cursor:
        self._forget(user_id, now)
        frozen = bytearray()
        for record_id in record_ids:
            frozen += record_id.encode("ascii")
        way, total = ".".join(map(str, child)), len(frozen) // _ID_LENGTH
        values = (user_id, soql, all_rows, way, batch_size, stamp(now), total, bytes(frozen))
        number = self._connection.execute(
            "INSERT INTO _cursor (user_id, soql, all_rows, child, batch_size, opened, total, ids)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        ).lastrowid
        cursor_id = ids.make("01g", number or 0)
        self._connection.execute("UPDATE _cursor SET id = ? WHERE number = ?", (cursor_id, number))
        return Cursor(number or 0, cursor_id, soql, all_rows, tuple(child), batch_size, now, total)

    def find(self, user_id: str, locator: str, now: datetime) -> tuple[Cursor, int]:
        """The cursor behind a locator and the offset in it. Another user's cursor does not exist."""
        match = _LOCATOR.fullmatch(locator)
        cursor_id = ids.canonical(match[1]) if match else None
        row = self._connection.execute(
            "SELECT number, id, soql, all_rows, child, batch_size, opened, total FROM _cursor"
            " WHERE id = ? AND user_id = ? AND opened > ?",
            (cursor_id, user_id, stamp(now - _LIFE)),
        ).fetchone()
        if match is None or row is None or int(match[2]) >= row[7]:
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        number, found, soql, all_rows, way, batch_size, opened, total = row
        child = tuple(map(int, way.split("."))) if way else ()
        cursor = Cursor(number, found, soql, bool(all_rows), child, batch_size, moment(opened), total)
        return cursor, int(match[2])

    def page(self, cursor: Cursor, offset: int, size: int) -> list[str]:
        frozen = self._connection.execute(
            "SELECT substr(ids, ?, ?) FROM _cursor WHERE number = ?",
            (offset * _ID_LENGTH + 1, size * _ID_LENGTH, cursor.number),
        ).fetchone()[0]
        text = frozen.decode("ascii")
        return [text[at : at + _ID_LENGTH] for at in range(0, len(text), _ID_LENGTH)]

    def _forget(self, user_id: str, now: datetime) -> None:
        self._connection.execute("DELETE FROM _cursor WHERE opened <= ?", (stamp(now - _LIFE),))
        self._connection.execute(
            "DELETE FROM _cursor WHERE user_id = ? AND number <= (SELECT number FROM _cursor WHERE user_id = ?"
            " ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (user_id, user_id, _KEPT_PER_USER - 1),
        )
