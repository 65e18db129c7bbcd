"""The schema as records: EntityDefinition and FieldDefinition.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_entitydefinition.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids, sharing
from salesforce_emulator.rules.rows import put
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

ENTITY, FIELD = "EntityDefinition", "FieldDefinition"
KINDS = {
    "boolean": "Checkbox",
    "email": "Email",
    "phone": "Phone",
    "url": "URL",
    "date": "Date",
    "datetime": "Date/Time",
    "time": "Time",
    "picklist": "Picklist",
    "combobox": "Picklist",
    "multipicklist": "Picklist (Multi-Select)",
    "address": "Address",
    "base64": "Base64",
}


def fill(org: Org) -> None:
    for one in org.schema:
        describe_object(org, one)


def describe_object(org: Org, one: Object) -> None:
    """Write, or write again, the records that describe an object."""
    known = forget_object(org, one) or ids.make("4ie", org.next_number("4ie"))
    put(org.connection, org.schema.known(ENTITY), {"Id": known, **_entity(one)})
    for field in one.fields:
        row = {"Id": ids.make("4fe", org.next_number("4fe")), "EntityDefinitionId": known, **_field(one, field)}
        put(org.connection, org.schema.known(FIELD), row)


def forget_object(org: Org, one: Object) -> str | None:
    """The id under which the object was described."""
    known = entity_id(org, one.name)
    for name, column in ((FIELD, "EntityDefinitionId"), (ENTITY, "Id")):
        org.connection.execute(f'DELETE FROM "{name}" WHERE {column} = ?', (known,))  # noqa: S608
    return known


def entity_id(org: Org, name: str) -> str | None:
    query = f'SELECT Id FROM "{ENTITY}" WHERE QualifiedApiName = ?'  # noqa: S608
    found = org.connection.execute(query, (name,)).fetchone()
    return str(found[0]) if found else None


def _entity(one: Object) -> dict[str, Any]:
    return {
        "DurableId": one.name,
        "QualifiedApiName": one.name,
        "DeveloperName": _developer_name(one.name),
        "NamespacePrefix": one.namespace,
        "MasterLabel": one.label,
        "Label": one.label,
        "PluralLabel": one.label_plural,
        "KeyPrefix": one.key_prefix,
        "InternalSharingModel": sharing_model(one),
        "ExternalSharingModel": "Private",
        "IsCustomizable": one.layoutable and not one.setup,
        "IsEverCreatable": one.createable,
        "IsEverUpdatable": one.updateable,
        "IsEverDeletable": one.deletable,
        "IsQueryable": one.queryable,
        "IsSearchable": one.searchable,
        "IsTriggerable": one.createable and not one.setup,
        "IsWorkflowEnabled": one.createable and not one.setup,
        "IsApexTriggerable": one.createable and not one.setup,
        "IsLayoutable": one.layoutable and not one.setup,
    }


def sharing_model(one: Object) -> str:
    return "Private" if one.name == sharing.CASE else "ReadWrite"


def _field(one: Object, field: Field) -> dict[str, Any]:
    return {
        "DurableId": f"{one.name}.{field.name}",
        "QualifiedApiName": field.name,
        "DeveloperName": _developer_name(field.name),
        "MasterLabel": field.label,
        "Label": field.label,
        "Length": field.length,
        "DataType": data_type(field),
        "ValueTypeId": field.type,
        "ExtraTypeInfo": field.extra_type,
        "Precision": field.precision,
        "Scale": field.scale,
        "IsCalculated": field.calculated,
        "IsIndexed": field.type in {"id", "reference"} or field.external_id or field.unique or field.name_field,
        "IsNillable": field.nillable,
        "IsNameField": field.name_field,
        "IsCompound": not field.stored,
        "IsHtmlFormatted": field.html_formatted,
        "IsApiFilterable": field.filterable,
        "IsApiSortable": field.sortable,
        "IsApiGroupable": field.groupable,
        "RelationshipName": field.relationship_name,
        "ReferenceTo": ",".join(field.reference_to) or None,
    }


def _developer_name(name: str) -> str:
    own = name.removesuffix("__c").removesuffix("__mdt").removesuffix("__e")
    return own.split("__")[-1]


def data_type(field: Field) -> str:
    """A field's type as Setup says it: Text(80), Lookup(Account), Currency(16, 2)."""
    if field.type == "reference":
        word = "Master-Detail" if field.custom and field.on_parent_delete == "cascade" else "Lookup"
        return f"{word}({','.join(field.reference_to)})"
    if field.auto_number:
        return "Auto Number"
    if field.type in {"string", "encryptedstring"}:
        return f"Text({field.length})"
    if field.type == "textarea":
        return f"Long Text Area({field.length})" if field.length > 255 else f"Text Area({field.length})"
    if field.type in {"currency", "double", "percent", "int", "long"}:
        word = {"currency": "Currency", "percent": "Percent"}.get(field.type, "Number")
        return f"{word}({field.precision - field.scale}, {field.scale})"
    return KINDS.get(field.type, field.type)
