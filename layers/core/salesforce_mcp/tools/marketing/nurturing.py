"""Leads that nobody has spoken to for a while."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.collections import first_failure
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import value_of
from salesforce_mcp.tools.tool import Effect, Org, tool

# A lead and its task are two of the 200 records that one request takes.
_MOST = 100


@tool(Effect.WRITES)
async def nurtureLeads(
    campaignId: str,
    org: Org,
    quietDays: Annotated[int, Field(ge=0, le=1000, description="Days without activity")] = 30,
    status: str = "",
    rating: str = "",
    followUp: Annotated[str, Field(max_length=255, description="Task subject")] = "",
    dueDate: date | None = None,
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 50,
) -> dict[str, Any]:
    """Put quiet open leads into a nurturing campaign, with follow-up tasks on request."""
    record_id(campaignId)
    found = await org.together(
        [
            Subrequest("GET", ("sobjects", "Campaign", campaignId), "campaign", params={"fields": "Name"}),
            Subrequest("GET", ("query",), "leads", params={"q": _quiet(campaignId, quietDays, status, rating, limit)}),
        ]
    )
    leads = found["leads"]["records"]
    if not leads:
        for field, value in (("Status", status), ("Rating", rating)):
            if value:
                await value_of(org, "Lead", field, value)
        raise NotFound(
            "No open lead outside the campaign fits", hint="Lower quietDays, or leave status and rating out."
        )
    due = {"ActivityDate": dueDate.isoformat()} if dueDate else {}
    rows = [("CampaignMember", {"CampaignId": campaignId, "LeadId": lead["Id"]}) for lead in leads]
    if followUp:
        rows += [("Task", {"WhoId": lead["Id"], "Subject": followUp, **_owner(lead), **due}) for lead in leads]
    saved = await org.collections.create_mixed(rows)
    if failed := first_failure(saved):
        raise failed[1]
    tasks = [[one.id] for one in saved[len(leads) :]] or [[] for _ in leads]
    people = zip(leads, saved, tasks, strict=False)
    return {
        "campaignId": campaignId,
        "campaign": found["campaign"]["Name"],
        "columns": ["leadId", "name", "company", "memberId", *(["taskId"] if followUp else [])],
        "rows": [[lead["Id"], lead["Name"], lead["Company"], member.id, *task] for lead, member, task in people],
    }


def _quiet(campaign: str, days: int, status: str, rating: str, limit: int) -> str:
    member = f"SELECT LeadId FROM CampaignMember WHERE CampaignId = {quote_literal(campaign)} AND LeadId != NULL"  # noqa: S608
    conditions = [
        "IsConverted = FALSE",
        f"(LastActivityDate = NULL OR LastActivityDate < N_DAYS_AGO:{days})",
        f"Id NOT IN ({member})",
        *([f"Status = {quote_literal(status)}"] if status else []),
        *([f"Rating = {quote_literal(rating)}"] if rating else []),
    ]
    columns = "Id, Name, Company, OwnerId"
    return f"SELECT {columns} FROM Lead WHERE {' AND '.join(conditions)} ORDER BY CreatedDate LIMIT {limit}"  # noqa: S608


def _owner(lead: Mapping[str, Any]) -> dict[str, str]:
    """A task belongs to a person: the lead of a queue leaves it to the caller."""
    owner = str(lead["OwnerId"])
    return {"OwnerId": owner} if owner.startswith("005") else {}
