"""Objects and fields as their XML says them: checked first, so that what cannot all be done is not begun."""

from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator import additions, alterations
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.org import Org
from salesforce_emulator.routes.tooling.fields import (
    FIELD_NAME,
    OBJECT_NAME,
    field_text,
    fields_of,
    new_field,
    new_object,
    object_text,
)
from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soap.kept_rows import changed_record, new_record, record_id, removed_record
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.prepared import Make, Prepared, data_of


def created(message: Message, kind: str, name: str, element: Element) -> Prepared:
    """What makes the component; a Refused when it cannot be made."""
    org = message.org
    if kind == "CustomField":
        return Prepared(kind, name, new_field(org, name, data_of(element)), created=True)
    if kind == "CustomObject":
        return Prepared(kind, name, new_object(org, name, data_of(element)), created=True)
    if kind == "CustomMetadata":
        return new_record(message, name, element)
    raise NotEmulated(f"making metadata of type {kind or 'none'}")


def changed(message: Message, kind: str, name: str, element: Element) -> Prepared:
    """What changes the component; a Refused when it cannot be changed."""
    org = message.org
    if kind == "CustomField":
        return Prepared(kind, name, _changed_field(org, name, data_of(element)), created=False)
    if kind == "CustomObject":
        return Prepared(kind, name, _changed_object(org, name, data_of(element)), created=False)
    if kind == "CustomMetadata":
        return changed_record(message, name, element)
    raise NotEmulated(f"changing metadata of type {kind or 'none'}")


def upserted(message: Message, kind: str, name: str, element: Element) -> Prepared:
    return (changed if _is_there(message.org, kind, name) else created)(message, kind, name, element)


def removed(message: Message, kind: str, name: str) -> Prepared:
    """What removes the component."""
    org = message.org
    if kind == "CustomMetadata":
        return removed_record(message, name)
    if kind == "CustomField":
        one, field = field_named(org, name)
        _added(org, name)
        return Prepared(kind, name, lambda: alterations.remove_field(org, _now(org, one), field), created=False)
    if kind != "CustomObject":
        raise NotEmulated(f"deleting metadata of type {kind or 'none'}")
    one = object_named(org, name)
    _added(org, name)
    for child in org.schema.children(one):
        if child.child_object != name:
            place = f"{child.child_object}.{child.field.name}"
            raise Refused(500, "DEPENDENCY_EXISTS", f"Cannot delete {name}: {place} refers to it")
    return Prepared(kind, name, lambda: alterations.remove_object(org, _now(org, one)), created=False)


def renamed(message: Message, kind: str, old: str, new: str) -> Prepared:
    """What gives the component another name."""
    org = message.org
    if kind == "CustomObject":
        one = object_named(org, old)
        _added(org, old)
        if not OBJECT_NAME.fullmatch(new):
            raise Refused(500, "FIELD_INTEGRITY_EXCEPTION", f"{new} is no name of a custom object")
        if org.schema.object(new):
            raise Refused(500, "DUPLICATE_DEVELOPER_NAME", f"There is already an object named {new}.")
        return Prepared(kind, old, lambda: alterations.rename_object(org, one, new), created=False)
    if kind != "CustomField":
        raise NotEmulated(f"renaming metadata of type {kind or 'none'}")
    one, field = field_named(org, old)
    _added(org, old)
    found = FIELD_NAME.fullmatch(new)
    if found is None or found[1] != one.name:
        raise Refused(500, "FIELD_INTEGRITY_EXCEPTION", f"{new} is no name of a custom field of {one.name}")
    if one.field(found[2]):
        raise Refused(500, "DUPLICATE_DEVELOPER_NAME", f"There is already a field named {found[2]} on {one.label}.")
    return Prepared(kind, old, lambda: alterations.rename_field(org, one, field, found[2]), created=False)


def object_named(org: Org, name: str) -> Object:
    one = org.schema.object(name)
    if one is None or one.name != name:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", f"no CustomObject named {name} found")
    return one


def field_named(org: Org, name: str) -> tuple[Object, Field]:
    owner, _, own = name.partition(".")
    one = org.schema.object(owner)
    field = one.field(own) if one else None
    if one is None or field is None or f"{one.name}.{field.name}" != name:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", f"no CustomField named {name} found")
    return one, field


def _is_there(org: Org, kind: str, name: str) -> bool:
    owner, _, rest = name.partition(".")
    if kind == "CustomMetadata":
        return record_id(org, name) is not None
    one = org.schema.object(owner)
    return one is not None and (kind == "CustomObject" or one.field(rest) is not None)


def _changed_object(org: Org, name: str, metadata: dict[str, Any]) -> Make:
    one, before = object_named(org, name), additions.text_of(org, name)
    if before is None and metadata.keys() - {"fullName", "fields"}:
        _added(org, name)
    makes: list[Make] = []
    if before is not None:
        text = {**object_text(name, metadata), "prefix": before["prefix"]}
        makes.append(lambda: alterations.change_object(org, _now(org, one), text))
    for field, said in fields_of(metadata).items():
        change = _changed_field if one.field(field) else new_field
        makes.append(change(org, f"{name}.{field}", said))

    def make() -> None:
        for step in makes:
            step()

    return make


def _changed_field(org: Org, name: str, metadata: dict[str, Any]) -> Make:
    one, field = field_named(org, name)
    before = _added(org, name)
    text = field_text(org, one.name, metadata, children=before.get("children"))
    if (text["type"], text.get("to")) != (before["type"], before.get("to")):
        raise NotEmulated("changing the type of a custom field")
    if before.get("children"):
        text.setdefault("children", before["children"])
    return lambda: alterations.change_field(org, _now(org, one), field.name, text)


def _added(org: Org, name: str) -> dict[str, Any]:
    text = additions.text_of(org, name)
    if text is None:
        raise NotEmulated(f"changing metadata that the org came with: {name}")
    return text


def _now(org: Org, one: Object) -> Object:
    """What an object is by the time of its turn: another component of the call may have changed it."""
    return org.schema.known(one.name)
