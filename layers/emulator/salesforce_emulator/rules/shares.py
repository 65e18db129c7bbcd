"""The share rows of a case: its owner's, and what people with full access share by hand.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_caseshare.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator import ids, sharing
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules.change import Change, Row
from salesforce_emulator.rules.rows import put
from salesforce_emulator.schema.model import Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

SHARE = "CaseShare"
NO_ACCESS = "insufficient access rights on object id"


def follow_owner(change: Change) -> None:
    """A new owner has all access, and what the former one shared by hand is over."""
    if not change.changed("OwnerId"):
        return
    org, case_id = change.org, change.row["Id"]
    org.connection.execute(f'DELETE FROM "{SHARE}" WHERE CaseId = ?', (case_id,))  # noqa: S608
    one = org.schema.known(SHARE)
    owned = {"CaseId": case_id, "UserOrGroupId": change.row["OwnerId"], "CaseAccessLevel": "All", "RowCause": "Owner"}
    touched = {"LastModifiedDate": stamp(org.now()), "LastModifiedById": change.caller.user_id}
    # Not a write that somebody asked for: it is neither checked nor logged.
    put(org.connection, one, {**one.defaults, **owned, **touched, "Id": ids.make("01n", org.next_number("01n"))})


def check(change: Change) -> None:
    """By hand a case is shared to read or to edit, and only what was shared by hand is changed."""
    row = change.row
    if row["RowCause"] != "Manual":
        raise Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "Only manual shares can be written", ["RowCause"])
    if row["CaseAccessLevel"] == "All":
        message = "The access level All belongs to the owner: share with Read or Edit"
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["CaseAccessLevel"])


def remove(org: Org, _caller: Caller, row: Row) -> None:
    """A share that was taken away is gone; one that went with its case waits for it in the recycle bin."""
    case = org.row("Case", row["CaseId"])
    if case and not case["IsDeleted"]:
        org.connection.execute(f'DELETE FROM "{SHARE}" WHERE Id = ? AND IsDeleted = 1', (row["Id"],))  # noqa: S608
        org.connection.execute("DELETE FROM _recycle_bin WHERE record_id = ?", (row["Id"],))


def refuse_unless(org: Org, caller: Caller, one: Object, row: Row, right: str) -> None:
    """Refuse who sees a case, or what belongs to one, and may do no more with it."""
    if not has_right(org, caller, one, row, right):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)


def refuse_transfer(org: Org, caller: Caller, one: Object, before: Row, given: Row) -> None:
    """Only who has full access, or may transfer cases, gives a case to somebody else."""
    if given.get("OwnerId", before.get("OwnerId")) != before.get("OwnerId"):
        refuse_unless(org, caller, one, before, "transfer")


def has_right(org: Org, caller: Caller, one: Object, row: Row, right: str) -> bool:
    if caller.changes_all(sharing.CASE):
        return True
    if one.name == sharing.CASE:
        if right == "transfer" and caller.may("transfer_cases"):
            right = "edit"
        return _reaches(org, caller, row["Id"], right)
    reference = sharing.OF_CASES.get(one.name)
    if reference is None or row[reference] is None:
        return True
    if one.name == SHARE:
        return row["RowCause"] == "Manual" and _reaches(org, caller, row[reference], "delete")
    return _reaches(org, caller, row[reference], "edit")


def refuse_hidden(org: Org, caller: Caller, one: Object, given: Row) -> None:
    """Nothing can be hung on a case that the caller does not see, and only full access lets one share."""
    for field in one.references:
        case_id = given.get(field.name)
        if case_id is None or case_id[:3] != "500" or caller.sees_all(sharing.CASE):
            continue
        if not _reaches(org, caller, case_id, "read"):
            message = f"insufficient access rights on cross-reference id: {case_id[:15]}"
            raise Refused(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, [])
    if one.name == SHARE and given.get("CaseId"):
        refuse_unless(org, caller, one, {"RowCause": "Manual", **given}, "edit")


def _reaches(org: Org, caller: Caller, case_id: str, right: str) -> bool:
    if right == "read" and caller.sees_all(sharing.CASE):
        return True
    found = org.connection.execute(f"SELECT {sharing.granted(caller.user_id, '?1', right)}", (case_id,)).fetchone()
    return bool(found[0])
