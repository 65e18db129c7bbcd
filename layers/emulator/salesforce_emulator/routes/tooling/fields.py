"""Custom objects and fields, made while the org runs.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_customfield.htm
"""

import re
from collections.abc import Callable
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.org import Org
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.schema.loader import parse_field, parse_object

Metadata = dict[str, Any]
Add = Callable[[], None]

FIELD_NAME = re.compile(r"([A-Za-z]\w*)\.([A-Za-z](?:_?[A-Za-z0-9])*__c)", re.ASCII)
OBJECT_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c", re.ASCII)
KINDS = {
    "Text": "string",
    "TextArea": "textarea",
    "LongTextArea": "textarea",
    "Html": "textarea",
    "Number": "double",
    "Currency": "currency",
    "Percent": "percent",
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "datetime",
    "Time": "time",
    "Email": "email",
    "Phone": "phone",
    "Url": "url",
    "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist",
    "Lookup": "reference",
}
LONGEST = 131_072
NUMBERS = ("double", "currency", "percent")


def create_field(call: Call) -> Answer:
    """POST /tooling/sobjects/CustomField {"FullName": "Account.Tier__c", "Metadata": {…}}"""
    may_customize(call.caller)
    add = new_field(call.org, *_definition(call))
    with call.org.transaction():
        add()
    return _created(call, "00N")


def create_object(call: Call) -> Answer:
    """POST /tooling/sobjects/CustomObject {"FullName": "Visit__c", "Metadata": {"label", …}}"""
    may_customize(call.caller)
    add = new_object(call.org, *_definition(call))
    with call.org.transaction():
        add()
    return _created(call, "01I")


def new_field(org: Org, name: str, metadata: Metadata) -> Add:
    """What adds the field, once all that can be wrong with it is known to be right."""
    found = FIELD_NAME.fullmatch(name)
    one = org.schema.object(found[1]) if found else None
    if found is None or one is None or one.setup or not one.layoutable:
        raise _wrong("FullName must be an object and a field, such as Account.Tier__c")
    if one.field(found[2]):
        message = f"There is already a field named {found[2]} on {one.label}."
        raise Refused(400, "DUPLICATE_DEVELOPER_NAME", message, ["FullName"])
    text = field_text(org, one.name, metadata)
    object_name, field_name = one.name, found[2]
    return lambda: org.add_field(org.schema.known(object_name), parse_field(field_name, text), text)


def new_object(org: Org, name: str, metadata: Metadata) -> Add:
    """What adds the object, with the fields that its metadata brings along."""
    if not OBJECT_NAME.fullmatch(name):
        raise _wrong("FullName must be the name of a custom object, such as Visit__c")
    if org.schema.object(name):
        raise Refused(400, "DUPLICATE_DEVELOPER_NAME", f"There is already an object named {name}.", ["FullName"])
    text = object_text(name, metadata)
    fields = fields_of(metadata)
    texts = {field: field_text(org, name, said) for field, said in fields.items()}

    def add() -> None:
        body = {**text, "prefix": _free_prefix(org)}
        org.add_object(parse_object(body), body)
        for field, said in texts.items():
            org.add_field(org.schema.known(name), parse_field(field, said), said)

    return add


def fields_of(metadata: Metadata) -> dict[str, Metadata]:
    """The fields that the metadata of an object brings along, by name."""
    given = metadata.get("fields") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong("Metadata.fields must be a list of fields")
    fields = {str(one.get("fullName")): one for one in given}
    for name in fields:
        if not FIELD_NAME.fullmatch(f"X.{name}"):
            raise _wrong(f"{name} is no name of a custom field")
    if len({name.lower() for name in fields}) < len(given):
        raise _wrong("Metadata.fields names a field twice")
    return fields


def object_text(name: str, metadata: Metadata) -> dict[str, Any]:
    """An object without its custom fields and its prefix."""
    label = metadata.get("label")
    if not isinstance(label, str) or not label:
        raise _wrong("Metadata.label is required")
    said = metadata.get("nameField")
    named: dict[str, Any] = said if isinstance(said, dict) else {}
    title: dict[str, Any] = {"type": "string", "length": 80, "label": str(named.get("label") or f"{label} Name")}
    title |= {"name_field": True, "id_lookup": True}
    if named.get("type") == "AutoNumber":
        form = str(named.get("displayFormat") or "{0000}")
        title |= {"auto_number": form, "access": "read", "required": True}
    owner = {"type": "reference", "to": ["Group", "User"], "required": True, "defaulted": True}
    text: dict[str, Any] = {"name": name, "label": label, "plural": str(metadata.get("pluralLabel") or f"{label}s")}
    if metadata.get("description"):
        text["description"] = str(metadata["description"])
    if metadata.get("deploymentStatus") == "InDevelopment":
        text["deployed"] = False
    return {**text, "traits": ["searchable"], "fields": {"Name": title, "OwnerId": owner}}


