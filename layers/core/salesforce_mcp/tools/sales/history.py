"""What happened with a customer: calls, tasks, meetings, e-mail and how it was received, campaigns."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_COLUMNS = ("when", "kind", "subject", "status", "with", "owner", "opened", "id")
# By the kind of record: where activities, e-mail and campaigns refer to it.
_PLACES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "001": ("Account", "AccountId", ("RelatedToId", "Parent.AccountId"), ""),
    "003": ("Contact", "WhoId", ("Parent.ContactId",), "ContactId"),
    "00Q": ("Lead", "WhoId", (), "LeadId"),
    "006": ("Opportunity", "WhatId", ("RelatedToId",), ""),
    "500": ("Case", "WhatId", ("ParentId",), ""),
}


@tool(Effect.READS)
async def getInteractionHistory(
    recordId: Annotated[str, Field(description="Account, contact, lead, opportunity or case")],
    org: Org,
    since: date | None = None,
    limit: Annotated[int, Field(le=200)] = 50,
) -> dict[str, Any]:
    """Calls, tasks, meetings and e-mails of a customer, newest first, with e-mail engagement: sent, opened, when."""
    place = _PLACES.get(record_id(recordId)[:3])
    if place is None:
        raise InvalidInput(f"{shown(recordId)} is no account, contact, lead, opportunity or case", code="MALFORMED_ID")
    bodies = await org.together(_queries(place, recordId, since, limit))
    tasks, events, mails, members = (
        [flat_record(one) for one in (bodies.get(name) or {"records": []})["records"]]
        for name in ("tasks", "events", "mails", "members")
    )
    rows = sorted([*map(_task, tasks), *map(_event, events), *map(_mail, mails)], key=lambda row: row[0], reverse=True)
    return {
        "name": bodies["there"].get("Name") or bodies["there"].get("CaseNumber"),
        "engagement": _engagement(mails, members),
        **Table(_COLUMNS, rows[:limit], len(rows)).as_data(),
    }


def _queries(
    place: tuple[str, str, tuple[str, ...], str], identifier: str, since: date | None, limit: int
) -> list[Subrequest]:
    name, activity, mail, member = place
    wanted = quote_literal(identifier)
    after = f" AND CreatedDate >= {since.isoformat()}T00:00:00Z" if since else ""
    soql = {
        "tasks": "SELECT Id, Subject, Status, ActivityDate, CreatedDate, TaskSubtype, Who.Name, Owner.Name"  # noqa: S608
        f" FROM Task WHERE {activity} = {wanted}{after} ORDER BY CreatedDate DESC LIMIT {limit}",
        "events": "SELECT Id, Subject, StartDateTime, CreatedDate, Location, Who.Name, Owner.Name"  # noqa: S608
        f" FROM Event WHERE {activity} = {wanted}{after} ORDER BY CreatedDate DESC LIMIT {limit}",
    }
    if mail:
        where = " OR ".join(f"{path} = {wanted}" for path in mail)
        soql["mails"] = (
            "SELECT Id, Subject, Incoming, MessageDate, CreatedDate, FromAddress, ToAddress, IsOpened,"  # noqa: S608
            f" FirstOpenedDate, LastOpenedDate FROM EmailMessage WHERE ({where}){after}"
            f" ORDER BY CreatedDate DESC LIMIT {limit}"
        )
    if member:
        soql["members"] = (
            "SELECT Campaign.Name, Status, HasResponded FROM CampaignMember"  # noqa: S608
            f" WHERE {member} = {wanted} ORDER BY CreatedDate DESC LIMIT 50"
        )
    shown_name = "CaseNumber" if name == "Case" else "Name"
    there = Subrequest("GET", ("sobjects", name, identifier), "there", params={"fields": shown_name})
    return [there, *(Subrequest("GET", ("query",), key, params={"q": text}) for key, text in soql.items())]


def _task(task: Mapping[str, Any]) -> tuple[Any, ...]:
    kind = {"Call": "call", "Email": "e-mail task"}.get(task.get("TaskSubtype") or "", "task")
    when = task.get("ActivityDate") or str(task["CreatedDate"])[:10]
    who, owner = task.get("Who.Name"), task.get("Owner.Name")
    return (when, kind, task.get("Subject"), task.get("Status"), who, owner, None, task["Id"])


def _event(event: Mapping[str, Any]) -> tuple[Any, ...]:
    when = str(event.get("StartDateTime") or event["CreatedDate"])[:16]
    who, owner = event.get("Who.Name"), event.get("Owner.Name")
    return (when, "meeting", event.get("Subject"), event.get("Location"), who, owner, None, event["Id"])


def _mail(mail: Mapping[str, Any]) -> tuple[Any, ...]:
    when = str(mail.get("MessageDate") or mail["CreatedDate"])[:16]
    kind = "e-mail in" if mail.get("Incoming") else "e-mail out"
    other = mail.get("FromAddress") if mail.get("Incoming") else mail.get("ToAddress")
    opened = str(mail["LastOpenedDate"])[:16] if mail.get("LastOpenedDate") else None
    return (when, kind, mail.get("Subject"), None, other, None, opened, mail["Id"])


def _engagement(mails: list[dict[str, Any]], members: list[dict[str, Any]]) -> dict[str, Any]:
    sent = [mail for mail in mails if not mail.get("Incoming")]
    opened = [str(mail["LastOpenedDate"])[:16] for mail in sent if mail.get("IsOpened") and mail.get("LastOpenedDate")]
    return {
        "emailsSent": len(sent),
        "emailsOpened": sum(bool(mail.get("IsOpened")) for mail in sent),
        "emailsReceived": len(mails) - len(sent),
        "lastOpened": max(opened, default=None),
        "campaigns": [f"{one.get('Campaign.Name')}: {one.get('Status')}" for one in members],
        "campaignsResponded": sum(bool(one.get("HasResponded")) for one in members),
    }
