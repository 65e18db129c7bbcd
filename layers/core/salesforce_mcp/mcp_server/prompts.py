"""Prompts: work that people start by name."""

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver.prompts import Prompt
from pydantic import Field

if TYPE_CHECKING:
    from mcp.server import MCPServer


def add_prompts(server: "MCPServer[Any]") -> None:
    for prompt in _prompts():
        server.add_prompt(prompt)


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


async def _open_opportunities(
    amount: Annotated[str, Field(description="Such as 50000")] = "50000",
    stage: Annotated[str, Field(description="Stage name; every open stage when empty")] = "",
) -> str:
    """The open opportunities over an amount, with who is on them."""
    where = f" in the stage {stage}" if stage else ""
    return f"""List the open opportunities{where} with an Amount over {amount}.
With executeQuery, read Name, Account.Name, StageName, Amount, Probability, CloseDate, NextStep and Owner.Name, the \
largest first. Show them as one table with the total, and mark those whose close date is past.
Change nothing."""


async def _lead_qualification(
    status: Annotated[str, Field(description="Status of the leads to look at")] = "",
    limit: Annotated[str, Field(description="How many leads")] = "20",
) -> str:
    """Which leads are worth a call, who should have them, and what to do with the rest."""
    which = f"with the status {status}" if status else "that are open"
    return f"""Qualify up to {limit} leads {which}.
1. With executeQuery, read their ids, Name, Company, Title, Email, Phone, Industry, LeadSource, Rating, Status, \
CreatedDate and Owner.Name. Judge each by seniority, business e-mail address, rating, source and age.
2. Put each into one of three groups: convert now, nurture, disqualify. Say why in half a sentence.
3. Propose an owner and the new status for the first group.
Show me the table and ask. After I agree, assign with assignLead and convert with convertLead."""


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


async def _contact_search(
    industry: Annotated[str, Field(description="Industry of their companies")] = "Technology",
    state: Annotated[str, Field(description="State of their companies, as it is written in the org")] = "California",
    title: Annotated[str, Field(description="Part of their title; any when empty")] = "",
) -> str:
    """People at the companies of an industry in a state."""
    role = f", whose Title contains {title}" if title else ""
    return f"""Find all contacts at {industry} companies in {state}{role}.
1. If {industry} is no value of Account.Industry (describeAccount with field Industry shows them), use the nearest one \
and say so. BillingState may hold the name or the code of {state}: ask for both.
2. With executeQuery on Contact, read Name, Title, Email, Phone, Account.Name and Account.BillingCity, by account.
Show one table and the number of people and companies.
Change nothing."""


async def _cases_created(
    period: Annotated[str, Field(description="SOQL date literal, such as THIS_WEEK")] = "THIS_WEEK",
) -> str:
    """A report of the cases of a period: how many, of what kind, how far."""
    return f"""Report on the cases created in {period}.
1. Look for a report of cases with listReports; if one fits, run it with getReport and the period {period}. Otherwise \
count them with executeQuery by Status, Priority and Origin, and by day.
2. List those that are open and of high priority with CaseNumber, Subject, Account.Name and Owner.Name.
3. Say in three sentences what stands out.
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


async def _campaign_return(
    campaign: Annotated[str, Field(description="Name or id of a campaign; the latest when empty")] = "",
) -> str:
    """What a campaign brought in for what it cost."""
    which = f"the campaign {campaign}" if campaign else "the latest campaigns"
    return f"""Judge {which}.
1. Read the figures with getCampaignPerformance: members, responses, won revenue, cost per lead, ROI.
2. Say where a figure is missing or is a budget in place of a cost, and what that does to the result.
3. Compare with the others of the same type, and recommend: repeat, change or stop, with the reason.
Change nothing."""


async def _report_summary(
    report: Annotated[str, Field(description="Name or id of a report")],
) -> str:
    """What a report says, in words."""
    return f"""Run the report {report} with getReport and summarise it.
If several reports have this name, ask me which one. Give the totals, the largest and smallest groups, what changed \
against the period before where the report can be filtered by date, and the three rows that deserve attention.
Change nothing."""


async def _duplicate_clean_up(
    kind: Annotated[str, Field(description="Account, Contact or Lead")] = "Account",
) -> str:
    """Find records that are there twice, and merge those that I agree to."""
    return f"""Clean up duplicates of {kind}.
1. Find pairs with findDuplicates, and show me the ten surest with their scores and reasons.
2. For each pair that I choose, call mergeRecords without planId: show me field by field where the two differ and what \
the master will say.
3. Only when I agree, call mergeRecords again with the planId. A merge cannot be taken back."""


@cache
def _prompts() -> list[Prompt]:
    """Made once in a process: each derives a schema from its parameters."""
    return [
        Prompt.from_function(_pipeline_review, "pipelineReview", "Pipeline review"),
        Prompt.from_function(_open_opportunities, "openOpportunities", "Open opportunities"),
        Prompt.from_function(_lead_qualification, "leadQualification", "Lead qualification"),
        Prompt.from_function(_account_briefing, "accountBriefing", "Account briefing"),
        Prompt.from_function(_contact_search, "contactSearch", "Contact search"),
        Prompt.from_function(_cases_created, "casesCreated", "Cases created"),
        Prompt.from_function(_case_triage, "caseTriage", "Case triage"),
        Prompt.from_function(_campaign_return, "campaignReturn", "Campaign return"),
        Prompt.from_function(_report_summary, "reportSummary", "Report summary"),
        Prompt.from_function(_duplicate_clean_up, "duplicateCleanUp", "Duplicate clean-up"),
    ]
