"""Leads: qualified, assigned, scored, converted."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soap import Conversion
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_found
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.people import look_up
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.sales.scoring import COLUMNS, POINTS, read_fields, scored
from salesforce_mcp.tools.saved import require_all
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_MOST_READ = 200
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
    lead = id_of("Lead", leadId, parameter="leadId")
    account = id_of("Account", accountId, parameter="accountId") if accountId else None
    contact = id_of("Contact", contactId, parameter="contactId") if contactId else None
    if contact and not account:
        raise InvalidInput(
            "contactId needs accountId, the account of that contact", fields=["accountId"], hint="Nothing was changed."
        )
    status = await _converted_status(org, convertedStatus)
    owner_id = (await look_up(org, caller, [owner])).id_of(owner) if owner else None
    conversion = Conversion(
        lead_id=lead,
        status=status,
        account_id=account,
        contact_id=contact,
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


async def _converted_status(org: Salesforce, wanted: str | None) -> str:
    """As the org writes it; the first of those that a converted lead may have when none is named."""
    soql = "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = TRUE ORDER BY SortOrder"
    offered = [str(row[0]) for row in (await org.query(soql)).rows]
    chosen = next((label for label in offered if label.lower() == wanted.lower()), None) if wanted else offered[0]
    if chosen is None:
        raise InvalidInput(
            f"{shown(wanted or '')} is no status of converted leads",
            fields=["convertedStatus"],
            hint=f"There is {', '.join(offered)}. Nothing was changed.",
        )
    return chosen


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
    identifiers = _ids(leadIds)
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
    weights = _weights(points or {})
    known = {field["name"] for field in (await org.describe("Lead"))["fields"]}
    wanted = _ids(leadIds or ())
    page = await org.query(_leads(read_fields(known), wanted))
    require_found(wanted, page.records, parameter="leadIds")
    found = scored(page.records, weights, now=caller.clock.now())
    rows = [row for row in found if row[4] >= minimumScore]
    newest = not wanted and len(found) == _MOST_READ
    more = {"note": f"Only the {_MOST_READ} newest open leads were read; name others by leadIds"} if newest else {}
    return {"leadsRead": len(found), **more, **Table(COLUMNS, rows, len(rows)).as_data()}


def _ids(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(id_of("Lead", one, parameter=f"leadIds[{at}]") for at, one in enumerate(given)))


def _weights(points: Mapping[str, int]) -> dict[str, int]:
    """What each rule is worth, some of it by the caller's wish."""
    rules = {rule.lower(): rule for rule in POINTS}
    if unknown := next((name for name in points if name.lower() not in rules), None):
        raise InvalidInput(f"There is no rule {shown(unknown)}", fields=["points"], hint=f"Rules: {', '.join(POINTS)}.")
    return {**POINTS, **{rules[name.lower()]: worth for name, worth in points.items()}}


def _leads(fields: Sequence[str], identifiers: Sequence[str]) -> str:
    listed = ", ".join(map(quote_literal, identifiers))
    where = f"Id IN ({listed})" if identifiers else "IsConverted = FALSE"
    return f"SELECT {', '.join(fields)} FROM Lead WHERE {where} ORDER BY CreatedDate DESC LIMIT {_MOST_READ}"  # noqa: S608
