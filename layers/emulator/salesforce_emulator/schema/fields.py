"""One field of a describe answer: every key that the platform sends."""

import base64
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.schema.model import Field, Object, PicklistValue

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "currency": "xsd:double",
    "double": "xsd:double",
    "percent": "xsd:double",
    "int": "xsd:int",
    "long": "xsd:long",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "base64": "xsd:base64Binary",
    "address": "urn:address",
    "location": "urn:location",
    "anyType": "xsd:anyType",
}


def describe_field(one: Object, field: Field, caller: Caller) -> dict[str, Any]:
    writable = caller.can_write(one, field)
    long_text = field.type in {"id", "reference"}
    whole = field.type in {"int", "long"}
    return {
        "aggregatable": field.aggregatable,
        "aiPredictionField": False,
        "autoNumber": field.auto_number is not None,
        "byteLength": field.length if long_text else field.length * 3,
        "calculated": field.calculated,
        "calculatedFormula": None,
        "cascadeDelete": field.on_parent_delete == "cascade",
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": _compound(one, field),
        "controllerName": field.controller,
        "createable": field.createable and writable and caller.can_create(one),
        "custom": field.custom,
        "defaultValue": field.default if field.type == "boolean" else _default(field),
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted_on_create,
        "dependentPicklist": field.controller is not None,
        "deprecatedAndHidden": False,
        "digits": field.precision if whole else 0,
        "displayLocationInDecimal": False,
        "encrypted": field.type == "encryptedstring",
        "externalId": field.external_id,
        "extraTypeInfo": field.extra_type,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": field.html_formatted,
        "idLookup": field.id_lookup,
        "inlineHelpText": field.help_text,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.name_pointing,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [_value(one, field, value) for value in field.picklist],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": 0 if whole else field.precision,
        "queryByDistance": field.type == "location",
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": 0 if field.custom and field.on_parent_delete == "cascade" else None,
        "restrictedDelete": field.on_parent_delete == "restrict",
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": field.type == "reference" and not field.name_pointing,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable and writable and caller.can_edit(one),
        "writeRequiresMasterRead": False,
    }


def _compound(one: Object, field: Field) -> str | None:
    # A person's Name is a compound of itself, as the platform describes it.
    has_parts = field.name_field and any(other.compound_field == field.name for other in one.fields)
    return field.name if has_parts else field.compound_field


def _default(field: Field) -> Any:
    return field.default if not field.has_values else None


def _value(one: Object, field: Field, value: PicklistValue) -> dict[str, Any]:
    return {
        "active": value.active,
        "defaultValue": value.default,
        "label": value.label,
        "validFor": _bits(valid_for(one, field, value)) if field.controller else None,
        "value": value.value,
    }


def controlling_values(one: Object, field: Field) -> list[str]:
    """The values of the field that decides what this one offers, in their order."""
    controller = one.field(field.controller) if field.controller else None
    return [value.value for value in controller.picklist] if controller else []


def valid_for(one: Object, field: Field, value: PicklistValue) -> list[int]:
    """The places of the controlling values with which a value can be chosen."""
    return [at for at, chosen in enumerate(controlling_values(one, field)) if chosen in value.valid_for]


def _bits(places: list[int]) -> str:
    """A bit for each place, the first in front; filled up so that the base64 of it has no padding."""
    bits = bytearray(3 * (max(places, default=0) // 24 + 1))
    for at in places:
        bits[at // 8] |= 0x80 >> at % 8
    return base64.b64encode(bits).decode("ascii")
