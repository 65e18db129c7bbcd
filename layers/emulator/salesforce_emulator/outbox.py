"""E-mail that the org sends: kept, so that a test or a demonstration can look at it. None ever leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
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


def keep_message(org: Org, caller: Caller, message: dict[str, Any], *, task_id: str) -> None:
    """Enhanced Email: what is logged as a task is kept as a message too, which names that task."""
    sender = org.row("User", caller.user_id) or {}
    about = ids.canonical(message.get("whatId") or "")
    related = org.schema.by_prefix(about) if about else None
    takes = org.schema.known("EmailMessage").field("RelatedToId")
    values = {
        "ActivityId": task_id,
        "Status": "3",
        "Incoming": False,
        "Subject": message.get("subject"),
        "TextBody": message.get("plainTextBody"),
        "HtmlBody": message.get("htmlBody"),
        "FromAddress": message.get("senderAddress") or sender.get("Email"),
        "FromName": message.get("senderDisplayName") or sender.get("Name"),
        "ToAddress": "; ".join(message["toAddresses"]),
        "CcAddress": "; ".join(message["ccAddresses"]),
        "BccAddress": "; ".join(message["bccAddresses"]),
        "MessageDate": stamp(org.now()),
        "ParentId": about if related and related.name == "Case" else None,
        "RelatedToId": about if related and takes and related.name in takes.reference_to else None,
    }
    org.add(caller, "EmailMessage", {name: value for name, value in values.items() if value not in (None, "")})


def messages(org: Org) -> list[dict[str, Any]]:
    """Everything that was sent, oldest first."""
    org.connection.execute(TABLE)
    found = org.connection.execute("SELECT at, user_id, message FROM _outbox ORDER BY number")
    return [{"at": at, "userId": user_id, **json.loads(message)} for at, user_id, message in found]
