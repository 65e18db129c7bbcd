"""What happened with a customer: calls, tasks, meetings, e-mail and how it was received, campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.results import the_first
from salesforce_mcp.tools.tool import Effect, Org, tool

_COLUMNS = ("when", "kind", "subject", "status", "with", "owner", "opened", "id")
_MOST_MAILS = 200
_MOST_CAMPAIGNS = 50
# Not every org has these, nor may everybody see them: the rest of the history is told without.
_OPTIONAL = {"mails": "e-mail messages", "members": "campaigns"}


@dataclass(frozen=True)
class _Place:
    """Where activities, e-mail and campaigns refer to a kind of record."""

    object_name: str
    activity: str
    mail: tuple[str, ...]
    member: str = ""


# By the first letters of the id. A message to a person names them only by the task that it was logged with.
_PLACES = {
    "001": _Place("Account", "AccountId", ("RelatedToId", "Parent.AccountId", "Activity.AccountId")),
    "003": _Place("Contact", "WhoId", ("Parent.ContactId", "Activity.WhoId"), "ContactId"),
    "00Q": _Place("Lead", "WhoId", ("Activity.WhoId",), "LeadId"),
    "006": _Place("Opportunity", "WhatId", ("RelatedToId",)),
    "500": _Place("Case", "WhatId", ("ParentId",)),
}


@tool(Effect.READS)
async def getInteractionHistory(
    recordId: Annotated[str, Field(description="Account, contact, lead, opportunity or case")],
    org: Org,
    since: date | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Calls, tasks, meetings and e-mails of a customer, newest first, with e-mail engagement: sent, opened, when."""
    place = _PLACES.get(record_id(recordId)[:3])
    if place is None:
        raise InvalidInput(f"{shown(recordId)} is no account, contact, lead, opportunity or case", code="MALFORMED_ID")
    answers = await org.composite(_queries(place, recordId, since, limit), all_or_none=False)
    for answer in answers:
        if answer.failure and answer.reference_id not in _OPTIONAL:
            raise answer.failure
    bodies = {answer.reference_id: answer.body for answer in answers if not answer.failure}
    mails, members = _records(bodies, "mails"), _records(bodies, "members")
    logged = {mail.get("ActivityId") for mail in mails}
    # Such a task says of its message what the message says itself, and better.
    tasks = [task for task in _records(bodies, "tasks") if task["Id"] not in logged]
    events = _records(bodies, "events")
    rows = sorted([*map(_task, tasks), *map(_event, events), *map(_mail, mails)], key=lambda row: row[0], reverse=True)
    unseen = [_OPTIONAL[answer.reference_id] for answer in answers if answer.failure]
    return {
        "name": bodies["there"].get("Name") or bodies["there"].get("CaseNumber"),
        **({"notVisible": unseen} if unseen else {}),
        "engagement": _engagement(mails, tasks, members),
        **the_first(limit, _COLUMNS, rows),
    }


def _records(bodies: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [flat_record(one) for one in bodies.get(name, {"records": []})["records"]]


def _queries(place: _Place, identifier: str, since: date | None, limit: int) -> list[Subrequest]:
    wanted = quote_literal(identifier)
    after = f" AND CreatedDate >= {since.isoformat()}T00:00:00Z" if since else ""
    # A row too many tells that there are more.
    latest = f"{after} ORDER BY CreatedDate DESC LIMIT"
    mine = " OR ".join(f"{path} = {wanted}" for path in place.mail)
    soql = {
        "tasks": "SELECT Id, Subject, Status, ActivityDate, CreatedDate, TaskSubtype, Who.Name, Owner.Name"  # noqa: S608
        f" FROM Task WHERE {place.activity} = {wanted}{latest} {limit + 1}",
        "events": "SELECT Id, Subject, StartDateTime, CreatedDate, Location, Who.Name, Owner.Name"  # noqa: S608
        f" FROM Event WHERE {place.activity} = {wanted}{latest} {limit + 1}",
        "mails": "SELECT Id, ActivityId, Subject, Incoming, MessageDate, CreatedDate, FromAddress, ToAddress, IsOpened,"  # noqa: S608
        f" LastOpenedDate FROM EmailMessage WHERE ({mine}){latest} {_MOST_MAILS}",
    }
    if place.member:
        soql["members"] = (
            "SELECT Campaign.Name, Status, HasResponded FROM CampaignMember"  # noqa: S608
            f" WHERE {place.member} = {wanted} ORDER BY CreatedDate DESC LIMIT {_MOST_CAMPAIGNS}"
        )
    called = "CaseNumber" if place.object_name == "Case" else "Name"
    there = Subrequest("GET", ("sobjects", place.object_name, identifier), "there", params={"fields": called})
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


def _engagement(
    mails: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], members: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    sent = [mail for mail in mails if not mail.get("Incoming")]
    # Without Enhanced Email, mail that was sent is a task and nothing else.
    only_logged = sum(task.get("TaskSubtype") == "Email" for task in tasks)
    opened = [str(mail["LastOpenedDate"])[:16] for mail in sent if mail.get("IsOpened") and mail.get("LastOpenedDate")]
    return {
        **({"latestMailsOnly": _MOST_MAILS} if len(mails) == _MOST_MAILS else {}),
        "emailsSent": len(sent) + only_logged,
        "emailsOpened": sum(bool(mail.get("IsOpened")) for mail in sent),
        "emailsReceived": len(mails) - len(sent),
        "lastOpened": max(opened, default=None),
        "campaigns": [f"{one.get('Campaign.Name')}: {one.get('Status')}" for one in members],
        "campaignsResponded": sum(bool(one.get("HasResponded")) for one in members),
    }
