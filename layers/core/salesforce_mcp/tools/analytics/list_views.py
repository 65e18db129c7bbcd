"""List views: the lists people work from."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import api_name, is_record_of, shown
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool


@tool(Effect.READS)
async def runListView(
    objectName: ObjectName,
    org: Org,
    view: Annotated[str, Field(description="Label, developer name or id; lists the object's views when left out")] = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    offset: Annotated[int, Field(ge=0, le=2000)] = 0,
) -> dict[str, Any]:
    """The records of a list view as its users see them, or which list views an object has."""
    path = ("sobjects", api_name(objectName), "listviews")
    if is_record_of("00B", view):
        identifier = view
    else:
        views = (await org.resource(*path))["listviews"]
        if not view:
            listed = [(one["label"], one["developerName"], one["id"]) for one in views]
            return Table(("label", "developerName", "id"), listed, len(listed)).as_data()
        identifier = _named(views, view)
    told = await org.resource(*path, identifier, "results", params={"limit": str(limit), "offset": str(offset)})
    kept = [at for at, one in enumerate(told["columns"]) if not one["hidden"] or one["fieldNameOrPath"] == "Id"]
    columns = [told["columns"][at]["fieldNameOrPath"] for at in kept]
    rows = [[record["columns"][at]["value"] for at in kept] for record in told["records"]]
    more = {} if told["done"] else {"note": f"There are more: call again with offset {offset + len(rows)}"}
    return {"view": told["label"], **more, **Table(columns, rows, len(rows)).as_data()}


def _named(views: list[dict[str, Any]], view: str) -> str:
    for one in views:
        if view.lower() in (one["label"].lower(), one["developerName"].lower()):
            return str(one["id"])
    meant = nearest(view, [one["label"] for one in views])
    raise NotFound(
        f"The object has no list view {shown(view)}",
        fields=["view"],
        hint=f"Did you mean {' or '.join(meant)}?" if meant else "Leave view out to see them all.",
    )
