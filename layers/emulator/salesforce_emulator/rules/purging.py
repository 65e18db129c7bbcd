"""Records that leave for good: hardDelete, and an emptied recycle bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import rows

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def purge(org: Org, record_id: str) -> None:
    """Take a deleted record out of the recycle bin, with what was deleted because of it."""
    binned = rows.rows(org.connection, "SELECT * FROM _recycle_bin WHERE root_id = ?", (record_id,))
    if not any(one["record_id"] == record_id for one in binned):
        raise Refused(400, "UNDELETE_FAILED", "Entity is not in the recycle bin")
    with org.transaction():
        for one in binned:
            org.connection.execute(f'DELETE FROM "{one["object"]}" WHERE Id = ?', (one["record_id"],))  # noqa: S608
        for table in ("_recycle_bin", "_cleared_reference"):
            org.connection.execute(f"DELETE FROM {table} WHERE root_id = ?", (record_id,))  # noqa: S608
