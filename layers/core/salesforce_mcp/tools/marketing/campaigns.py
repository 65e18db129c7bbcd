"""Campaigns: begun, and judged by what came of them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.soql import like_literal, quote_literal
from salesforce_mcp.tools.results import the_first
from salesforce_mcp.tools.tool import Effect, Org, tool


class MemberStatus(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=765)
    responded: bool = False


@tool(Effect.WRITES)
async def createCampaign(
    name: Annotated[str, Field(min_length=1, max_length=80)],
    org: Org,
    type: Annotated[str, Field(description="Such as Webinar or Email")] = "",  # noqa: A002 - the field's name
    startDate: date | None = None,
    endDate: date | None = None,
    budgetedCost: Annotated[float | None, Field(ge=0)] = None,
    record: Annotated[dict[str, Any] | None, Field(description="More fields")] = None,
    memberStatuses: Annotated[list[MemberStatus] | None, Field(max_length=20)] = None,
) -> dict[str, Any]:
    """Create an active campaign, with member statuses of its own."""
    if startDate and endDate and endDate < startDate:
        raise InvalidInput("The campaign would end before it starts", fields=["startDate", "endDate"])
    values = {
        "Name": name,
        "Type": type or None,
        "IsActive": True,
        "StartDate": startDate.isoformat() if startDate else None,
        "EndDate": endDate.isoformat() if endDate else None,
        "BudgetedCost": budgetedCost,
        **(record or {}),
    }
    steps = [Subrequest("POST", ("sobjects", "Campaign"), "campaign", body=_given(values))]
    for number, one in enumerate(memberStatuses or ()):
        body = {
            "CampaignId": "@{campaign.id}",
            "Label": one.label,
            "HasResponded": one.responded,
            "SortOrder": number + 3,  # Salesforce itself makes the first two
        }
        steps.append(Subrequest("POST", ("sobjects", "CampaignMemberStatus"), f"status{number}", body=body))
    made = await org.together(steps)
    return {"campaignId": made["campaign"]["id"], "created": True, "memberStatuses": len(steps) - 1}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_COUNTED = (
    "NumberSent",
    "NumberOfLeads",
    "NumberOfContacts",
    "NumberOfResponses",
    "NumberOfConvertedLeads",
    "NumberOfOpportunities",
    "NumberOfWonOpportunities",
    "AmountAllOpportunities",
    "AmountWonOpportunities",
    "BudgetedCost",
    "ActualCost",
)
_ABOUT = ("Id", "Name", "Status", "StartDate")
_JUDGED = ("responseRate", "costPerLead", "costPerResponse", "roi")


@tool(Effect.READS)
async def getCampaignPerformance(
    org: Org,
    campaign: Annotated[str, Field(description="Id, or part of a name; the latest when left out")] = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """Campaigns compared: members, responses, won revenue, cost per lead, ROI ((won - cost) / cost).

    Cost is the actual one, or the budget where none is kept.
    """
    visible = {field["name"] for field in (await org.describe("Campaign"))["fields"]}
    columns = [name for name in (*_ABOUT, *_COUNTED) if name in visible]
    latest = f"ORDER BY StartDate DESC NULLS LAST LIMIT {limit + 1}"
    page = await org.query(f"SELECT {', '.join(columns)} FROM Campaign{_which(campaign)} {latest}")  # noqa: S608
    if campaign and not page.rows:
        raise NotFound("No campaign has this id or name", fields=["campaign"], hint="Leave it out to see the latest.")
    rows = [[*row, *_judged(dict(zip(page.columns, row, strict=True)))] for row in page.rows]
    return the_first(limit, [*page.columns, *_JUDGED], rows)


def _which(campaign: str) -> str:
    if not campaign:
        return ""
    if campaign.startswith("701") and len(campaign) in (15, 18) and campaign.isalnum():
        return f" WHERE Id = {quote_literal(campaign)}"
    return f" WHERE Name LIKE {like_literal(campaign, before='%')}"


def _judged(row: Mapping[str, Any]) -> list[float | None]:
    """What can be told from the counts this user may see; nothing where a part is unknown."""
    leads, contacts = row.get("NumberOfLeads"), row.get("NumberOfContacts")
    responses, won = row.get("NumberOfResponses"), row.get("AmountWonOpportunities")
    cost = row.get("ActualCost") or row.get("BudgetedCost")
    members = None if leads is None or contacts is None else leads + contacts
    gained = None if won is None or cost is None else won - cost
    return [
        _ratio(responses, members),
        _ratio(cost, leads, digits=2),
        _ratio(cost, responses, digits=2),
        _ratio(gained, cost),
    ]


def _ratio(part: float | None, whole: float | None, *, digits: int = 4) -> float | None:
    return round(part / whole, digits) if part is not None and whole else None
