"""Components as their XML says them: checked first, so that what cannot all be made is not begun."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.org import Org
from salesforce_emulator.routes.tooling.fields import new_field, new_object
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.message import Message

Make = Callable[[], None]
NUMBERS = {"length", "precision", "scale", "visibleLines"}
LISTS = {"fields", "value", "values"}
MDT = "__mdt"


@dataclass(frozen=True)
class Prepared:
    kind: str
    name: str
    make: Make
    created: bool


def prepared(message: Message, kind: str, name: str, element: Element) -> Prepared:
    """What makes the component; a Refused when it cannot be made."""
    org = message.org
    if kind == "CustomField":
        return Prepared(kind, name, new_field(org, name, data_of(element)), created=True)
    if kind == "CustomObject":
        return _object(org, name, data_of(element))
    if kind == "CustomMetadata":
        return _custom_metadata(message, name, element)
    raise NotEmulated(f"making metadata of type {kind or 'none'}")


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


def data_of(element: Element) -> dict[str, Any]:
    """Children by name, as the Tooling API writes the same metadata in JSON."""
    found: dict[str, Any] = {}
    for child in element:
        value = data_of(child) if len(child) or child.tag == "fields" else _scalar(child)
        if child.tag in LISTS:
            found.setdefault(child.tag, []).append(value)
        else:
            found[child.tag] = value
    return found


def _scalar(element: Element) -> Any:
    text = (element.text or "").strip()
    if element.tag in NUMBERS and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _object(org: Org, name: str, metadata: dict[str, Any]) -> Prepared:
    known = org.schema.object(name)
    if known is None:
        return Prepared("CustomObject", name, new_object(org, name, metadata), created=True)
    given = {str(one.get("fullName")): one for one in metadata.get("fields") or []}
    added = [new_field(org, f"{known.name}.{field}", one) for field, one in given.items() if known.field(field) is None]

    def make() -> None:
        for add in added:
            add()

    return Prepared("CustomObject", name, make, created=False)


def _custom_metadata(message: Message, name: str, element: Element) -> Prepared:
    org, caller = message.org, message.caller
    kind, _, developer_name = name.partition(".")
    one = org.schema.object(f"{kind}{MDT}")
    if one is None or not developer_name:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", f"In field: no CustomObject named {kind}{MDT} found")
    label = element.findtext("label") or ""
    if not label:
        raise Refused(500, "REQUIRED_FIELD_MISSING", "Required field is missing: label")
    given = [(said.findtext("field") or "", said.findtext("value")) for said in element.findall("values")]
    values = {"MasterLabel": label, "Label": label} | {field: _stored(one, field, value) for field, value in given}
    query = f'SELECT Id FROM "{one.name}" WHERE DeveloperName = ?'  # noqa: S608 - from the schema
    known = org.connection.execute(query, (developer_name,)).fetchone()

    def make() -> None:
        if known:
            org.change(caller, one.name, known[0], values)
        else:
            names = {"DeveloperName": developer_name, "QualifiedApiName": developer_name, "Language": "en_US"}
            org.add(caller, one.name, {**names, **values})

    return Prepared("CustomMetadata", name, make, created=not known)


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
