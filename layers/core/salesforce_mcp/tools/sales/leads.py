"""Leads: qualified, assigned, scored, converted."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soap import Conversion
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_found
from salesforce_mcp.tools.people import look_up
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.sales.scoring import COLUMNS, POINTS, read_fields, scored
from salesforce_mcp.tools.saved import require_all
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_LeadIds = Annotated[list[str], Field(min_length=1, max_length=200)]
_Person = Annotated[str | None, Field(description="Name or id of a user")]
_Owner = Annotated[str | None, Field(description="Name or id of a user or queue")]
_Points = Annotated[dict[str, int] | None, Field(description="Rule → other points: senior, businessEmail, hot …")]


@tool(Effect.WRITES)
async def convertLead(
    leadId: str,
    org: Org,
    caller: Calling,
    accountId: Annotated[str | None, Field(description="Use this account, make no new one")] = None,
    contactId: Annotated[str | None, Field(description="Use this contact of accountId")] = None,
    opportunityName: str | None = None,
    createOpportunity: bool = True,
    owner: _Person = None,
    convertedStatus: str | None = None,
    allowDuplicates: bool = False,
) -> dict[str, Any]:
    """Convert a qualified lead into an account, a contact and (unless unwanted) an opportunity."""
    owner_id = (await look_up(org, caller, [owner])).id_of(owner) if owner else None
    conversion = Conversion(
        lead_id=record_id(leadId),
        status=convertedStatus or await _converted_status(org),
        account_id=record_id(accountId) if accountId else None,
        contact_id=record_id(contactId) if contactId else None,
        owner_id=owner_id,
        opportunity_name=opportunityName,
        without_opportunity=not createOpportunity,
        allow_duplicates=allowDuplicates,
    )
    outcome = (await org.soap.convert_leads([conversion]))[0]
    if outcome.failure:
        if outcome.failure.code == "DUPLICATES_DETECTED":
            outcome.failure.hint = (
                "Convert into the match with accountId and contactId, or make new ones with allowDuplicates: "
                "the user decides. Nothing was changed."
            )
        raise outcome.failure
    made = {name: outcome.one(name) for name in ("accountId", "contactId", "opportunityId")}
    return {"leadId": leadId, **{name: value for name, value in made.items() if value}, "status": conversion.status}


async def _converted_status(org: Salesforce) -> str:
    soql = "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = TRUE ORDER BY SortOrder LIMIT 1"
    return str((await org.query(soql)).records[0]["MasterLabel"])


@tool(Effect.WRITES)
async def assignLead(
    leadIds: _LeadIds,
    org: Org,
    caller: Calling,
    assignTo: _Owner = None,
    status: str | None = None,
    rating: str | None = None,
    useAssignmentRule: bool = False,
) -> dict[str, Any]:
    """Qualify, assign or route leads: status, rating, new owner (or the org's assignment rule), all leads or none."""
    if assignTo and useAssignmentRule:
        raise InvalidInput("assignTo and useAssignmentRule exclude each other", fields=["assignTo"])
    people = await look_up(org, caller, [assignTo], queues=True) if assignTo else None
    values = {"Status": status, "Rating": rating, "OwnerId": people.id_of(assignTo) if people else None}
    given = {name: value for name, value in values.items() if value}
    if not given and not useAssignmentRule:
        raise InvalidInput("Nothing to change", hint="Give assignTo, status, rating or useAssignmentRule.")
    identifiers = list(dict.fromkeys(map(record_id, leadIds)))
    rows = [{"Id": identifier, **given} for identifier in identifiers]
    headers = {"Sforce-Auto-Assign": "TRUE" if useAssignmentRule else "FALSE"}
    require_all(await org.collections.update("Lead", rows, all_or_none=True, headers=headers), parameter="leadIds")
    listed = ", ".join(map(quote_literal, identifiers))
    soql = f"SELECT Id, Name, Company, Status, Rating, Owner.Name FROM Lead WHERE Id IN ({listed})"  # noqa: S608
    page = await org.query(soql)
    return {"changed": len(identifiers), **Table(page.columns, page.rows, page.total_size).as_data()}


@tool(Effect.READS)
async def scoreLeads(
    org: Org,
    caller: Calling,
    leadIds: Annotated[list[str] | None, Field(max_length=200, description="Else the newest open")] = None,
    minimumScore: int = 0,
    points: _Points = None,
) -> dict[str, Any]:
    """Score leads from 0 to 100 by open rules, with the reasons, best first; the org's own score beside it."""
    if unknown := set(points or {}) - set(POINTS):
        raise InvalidInput(
            f"There is no rule {sorted(unknown)[0][:80]!r}", fields=["points"], hint=f"Rules: {', '.join(POINTS)}."
        )
    known = {field["name"] for field in (await org.describe("Lead"))["fields"]}
    wanted = list(map(record_id, leadIds or ()))
    page = await org.query(_leads(read_fields(known), wanted))
    require_found(wanted, page.records, parameter="leadIds")
    found = scored(page.records, {**POINTS, **(points or {})}, now=caller.clock.now())
    rows = [row for row in found if row[4] >= minimumScore]
    return {"leadsRead": len(found), **Table(COLUMNS, rows, len(rows)).as_data()}


def _leads(fields: Sequence[str], identifiers: Sequence[str]) -> str:
    listed = ", ".join(map(quote_literal, identifiers))
    where = f"Id IN ({listed})" if identifiers else "IsConverted = FALSE"
    return f"SELECT {', '.join(fields)} FROM Lead WHERE {where} ORDER BY CreatedDate DESC LIMIT 200"  # noqa: S608
