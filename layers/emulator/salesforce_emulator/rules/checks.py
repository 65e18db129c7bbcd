"""What every record must satisfy, whatever its object: required fields, references, record types, uniqueness."""

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.change import Change, Row
from salesforce_emulator.rules.values import bad_picklist_value
from salesforce_emulator.schema.model import Field


def require_fields(change: Change) -> None:
    if change.creating:
        missing = [name for name in change.object.required_on_create if change.given.get(name) is None]
    else:
        missing = [
            name
            for name, value in change.given.items()
            if value is None and (field := change.object.field(name)) and not field.nillable
        ]
    if missing:
        raise Refused(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)


def check_references(change: Change) -> None:
    for field in change.object.references:
        value = change.given.get(field.name)
        if value is not None:
            _check_reference(change, field, value)


def _check_reference(change: Change, field: Field, value: str) -> None:
    org = change.org
    targets = [one for one in map(org.schema.object, field.reference_to) if one]
    parent = next((one for one in targets if one.key_prefix == value[:3]), None)
    if parent is None:
        raise Refused(400, "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", [field.name])
    if field.name == "RecordTypeId":
        return  # check_record_type says it better
    row = org.row(parent.name, value)
    if row is None:
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    if not change.caller.can_read(parent):
        raise Refused(
            400,
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            f"insufficient access rights on cross-reference id: {value[:15]}",
            [],
        )
    if row.get("IsDeleted"):
        raise Refused(400, "ENTITY_IS_DELETED", "entity is deleted", [])
    if field.name == "OwnerId" and row.get("IsActive") == 0:
        message = f"operation performed with inactive user [{value}] as owner of {change.object.label.lower()}"
        raise Refused(400, "INACTIVE_OWNER_OR_USER", message, [])
    if parent.name == change.object.name and change.before:
        _refuse_circle(change, field, row)


def _refuse_circle(change: Change, field: Field, above: Row | None) -> None:
    """Nothing is its own parent, however many steps up."""
    while above:
        if above["Id"] == change.row["Id"]:
            message = f"{field.label}: the record would be its own parent: {above['Id'][:15]}"
            raise Refused(400, "CIRCULAR_DEPENDENCY", message, [field.name])
        above = change.org.row(change.object.name, above[field.name]) if above[field.name] else None


def check_record_type(change: Change) -> None:
    """A record type belongs to one object, and narrows what restricted picklists accept."""
    if change.object.field("RecordTypeId") is None:
        return
    offered = change.org.record_types(change.object)
    chosen = change.row.get("RecordTypeId")
    if chosen is None or chosen == ids.MASTER_RECORD_TYPE:
        return
    if chosen not in offered:
        raise Refused(
            400,
            "INVALID_CROSS_REFERENCE_KEY",
            f"Record Type ID: this ID value isn't valid for the user: {chosen}",
            ["RecordTypeId"],
        )
    for name, allowed in offered[chosen].picklists.items():
        field, value = change.object.field(name), change.given.get(name)
        if field and field.restricted_picklist and value is not None and value not in allowed:
            raise bad_picklist_value(field, value)


def check_unique(change: Change) -> None:
    for field in change.object.unique_fields:
        value = change.row.get(field.name)
        if value is None or not change.changed(field.name):
            continue
        clash = change.org.connection.execute(
            f'SELECT Id FROM "{change.object.name}" WHERE "{field.name}" = ? AND Id != ?'  # noqa: S608
            + (" AND IsDeleted = 0" if change.object.field("IsDeleted") else ""),
            (value, change.row["Id"]),
        ).fetchone()
        if clash:
            raise _duplicate(change, field, clash[0])


def _duplicate(change: Change, field: Field, other: str) -> Refused:
    if (change.object.name, field.name) == ("User", "Username"):
        return Refused(
            400,
            "DUPLICATE_USERNAME",
            "Duplicate Username.<br>The username already exists in this or another Salesforce organization."
            " Usernames must be unique across all Salesforce organizations.",
            ["Username"],
        )
    message = f"duplicate value found: {field.name} duplicates value on record with id: {other[:15]}"
    return Refused(400, "DUPLICATE_VALUE", message, [field.name])
