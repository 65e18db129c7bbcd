"""What objects there are, and what their records hold."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.core.description import described, field_in_full
from salesforce_mcp.tools.parameters import ObjectName, OneField
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_Search = Annotated[str | None, Field(description="Part of a name or label")]
_RecordType = Annotated[str | None, Field(description="Only this record type and its picklist values")]
_Children = Annotated[bool, Field(description="Also list child relationships")]

# History, sharing, feed and change-event companions triple the list and are seldom meant.
_COMPANIONS = ("History", "Share", "Feed", "ChangeEvent", "Tag", "OwnerSharingRule")


@tool(Effect.READS)
async def listAllObjects(org: Org, search: _Search = None) -> dict[str, Any]:
    """Objects this user may use, standard and custom; allowed: query, create, update, delete.

    Companions (…History, …Share, …Feed) only by search.
    """
    objects = await org.objects()
    wanted = [entry for entry in objects if _matches(entry, search) and (search or not _is_companion(entry))]
    rows = [(entry["name"], entry["label"], _allowed(entry)) for entry in wanted]
    hidden = len(objects) - len(wanted) if not search else 0
    return {
        **({"companionsNotShown": hidden} if hidden else {}),
        **Table(("name", "label", "allowed"), rows, len(rows)).as_data(),
    }


def _matches(entry: dict[str, Any], search: str | None) -> bool:
    words = (search or "").lower()
    return any(words in str(entry.get(key) or "").lower() for key in ("name", "label", "labelPlural"))


def _is_companion(entry: dict[str, Any]) -> bool:
    return str(entry["name"]).endswith(_COMPANIONS) and not entry.get("layoutable")


def _allowed(entry: dict[str, Any]) -> str:
    """Query, create, update, delete as letters."""
    rights = {"queryable": "q", "createable": "c", "updateable": "u", "deletable": "d"}
    return "".join(letter for right, letter in rights.items() if entry.get(right))


@tool(Effect.READS)
async def describeObject(
    objectName: ObjectName,
    org: Org,
    field: OneField = None,
    children: _Children = False,
    recordType: _RecordType = None,
) -> dict[str, Any]:
    """An object's fields: type, rule (required, read-only), picklist values or the objects a reference points to."""
    describe = await org.describe(objectName)
    if recordType:
        return await _of_record_type(org, describe, recordType)
    return field_in_full(describe, field) if field else described(describe, with_children=children)


@tool(Effect.READS)
async def describeAccount(org: Org, field: OneField = None) -> dict[str, Any]:
    """Fields, picklist values and relationships of accounts (companies)."""
    return await _standard(org, "Account", field)


@tool(Effect.READS)
async def describeLead(org: Org, field: OneField = None) -> dict[str, Any]:
    """Fields, picklist values and relationships of leads."""
    return await _standard(org, "Lead", field)


@tool(Effect.READS)
async def describeOpportunity(org: Org, field: OneField = None) -> dict[str, Any]:
    """Fields, stages, picklist values and relationships of opportunities (deals)."""
    return await _standard(org, "Opportunity", field)


@tool(Effect.READS)
async def describeCase(org: Org, field: OneField = None) -> dict[str, Any]:
    """Fields, picklist values and relationships of cases (support requests)."""
    return await _standard(org, "Case", field)


@tool(Effect.READS)
async def describeSolution(org: Org, field: OneField = None) -> dict[str, Any]:
    """Fields, picklist values and relationships of solutions."""
    return await _standard(org, "Solution", field)


async def _standard(org: Org, name: str, field: str | None) -> dict[str, Any]:
    describe = await org.describe(name)
    return field_in_full(describe, field) if field else described(describe, with_children=True)


async def _of_record_type(org: Salesforce, describe: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The picklist values of one record type, named by name, developer name or id."""
    types = [entry for entry in describe.get("recordTypeInfos") or [] if entry.get("active")]
    named = ("name", "developerName", "recordTypeId")
    chosen = next((one for one in types if wanted.lower() in (str(one[key]).lower() for key in named)), None)
    if chosen is None:
        raise NotFound(
            f"{describe['name']} has no record type {wanted[:80]!r}",
            fields=["recordType"],
            hint=f"Its record types are {', '.join(str(one['name']) for one in types)}.",
        )
    path = ("ui-api", "object-info", str(describe["name"]), "picklist-values", str(chosen["recordTypeId"]))
    told = (await org.resource(*path))["picklistFieldValues"]
    return {
        "object": describe["name"],
        "recordType": chosen["name"],
        "id": chosen["recordTypeId"],
        "available": chosen["available"],
        "default": chosen["defaultRecordTypeMapping"],
        "picklists": {name: [value["value"] for value in told[name]["values"]] for name in sorted(told)},
    }
