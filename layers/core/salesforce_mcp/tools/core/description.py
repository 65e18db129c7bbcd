"""An object's describe, cut down to what is needed to write and to query its records."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_mcp.errors import NotFound
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.tools.results import text_of

COLUMNS = ("name", "type", "rule", "values")
# A describe that would be larger shows fewer values of its long picklists, and says how many it left out.
_BYTES = 7_600
_FEWER = (40, 20, 10, 5)

_IN_FULL = (
    "name",
    "label",
    "type",
    "custom",
    "length",
    "precision",
    "scale",
    "digits",
    "nillable",
    "createable",
    "updateable",
    "calculated",
    "defaultedOnCreate",
    "defaultValue",
    "unique",
    "externalId",
    "idLookup",
    "caseSensitive",
    "autoNumber",
    "filterable",
    "sortable",
    "groupable",
    "aggregatable",
    "restrictedPicklist",
    "dependentPicklist",
    "controllerName",
    "inlineHelpText",
    "calculatedFormula",
    "referenceTo",
    "relationshipName",
    "cascadeDelete",
    "restrictedDelete",
    "encrypted",
)


def described(describe: Mapping[str, Any], *, with_children: bool) -> dict[str, Any]:
    data = _described(describe, most=None, with_children=with_children)
    for most in _FEWER:
        if len(text_of(clean(data)).encode()) <= _BYTES:
            break
        data = _described(describe, most=most, with_children=with_children)
    return data


def _described(describe: Mapping[str, Any], *, most: int | None, with_children: bool) -> dict[str, Any]:
    rights = [right for right in ("createable", "updateable", "deletable", "queryable") if describe.get(right)]
    data: dict[str, Any] = {"object": describe["name"], "label": describe.get("label"), "allowed": rights}
    if types := _record_types(describe):
        data["recordTypes"] = types
    if with_children:
        data["childRelationships"] = _children(describe)
    rows = [_row(field, most=most) for field in describe["fields"]]
    return {**data, "columns": list(COLUMNS), "rows": rows}


def _row(field: Mapping[str, Any], *, most: int | None) -> list[Any]:
    return [field["name"], field["type"], _rule(field), _values(field, most=most)]


def _rule(field: Mapping[str, Any]) -> str | None:
    if field.get("createable") and not field.get("nillable") and not field.get("defaultedOnCreate"):
        return "required"
    if not field.get("createable") and not field.get("updateable"):
        return "read-only"
    return "external id" if field.get("externalId") else None


def _values(field: Mapping[str, Any], *, most: int | None) -> list[str] | None:
    if field.get("referenceTo"):
        return list(field["referenceTo"])
    values = [entry["value"] for entry in field.get("picklistValues") or [] if entry.get("active")]
    if most is not None and len(values) > most:
        return [*values[:most], f"… {len(values) - most} more"]
    return values or None


def _record_types(describe: Mapping[str, Any]) -> dict[str, str]:
    return {
        entry["name"]: entry["recordTypeId"]
        for entry in describe.get("recordTypeInfos") or []
        if entry.get("available") and not entry.get("master")
    }


def _children(describe: Mapping[str, Any]) -> list[str]:
    return [
        f"{entry['relationshipName']} ({entry['childSObject']}.{entry['field']})"
        for entry in describe.get("childRelationships") or []
        if entry.get("relationshipName")
    ]


def field_in_full(describe: Mapping[str, Any], name: str) -> dict[str, Any]:
    field = _field_named(describe, name)
    full = {key: field[key] for key in _IN_FULL if field.get(key) not in (None, False, "", 0, [])}
    if field.get("picklistValues"):
        return {"object": describe["name"], **full, **_picklist(field["picklistValues"], _deciding(describe, field))}
    return {"object": describe["name"], **full}


def _field_named(describe: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    by_name: dict[str, Mapping[str, Any]] = {field["name"].lower(): field for field in describe["fields"]}
    by_label = {str(field.get("label")).lower(): field for field in describe["fields"]}
    if found := by_name.get(name.lower()) or by_label.get(name.lower()):
        return found
    meant = nearest(name, [field["name"] for field in describe["fields"]])
    raise NotFound(
        f"{describe['name']} has no field of that name that this user may see",
        code="INVALID_FIELD",
        fields=["field"],
        hint=f"Did you mean {' or '.join(meant)}?" if meant else "Call describeObject without field to see them all.",
    )


def _picklist(values: Sequence[Mapping[str, Any]], deciding: Sequence[str]) -> dict[str, Any]:
    rows: list[list[Any]] = [
        [entry["value"], entry.get("label"), bool(entry.get("active")), bool(entry.get("defaultValue"))]
        for entry in values
    ]
    columns = ["value", "label", "active", "default"]
    if deciding:
        columns.append("onlyWith")
        for row, entry in zip(rows, values, strict=True):
            row.append([deciding[at] for at in _places(entry.get("validFor")) if at < len(deciding)])
    return {"columns": columns, "rows": rows}


def _deciding(describe: Mapping[str, Any], field: Mapping[str, Any]) -> list[str]:
    """The values of the field that decides which of this one's can be chosen; a checkbox has two."""
    controller = next((one for one in describe["fields"] if one["name"] == field.get("controllerName")), None)
    if controller is None:
        return []
    return [str(entry["value"]) for entry in controller.get("picklistValues") or ()] or ["false", "true"]


def _places(valid_for: str | None) -> list[int]:
    """Which bits are set: the first is the most significant one of the first byte."""
    try:
        bits = b64decode(valid_for or "")
    except ValueError:
        return []
    return [at for at in range(8 * len(bits)) if bits[at // 8] & 0x80 >> at % 8]
