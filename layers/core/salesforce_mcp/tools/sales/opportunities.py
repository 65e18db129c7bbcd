"""Opportunities: their stage and their contacts."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.tool import Effect, Org, tool

_LOSS_REASON = re.compile(r"(loss|lost).{0,12}reason|reason.{0,12}(loss|lost)", re.I)
_SHOWN = "Name,StageName,Probability,Amount,ExpectedRevenue,CloseDate,ForecastCategoryName,IsClosed,IsWon,NextStep"


@tool(Effect.WRITES)
async def moveOpportunityStage(
    opportunityId: str,
    stage: str,
    org: Org,
    probability: Annotated[float | None, Field(ge=0, le=100)] = None,
    closeDate: date | None = None,
    amount: float | None = None,
    nextStep: str | None = None,
    lossReason: str | None = None,
) -> dict[str, Any]:
    """Move an opportunity to another stage, with probability, close date, next step or loss reason."""
    opportunity = id_of("Opportunity", opportunityId, parameter="opportunityId")
    describe = await org.describe("Opportunity")
    values: dict[str, Any] = {
        "StageName": _picklist_value(describe, "StageName", stage, parameter="stage"),
        "Probability": probability,
        "CloseDate": closeDate.isoformat() if closeDate else None,
        "Amount": amount,
        "NextStep": nextStep,
    }
    if lossReason:
        field = _loss_reason_field(describe)
        values[field] = _picklist_value(describe, field, lossReason, parameter="lossReason")
    given = {name: value for name, value in values.items() if value is not None}
    path = ("sobjects", "Opportunity", opportunity)
    visible = {field["name"] for field in describe["fields"]}
    shown_fields = ",".join(name for name in _SHOWN.split(",") if name in visible)
    bodies = await org.together(
        [
            Subrequest("GET", path, "before", params={"fields": "StageName"}),
            Subrequest("PATCH", path, "move", body=given),
            Subrequest("GET", path, "after", params={"fields": shown_fields}),
        ]
    )
    after = flat_record(bodies["after"])
    return {"id": opportunity, "from": bodies["before"]["StageName"], **_unheeded(given, after), **after}


def _unheeded(given: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What Salesforce accepted and did not do: the amount of an opportunity with products is theirs."""
    if "Amount" in given and "Amount" in after and given["Amount"] != after["Amount"]:
        return {"note": "Amount stays the sum of the products: change those to change it"}
    return {}


def _picklist_value(describe: Mapping[str, Any], name: str, wanted: str, *, parameter: str) -> str:
    """The value as the org writes it; one that the picklist lacks is refused with the nearest."""
    field: Mapping[str, Any] = next((field for field in describe["fields"] if field["name"] == name), {})
    values = [str(entry["value"]) for entry in field.get("picklistValues") or [] if entry.get("active")]
    by_lower = {value.lower(): value for value in values}
    if not values or wanted.lower() in by_lower:
        return by_lower.get(wanted.lower(), wanted)
    meant = nearest(wanted, values)
    raise InvalidInput(
        f"{shown(wanted)} is none of the values of {name}",
        fields=[parameter],
        hint=f"{f'Did you mean {meant[0]}? ' if meant else ''}Values: {', '.join(values)}. Nothing was changed.",
    )


def _loss_reason_field(describe: Mapping[str, Any]) -> str:
    for field in describe["fields"]:
        if field.get("updateable") and (
            _LOSS_REASON.search(field["name"]) or _LOSS_REASON.search(field["label"] or "")
        ):
            return str(field["name"])
    raise InvalidInput(
        "This org has no field for a loss reason that this user may write",
        fields=["lossReason"],
        hint="Write it into nextStep, or ask the administrator for a field. Nothing was changed.",
    )


@tool(Effect.WRITES)
async def setContactRole(
    opportunityId: str,
    contactId: str,
    org: Org,
    role: str | None = None,
    primary: bool = False,
) -> dict[str, Any]:
    """Give a contact a role on an opportunity, or change it; primary makes it the main contact."""
    opportunity = id_of("Opportunity", opportunityId, parameter="opportunityId")
    contact = id_of("Contact", contactId, parameter="contactId")
    where = f"OpportunityId = {quote_literal(opportunity)} AND ContactId = {quote_literal(contact)}"
    found = await org.query(f"SELECT Id, Role, IsPrimary FROM OpportunityContactRole WHERE {where} LIMIT 1")  # noqa: S608
    values: dict[str, Any] = {**({"Role": role} if role else {}), **({"IsPrimary": True} if primary else {})}
    if found.records:
        identifier = str(found.records[0]["Id"])
        if values:
            await org.update("OpportunityContactRole", identifier, values)
        return {"id": identifier, "created": False, **values}
    new = {"OpportunityId": opportunity, "ContactId": contact, **values}
    return {"id": await org.create("OpportunityContactRole", new), "created": True, **values}
