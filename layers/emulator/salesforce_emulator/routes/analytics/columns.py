"""What a report can be about, and what its columns are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Call
from salesforce_emulator.schema.loader import load_texts
from salesforce_emulator.schema.model import Field, Object

CUSTOM = "CustomEntity$"
KINDS = {"reference": "id", "combobox": "string", "encryptedstring": "string"}
UNREPORTABLE = frozenset({"base64", "address", "location", "anyType"})


@dataclass(frozen=True)
class Column:
    name: str
    path: str  # in SOQL
    label: str
    field: Field
    id_path: str | None = None  # a name leads to its record

    @property
    def kind(self) -> str:
        return KINDS.get(self.field.type, self.field.type)


@dataclass(frozen=True)
class ReportType:
    name: str
    label: str
    category: str
    object: Object
    columns: Mapping[str, Column] = field(default_factory=dict)  # by name in lower case, what the caller may see

    def column(self, name: Any) -> Column:
        found = self.columns.get(str(name).lower())
        if found is None:
            raise Refused(400, "BAD_REQUEST", f"The column {name} is not valid for the report type {self.label}")
        return found

    def title(self) -> dict[str, str]:
        return {"label": self.label, "type": self.name}


def report_types(call: Call) -> list[ReportType]:
    """Every report type whose object the caller may read."""
    custom = [CUSTOM + one.name for one in call.org.schema if one.name.endswith("__c") and one.layoutable]
    found = (_find(call, name) for name in (*_texts(), *custom))
    return [one for one in found if one]


def report_type(call: Call, name: object) -> ReportType:
    found = _find(call, str(name))
    if found is None:
        raise Refused(400, "BAD_REQUEST", f"The report type {name} is not available")
    return found


def _find(call: Call, name: str) -> ReportType | None:
    text = _texts().get(name) or _custom(call, name)
    one = call.org.schema.object(text["object"]) if text else None
    if text is None or one is None or not call.caller.can_read(one):
        return None
    columns = [*_own(call, one), *_named(call, one, text["columns"])]
    return ReportType(name, text["label"], text["category"], one, {column.name.lower(): column for column in columns})


def _custom(call: Call, name: str) -> dict[str, Any] | None:
    one = call.org.schema.object(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else None
    if one is None:
        return None
    return {"label": one.label_plural, "category": "Other Reports", "object": one.name, "columns": {}}


def _own(call: Call, one: Object) -> list[Column]:
    seen = [own for own in one.fields if own.type not in UNREPORTABLE and call.caller.can_see(one, own)]
    return [
        Column(f"{one.name}.{own.name}" if own.custom else snake(own.name), own.name, own.label, own, _id(own, "Id"))
        for own in seen
    ]


def _named(call: Call, one: Object, paths: Mapping[str, str]) -> list[Column]:
    found = []
    for name, path in paths.items():
        relationship, _, last = path.rpartition(".")
        reference = one.parent(relationship) if relationship else None
        if relationship and (reference is None or not call.caller.can_see(one, reference)):
            continue
        owner = call.org.schema.known(reference.reference_to[-1]) if reference else one
        own = owner.field(last)
        if own is None or not call.caller.can_see(owner, own) or not call.caller.can_read(owner):
            continue
        label = own.label if not reference else _label(reference, own)
        found.append(Column(name, path, label, own, _id(own, reference.name if reference else "Id")))
    return found


def _label(reference: Field, own: Field) -> str:
    said = reference.label.removesuffix(" ID")
    return f"{said} Name" if own.name_field else f"{said} {own.label}"


def _id(own: Field, path: str) -> str | None:
    return path if own.name_field else None


def snake(name: str) -> str:
    """CloseDate is CLOSE_DATE, OwnerId is OWNER_ID."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


@cache
def _texts() -> dict[str, Any]:
    return load_texts("routes/analytics/report_types.toml")
