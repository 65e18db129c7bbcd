"""From a record to what belongs to it, and to what it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import identifier, quote_literal
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor, Fields, ObjectName
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_Relationship = Annotated[str, Field(description="Child (Contacts, Opportunities) or parent (Owner, Account)")]

# What tells related records apart at a glance, where the object has it.
_TELLING = ("Title", "Status", "StageName", "Amount", "CloseDate", "Email", "Phone", "Subject", "ActivityDate", "Type")


@tool(Effect.READS)
async def getRelatedRecords(
    objectName: ObjectName,
    recordId: str,
    relationship: _Relationship,
    org: Org,
    caller: Calling,
    fields: Fields = None,
    cursor: Cursor = None,
) -> Table:
    """Records related to one record: its children, or a parent."""
    recordId = record_id(recordId)
    describe = await org.describe(objectName)
    if child := _child(describe, relationship):
        columns = fields or _telling(await org.describe(child["childSObject"]))
        soql = _select(columns, child["childSObject"], where=f"{child['field']} = {quote_literal(recordId)}")
        table = await Rows(org, caller, soql).read(cursor)
        if not table.rows:
            await org.get(describe["name"], recordId, ["Id"])
        return table
    wanted = relationship.lower()
    for field in describe["fields"]:
        if wanted in (str(field.get("relationshipName") or "").lower(), field["name"].lower()) and field["referenceTo"]:
            return await _parent(org, caller, describe, field, recordId, fields)
    raise _unknown(describe, relationship)


def _child(describe: Mapping[str, Any], relationship: str) -> Mapping[str, Any] | None:
    """The child relationship of that name; else the only one whose children are of that object."""
    children = [child for child in describe.get("childRelationships") or [] if child.get("relationshipName")]
    named = [child for child in children if child["relationshipName"].lower() == relationship.lower()]
    of_object = [child for child in children if child["childSObject"].lower() == relationship.lower()]
    found = named or of_object
    return found[0] if len(found) == 1 else None


async def _parent(
    org: Org,
    caller: Calling,
    describe: Mapping[str, Any],
    field: Mapping[str, Any],
    recordId: str,
    fields: Sequence[str] | None,
) -> Table:
    """One row with the parent's fields; a parent that may be of several objects shows what all of them have."""
    several = len(field["referenceTo"]) > 1
    columns = fields or (("Id", "Name") if several else _telling(await org.describe(field["referenceTo"][0])))
    paths = [field["name"], *(f"{field['relationshipName']}.{column}" for column in columns)]
    soql = _select(paths, describe["name"], where=f"Id = {quote_literal(recordId)}")
    found = await Rows(org, caller, soql).read(None)
    if not found.rows:
        await org.get(describe["name"], recordId, ["Id"])
        return found
    parent, *row = found.rows[0]
    if any(cell is not None for cell in row):
        return Table(found.columns[1:], [row], 1)
    about = f"{field['relationshipName']} of this {describe['name']}"
    note = f"The {about}, {parent}, is not visible to this user" if parent else f"There is no {about}"
    return _Nobody(found.columns[1:], [], 0, note=note)


@dataclass(frozen=True)
class _Nobody(Table):
    """No parent, and why."""

    note: str = ""

    def as_data(self) -> dict[str, Any]:
        return {"note": self.note, **super().as_data()}


def _select(columns: Sequence[str], name: str, *, where: str) -> str:
    return f"SELECT {', '.join(map(identifier, columns))} FROM {name} WHERE {where}"  # noqa: S608 - checked and quoted


def _telling(describe: Mapping[str, Any]) -> list[str]:
    """The id, the name, and a few fields that people recognise records by."""
    known = {field["name"] for field in describe["fields"]}
    named = [field["name"] for field in describe["fields"] if field.get("nameField")]
    return list(dict.fromkeys(["Id", *named, *(name for name in _TELLING if name in known)]))


def _unknown(describe: Mapping[str, Any], relationship: str) -> NotFound:
    children = [str(child["relationshipName"]) for child in describe["childRelationships"] if child["relationshipName"]]
    parents = [str(field["relationshipName"]) for field in describe["fields"] if field.get("relationshipName")]
    meant = nearest(relationship, [*children, *parents])
    return NotFound(
        f"{describe['name']} has no relationship {relationship[:80]!r}",
        fields=["relationship"],
        hint=f"Did you mean {' or '.join(meant)}?" if meant else "describeObject with children lists them.",
    )
