"""Components that are rows: Apex classes, and the records of custom metadata types."""

from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.prepared import Prepared

MDT = "__mdt"
RECORD = "CustomMetadata"


def apex_class(message: Message, name: str, body: str) -> Prepared:
    """Kept, not compiled."""
    org, caller = message.org, message.caller
    known = org.connection.execute('SELECT Id FROM "ApexClass" WHERE Name = ?', (name,)).fetchone()
    values = {"Name": name, "Body": body, "LengthWithoutComments": len(body)}

    def make() -> None:
        if known:
            org.change(caller, "ApexClass", known[0], values)
        else:
            org.add(caller, "ApexClass", values)

    return Prepared("ApexClass", name, make, created=not known)


def record_id(org: Org, name: str) -> str | None:
    """The record of a custom metadata type that goes by Type.Name."""
    kind, _, developer_name = name.partition(".")
    one = org.schema.object(f"{kind}{MDT}")
    if one is None:
        return None
    query = f'SELECT Id FROM "{one.name}" WHERE DeveloperName = ?'  # noqa: S608 - from the schema
    found = org.connection.execute(query, (developer_name,)).fetchone()
    return str(found[0]) if found else None


def new_record(message: Message, name: str, element: Element) -> Prepared:
    org, caller = message.org, message.caller
    one = _type_of(org, name)
    if record_id(org, name):
        raise Refused(500, "DUPLICATE_DEVELOPER_NAME", f"There is already a record named {name}.")
    developer_name = name.partition(".")[2]
    names = {"DeveloperName": developer_name, "QualifiedApiName": developer_name, "Language": "en_US"}
    values = {**names, **_values(one, element)}

    def make() -> None:
        org.add(caller, one.name, values)

    return Prepared(RECORD, name, make, created=True)


def changed_record(message: Message, name: str, element: Element) -> Prepared:
    org, caller = message.org, message.caller
    one, known = _type_of(org, name), _known(org, name)
    values = _values(one, element)
    return Prepared(RECORD, name, lambda: org.change(caller, one.name, known, values), created=False)


def removed_record(message: Message, name: str) -> Prepared:
    org, caller = message.org, message.caller
    one, known = _type_of(org, name), _known(org, name)

    def make() -> None:
        org.log(caller, one, known, "delete")
        org.connection.execute(f'DELETE FROM "{one.name}" WHERE Id = ?', (known,))  # noqa: S608 - from the schema

    return Prepared(RECORD, name, make, created=False)


def _type_of(org: Org, name: str) -> Object:
    kind, _, developer_name = name.partition(".")
    one = org.schema.object(f"{kind}{MDT}")
    if one is None or not developer_name:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", f"In field: no CustomObject named {kind}{MDT} found")
    return one


def _known(org: Org, name: str) -> str:
    known = record_id(org, name)
    if known is None:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", f"no {RECORD} named {name} found")
    return known


def _values(one: Object, element: Element) -> dict[str, Any]:
    label = element.findtext("label") or ""
    if not label:
        raise Refused(500, "REQUIRED_FIELD_MISSING", "Required field is missing: label")
    given = [(said.findtext("field") or "", said.findtext("value")) for said in element.findall("values")]
    return {"MasterLabel": label, "Label": label} | {field: _stored(one, field, value) for field, value in given}


def _stored(one: Object, name: str, text: str | None) -> Any:
    field = one.field(name)
    if field is None or not field.custom:
        raise Refused(500, "INVALID_FIELD", f"In field: field - no CustomField named {one.name}.{name} found")
    if not text:
        return False if field.type == "boolean" else None
    if field.type == "boolean":
        return text == "true"
    if field.type not in ("double", "currency", "percent", "int"):
        return text
    try:
        return float(text)
    except ValueError:
        raise Refused(500, "INVALID_TYPE", f"{name}: {text} is no number") from None
