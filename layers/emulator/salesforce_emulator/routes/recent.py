"""What the user lately worked with: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm"""

import sqlite3
from typing import Any
from zlib import crc32

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.schema.model import Object

MOST = 200
TABLE = """
CREATE TABLE IF NOT EXISTS _recent (
    number INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT, object TEXT, record_id TEXT, UNIQUE (user_id, record_id)
)
"""


def create_table(connection: sqlite3.Connection) -> None:
    connection.execute(TABLE)


def remember(call: Call, object_name: str, record_id: str) -> None:
    """A write through the API counts as working with the record; a read does with `Sforce-Mru: updateMru=true`.

    Configuration is nothing that a user works with, but for the users themselves."""
    one = call.org.schema.known(object_name)
    if one.setup and not one.searchable:
        return
    call.org.connection.execute(
        "INSERT OR REPLACE INTO _recent (user_id, object, record_id) VALUES (?, ?, ?)",
        (call.caller.user_id, object_name, record_id),
    )


def items(call: Call, *, only: Object | None = None, limit: int = MOST) -> list[dict[str, Any]]:
    rows = call.org.connection.execute(
        "SELECT object, record_id FROM _recent WHERE user_id = ? ORDER BY number DESC LIMIT ?",
        (call.caller.user_id, MOST),
    ).fetchall()
    found = [_item(call, *row) for row in rows if only is None or row[0] == only.name]
    return [one for one in found if one is not None][:limit]


def recent(call: Call) -> Answer:
    """GET /recent?limit=5"""
    limit = call.query.get("limit", str(MOST))
    if not limit.isdecimal() or len(limit) > 9:
        raise Refused(400, "INVALID_FIELD", f"limit must be a whole number, not {limit[:80]!r}")
    return Answer(200, items(call, limit=int(limit)), root="RecentItem")


def relevant(call: Call) -> Answer:
    """GET /sobjects/relevantItems?sobjects=Account,Contact: what the user works with, by object"""
    wanted = [name.strip().lower() for name in call.query.get("sobjects", "").split(",") if name.strip()]
    by_object: dict[str, list[str]] = {}
    for item in items(call):
        by_object.setdefault(item["attributes"]["type"], []).append(item["Id"])
    found = []
    for name, record_ids in by_object.items():
        one = call.find_object(name)
        if not wanted or name.lower() in wanted:
            shown = {"apiName": one.name, "key": one.key_prefix, "label": one.label_plural}
            found.append({**shown, "lastUpdatedId": str(crc32("".join(record_ids).encode())), "recordIds": record_ids})
    return Answer(200, found)


def _item(call: Call, object_name: str, record_id: str) -> dict[str, Any] | None:
    """None for what has been deleted or hidden since."""
    try:
        described = call.find_object(object_name)
        name = described.name_field
        columns = ["Id", name.name] if name and call.caller.can_see(described, name) else ["Id"]
        row = call.org.read(call.caller, object_name, record_id, columns)
    except Refused:
        return None
    return call.org.json_record(call.caller, described, row, call.version, columns)
