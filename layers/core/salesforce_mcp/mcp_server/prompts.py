"""Prompts: work that people start by name."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

if TYPE_CHECKING:
    from mcp.server import MCPServer


def add_prompts(server: "MCPServer[Any]") -> None:
    server.prompt(name="pipelineReview", title="Pipeline review")(_pipeline_review)
    server.prompt(name="accountBriefing", title="Account briefing")(_account_briefing)
    server.prompt(name="caseTriage", title="Case triage")(_case_triage)


async def _pipeline_review(
    period: Annotated[str, Field(description="SOQL date literal, such as THIS_QUARTER")] = "THIS_QUARTER",
    owner: Annotated[str, Field(description="Name of an owner; everybody's when empty")] = "",
) -> str:
    """What is in the pipeline, what is at risk, and what to do this week."""
    whose = f"owned by {owner}" if owner else "of all owners"
    return f"""Review the open opportunities {whose} that close in {period}.
1. With executeQuery, sum Amount and count by StageName, then list the ten largest with Name, Account.Name, StageName, \
Amount, CloseDate, Owner.Name, LastActivityDate.
2. Find those at risk: close date in the past, no activity for 30 days, or no next step.
3. Give me the totals in one table, the risks with a reason each, and three actions for this week with the owner's name.
Change nothing."""


async def _account_briefing(
    account: Annotated[str, Field(description="Name or id of the account")],
) -> str:
    """Everything to know before talking to a customer."""
    return f"""Brief me on the account {account}.
1. Find it by id, by name with LIKE, or with executeSearch; if several fit, ask me which one.
2. Read the company, its key contacts, open opportunities with their next steps, open cases, and the activities of the \
last 90 days. Use child subqueries so that few calls are needed.
3. Write one page: who they are, what they buy, what is open, who matters, what happened last, what to raise.
Change nothing."""


async def _case_triage(
    queue: Annotated[str, Field(description="Owner or queue; every open case when empty")] = "",
) -> str:
    """Which open cases to take first, and what each needs."""
    whose = f" of {queue}" if queue else ""
    return f"""Triage the open cases{whose}.
1. With executeQuery, read the open cases with CaseNumber, Subject, Priority, Status, Origin, CreatedDate, \
Account.Name, Contact.Name, Owner.Name, oldest first.
2. Group those that look like the same problem, and mark duplicates.
3. Propose for each: priority, owner, next step, and a first reply where one is missing.
Show me the proposals as a table and ask before you change any case."""
