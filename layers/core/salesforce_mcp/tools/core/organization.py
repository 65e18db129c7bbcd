"""The org itself: who is signed in, what it offers, how much of it is used up."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool


@tool(Effect.READS)
async def getUserInfo(org: Org) -> dict[str, Any]:
    """Who is signed in, to which org, in which time zone and language."""
    told = await org.user_info()
    names = {
        "userId": "user_id",
        "organizationId": "organization_id",
        "name": "name",
        "username": "preferred_username",
        "email": "email",
        "userType": "user_type",
        "timeZone": "zoneinfo",
        "locale": "locale",
        "language": "language",
    }
    user = {ours: told[theirs] for ours, theirs in names.items() if told.get(theirs) is not None}
    return {**user, "apiVersion": await org.version()}


@tool(Effect.READS)
async def listApiVersions(org: Org) -> dict[str, Any]:
    """The API versions this org offers, newest first, and the one in use."""
    offered = [(version["version"], version["label"]) for version in reversed(await org.versions())]
    return {"inUse": await org.version(), **Table(("version", "label"), offered, len(offered)).as_data()}


@tool(Effect.READS)
async def listResources(org: Org) -> dict[str, Any]:
    """The REST resources of this org's API."""
    found = sorted((await org.resources()).items())
    return Table(("resource", "path"), found, len(found)).as_data()


_Named = Annotated[list[str] | None, Field(description="Limit names, such as DailyApiRequests; all when left out")]


@tool(Effect.READS)
async def getOrganizationLimits(org: Org, names: _Named = None) -> dict[str, Any]:
    """Limits and what is left: API requests, storage, bulk, streaming, e-mail. The most used come first."""
    limits = await org.limits()
    wanted = {name.lower() for name in names} if names else {name.lower() for name in limits}
    rows = [
        (name, entry["Max"], entry["Max"] - entry["Remaining"], entry["Remaining"])
        for name, entry in limits.items()
        if name.lower() in wanted
    ]
    rows.sort(key=lambda row: (-(row[2] / row[1]) if row[1] else 0, row[0]))
    return Table(("limit", "max", "used", "left"), rows, len(rows)).as_data()


_Many = Annotated[int, Field(ge=1, le=200)]


@tool(Effect.READS)
async def listRecentRecords(org: Org, limit: _Many = 25) -> Table:
    """Records this user viewed or changed last, of any object, newest first."""
    recent = await org.resource("recent", params={"limit": str(limit)})
    rows = [(one["attributes"]["type"], one.get("Id"), one.get("Name")) for one in recent]
    return Table(("object", "id", "name"), rows, len(rows))
