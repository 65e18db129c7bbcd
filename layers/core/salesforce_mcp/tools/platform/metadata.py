"""What the org is made of: components by the Metadata API, definitions by the Tooling API."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.metadata import MOST_READ, MetadataType
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.page import Page
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor, Soql
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

# Components of these types stand in folders, and the folders are a type of their own.
_FOLDERS = {"Report": "ReportFolder", "Dashboard": "DashboardFolder", "Document": "DocumentFolder"}
_FOLDERS |= {"EmailTemplate": "EmailFolder"}


@tool(Effect.READS)
async def readMetadata(
    org: Org,
    metadataType: Annotated[
        str, Field(description="Such as CustomObject, Flow, Layout; lists the types when left out")
    ] = "",
    names: Annotated[
        list[str] | None, Field(max_length=MOST_READ, description="To read whole; lists them when left out")
    ] = None,
    folder: Annotated[str, Field(description="Of reports, dashboards …")] = "",
) -> dict[str, Any]:
    """The metadata types of the org, the components of a type, or components whole."""
    if not metadataType:
        types = [(one.name, one.directory, one.suffix) for one in await org.metadata.types()]
        return Table(("type", "directory", "suffix"), types, len(types)).as_data()
    if names:
        return await _whole(org, metadataType, names)
    listed_type = metadataType if folder else _FOLDERS.get(metadataType, metadataType)
    found = await org.metadata.listed(listed_type, folder)
    rows = sorted((one["fullName"], one.get("lastModifiedDate"), one.get("lastModifiedByName")) for one in found)
    note = (
        {}
        if listed_type == metadataType
        else {"note": f"These are its folders: call again with folder to list each {metadataType}"}
    )
    return {**note, **Table(("name", "lastModified", "by"), rows, len(rows)).as_data()}


async def _whole(org: Salesforce, kind: str, names: list[str]) -> dict[str, Any]:
    found = {str(one.get("fullName")): one for one in await org.metadata.read(kind, names)}
    if missing := [name for name in names if name not in found]:
        known = [str(one["fullName"]) for one in await org.metadata.listed(kind)] if kind not in _FOLDERS else []
        meant = nearest(missing[0], known)
        raise NotFound(
            f"There is no {kind} {', '.join(map(shown, missing))} that this user may see",
            fields=["names"],
            hint=f"Did you mean {' or '.join(meant)}?" if meant else "Leave names out to list them.",
        )
    return {"type": kind, "components": list(found.values())}


def type_named(types: list[MetadataType], name: str) -> MetadataType:
    for one in types:
        if one.name == name:
            return one
    meant = nearest(name, [one.name for one in types])
    raise InvalidInput(
        f"This org has no metadata type {shown(name)}",
        fields=["metadataType"],
        hint=f"Did you mean {' or '.join(meant)}?" if meant else "readMetadata lists the types.",
    )


class _ToolingRows(Rows):
    async def _page(self, locator: str | None) -> Page:
        return await self._org.tooling(self._soql, locator)


@tool(Effect.READS)
async def queryTooling(soql: Soql, org: Org, caller: Calling, cursor: Cursor = None) -> Table:
    """Query the Tooling API: ApexClass, ApexTrigger, Flow, ValidationRule, EntityDefinition, FieldDefinition …"""
    return await _ToolingRows(org, caller, soql).read(cursor)
