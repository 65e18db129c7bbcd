"""The org itself: who is signed in, what it offers, how much of it is used up."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.tools.core.access import object_access, record_access, user_access
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_Access = Annotated[bool, Field(description="Also profile, role, permission sets, custom permissions")]
_OnRecord = Annotated[str | None, Field(description="Also rights on this record")]
_OfObject = Annotated[str | None, Field(description="Also rights on this object, field by field")]


_Recent = Annotated[int, Field(ge=0, le=200, description="Also this many recent records")]


@tool(Effect.READS)
async def getUserInfo(
    org: Org, access: _Access = False, objectName: _OfObject = None, recordId: _OnRecord = None, recent: _Recent = 0
) -> dict[str, Any]:
    """Who is signed in, to which org, in which time zone and language, and what this user may do."""
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
    rights = await user_access(org) if access else {}
    on_object = {"onObject": await object_access(org, objectName)} if objectName else {}
    on_record = {"onRecord": await record_access(org, recordId)} if recordId else {}
    lately = {"recent": await _recent(org, recent)} if recent else {}
    return {**user, "apiVersion": await org.version(), **rights, **on_object, **on_record, **lately}


async def _recent(org: Salesforce, number: int) -> dict[str, Any]:
    """Records this user viewed or changed last, of any object, newest first."""
    found = await org.resource("recent", params={"limit": str(number)})
    rows = [(one["attributes"]["type"], one.get("Id"), one.get("Name")) for one in found]
    return Table(("object", "id", "name"), rows, len(rows)).as_data()


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


_Named = Annotated[list[str] | None, Field(description="Such as DailyApiRequests, Storage; else all")]


@tool(Effect.READS)
async def getOrganizationLimits(org: Org, names: _Named = None) -> dict[str, Any]:
    """Limits and what is left: API requests, storage, bulk, streaming, e-mail. The most used come first."""
    limits = await org.limits()
    wanted = {name: _meant(name, limits) for name in names or ()}
    unknown = [name for name, found in wanted.items() if not found]
    if unknown and len(unknown) == len(wanted):
        raise NotFound(
            f"The org has no limit {', '.join(map(shown, unknown[:5]))}",
            fields=["names"],
            hint=f"{_like(unknown[0], limits)} Leave names out to see them all.".strip(),
        )
    chosen = {name for found in wanted.values() for name in found} or set(limits)
    rows = [
        (name, entry["Max"], entry["Max"] - entry["Remaining"], entry["Remaining"])
        for name, entry in limits.items()
        if name in chosen
    ]
    rows.sort(key=lambda row: (-(row[2] / row[1]) if row[1] else 0, row[0]))
    missing = {"unknown": {name: _like(name, limits) for name in unknown}} if unknown else {}
    return {**missing, **Table(("limit", "max", "used", "left"), rows, len(rows)).as_data()}


def _meant(name: str, limits: Mapping[str, Any]) -> list[str]:
    """The limit of that name, else all with these words in their names: storage, API requests."""
    letters = "".join(filter(str.isalnum, name)).lower()
    exact = [known for known in limits if known.lower() == letters]
    return exact or [known for known in limits if letters and letters in known.lower()]


def _like(name: str, limits: Mapping[str, Any]) -> str:
    meant = nearest(name, limits)
    return f"Did you mean {' or '.join(meant)}?" if meant else ""
