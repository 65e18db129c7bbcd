"""From a request's body to stored values: names found, rights checked, types read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import values
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def read_body(org: Org, caller: Caller, one: Object, body: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
    """Read what a caller says of a record, by canonical field name."""
    found = [(*_field_and_value(org, caller, one, name, value), name) for name, value in _said(body)]
    _refuse_ids(one, [field for field, _, _ in found], creating=creating)
    refuse_closed(caller, one, [field for field, _, _ in found], creating=creating)
    return {field.name: values.stored(field, value) for field, value, _ in found}


def _said(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in body.items() if name != "attributes"]


def _field_and_value(org: Org, caller: Caller, one: Object, name: str, value: Any) -> tuple[Field, Any]:
    field = one.field(name)
    if field:
        return field, value
    parent = one.parent(name)
    if parent and isinstance(value, Mapping):
        return parent, _id_behind(org, caller, parent, value)
    raise Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {one.name}")


def _id_behind(org: Org, caller: Caller, reference: Field, value: Mapping[str, Any]) -> str:
    """Find a parent by its external id: {"Account": {"ERP_Id__c": "E-1"}}."""
    said = _said(value)
    kind = value.get("attributes", {}).get("type", reference.reference_to[0])
    parent = org.schema.object(kind)
    field = parent.field(said[0][0]) if parent and len(said) == 1 else None
    if parent is None or field is None or not (field.external_id or field.id_lookup):
        raise Refused(
            400, "INVALID_FIELD", f"{reference.relationship_name}: name exactly one external ID field of {kind}"
        )
    found = org.find(caller, parent, field, said[0][1])
    if len(found) != 1:
        raise Refused(
            400,
            "INVALID_FIELD",
            f"Foreign key external ID: {said[0][1]} not found for field {field.name} in entity {parent.name}",
        )
    return found[0]


def _refuse_ids(one: Object, fields: list[Field], *, creating: bool) -> None:
    if not any(field.type == "id" for field in fields):
        return
    if creating:
        raise Refused(400, "INVALID_FIELD", f"cannot specify Id in an insert call: {one.name}", ["Id"])
    raise Refused(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")


def refuse_closed(caller: Caller, one: Object, fields: list[Field], *, creating: bool) -> None:
    closed = [
        field.name
        for field in fields
        if not (field.createable if creating else field.updateable) or not caller.can_write(one, field)
    ]
    if closed:
        raise Refused(
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this field"
            " and verify that it is read/write for your profile or permission set.",
            closed,
        )
