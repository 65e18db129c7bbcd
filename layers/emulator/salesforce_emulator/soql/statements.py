"""Running what the compiler made."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.soql.sql import Sql

# SQLite's own limits, met by queries that are well formed but beyond what any client means.
_TOO_MUCH = (
    "too many columns",
    "Expression tree is too large",
    "parser stack overflow",
    "tables in a join",
    "too many terms",
    "pattern too complex",
    "too many SQL variables",
    "too big",
)


def stream(connection: sqlite3.Connection, statement: Sql) -> Iterator[tuple[Any, ...]]:
    """Row by row, for results that need not be held at once."""
    cursor = connection.cursor()
    cursor.row_factory = None
    yield from cursor.execute(statement.text, statement.values)


def run(connection: sqlite3.Connection, statement: Sql) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    try:
        return cursor.execute(statement.text, statement.values).fetchall()
    except (sqlite3.OperationalError, sqlite3.DataError) as error:
        if any(reason in str(error) for reason in _TOO_MUCH):
            raise Refused(400, "QUERY_TOO_COMPLICATED", "Query is too complicated") from error
        raise
