"""How satisfied customers say they are."""

import re
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.paths import api_name
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_ABOUT_SATISFACTION = re.compile(r"satisf|csat|\bnps\b|survey.?score|rating", re.IGNORECASE)


@tool(Effect.READS)
async def getSatisfaction(
    org: Org,
    field: Annotated[str, Field(description="Number field of the case; found by its name when left out")] = "",
    groupBy: Annotated[
        str, Field(description="Field to compare by, such as Owner.Name, Origin or Reason")
    ] = "Priority",
    period: Annotated[str, Field(pattern=r"^[A-Za-z_]+(:\d+)?$", description="Date literal of closing")] = "THIS_YEAR",
) -> dict[str, Any]:
    """Average satisfaction of closed cases, answers and best and worst score, compared by a field."""
    fields = (await org.describe("Case"))["fields"]
    numbers = [one for one in fields if one["type"] in ("double", "int", "percent") and one["custom"]]
    found = field or next(
        (one["name"] for one in numbers if _ABOUT_SATISFACTION.search(one["name"] + one["label"])), ""
    )
    if not found:
        raise NotFound(
            "The case has no number field of satisfaction that this user may see",
            fields=["field"],
            hint="Name the field, or query the org's survey objects (SurveyResponse) with executeQuery.",
        )
    by = ".".join(api_name(part) for part in groupBy.split("."))
    of = api_name(found)
    sums = f"AVG({of}) average, COUNT({of}) answers, MIN({of}) worst, MAX({of}) best"
    where = f"{of} != NULL AND ClosedDate = {period.upper()}"
    order = f"ORDER BY COUNT({of}) DESC LIMIT 200"
    page = await org.query(f"SELECT {by}, {sums} FROM Case WHERE {where} GROUP BY {by} {order}")  # noqa: S608
    return {"field": found, **Table(page.columns, page.rows, len(page.rows)).as_data()}
