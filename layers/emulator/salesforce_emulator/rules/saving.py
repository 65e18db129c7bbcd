"""Insert, update and upsert: the order in which the platform looks at a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import approval, checks, duplicates, implied, rows, shares
from salesforce_emulator.rules.change import Change, Row
from salesforce_emulator.rules.intake import read_body
from salesforce_emulator.rules.shares import NO_ACCESS
from salesforce_emulator.rules.triggers import AFTER_SAVE, BEFORE_SAVE
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def insert(org: Org, caller: Caller, one: Object, body: Mapping[str, Any]) -> str:
    may_insert(caller, one)
    with org.transaction():
        given = read_body(org, caller, one, body, creating=True)
        shares.refuse_hidden(org, caller, one, given)
        return add(org, caller, one, given)


def add(org: Org, caller: Caller, one: Object, given: Row) -> str:
    """Save a new record of stored values, with every rule but the caller's rights."""
    with org.transaction():
        change = Change(org, caller, one, None, given, _new_row(org, caller, one, given))
        checks.require_fields(change)
        _save(change)
        return str(change.row["Id"])


def update(org: Org, caller: Caller, one: Object, record_id: str, body: Mapping[str, Any]) -> None:
    before = org.require(caller, one, record_id)
    may_update(caller, one)
    shares.refuse_unless(org, caller, one, before, "edit")
    approval.refuse_locked(org, caller, one, before["Id"])
    with org.transaction():
        given = read_body(org, caller, one, body, creating=False)
        shares.refuse_hidden(org, caller, one, given)
        shares.refuse_transfer(org, caller, one, before, given)
        change_row(org, caller, one, before, given)


def change_row(org: Org, caller: Caller, one: Object, before: Row, given: Row) -> None:
    """Save new values of a record, with every rule but the caller's rights."""
    with org.transaction():
        change = Change(org, caller, one, before, given, {**before, **given, **_touched(org, caller, one)})
        checks.require_fields(change)
        _save(change)


def upsert(
    org: Org, caller: Caller, one: Object, key: Field, value: Any, body: Mapping[str, Any], *, update_only: bool
) -> tuple[str, bool]:
    if any(name.lower() == key.name.lower() for name in body if key.type != "id"):
        raise Refused(400, "INVALID_FIELD", f"The {key.name} field should not be specified in the sobject data.")
    found = org.find(caller, one, key, value) if value is not None else []
    if len(found) > 1:
        raise Refused(
            300, "DUPLICATE_EXTERNAL_ID", f"Multiple records found with same {key.name}", extra={"ids": found}
        )
    if found:
        update(org, caller, one, found[0], body)
        return found[0], False
    if update_only or (key.type == "id" and value is not None):
        raise not_found(str(value))
    return insert(org, caller, one, body if key.type == "id" else {**body, key.name: value}), True


def not_found(value: str) -> Refused:
    return Refused(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {value}")


def may_insert(caller: Caller, one: Object) -> None:
    refuse_impossible(one, one.createable, "inserted")
    if not caller.can_create(one):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)


def may_update(caller: Caller, one: Object) -> None:
    refuse_impossible(one, one.updateable, "updated")
    if not caller.can_edit(one):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)


def refuse_impossible(one: Object, possible: bool, verb: str) -> None:
    """Setup rows and custom metadata are not written through the data API by anybody."""
    if not possible:
        raise Refused(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be {verb}: {one.label}")


def _new_row(org: Org, caller: Caller, one: Object, given: Row) -> Row:
    row: Row = {**one.defaults, **{name: value for name, value in given.items() if value is not None}}
    row["Id"] = ids.make(one.key_prefix, org.next_number(one.key_prefix))
    if "OwnerId" in row and row["OwnerId"] is None:
        row["OwnerId"] = caller.user_id
    for field in one.auto_numbers:
        row[field.name] = _auto_number(org, one, field)
    row.update(_touched(org, caller, one))
    for name, value in (("CreatedDate", stamp(org.now())), ("CreatedById", caller.user_id)):
        if name in row:
            row[name] = value
    if "RecordTypeId" in row and row["RecordTypeId"] is None:
        offered = org.record_types(one)
        row["RecordTypeId"] = next((key for key, kind in offered.items() if kind.default), None)
    return row


def _auto_number(org: Org, one: Object, field: Field) -> str:
    prefix, _, rest = str(field.auto_number).partition("{")
    digits, _, suffix = rest.partition("}")
    return prefix + str(org.next_number(f"{one.name}.{field.name}")).rjust(len(digits), "0") + suffix


def _touched(org: Org, caller: Caller, one: Object) -> Row:
    now = stamp(org.now())
    touched = {"LastModifiedDate": now, "LastModifiedById": caller.user_id, "SystemModstamp": now}
    return {name: value for name, value in touched.items() if name in one.defaults}


def _save(change: Change) -> None:
    org, one = change.org, change.object
    checks.check_references(change)
    checks.check_record_type(change)
    implied.apply(change)
    for rule in BEFORE_SAVE.get(one.name, ()):
        rule(change)
    checks.check_unique(change)
    duplicates.check(change)
    if change.before is None:
        rows.put(org.connection, one, change.row)
    else:
        before = change.before
        new = {name: value for name, value in change.row.items() if value != before[name]}
        rows.change(org.connection, one.name, change.row["Id"], new)
    org.log(change.caller, one, change.row["Id"], "insert" if change.creating else "update")
    for rule in AFTER_SAVE.get(one.name, ()):
        rule(change)
