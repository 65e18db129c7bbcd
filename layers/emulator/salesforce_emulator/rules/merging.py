"""Several records become one: what hung on the others hangs on it.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import deleting, duplicates, rows, shares
from salesforce_emulator.rules.shares import NO_ACCESS
from salesforce_emulator.schema.model import ChildRelationship, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

MERGEABLE = ("Account", "Contact", "Lead", "Case")
MOST = 2
Row = dict[str, Any]


def merge(
    org: Org, caller: Caller, one: Object, master_id: str, values: Mapping[str, Any], others: Sequence[str]
) -> list[str]:
    """Merge up to two records into a master, which takes these values. Returns the ids of what hangs on it now."""
    if one.name not in MERGEABLE:
        raise Refused(400, "INVALID_TYPE_FOR_OPERATION", f"merge not allowed for entity: {one.name}")
    master = _row(org, caller, one, master_id)
    losers = [_row(org, caller, one, other) for other in others]
    _check(caller, one, master, losers)
    moved: list[str] = []
    with org.transaction():
        for loser in losers:
            moved += _move_children(org, caller, one, loser, master)
            deleting.delete(org, caller, one, loser["Id"])
            rows.change(org.connection, one.name, loser["Id"], {"MasterRecordId": master["Id"]})
        # Only now: a unique value that the master takes from another record was that record's until here.
        org.update(caller, one.name, master["Id"], values)
    return list(dict.fromkeys(moved))


def _check(caller: Caller, one: Object, master: Row, losers: list[Row]) -> None:
    given = [master["Id"], *(loser["Id"] for loser in losers)]
    if not 1 <= len(losers) <= MOST:
        message = f"Please choose 1 to {MOST} records to merge with the master record"
        raise Refused(400, "INVALID_NUMBER_FOR_OPERATION", message)
    if len(set(given)) != len(given):
        raise Refused(400, "DUPLICATE_VALUE", "a record cannot be merged with itself or more than once", [])
    if not caller.can_edit(one) or not caller.can_delete(one):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)
    if any(row.get("IsConverted") for row in (master, *losers)):
        raise Refused(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])


def _row(org: Org, caller: Caller, one: Object, record_id: str) -> Row:
    known = ids.canonical(record_id)
    if known is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {record_id}", ["Id"])
    if known[:3] != one.key_prefix:
        raise Refused(400, "INVALID_FIELD", f"{one.label} ID: id value of incorrect type: {record_id}", ["Id"])
    row = org.row(one.name, known) if caller.can_read(one) else None
    if row is None or not shares.has_right(org, caller, one, row, "delete"):
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    if row["IsDeleted"]:
        raise Refused(400, "ENTITY_IS_DELETED", "entity is deleted", [])
    return row


def _move_children(org: Org, caller: Caller, one: Object, loser: Row, master: Row) -> list[str]:
    moved = []
    for child in org.schema.children(one):
        if child.field.name == "MasterRecordId" or child.child_object in {shares.SHARE, duplicates.ITEM}:
            continue
        for row in _children(org, child, loser["Id"]):
            if _move(org, caller, child, row, master["Id"]):
                moved.append(row["Id"])
    return moved


def _move(org: Org, caller: Caller, child: ChildRelationship, row: Row, master_id: str) -> bool:
    name = child.field.name
    if row["Id"] == master_id:
        rows.change(org.connection, child.child_object, master_id, {name: None})  # nothing hangs on itself
        return False
    if child.child_object == "CampaignMember" and _is_member(org, name, row["CampaignId"], master_id):
        deleting.delete(org, caller, org.schema.known("CampaignMember"), row["Id"])
        return False
    if row.get("IsConverted"):
        rows.change(org.connection, child.child_object, row["Id"], {name: master_id})  # converted leads are closed
        return True
    org.change(caller, child.child_object, row["Id"], {name: master_id})
    return True


def _is_member(org: Org, column: str, campaign_id: str, master_id: str) -> bool:
    query = f'SELECT 1 FROM "CampaignMember" WHERE CampaignId = ? AND "{column}" = ? AND IsDeleted = 0'  # noqa: S608
    return org.connection.execute(query, (campaign_id, master_id)).fetchone() is not None


def _children(org: Org, child: ChildRelationship, parent_id: str) -> list[Row]:
    living = " AND IsDeleted = 0" if org.schema.known(child.child_object).field("IsDeleted") else ""
    query = f'SELECT * FROM "{child.child_object}" WHERE "{child.field.name}" = ?{living}'  # noqa: S608
    return rows.rows(org.connection, query, (parent_id,))
