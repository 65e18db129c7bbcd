"""E-mail that the org sends: kept, so that a test or a demonstration can look at it. None ever leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from salesforce_emulator.moments import stamp

if TYPE_CHECKING:
    from salesforce_emulator.access import Caller
    from salesforce_emulator.org import Org

TABLE = """
CREATE TABLE IF NOT EXISTS _outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user_id TEXT NOT NULL, message TEXT NOT NULL
)
"""


def put(org: Org, caller: Caller, message: dict[str, Any]) -> None:
    """Keep a message: to, cc, bcc, subject, plainTextBody, htmlBody and what else its sender said."""
    org.connection.execute(TABLE)
    org.connection.execute(
        "INSERT INTO _outbox (at, user_id, message) VALUES (?, ?, ?)",
        (stamp(org.now()), caller.user_id, json.dumps(message)),
    )


def messages(org: Org) -> list[dict[str, Any]]:
    """Everything that was sent, oldest first."""
    org.connection.execute(TABLE)
    found = org.connection.execute("SELECT at, user_id, message FROM _outbox ORDER BY number")
    return [{"at": at, "userId": user_id, **json.loads(message)} for at, user_id, message in found]
