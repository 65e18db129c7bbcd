"""Undelete: a record comes back with what was deleted because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import rows, shares
from salesforce_emulator.rules.change import Row
from salesforce_emulator.rules.shares import NO_ACCESS
from salesforce_emulator.rules.triggers import AFTER_REMOVAL
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def undelete(org: Org, caller: Caller, record_id: str) -> None:
    binned = rows.rows(org.connection, "SELECT * FROM _recycle_bin WHERE root_id = ?", (record_id,))
    root = next((one for one in binned if one["record_id"] == record_id), None)
    if root is None:
        raise Refused(400, "UNDELETE_FAILED", "Entity is not in the recycle bin")
    if not caller.can_delete(root["object"]):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)
    kind = org.schema.known(root["object"])
    shares.refuse_unless(org, caller, kind, org.row(kind.name, record_id) or {}, "delete")
    with org.transaction():
        _restore(org, binned)
        _restore_references(org, record_id)
        held_back = _hold_back(org, binned)
        if record_id in held_back:
            raise Refused(400, "UNDELETE_FAILED", "the record belongs to another one that is deleted")
        for one in binned:
            if one["record_id"] not in held_back:
                _welcome(org, caller, org.schema.known(one["object"]), one["record_id"])


def _restore(org: Org, binned: list[Row]) -> None:
    for one in binned:
        stamped = org.schema.known(one["object"]).field("SystemModstamp")
        touched = {"IsDeleted": False, **({"SystemModstamp": stamp(org.now())} if stamped else {})}
        rows.change(org.connection, one["object"], one["record_id"], touched)
        org.connection.execute("DELETE FROM _recycle_bin WHERE record_id = ?", (one["record_id"],))


def _restore_references(org: Org, root_id: str) -> None:
    """Give back the references that were cleared, where nobody has written another one since."""
    query = "SELECT * FROM _cleared_reference WHERE root_id = ?"
    for one in rows.rows(org.connection, query, (root_id,)):
        row = org.row(one["object"], one["record_id"]) or {}
        if row.get(one["field"], "") is None:
            rows.change(org.connection, one["object"], one["record_id"], {one["field"]: one["value"]})
    org.connection.execute("DELETE FROM _cleared_reference WHERE root_id = ?", (root_id,))


def _hold_back(org: Org, binned: list[Row]) -> set[str]:
    """What belongs to something else that is still deleted stays in the bin, waiting for that."""
    held_back: set[str] = set()
    while True:
        waiting = [(one, root) for one in binned if one["record_id"] not in held_back and (root := _owner(org, one))]
        if not waiting:
            return held_back
        for one, root_id in waiting:
            held_back.add(one["record_id"])
            rows.change(org.connection, one["object"], one["record_id"], {"IsDeleted": True})
            org.connection.execute(
                "INSERT INTO _recycle_bin VALUES (:record_id, :object, :deleted_at, :deleted_by, :root_id)",
                one | {"root_id": root_id},
            )


def _owner(org: Org, binned: Row) -> str | None:
    """The root behind a deleted record that this one cannot be without."""
    one, row = org.schema.known(binned["object"]), org.row(binned["object"], binned["record_id"]) or {}
    owners = (row[field.name] for field in _references(one) if not field.nillable)
    for owner_id in owners:
        query = "SELECT root_id FROM _recycle_bin WHERE record_id = ?"
        found = org.connection.execute(query, (owner_id,)).fetchone()
        if found:
            return str(found[0])
    return None


def _welcome(org: Org, caller: Caller, one: Object, record_id: str) -> None:
    """What was deleted meanwhile is not referred to any more; sums count the record again."""
    row = org.row(one.name, record_id) or {}
    gone = {field.name: None for field in _references(one) if field.nillable and _is_deleted(org, row[field.name])}
    rows.change(org.connection, one.name, record_id, gone)
    org.log(caller, one, record_id, "undelete")
    for rule in AFTER_REMOVAL.get(one.name, ()):
        rule(org, caller, row | gone)


def _references(one: Object) -> list[Field]:
    return [field for field in one.fields if field.type == "reference" and field.name != "MasterRecordId"]


def _is_deleted(org: Org, record_id: str | None) -> bool:
    query = "SELECT 1 FROM _recycle_bin WHERE record_id = ?"
    return record_id is not None and org.connection.execute(query, (record_id,)).fetchone() is not None
