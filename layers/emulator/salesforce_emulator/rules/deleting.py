"""Delete: children go with their parent, hold it back, or lose their reference to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import approval, rows, shares
from salesforce_emulator.rules.change import Row
from salesforce_emulator.rules.saving import refuse_impossible
from salesforce_emulator.rules.shares import NO_ACCESS
from salesforce_emulator.rules.triggers import AFTER_REMOVAL
from salesforce_emulator.schema.model import ChildRelationship, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def delete(org: Org, caller: Caller, one: Object, record_id: str) -> None:
    row = org.require(caller, one, record_id)
    refuse_impossible(one, one.deletable, "deleted")
    if not caller.can_delete(one):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)
    shares.refuse_unless(org, caller, one, row, "delete")
    approval.refuse_locked(org, caller, one, row["Id"])
    with org.transaction():
        removed = _remove(org, caller, one, row, root_id=row["Id"])
        for child, child_row in removed:
            for rule in AFTER_REMOVAL.get(child.name, ()):
                rule(org, caller, child_row)


def _remove(org: Org, caller: Caller, one: Object, row: Row, *, root_id: str) -> list[tuple[Object, Row]]:
    removed = [(one, row)]
    _bin(org, caller, one, row["Id"], root_id=root_id)
    for child in org.schema.children(one):
        for found in _children(org, one, child, row["Id"]):
            child_object = org.schema.known(child.child_object)
            if child.field.on_parent_delete == "cascade":
                removed += _remove(org, caller, child_object, found, root_id=root_id)
            elif child.field.on_parent_delete == "restrict" or not child.field.nillable:
                raise _associated(one, row, child_object, found)
            else:
                _clear(org, child, found, root_id=root_id)
    return removed


def _bin(org: Org, caller: Caller, one: Object, record_id: str, *, root_id: str) -> None:
    org.log(caller, one, record_id, "delete")
    if one.field("IsDeleted") is None:
        org.connection.execute(f'DELETE FROM "{one.name}" WHERE Id = ?', (record_id,))  # noqa: S608
        return
    now = stamp(org.now())
    stamps = {name: now for name in ("LastModifiedDate", "SystemModstamp") if one.field(name)}
    rows.change(org.connection, one.name, record_id, {"IsDeleted": True, **stamps})
    # What was in the bin already goes on to wait for this parent, which may never come back.
    org.connection.execute(
        "INSERT OR REPLACE INTO _recycle_bin VALUES (?, ?, ?, ?, ?)",
        (record_id, one.name, now, caller.user_id, root_id),
    )


def _children(org: Org, one: Object, child: ChildRelationship, parent_id: str) -> list[Row]:
    # What has no recycle bin never comes back, so even a deleted child may not be left pointing at it.
    both_binned = one.field("IsDeleted") and org.schema.known(child.child_object).field("IsDeleted")
    living = " AND IsDeleted = 0" if both_binned else ""
    query = f'SELECT * FROM "{child.child_object}" WHERE "{child.field.name}" = ?{living}'  # noqa: S608
    return rows.rows(org.connection, query, (parent_id,))


def _clear(org: Org, child: ChildRelationship, row: Row, *, root_id: str) -> None:
    rows.change(org.connection, child.child_object, row["Id"], {child.field.name: None})
    org.connection.execute(
        "INSERT INTO _cleared_reference VALUES (?, ?, ?, ?, ?)",
        (root_id, child.child_object, row["Id"], child.field.name, row[child.field.name]),
    )


def _associated(one: Object, row: Row, child: Object, found: Row) -> Refused:
    said = [(_title(one, row)), child.label_plural.lower(), _title(child, found)]
    return Refused(
        400,
        "DELETE_FAILED",
        f"Your attempt to delete {said[0]} could not be completed because it is associated with the following"
        f" {said[1]}.: {said[2]}\n",
        [],
    )


def _title(one: Object, row: Row) -> str:
    return str(row[one.name_field.name]) if one.name_field else str(row["Id"])
