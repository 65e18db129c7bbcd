"""The people in a campaign: leads and contacts, each with a status that says whether they responded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.collections import Saved
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.results import Incomplete
from salesforce_mcp.tools.tool import Effect, Org, tool

_PERSON = {"00Q": "LeadId", "003": "ContactId"}  # key prefixes of leads and contacts, the same in every org


@dataclass(frozen=True)
class _Members:
    """Who of the people asked about is in the campaign: person → (member id, status)."""

    known: Mapping[str, tuple[str, str]]
    statuses: Sequence[str]


@tool(Effect.WRITES)
async def addCampaignMembers(
    campaignId: str,
    people: Annotated[list[str], Field(min_length=1, max_length=200, description="Ids of leads and contacts")],
    org: Org,
    status: Annotated[str, Field(description="Such as Sent or Responded; the campaign's default when left out")] = "",
) -> dict[str, Any] | Incomplete:
    """Add leads and contacts to a campaign; who is a member already gets the given status."""
    columns = {person: _column(person) for person in dict.fromkeys(map(record_id, people))}
    members = await _members(org, campaignId, list(columns))
    chosen = _status(status, members.statuses)
    values = {"CampaignId": campaignId, **({"Status": chosen} if chosen else {})}
    new = [person for person in columns if person not in members.known]
    changed = [person for person in columns if chosen and members.known.get(person, ("", chosen))[1] != chosen]
    rows = [{**values, columns[person]: person} for person in new]
    added = await org.collections.create("CampaignMember", rows, all_or_none=False) if rows else []
    updates = [{"Id": members.known[person][0], "Status": chosen} for person in changed]
    updated = await org.collections.update("CampaignMember", updates, all_or_none=False) if updates else []
    return _account(new, added, changed, updated, unchanged=len(columns) - len(new) - len(changed))


async def _members(org: Salesforce, campaign: str, people: Sequence[str]) -> _Members:
    which = f"CampaignId = {quote_literal(record_id(campaign))}"
    quoted = ", ".join(map(quote_literal, people))
    known = f"SELECT Id, LeadId, ContactId, Status FROM CampaignMember WHERE {which} AND "  # noqa: S608 - quoted
    offered = f"SELECT Label FROM CampaignMemberStatus WHERE {which} ORDER BY SortOrder"  # noqa: S608 - quoted
    found = await org.together(
        [
            Subrequest("GET", ("sobjects", "Campaign", campaign), "campaign", params={"fields": "Id"}),
            _query("known", f"{known}(LeadId IN ({quoted}) OR ContactId IN ({quoted}))"),
            _query("offered", offered),
        ]
    )
    return _Members(
        known={
            row["LeadId"] or row["ContactId"]: (row["Id"], row["Status"] or "") for row in found["known"]["records"]
        },
        statuses=[row["Label"] for row in found["offered"]["records"]],
    )


def _query(reference: str, soql: str) -> Subrequest:
    return Subrequest("GET", ("query",), reference, params={"q": soql})


def _column(person: str) -> str:
    if column := _PERSON.get(person[:3]):
        return column
    raise InvalidInput(
        f"{shown(person)} is neither a lead nor a contact",
        code="MALFORMED_ID",
        fields=["people"],
        hint="Ids of leads begin with 00Q, those of contacts with 003.",
    )


def _status(wanted: str, offered: Sequence[str]) -> str:
    if not wanted:
        return ""
    for label in offered:
        if label.lower() == wanted.lower():
            return label
    raise NotFound(
        f"The campaign has no member status {shown(wanted)}",
        fields=["status"],
        hint=f"It has {', '.join(offered)}.",
    )


def _account(
    new: Sequence[str], added: Sequence[Saved], changed: Sequence[str], updated: Sequence[Saved], *, unchanged: int
) -> dict[str, Any] | Incomplete:
    """What became of each: only failures are told one by one."""
    pairs = [*zip(new, added, strict=True), *zip(changed, updated, strict=True)]
    failed = [{"person": person, "error": saved.failure.as_data()} for person, saved in pairs if saved.failure]
    account = {
        "added": sum(saved.failure is None for saved in added),
        "changed": sum(saved.failure is None for saved in updated),
        "unchanged": unchanged,
    }
    if not failed:
        return account
    return Incomplete({**account, "failed": len(failed), "failures": failed})
