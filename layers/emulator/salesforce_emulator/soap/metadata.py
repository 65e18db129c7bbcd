"""The least of the Metadata API: objects and fields, listed and read.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_readMetadata.htm
"""

from collections.abc import Iterator
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.routes.tooling.fields import may_customize
from salesforce_emulator.rules.entities import sharing_model
from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soap.envelope import Xml, elements, text_of
from salesforce_emulator.soap.message import Message

FOLDER, SUFFIX = "objects", "object"
FILES = {
    "CustomObject": (FOLDER, SUFFIX),
    "CustomMetadata": ("customMetadata", "md"),
    "ApexClass": ("classes", "cls"),
}
WITH_VALUE_SETS = 38  # from this version on a picklist's values stand in a valueSet
MOST_READ = 10
LONG = 255
ROWS = {"ApexClass": "classes/{}.cls", "CustomMetadata": "customMetadata/{}.md"}
TYPES = {
    "string": "Text",
    "boolean": "Checkbox",
    "currency": "Currency",
    "date": "Date",
    "datetime": "DateTime",
    "double": "Number",
    "int": "Number",
    "email": "Email",
    "phone": "Phone",
    "percent": "Percent",
    "picklist": "Picklist",
    "multipicklist": "MultiselectPicklist",
    "reference": "Lookup",
    "textarea": "TextArea",
    "time": "Time",
    "url": "Url",
    "encryptedstring": "EncryptedText",
}


def describe_metadata(message: Message) -> str:
    may_customize(message.caller)
    described = [
        {
            **({"childXmlNames": "CustomField"} if name == "CustomObject" else {}),
            "directoryName": directory,
            "inFolder": False,
            "metaFile": name == "ApexClass",
            "suffix": suffix,
            "xmlName": name,
        }
        for name, (directory, suffix) in FILES.items()
    ]
    return elements(
        {
            "result": {
                "metadataObjects": described,
                "organizationNamespace": "",
                "partialSaveAllowed": True,
                "testRequired": False,
            }
        }
    )


def list_metadata(message: Message) -> str:
    may_customize(message.caller)
    found = []
    for query in message.operation.findall("queries"):
        kind = text_of(query, "type")
        if kind in ROWS:
            found += [_properties(message, kind, ROWS[kind], name) for name in _row_names(message, kind)]
            continue
        for one in message.org.schema:
            for full_name in _full_names(kind, one):
                found.append(_properties(message, kind, f"{FOLDER}/{one.name}.{SUFFIX}", full_name))
    return elements({"result": found})


def read_metadata(message: Message) -> str:
    may_customize(message.caller)
    kind = text_of(message.operation, "type")
    names = [(one.text or "").strip() for one in message.operation.findall("fullNames")]
    if len(names) > MOST_READ:
        raise Refused(500, "LIMIT_EXCEEDED", f"You can only read {MOST_READ} components in one call")
    return elements({"result": {"records": [_record(message, kind, name) for name in names]}})


def _full_names(kind: str, one: Object) -> list[str]:
    if kind == "CustomObject":
        return [one.name]
    if kind == "CustomField":
        return [f"{one.name}.{field.name}" for field in one.fields if field.custom]
    raise NotEmulated(f"metadata of type {kind or 'none'}")


def _row_names(message: Message, kind: str) -> list[str]:
    """Components that are rows: Apex classes, and the records of custom metadata types by type and name."""
    if kind == "ApexClass":
        return [row[0] for row in message.org.connection.execute('SELECT Name FROM "ApexClass" ORDER BY Name')]
    names = []
    for one in message.org.schema:
        if one.name.endswith("__mdt"):
            query = f'SELECT DeveloperName FROM "{one.name}" ORDER BY DeveloperName'  # noqa: S608 - from the schema
            names += [f"{one.name[:-5]}.{row[0]}" for row in message.org.connection.execute(query)]
    return names


def _properties(message: Message, kind: str, file: str, full_name: str) -> dict[str, Any]:
    user, now = message.caller, stamp(message.org.now())
    return {
        "createdById": user.user_id,
        "createdByName": user.username,
        "createdDate": now,
        "fileName": file.format(full_name),
        "fullName": full_name,
        "id": "",
        "lastModifiedById": user.user_id,
        "lastModifiedByName": user.username,
        "lastModifiedDate": now,
        "namespacePrefix": "",
        "type": kind,
    }


def _record(message: Message, kind: str, full_name: str) -> Xml:
    """What is not there is nil, as the platform answers it. A name must be one of those that are listed, to the letter;
    field-level security is no matter here."""
    object_name, _, field_name = full_name.partition(".")
    one = message.org.schema.object(object_name)
    if kind not in {"CustomField", "CustomObject"}:
        raise NotEmulated(f"metadata of type {kind or 'none'}")
    if one is None or one.name != object_name:
        return Xml('<records xsi:nil="true"/>')
    if kind == "CustomObject":
        fields = [_field(message, field) for field in one.fields if field.custom]
        values = {
            "fullName": one.name,
            "deploymentStatus": "Deployed" if one.deployed else "InDevelopment",
            **({"description": one.description} if one.description else {}),
            "fields": fields,
            "label": one.label,
            **_name_field(one),
            "pluralLabel": one.label_plural,
            "sharingModel": sharing_model(one),
        }
    else:
        found = one.field(field_name)
        if found is None or found.name != field_name:
            return Xml('<records xsi:nil="true"/>')
        values = {**_field(message, found), "fullName": f"{one.name}.{found.name}"}
    return Xml(f'<records xsi:type="{kind}">{elements(values)}</records>')


def _name_field(one: Object) -> dict[str, Any]:
    if one.name_field is None:
        return {}
    number = {"displayFormat": one.name_field.auto_number} if one.name_field.auto_number else {}
    return {"nameField": {**number, "label": one.name_field.label, "type": "AutoNumber" if number else "Text"}}


def _field(message: Message, field: Field) -> dict[str, Any]:
    said = dict(_of_field(field))
    if field.picklist:
        said |= _picklist(message, field)
    return said


def _of_field(field: Field) -> Iterator[tuple[str, Any]]:
    yield "fullName", field.name
    if field.type == "boolean":
        yield "defaultValue", bool(field.default)
    yield "externalId", field.external_id
    if field.help_text:
        yield "inlineHelpText", field.help_text
    yield "label", field.label
    if field.type in {"string", "textarea"}:
        yield "length", field.length
    if field.precision:
        yield "precision", field.precision
        yield "scale", field.scale
    if field.reference_to:
        yield "referenceTo", list(field.reference_to)
        if field.child_relationship:
            yield "relationshipName", field.child_relationship.removesuffix("__r")
    if field.type != "boolean":
        yield "required", not field.nillable
    yield "type", "LongTextArea" if field.type == "textarea" and field.length > LONG else TYPES.get(field.type, "Text")
    yield "unique", field.unique


def _picklist(message: Message, field: Field) -> dict[str, Any]:
    values = [
        {
            "fullName": one.value,
            "default": one.default,
            **{name: bool(said) for name, said in one.implies.items() if name == "converted"},
        }
        for one in field.picklist
    ]
    if message.version < WITH_VALUE_SETS:
        return {"picklist": {"picklistValues": values, "sorted": False}}
    labelled = [{**value, "label": one.label} for value, one in zip(values, field.picklist, strict=True)]
    return {
        "valueSet": {
            "restricted": field.restricted_picklist,
            "valueSetDefinition": {"sorted": False, "value": labelled},
        }
    }
