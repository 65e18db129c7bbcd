"""Read schema/objects/*.toml: one small file per object says what no rule of naming can say."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from salesforce_emulator.schema import standard
from salesforce_emulator.schema.model import Field, Object, PicklistValue, RecordType, Schema

ACCESS = {"write": (True, True), "read": (False, False), "create": (True, False), "update": (False, True)}
TRAITS = ("searchable", "mergeable", "feed_enabled", "setup", "tooling")
PROHIBITED = {
    "no_create": "createable",
    "no_update": "updateable",
    "no_delete": "deletable",
    "no_undelete": "undeletable",
    "no_query": "queryable",
    "no_layout": "layoutable",
    "no_replicate": "replicateable",
    "no_retrieve": "retrieveable",
}
# length, precision, scale when the file says nothing
SIZES: dict[str, tuple[int, int, int]] = {
    "id": (18, 0, 0),
    "reference": (18, 0, 0),
    "string": (255, 0, 0),
    "textarea": (255, 0, 0),
    "picklist": (255, 0, 0),
    "multipicklist": (4099, 0, 0),
    "combobox": (255, 0, 0),
    "email": (80, 0, 0),
    "phone": (40, 0, 0),
    "url": (255, 0, 0),
    "encryptedstring": (175, 0, 0),
    "currency": (0, 18, 2),
    "double": (0, 18, 2),
    "percent": (0, 5, 2),
    "int": (0, 8, 0),
    "long": (0, 18, 0),
}


def load_schema() -> Schema:
    """A schema of its own for every org, of objects that all orgs share."""
    return Schema(list(_objects()))


def load_texts(path: str) -> dict[str, Any]:
    """Read one of the package's own data files."""
    return tomllib.loads((files("salesforce_emulator") / path).read_text("utf-8"))


@cache
def _objects() -> tuple[Object, ...]:
    folder = files("salesforce_emulator.schema") / "objects"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(parse_object(tomllib.loads(one.read_text("utf-8"))) for one in found)


def parse_object(text: dict[str, Any]) -> Object:
    """Build an object from what its file says; `traits` and `prohibited` are the flags that differ from the usual."""
    name = text["name"]
    traits, prohibited = text.get("traits", []), text.get("prohibited", [])
    return Object(
        name=name,
        label=text["label"],
        label_plural=text.get("plural", text["label"] + "s"),
        key_prefix=text["prefix"],
        fields=tuple(_with_system_fields(text, list(_fields(text["fields"])))),
        record_types=tuple(_record_type(one) for one in text.get("record_types", [])),
        custom=name.endswith(("__c", "__mdt", "__e")),
        namespace=name.split("__")[0] if name.count("__") == 2 else None,
        description=text.get("description"),
        deployed=text.get("deployed", True),
        view_of=text.get("view_of"),
        **{trait: trait in traits for trait in TRAITS},
        **{flag: word not in prohibited for word, flag in PROHIBITED.items()},
    )


def _with_system_fields(text: dict[str, Any], own: list[Field]) -> Iterator[Field]:
    """Put the platform's own fields where describe answers have them: ids first, audit fields before custom ones."""
    leave_out = set(text.get("without", []))
    given = {one.name for one in own}
    yield from (one for one in standard.FIRST if one.name not in leave_out)
    after_owner = max((at for at, one in enumerate(own) if one.name == "OwnerId"), default=-1)
    first_custom = next((at for at, one in enumerate(own) if one.custom), len(own))
    middle = after_owner + 1 or first_custom
    yield from own[:middle]
    yield from (one for one in standard.AUDIT if one.name not in leave_out and one.name not in given)
    yield from own[middle:]


def _fields(texts: dict[str, dict[str, Any]]) -> Iterator[Field]:
    for name, text in texts.items():
        if text["type"] == "address":
            yield from standard.address_parts(name, text.get("label", label_of(name)))
        yield parse_field(name, text)


def parse_field(name: str, text: dict[str, Any]) -> Field:
    kind = text["type"]
    length, precision, scale = SIZES.get(kind, (0, 0, 0))
    createable, updateable = ACCESS[text.get("access", "read" if kind == "address" else "write")]
    targets = text.get("to", [])
    long = text.get("length", length) > 255 and kind in {"textarea", "encryptedstring"}
    searchable = not long and kind not in {"base64", "address", "location"}
    countable = searchable and kind not in {"currency", "double", "percent", "datetime", "time", "multipicklist"}
    calculated = bool(text.get("calculated"))
    return Field(
        name=name,
        type=kind,
        label=text.get("label", label_of(name)),
        length=text.get("length", length),
        precision=text.get("precision", precision),
        scale=text.get("scale", scale),
        nillable=not text.get("required", kind == "boolean"),
        createable=createable and not calculated,
        updateable=updateable and not calculated,
        defaulted_on_create=text.get("defaulted", "default" in text or kind == "boolean" or "auto_number" in text),
        default=text.get("default", False if kind == "boolean" else None),
        picklist=tuple(_picklist_value(one, text.get("default")) for one in text.get("values", [])),
        restricted_picklist=text.get("restricted", False),
        controller=text.get("controller"),
        reference_to=(targets,) if isinstance(targets, str) else tuple(targets),
        relationship_name=text.get("relationship", _relationship_of(name) if kind == "reference" else "") or None,
        child_relationship=text.get("children"),
        on_parent_delete=text.get("on_delete", "clear"),
        external_id=text.get("external_id", False),
        unique=text.get("unique", False),
        case_sensitive=text.get("case_sensitive", False),
        id_lookup=text.get("id_lookup", text.get("external_id", False)),
        calculated=calculated,
        auto_number=text.get("auto_number"),
        name_field=text.get("name_field", False),
        name_pointing=len(targets) > 1 and not isinstance(targets, str),
        custom=name.endswith("__c"),
        filterable=text.get("filterable", searchable or kind in {"address", "location"}),
        sortable=text.get("sortable", searchable and kind != "multipicklist"),
        groupable=text.get("groupable", countable and not calculated),
        aggregatable=searchable and kind not in {"boolean", "multipicklist"},
        html_formatted=text.get("html", False),
        extra_type=text.get("extra", "plaintextarea" if kind == "textarea" and not text.get("html") else None),
        compound_field=text.get("part_of"),
        help_text=text.get("help"),
    )


def _picklist_value(text: str | dict[str, Any], default: object) -> PicklistValue:
    if isinstance(text, str):
        return PicklistValue(text, text, default=text == default)
    value = text["value"]
    implies = {key: one for key, one in text.items() if key not in {"value", "label", "active", "with"}}
    title, valid_for = text.get("label", value), tuple(text.get("with", ()))
    return PicklistValue(value, title, value == default, text.get("active", True), implies, valid_for)


def _record_type(text: dict[str, Any]) -> RecordType:
    picklists = {name: tuple(values) for name, values in text.get("picklists", {}).items()}
    return RecordType(text["developer_name"], text["name"], text.get("default", False), picklists)


def _relationship_of(name: str) -> str:
    return name[:-3] + "__r" if name.endswith("__c") else name.removesuffix("Id")


def label_of(name: str) -> str:
    """Say a field's name in words: BillingCity is Billing City, ReportsToId is Reports To ID."""
    own = name.removesuffix("__c").split("__")[-1]
    if own != name:
        return own.replace("_", " ")
    return re.sub(r"\bId$", "ID", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", own))
