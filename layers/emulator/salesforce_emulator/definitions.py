"""What a setup record means beyond its fields: the columns of a report, the filters of a list view. Kept as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def put(org: Org, record_id: str, body: dict[str, Any], *, parent_id: str | None = None) -> None:
    org.connection.execute(
        "INSERT OR REPLACE INTO _definition VALUES (?, ?, ?)", (record_id, parent_id, json.dumps(body))
    )


def get(org: Org, record_id: str) -> dict[str, Any] | None:
    found = org.connection.execute("SELECT body FROM _definition WHERE record_id = ?", (record_id,)).fetchone()
    return None if found is None else dict(json.loads(found[0]))


def below(org: Org, parent_id: str) -> dict[str, dict[str, Any]]:
    """The definitions that belong to another one, by id, oldest first."""
    found = org.connection.execute(
        "SELECT record_id, body FROM _definition WHERE parent_id = ? ORDER BY record_id", (parent_id,)
    )
    return {record_id: json.loads(body) for record_id, body in found}


def remove(org: Org, record_id: str) -> None:
    org.connection.execute("DELETE FROM _definition WHERE record_id = ? OR parent_id = ?", (record_id, record_id))
