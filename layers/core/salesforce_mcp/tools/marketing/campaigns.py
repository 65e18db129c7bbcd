"""Campaigns: begun, and judged by what came of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.soql import like_literal, quote_literal
from salesforce_mcp.tools.results import Table, the_first
from salesforce_mcp.tools.tool import Effect, Org, tool

# Salesforce gives these to every campaign: whether each counts as a response. The first is the default.
_GIVEN = {"sent": False, "responded": True}
# Orders are unique in a campaign, and Salesforce's own come first.
_FIRST_ORDER = 100


class MemberStatus(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=765)
    responded: bool = False
    default: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_label(cls, given: Any) -> Any:
        return {"label": given} if isinstance(given, str) else given


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
    """Create an active campaign, with member statuses besides Sent and Responded."""
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
    kept = "SELECT Label, IsDefault, HasResponded FROM CampaignMemberStatus WHERE CampaignId = '@{campaign.id}'"
    made = await org.together(
        [
            Subrequest("POST", ("sobjects", "Campaign"), "campaign", body=_given(values)),
            *_statuses(memberStatuses or ()),
            Subrequest("GET", ("query",), "statuses", params={"q": f"{kept} ORDER BY SortOrder"}),
        ]
    )
    rows = [[one["Label"], one["IsDefault"], one["HasResponded"]] for one in made["statuses"]["records"]]
    columns = ["memberStatus", "default", "responded"]
    return {"campaignId": made["campaign"]["id"], "created": True, **Table(columns, rows, len(rows)).as_data()}


def _statuses(wanted: Sequence[MemberStatus]) -> list[Subrequest]:
    labels = [one.label.lower() for one in wanted]
    if len(set(labels)) < len(labels) or sum(one.default for one in wanted) > 1:
        raise InvalidInput(
            "Each member status has a label of its own, and one is the default", fields=["memberStatuses"]
        )
    own = [one for one in wanted if one.label.lower() not in _GIVEN]
    for one in wanted:
        responded = _GIVEN.get(one.label.lower(), one.responded)
        if one.responded != responded or (one not in own and one.default and responded):
            raise InvalidInput(
                f"Every campaign begins with Sent, its default, and Responded, a response; {one.label} cannot differ",
                fields=["memberStatuses"],
                hint="Leave it out, or give it another label.",
            )
    return [
        Subrequest(
            "POST",
            ("sobjects", "CampaignMemberStatus"),
            f"status{number}",
            body={
                "CampaignId": "@{campaign.id}",
                "Label": one.label,
                "HasResponded": one.responded,
                "IsDefault": one.default,
                "SortOrder": _FIRST_ORDER + number,
            },
        )
        for number, one in enumerate(own)
    ]


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
_JUDGED = ("responseRate", "costPerLead", "costPerResponse", "roi", "lacking")


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


def _judged(row: Mapping[str, Any]) -> list[Any]:
    """What can be told from the counts this user may see, and what is missing for the rest: never a zero for it."""
    leads, contacts = row.get("NumberOfLeads"), row.get("NumberOfContacts")
    responses, won = row.get("NumberOfResponses"), row.get("AmountWonOpportunities")
    cost = row.get("ActualCost") or row.get("BudgetedCost") or None
    members = None if leads is None or contacts is None else leads + contacts
    gained = None if won is None or cost is None else won - cost
    judged = [
        _ratio(responses, members),
        _ratio(cost, leads, digits=2),
        _ratio(cost, responses, digits=2),
        _ratio(gained, cost),
    ]
    hidden = "ActualCost" not in row and "BudgetedCost" not in row
    parts = {"members": members, "leads": leads, "responses": responses, "cost": cost if hidden else cost or 0}
    lacking = [f"{name} not visible" if part is None else f"no {name}" for name, part in parts.items() if not part]
    return [*judged, ", ".join(lacking) or None]


def _ratio(part: float | None, whole: float | None, *, digits: int = 4) -> float | None:
    return round(part / whole, digits) if part is not None and whole else None
