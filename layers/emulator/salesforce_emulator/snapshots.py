"""States of the org to go back to."""

import sqlite3
import weakref
from dataclasses import dataclass

from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Object, Schema

STARTED = "started"


@dataclass(frozen=True)
class Kept:
    """A state: its rows in a temporary file of SQLite's own, so that a million of them stay out of memory."""

    rows: sqlite3.Connection
    objects: tuple[Object, ...]


class Snapshots:
    """Named copies of an org, the first of how it was started."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._kept: dict[str, Kept] = {}
        self.take(STARTED)

    @property
    def names(self) -> list[str]:
        return list(self._kept)

    def take(self, name: str) -> None:
        """Keep the state as it is now, in place of an older one of that name."""
        rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._org.connection.backup(rows)
        kept = Kept(rows, tuple(self._org.schema))
        weakref.finalize(kept, rows.close)
        self._kept[name] = kept

    def restore(self, name: str) -> None:
        kept = self._kept[name]
        kept.rows.backup(self._org.connection)
        self._org.schema = Schema(list(kept.objects))
