"""What was promised to the customer, and by when."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.service.case import CASE_ID, CaseName, case_is, on_case, require_case
from salesforce_mcp.tools.service.choices import offering
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_COLUMNS = (
    "Id, Case.CaseNumber, Case.Subject, MilestoneType.Name, StartDate, TargetDate, CompletionDate, IsCompleted, "
    "IsViolated, TimeRemainingInMins, TimeSinceTargetInMins"
)


@tool(Effect.READS)
async def getCaseMilestones(
    org: Org,
    caller: Calling,
    case: Annotated[str, Field(description="Case id or number; all open milestones when left out")] = "",
    cursor: Cursor = None,
) -> Table:
    """Service-level milestones: target, violation, time left (minutes:seconds); the most urgent first."""
    wanted = case_is(case, path="Case.") if case else "IsCompleted = FALSE AND Case.IsClosed = FALSE"
    soql = f"SELECT {_COLUMNS} FROM CaseMilestone WHERE {wanted} ORDER BY TargetDate, Id"  # noqa: S608 - quoted
    table = await Rows(org, caller, soql).read(cursor)
    if case and not table.rows:
        await require_case(org, case)
    return table


@tool(Effect.WRITES)
async def completeMilestone(
    case: CaseName,
    milestone: Annotated[str, Field(description="Milestone name, such as First Response, or its id", min_length=1)],
    org: Org,
    completedAt: Annotated[AwareDatetime | None, Field(description="With time zone; now when left out")] = None,
) -> dict[str, Any]:
    """Mark an open milestone of a case as reached."""
    now = datetime.now(UTC)
    if completedAt and completedAt > now:
        raise InvalidInput("completedAt is in the future", fields=["completedAt"], hint="Leave it out for now.")
    named = f"(MilestoneType.Name = {quote_literal(milestone)}{_or_id(milestone)})"
    which = f"CaseId = '{CASE_ID}' AND {named} AND IsCompleted = FALSE"
    soql = f"SELECT Id FROM CaseMilestone WHERE {which} ORDER BY TargetDate LIMIT 1"  # noqa: S608 - quoted
    path = ("sobjects", "CaseMilestone", "@{milestone.records[0].Id}")
    moment = (completedAt or now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    steps = [
        Subrequest("GET", ("query",), "milestone", params={"q": soql}),
        Subrequest("PATCH", path, "change", body={"CompletionDate": moment}),
        Subrequest("GET", path, "after", params={"fields": "Id,CompletionDate,IsCompleted,IsViolated"}),
    ]
    async with offering(org, "milestone", _milestones(case)):
        bodies = await on_case(
            org, case, steps, wanted={"milestone": f"open milestone {shown(milestone)} on case {shown(case)}"}
        )
    after = bodies["after"]
    return {
        "milestoneId": after["Id"],
        **{name: after[name] for name in ("CompletionDate", "IsCompleted", "IsViolated")},
    }


def _milestones(case: str) -> dict[str, str]:
    soql = f"SELECT MilestoneType.Name FROM CaseMilestone WHERE {case_is(case, path='Case.')}"  # noqa: S608 - quoted
    return {
        "Open on this case": f"{soql} AND IsCompleted = FALSE ORDER BY TargetDate",
        "Reached already": f"{soql} AND IsCompleted = TRUE ORDER BY TargetDate",
    }


def _or_id(text: str) -> str:
    return f" OR Id = {quote_literal(text)}" if text.startswith("555") and len(text) in (15, 18) else ""
