"""Rows as SQLite has them: read whole, written column by column."""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from salesforce_emulator.schema.model import Object


def row(connection: sqlite3.Connection, name: str, record_id: str) -> dict[str, Any] | None:
    cursor = connection.execute(f'SELECT * FROM "{name}" WHERE Id = ?', (record_id,))  # noqa: S608
    found = cursor.fetchone()
    return dict(zip((column[0] for column in cursor.description), found, strict=True)) if found else None


def rows(connection: sqlite3.Connection, query: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    cursor = connection.execute(query, tuple(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, found, strict=True)) for found in cursor]


def put(connection: sqlite3.Connection, one: Object, values: Mapping[str, Any]) -> None:
    connection.execute(_insertion(one.name, tuple(values)), tuple(values.values()))


@lru_cache(maxsize=512)
def _insertion(name: str, columns: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{name}" ({quoted}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 - from the schema


def change(connection: sqlite3.Connection, name: str, record_id: str, values: Mapping[str, Any]) -> None:
    if not values:
        return
    setting = ", ".join(f'"{column}" = ?' for column in values)
    connection.execute(f'UPDATE "{name}" SET {setting} WHERE Id = ?', (*values.values(), record_id))  # noqa: S608
