"""What changed since: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm"""

from asyncio import gather
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import api_name
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_BYTES_PER_ID = 24


@tool(Effect.READS)
async def getChanges(
    objectName: ObjectName,
    since: Annotated[datetime, Field(description="With time zone, at most 30 days ago")],
    org: Org,
    caller: Calling,
    until: Annotated[datetime | None, Field(description="Else now")] = None,
) -> dict[str, Any]:
    """Ids of the records of an object that were created, changed or deleted since; nextSince goes on from there."""
    now = datetime.fromtimestamp(caller.clock.now(), UTC)
    span = {"start": _written(since), "end": _written(until or now)}
    above = ("sobjects", api_name(objectName))
    updated, deleted = await gather(*(org.resource(*above, kind, params=span) for kind in ("updated", "deleted")))
    gone = [(one["id"], one["deletedDate"]) for one in deleted["deletedRecords"]]
    if (len(updated["ids"]) + 2 * len(gone)) * _BYTES_PER_ID > caller.result_tokens * BYTES_PER_TOKEN:
        raise InvalidInput(
            f"{len(updated['ids'])} records were changed and {len(gone)} deleted: more than a result may hold",
            code="RESULT_TOO_LARGE",
            fields=["since", "until"],
            hint="Ask for a shorter span, or use exportQuery with a filter on SystemModstamp.",
        )
    # The earlier of the two: what either of them has not covered yet is told next time.
    covered = min(updated["latestDateCovered"], deleted["latestDateCovered"])
    return {
        "objectName": objectName,
        "nextSince": covered,
        "updated": updated["ids"],
        "deleted": Table(("id", "deletedDate"), gone, len(gone)).as_data(),
    }


def _written(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InvalidInput("A moment needs its time zone", fields=["since", "until"], hint="2026-11-22T00:00:00Z")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
