"""Read and write single records of any object."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve

from salesforce_mcp.errors import InvalidInput, NotPermitted
from salesforce_mcp.policy.caller import current
from salesforce_mcp.policy.protected import is_protected
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.parameters import ExternalIdField, Fields, FieldValues, ObjectName
from salesforce_mcp.tools.tool import Effect, Org, tool


@tool(Effect.READS)
async def getRecord(objectName: ObjectName, recordId: str, org: Org, fields: Fields = None) -> dict[str, Any]:
    """Read one record. Empty fields are left out unless named in fields."""
    record = await org.get(objectName, recordId, fields)
    if not fields:
        return {name: value for name, value in record.items() if value is not None}
    # A parent that is not there is one null under its own name: the fields that were asked for are its fields.
    empty = [name for name in fields if "." in name and name.lower() not in map(str.lower, record)]
    above = {name.lower()[:at] for name in empty for at, one in enumerate(name) if one == "."}
    return {name: value for name, value in record.items() if name.lower() not in above} | dict.fromkeys(empty)


@tool(Effect.WRITES)
async def createRecord(
    objectName: ObjectName, record: FieldValues, org: Org, externalIdField: ExternalIdField = None
) -> dict[str, Any]:
    """Create a record and return its id; with externalIdField update the one that has its value, if any: safe to
    repeat."""
    require_writable(objectName)
    if externalIdField is None:
        return {"id": await org.create(objectName, record), "created": True}
    key = next((name for name in record if name.lower() == externalIdField.lower()), "")
    value = record.get(key)
    if value is None or value == "":
        raise InvalidInput(
            f"The record has no value for {shown(externalIdField)}",
            fields=["record"],
            hint="Give the external id among the values of record.",
        )
    others = {name: value for name, value in record.items() if name != key}
    identifier, created = await org.upsert(objectName, externalIdField, str(value), others)
    return {"id": identifier, "created": created}


@tool(Effect.WRITES)
async def updateRecord(objectName: ObjectName, recordId: str, record: FieldValues, org: Org) -> dict[str, Any]:
    """Change the given fields of a record; all others stay."""
    require_writable(objectName)
    if not record:
        raise InvalidInput(
            "Nothing to change was given", fields=["record"], hint="Give the fields and their new values."
        )
    await org.update(objectName, recordId, record)
    return {"id": recordId, "updated": True}


async def _asked(objectName: str, recordId: str, ctx: Context) -> Confirmation | Elicit[Confirmation]:
    return confirmed(ctx, f"Delete {objectName} {recordId}?")


@tool(Effect.DESTROYS)
async def deleteRecord(
    objectName: ObjectName,
    recordId: str,
    org: Org,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any]:
    """Move a record, and its details, to the recycle bin for 15 days."""
    confirmation.require()
    require_writable(objectName)
    await org.delete(objectName, recordId)
    return {"id": recordId, "deleted": True}


def require_writable(objectName: str) -> None:
    if is_protected(objectName):
        current.get().require({Scope.ADMIN})
    if objectName.lower().endswith("__mdt"):
        raise NotPermitted(
            f"Records of custom metadata types such as {objectName[:80]} cannot be written over the data API",
            code="CUSTOM_METADATA_READ_ONLY",
            fields=["objectName"],
            hint="Read them with executeQuery. An administrator writes them with deployMetadata, or in Setup.",
        )
