"""Field history: a row for each tracked field that a change touches.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_associated_objects_history.htm
"""

from typing import Any

from salesforce_emulator.rules.change import Change
from salesforce_emulator.schema.model import Field

# object -> its history object, the reference in it, and the tracked fields
TRACKED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Case": ("CaseHistory", "CaseId", ("Status", "Priority", "Origin", "Type", "Reason", "ContactId", "OwnerId")),
    "Opportunity": (
        "OpportunityFieldHistory",
        "OpportunityId",
        ("StageName", "Amount", "CloseDate", "Probability", "NextStep", "OwnerId"),
    ),
}
KINDS = {"reference": "EntityId", "currency": "Currency", "percent": "Percent", "date": "DateOnly"}


def keep(change: Change) -> None:
    name, parent, tracked = TRACKED[change.object.name]
    before = change.before
    if before is None:
        _add(change, name, {parent: change.row["Id"], "Field": "created", "DataType": "Text"})
        return
    for field in (change.object.field(one) for one in tracked):
        if field is None or change.row[field.name] == before[field.name]:
            continue
        row = {parent: change.row["Id"], "Field": _said(field)}
        old, new = before[field.name], change.row[field.name]
        if field.type == "reference":
            # The platform writes a change of a lookup twice: as names and as ids.
            _add(
                change,
                name,
                {**row, "DataType": "Text", "OldValue": _name(change, old), "NewValue": _name(change, new)},
            )
        _add(change, name, {**row, "DataType": KINDS.get(field.type, "DynamicEnum"), "OldValue": old, "NewValue": new})


def _add(change: Change, name: str, row: dict[str, Any]) -> None:
    change.org.add(change.caller, name, row)


def _said(field: Field) -> str:
    return field.name.removesuffix("Id") if field.type == "reference" else field.name


def _name(change: Change, record_id: str | None) -> str | None:
    one = change.org.schema.by_prefix(record_id) if record_id else None
    row = change.org.row(one.name, record_id) if one and record_id else None
    return str(row[one.name_field.name]) if row and one and one.name_field else None
