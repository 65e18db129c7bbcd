"""The Store in one SQLite file (or in memory), safe for several processes."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesforce_mcp.ports import Clock, Item, Key, SystemClock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    partition TEXT NOT NULL, sort TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER,
    PRIMARY KEY (partition, sort)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
"""


class SqliteStore:
    """Every call is one short transaction: BEGIN IMMEDIATE makes read-then-write atomic between processes."""

    def __init__(self, path: str | Path = ":memory:", clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=30)
        # The journal mode is changed under a lock that does not wait, so another process starting up may win it.
        self._connection.execute("PRAGMA busy_timeout=30000")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    async def get(self, key: Key) -> Item | None:
        with self._lock:
            return self._read(key)

    async def put(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item:
        with self._transaction():
            there = self._read(key)
            return self._write(key, value, version=there.version + 1 if there else 1, expires_at=expires_at)

    async def create(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        with self._transaction():
            if self._read(key):
                return None
            return self._write(key, value, version=1, expires_at=expires_at)

    async def replace(self, item: Item, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        with self._transaction():
            there = self._read(item.key)
            if there is None or there.version != item.version:
                return None
            return self._write(item.key, value, version=item.version + 1, expires_at=expires_at)

    async def take(self, key: Key) -> Item | None:
        with self._transaction():
            there = self._read(key)
            self._connection.execute("DELETE FROM item WHERE partition = ? AND sort = ?", key)
            return there

    async def delete(self, key: Key) -> None:
        with self._transaction():
            self._connection.execute("DELETE FROM item WHERE partition = ? AND sort = ?", key)

    async def add(self, key: Key, amount: int = 1, *, expires_at: int | None = None) -> int:
        with self._transaction():
            there = self._read(key)
            if there is None:
                self._write(key, {"count": amount}, version=1, expires_at=expires_at)
                return amount
            count: int = there.value["count"] + amount
            self._write(key, {"count": count}, version=there.version + 1, expires_at=there.expires_at)
            return count

    async def list(self, partition: str) -> list[Item]:
        with self._lock:
            rows = self._connection.execute(
                "SELECT partition, sort, value, version, expires_at FROM item"
                " WHERE partition = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY sort",
                (partition, self._clock.now()),
            ).fetchall()
        return [_item(row) for row in rows]

    async def scan(self, prefix: str) -> Sequence[Item]:
        """Every fact of the partitions that begin so: for an operator's commands."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT partition, sort, value, version, expires_at FROM item"
                " WHERE substr(partition, 1, ?) = ? AND (expires_at IS NULL OR expires_at > ?)",
                (len(prefix), prefix, self._clock.now()),
            ).fetchall()
        return [_item(row) for row in rows]

    def _read(self, key: Key) -> Item | None:
        row = self._connection.execute(
            "SELECT partition, sort, value, version, expires_at FROM item"
            " WHERE partition = ? AND sort = ? AND (expires_at IS NULL OR expires_at > ?)",
            (*key, self._clock.now()),
        ).fetchone()
        return _item(row) if row else None

    def _write(self, key: Key, value: Mapping[str, Any], *, version: int, expires_at: int | None) -> Item:
        item = Item(key=key, value=dict(value), version=version, expires_at=expires_at)
        self._connection.execute("DELETE FROM item WHERE expires_at <= ?", (self._clock.now(),))
        self._connection.execute(
            "INSERT OR REPLACE INTO item (partition, sort, value, version, expires_at) VALUES (?, ?, ?, ?, ?)",
            (*key, json.dumps(dict(value)), version, expires_at),
        )
        return item

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _item(row: tuple[str, str, str, int, int | None]) -> Item:
    partition, sort, value, version, expires_at = row
    return Item(key=Key(partition, sort), value=json.loads(value), version=version, expires_at=expires_at)
