"""Entitlements and milestones: what a customer was promised, and how much time is left.

https://help.salesforce.com/s/articleView?id=service.entitlements_overview.htm
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from salesforce_emulator import definitions
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp
from salesforce_emulator.rules.change import Change

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

COMPUTED = ("CaseMilestone", "Entitlement")
LEFT = "(unixepoch(TargetDate) - unixepoch(:now))"
MILESTONES = f"""
UPDATE "CaseMilestone" SET
    IsViolated = TargetDate < coalesce(CompletionDate, :now),
    ElapsedTimeInMins = (unixepoch(coalesce(CompletionDate, :now)) - unixepoch(StartDate)) / 60,
    TimeRemainingInMins = CASE WHEN IsCompleted = 0 AND {LEFT} > 0
        THEN printf('%02d:%02d', {LEFT} / 60, {LEFT} % 60) ELSE '00:00' END,
    TimeSinceTargetInMins = CASE WHEN IsCompleted = 0 AND {LEFT} < 0
        THEN printf('%02d:%02d', -{LEFT} / 60, -{LEFT} % 60) ELSE '00:00' END
WHERE IsDeleted = 0
"""  # noqa: S608 - two constants
STATUSES = """
UPDATE "Case" SET MilestoneStatus = (
    SELECT CASE WHEN max(IsViolated AND NOT IsCompleted) THEN 'Open Violation'
        WHEN max(IsViolated) THEN 'Closed Violation' ELSE 'Compliant' END
    FROM "CaseMilestone" m WHERE m.CaseId = "Case".Id AND m.IsDeleted = 0)
WHERE EntitlementId IS NOT NULL AND IsDeleted = 0
"""
ENTITLEMENTS = """
UPDATE "Entitlement" SET Status = CASE WHEN StartDate > :today THEN 'Inactive'
    WHEN EndDate < :today THEN 'Expired' ELSE 'Active' END
WHERE IsDeleted = 0
"""


def refresh(org: Org) -> None:
    """Bring what depends on the time of day up to date: called before anybody looks."""
    now = stamp(org.now())
    org.connection.execute(MILESTONES, {"now": now})
    org.connection.execute(STATUSES)
    org.connection.execute(ENTITLEMENTS, {"today": now[:10]})


def decide_status(change: Change) -> None:
    row, today = change.row, change.org.now().date().isoformat()
    if row["StartDate"] and row["EndDate"] and row["EndDate"] < row["StartDate"]:
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", "The end date is before the start date", ["EndDate"])
    row["Status"] = "Inactive" if (row["StartDate"] or "") > today else "Active"
    if row["EndDate"] and row["EndDate"] < today:
        row["Status"] = "Expired"


def enter(change: Change) -> None:
    """A case under an entitlement enters its process."""
    row = change.row
    if not change.changed("EntitlementId"):
        return
    row["SlaStartDate"] = stamp(change.org.now()) if row["EntitlementId"] else None


def leave(change: Change) -> None:
    row = change.row
    if row["EntitlementId"]:
        row["SlaExitDate"] = row["ClosedDate"]


def start(change: Change) -> None:
    """Start the milestones of the process, with the target that the case's priority asks for."""
    row, org = change.row, change.org
    if not change.changed("EntitlementId"):
        return
    org.connection.execute('DELETE FROM "CaseMilestone" WHERE CaseId = ?', (row["Id"],))
    entitlement = org.row("Entitlement", row["EntitlementId"]) if row["EntitlementId"] else None
    process = definitions.get(org, entitlement["SlaProcessId"]) if entitlement and entitlement["SlaProcessId"] else None
    for one in process["milestones"] if process else []:
        minutes = one["minutes"].get(row["Priority"], one["minutes"]["*"])
        begun = moment(row["SlaStartDate"])
        target = stamp(begun + timedelta(minutes=minutes))
        values = {"CaseId": row["Id"], "MilestoneTypeId": one["type"], "StartDate": row["SlaStartDate"]}
        org.add(change.caller, "CaseMilestone", {**values, "TargetDate": target, "TargetResponseInMins": minutes})


def complete(change: Change) -> None:
    row = change.row
    row["IsCompleted"] = row["CompletionDate"] is not None
    row["IsViolated"] = row["TargetDate"] is not None and row["TargetDate"] < (
        row["CompletionDate"] or stamp(change.org.now())
    )
