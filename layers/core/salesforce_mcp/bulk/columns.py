"""Which field each column of a file is for, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import InvalidInput, NotPermitted
from salesforce_mcp.salesforce.nearest import nearest

_RELATED = re.compile(r"(?:\w+:)?(\w+)\.(\w+)", re.ASCII)
# What an operation asks for, any one of them, and how it is said.
_RIGHTS = {
    "insert": (("createable",), "create"),
    "update": (("updateable",), "change"),
    "upsert": (("createable", "updateable"), "create or change"),
    "delete": (("deletable",), "delete"),
    "hardDelete": (("deletable",), "delete"),
}


@dataclass(frozen=True)
class Column:
    """`field` is empty for a column that is left out or not understood; `problem` says what stands in the way."""

    name: str
    field: str
    why: str
    problem: str = ""
    described: Mapping[str, Any] | None = None  # None for a reference by external id


def map_columns(
    header: Sequence[str],
    described: Mapping[str, Any],
    *,
    operation: str,
    external_id: str = "",
    chosen: Mapping[str, str] | None = None,
) -> list[Column]:
    """`chosen` is what the person has decided: column → field, or empty to leave the column out."""
    require_allowed(described, operation)
    fields = list(described["fields"])
    wanted = {name.lower(): field for name, field in (chosen or {}).items()}
    for name in chosen or {}:
        if name.lower() not in {column.lower() for column in header}:
            raise InvalidInput(f"The CSV has no column {name[:80]!r}", fields=["columns"], hint=_listed(header))
    columns = [_column(name, wanted.get(name.lower()), fields, operation, external_id) for name in header]
    return _without_doubles(columns)


def require_allowed(described: Mapping[str, Any], operation: str) -> None:
    """A user without the right is told so: to them each single field looks closed too."""
    rights, verb = _RIGHTS[operation]
    if not any(described.get(right, True) for right in rights):
        raise NotPermitted(
            f"This user may not {verb} records of {described['name']}",
            code="INSUFFICIENT_ACCESS_OR_READONLY",
            hint="An administrator grants the right by profile or permission set.",
        )


def require_usable(columns: Sequence[Column], *, operation: str, external_id: str = "") -> None:
    """Refuse a file whose columns cannot be loaded, naming the first that is in the way."""
    for position, column in enumerate(columns, start=1):
        if column.problem:
            raise InvalidInput(
                f"Column {position}, {column.name[:80]!r}, {column.problem}",
                code="UNKNOWN_COLUMN",
                fields=[column.name[:80]],
                hint="Rename it in the first line, or give columns: the column's name → the field, or → empty.",
            )
    key = "Id" if operation in {"update", "delete", "hardDelete"} else external_id if operation == "upsert" else ""
    if key and key.lower() not in {column.field.lower() for column in columns}:
        raise InvalidInput(
            f"The CSV has no column for {key}, which tells which record a row is for",
            code="MISSING_KEY_COLUMN",
            fields=[key],
            hint=f"{operation} needs it in every row.",
        )
    if not any(column.field for column in columns):
        raise InvalidInput("None of the columns is loaded", code="NO_COLUMNS", hint="Map at least one to a field.")


def _column(
    name: str, chosen: str | None, fields: Sequence[Mapping[str, Any]], operation: str, external_id: str
) -> Column:
    if chosen == "":
        return Column(name, "", "left out, as you said")
    if operation in {"delete", "hardDelete"} and (chosen or name).lower() != "id":
        return Column(name, "", f"{operation} takes the Id only")
    wanted, why = chosen or name, "as you said" if chosen else ""
    if found := _related(wanted, fields):
        return Column(name, found, why or "names the parent by its external id")
    field, reason = _found(wanted, fields)
    if field is None:
        near = nearest(wanted, [str(one["name"]) for one in fields])
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        return Column(name, "", "", f"is no field that you may see{meant}")
    if problem := _closed(field, operation, external_id):
        return Column(name, "", "", problem)
    return Column(name, str(field["name"]), why or reason, described=field)


def _found(name: str, fields: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, str]:
    for reason, key in (("is its API name", "name"), ("is its label", "label")):
        matching = [one for one in fields if str(one.get(key, "")).lower() == name.lower()]
        if len(matching) == 1:
            return matching[0], reason
    alike = [one for one in fields if _bare(name) in {_bare(str(one["name"])), _bare(str(one.get("label", "")))}]
    return (alike[0], "sounds like it") if len(alike) == 1 and _bare(name) else (None, "")


def _related(name: str, fields: Sequence[Mapping[str, Any]]) -> str:
    found = _RELATED.fullmatch(name)
    known = {str(one.get("relationshipName") or "").lower() for one in fields} - {""}
    return name if found and found[1].lower() in known else ""


def _closed(field: Mapping[str, Any], operation: str, external_id: str) -> str:
    name = str(field["name"])
    if name.lower() in {"id" if operation != "insert" else "", external_id.lower()}:
        return ""
    if operation == "insert" and not field.get("createable", True):
        return f"is {name}, which cannot be set on a new record"
    if operation == "update" and not field.get("updateable", True):
        return f"is {name}, which cannot be changed"
    if operation == "upsert" and not (field.get("createable", True) or field.get("updateable", True)):
        return f"is {name}, which cannot be written"
    return ""


def _without_doubles(columns: list[Column]) -> list[Column]:
    seen: dict[str, str] = {}
    checked = []
    for column in columns:
        before = seen.get(column.field.lower()) if column.field else None
        if before is not None:
            problem = f"is for {column.field}, as {before!r} is already"
            column = Column(column.name, "", "", problem)
        elif column.field:
            seen[column.field.lower()] = column.name
        checked.append(column)
    return checked


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().removesuffix("__c"))


def _listed(header: Sequence[str]) -> str:
    return f"Its columns are {', '.join(header[:30])}."