def _definition(call: Call) -> tuple[str, dict[str, Any]]:
    name, metadata = call.json_object.get("FullName"), call.json_object.get("Metadata")
    if not isinstance(name, str) or not isinstance(metadata, dict):
        raise Refused(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName, Metadata]", ["FullName"])
    return name, metadata


def field_text(org: Org, owner: str, metadata: Metadata, *, children: str | None = None) -> dict[str, Any]:
    """`children` is how a lookup's target has named its children up to now."""
    said = str(metadata.get("type"))
    if said not in KINDS:
        raise NotEmulated(f"custom fields of the type {said}")
    kind, label = KINDS[said], metadata.get("label")
    if not isinstance(label, str) or not 0 < len(label) <= 40:
        raise _wrong("Metadata.label of at most 40 characters is required")
    text: dict[str, Any] = {"type": kind, "label": label}
    if kind in {"string", "textarea"}:
        text["length"] = _whole(metadata, "length", 255, most=255 if kind == "string" else LONGEST)
    if kind in NUMBERS:
        text |= {
            "precision": _whole(metadata, "precision", 18, most=18),
            "scale": _whole(metadata, "scale", 0, most=17),
        }
    if kind == "boolean":
        text["default"] = str(metadata.get("defaultValue")).lower() == "true"
    if kind in {"picklist", "multipicklist"}:
        text |= _values(metadata)
    if kind == "reference":
        text |= _reference(org, owner, metadata, children)
    flags = {"required": "required", "external_id": "externalId", "unique": "unique"}
    text |= {ours: True for ours, theirs in flags.items() if metadata.get(theirs) is True}
    if isinstance(metadata.get("inlineHelpText"), str):
        text["help"] = metadata["inlineHelpText"]
    return text


def _values(metadata: dict[str, Any]) -> dict[str, Any]:
    value_set = metadata.get("valueSet")
    defined = value_set.get("valueSetDefinition") if isinstance(value_set, dict) else None
    given = defined.get("value") if isinstance(defined, dict) else None
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise _wrong("Metadata.valueSet.valueSetDefinition.value must list the values")
    names = [str(one.get("fullName") or one.get("valueName") or one.get("label")) for one in given]
    chosen = [name for name, one in zip(names, given, strict=True) if one.get("default") is True]
    restricted = isinstance(value_set, dict) and value_set.get("restricted") is True
    return {"values": names, "restricted": restricted, **({"default": chosen[0]} if chosen else {})}


def _reference(org: Org, owner: str, metadata: Metadata, before: str | None) -> dict[str, Any]:
    target = org.schema.object(str(metadata.get("referenceTo")))
    if target is None:
        raise _wrong("Metadata.referenceTo must be the name of an object")
    children = metadata.get("relationshipName")
    if children is None:
        return {"to": target.name}
    taken = {child.name for child in org.schema.children(target)} - {before}
    if not isinstance(children, str) or not children.isidentifier() or f"{children}__r" in taken:
        raise _wrong(f"Metadata.relationshipName must be a name that {target.name} does not use, not that of {owner}")
    return {"to": target.name, "children": f"{children}__r"}


def _whole(metadata: dict[str, Any], name: str, usual: int, *, most: int) -> int:
    value = metadata.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise _wrong(f"Metadata.{name} must be a whole number up to {most}")
    return value


def _free_prefix(org: Org) -> str:
    taken = {one.key_prefix for one in org.schema}
    return next(one for number in range(62**2) if (one := "a" + ids.make("", number)[10:12]) not in taken)


def may_customize(caller: Caller) -> None:
    if not caller.may("manage_setup"):
        raise Refused(403, "INSUFFICIENT_ACCESS", "Only an administrator can change the schema")


def _wrong(message: str) -> Refused:
    return Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["Metadata"])


def _created(call: Call, prefix: str) -> Answer:
    record_id = ids.make(prefix, call.org.next_number(prefix))
    return Answer(201, {"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []})
