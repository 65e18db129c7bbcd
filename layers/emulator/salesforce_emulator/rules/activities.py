"""Tasks and events: when they are, whose account they count for, and when somebody was last in touch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

ACCOUNT_OF = {"Account": "Id", "Invoice__c": "Account__c"}
LAST = """
SELECT max(ActivityDate) FROM (
    SELECT ActivityDate FROM "Task" WHERE {column} = :id AND IsDeleted = 0 AND IsClosed = 1
    UNION ALL SELECT ActivityDate FROM "Event" WHERE {column} = :id AND IsDeleted = 0 AND ActivityDate <= :today
)
"""
OPEN = """
SELECT count(*) > 0 AS HasOpenActivity, coalesce(sum(ActivityDate < ?), 0) > 0 AS HasOverdueTask
FROM "Task" WHERE WhatId = ? AND IsDeleted = 0 AND IsClosed = 0
"""


def decide_task(change: Change) -> None:
    row, was_closed = change.row, bool(change.before and change.before["IsClosed"])
    if row["IsClosed"] and not was_closed:
        row["CompletedDateTime"] = stamp(change.org.now())
    elif not row["IsClosed"]:
        row["CompletedDateTime"] = None


def measure_event(change: Change) -> None:
    """Start, end and duration: two of the three are enough, and they must agree."""
    row, given = change.row, change.given
    start = given.get("StartDateTime") or given.get("ActivityDateTime") or row["StartDateTime"]
    if start is None and row["IsAllDayEvent"] and row["ActivityDate"]:
        start = f"{row['ActivityDate']}T00:00:00.000Z"
        row["DurationInMinutes"] = row["DurationInMinutes"] or 1440
    if start is None:
        raise _missing("ActivityDateTime")
    if given.get("EndDateTime"):
        row["DurationInMinutes"] = int((moment(given["EndDateTime"]) - moment(start)).total_seconds() // 60)
    if row["DurationInMinutes"] is None:
        raise _missing("DurationInMinutes")
    if row["DurationInMinutes"] < 0:
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", "Event duration can not be negative", ["DurationInMinutes"])
    end = stamp(moment(start) + timedelta(minutes=row["DurationInMinutes"]))
    row.update(StartDateTime=start, ActivityDateTime=start, EndDateTime=end)
    row.update(ActivityDate=start[:10], EndDate=end[:10])


def find_account(change: Change) -> None:
    """An activity counts for the account of what it is about, else of whom it is with."""
    row, org = change.row, change.org
    row["AccountId"] = _account_behind(org, row["WhatId"]) or _account_behind(org, row["WhoId"])


def note_after_save(change: Change) -> None:
    note(change.org, change.caller, change.row)
    if change.before and change.changed("WhatId", "WhoId", "AccountId"):
        note(change.org, change.caller, change.before)


def note(org: Org, caller: Caller, row: Row) -> None:  # noqa: ARG001
    today = org.now().date().isoformat()
    for column in ("WhatId", "WhoId", "AccountId"):
        related = org.schema.by_prefix(row[column]) if row[column] else None
        if related is None or related.field("LastActivityDate") is None:
            continue
        last = org.connection.execute(LAST.format(column=column), {"id": row[column], "today": today}).fetchone()[0]
        values = {"LastActivityDate": last}
        if related.name == "Opportunity":
            values.update(rows.rows(org.connection, OPEN, (today, row[column]))[0])
        rows.change(org.connection, related.name, row[column], values)


def _account_behind(org: Org, record_id: str | None) -> str | None:
    related = org.schema.by_prefix(record_id) if record_id else None
    if related is None or record_id is None:
        return None
    column = ACCOUNT_OF.get(related.name, "AccountId")
    if related.field(column) is None:
        return None
    found = org.connection.execute(f'SELECT {column} FROM "{related.name}" WHERE Id = ?', (record_id,)).fetchone()  # noqa: S608
    return found[0] if found else None


def _missing(name: str) -> Refused:
    return Refused(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]", [name])
