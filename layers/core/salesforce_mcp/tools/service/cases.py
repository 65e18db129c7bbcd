"""Support requests: opened from a mail, escalated, resolved, commented on."""

import re
from email.utils import parseaddr
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotPermitted
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.salesforce.soql import like_literal, quote_literal
from salesforce_mcp.tools.existence import value_of
from salesforce_mcp.tools.service.case import CASE_ID, CaseName, case_is, comment, on_case
from salesforce_mcp.tools.service.choices import offering
from salesforce_mcp.tools.tool import Effect, Org, tool

_Public = Annotated[bool, Field(description="Visible to the customer")]
_Text = Annotated[str, Field(min_length=1, max_length=4000)]
_ESCALATION = "Escalated: "
_OWNED = "SELECT Status, OwnerId, Owner.Name FROM Case"
_ESCALATED = "SELECT Status, IsClosed, Priority, IsEscalated, OwnerId, Owner.Name FROM Case"
_QUEUES = "Type = 'Queue' AND Id IN (SELECT QueueId FROM QueueSobject WHERE SobjectType = 'Case')"
# The priorities of a new org. Salesforce keeps any other word too, where it is no mistake.
_USUAL = ("High", "Medium", "Low")
_CLOSED = "FROM CaseStatus WHERE IsClosed = TRUE"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@tool(Effect.WRITES)
async def createCaseFromEmail(
    fromAddress: str,
    subject: str,
    body: Annotated[str, Field(min_length=1, max_length=32000)],
    org: Org,
    fromName: str = "",
    toAddress: str = "",
    messageId: Annotated[str, Field(description="Message-ID header: no second case for a mail")] = "",
    record: Annotated[dict[str, Any] | None, Field(description="More fields, such as Priority")] = None,
) -> dict[str, Any]:
    """Open a case from a received e-mail, which is kept with it, and link the sender's contact."""
    name, address = _sender(fromAddress)
    found = await org.together(_sender_and_mail(address, messageId))
    if known := (found["mail"]["records"] if "mail" in found else []):
        return {"caseId": known[0]["ParentId"], "created": False, "note": "This mail has a case already"}
    contacts = found["contacts"]["records"]
    values = {
        # The mail keeps the whole of a subject that is too long for a case.
        "Subject": subject[:255].strip() or "(no subject)",
        "Description": body,
        "Origin": "Email",
        "SuppliedEmail": address,
        "SuppliedName": fromName or name,
        "ContactId": contacts[0]["Id"] if len(contacts) == 1 else None,
        **(record or {}),
    }
    mail = {
        "ParentId": "@{case.id}",
        "Incoming": True,
        "Status": "0",
        "FromAddress": address,
        "FromName": fromName or name,
        "ToAddress": toAddress,
        "Subject": subject,
        "TextBody": body,
        "MessageIdentifier": messageId,
    }
    made = await _open(org, _given(values), _given(mail))
    several = {"contactCandidates": [each["Id"] for each in contacts]} if len(contacts) > 1 else {}
    told = {"caseId": made["case"]["id"], "created": True, "emailMessageId": made["mail"]["id"], **_after(made)}
    owned = [_seen(one) for one in made["owned"]["records"]]
    return {**told, **(owned[0] if owned else {"note": "Assigned; the case is not visible to you there"}), **several}


def _sender(given: str) -> tuple[str, str]:
    """Name and address, as they may stand together in the header of a mail."""
    name, address = parseaddr(given)
    if not _ADDRESS.fullmatch(address):
        raise InvalidInput(
            f"{shown(given)} is no e-mail address", fields=["fromAddress"], hint="Write ann@example.com."
        )
    return name, address


async def _open(org: Salesforce, case: dict[str, Any], mail: dict[str, Any]) -> dict[str, Any]:
    """The case gets its owner last: where cases are private, its queue may be out of the sight of who opens it."""
    owner = {name: value for name, value in case.items() if name.lower() == "ownerid"}
    unowned = {name: value for name, value in case.items() if name not in owner}
    alone, by_rule = {"Sforce-Auto-Assign": "FALSE"}, {"Sforce-Auto-Assign": "TRUE"}
    path = ("sobjects", "Case", "@{case.id}")
    change = owner or {"Subject": case["Subject"]}
    assigned = Subrequest("PATCH", path, "assigned", body=change, headers=alone if owner else by_rule)
    steps = [
        Subrequest("POST", ("sobjects", "EmailMessage"), "mail", body=mail),
        _read_back("@{case.id}", "CaseNumber,ContactId,AccountId"),
    ]
    owned = Subrequest("GET", ("query",), "owned", params={"q": f"{_OWNED} WHERE Id = '@{{case.id}}'"})
    try:
        made = Subrequest("POST", ("sobjects", "Case"), "case", body=unowned, headers=alone)
        return await org.together([made, *steps, assigned, owned])
    except NotPermitted:
        # Who opens cases and may not change them has them assigned as they are made.
        return await org.together([Subrequest("POST", ("sobjects", "Case"), "case", body=case), *steps, owned])


def _sender_and_mail(address: str, message_id: str) -> list[Subrequest]:
    contacts = f"SELECT Id FROM Contact WHERE Email = {quote_literal(address)} ORDER BY LastModifiedDate DESC LIMIT 5"  # noqa: S608
    queries = [Subrequest("GET", ("query",), "contacts", params={"q": contacts})]
    if message_id:
        same = f"MessageIdentifier = {quote_literal(message_id)} AND ParentId != NULL"
        mail = f"SELECT ParentId FROM EmailMessage WHERE {same} LIMIT 1"  # noqa: S608
        queries.append(Subrequest("GET", ("query",), "mail", params={"q": mail}))
    return queries


@tool(Effect.WRITES)
async def escalateCase(
    case: CaseName,
    reason: Annotated[str, Field(min_length=1, max_length=4000 - len(_ESCALATION))],
    org: Org,
    to: Annotated[str, Field(description="Queue name, or id of a queue or user")] = "",
    priority: str = "High",
    status: str = "",
) -> dict[str, Any]:
    """Escalate a case to the next tier: flag, priority, new owner, and the reason as an internal comment."""
    if priority not in _USUAL:
        priority = await value_of(org, "Case", "Priority", priority)
    values: dict[str, Any] = {"IsEscalated": True, "Priority": priority}
    if status:
        values["Status"] = status
    steps: list[Subrequest] = []
    if to.startswith(("005", "00G")) and len(to) in (15, 18):
        values["OwnerId"] = record_id(to)
    elif to:
        steps.append(_find_queue(to))
        values["OwnerId"] = "@{to.records[0].Id}"
    steps += [
        # The comment first: where cases are private, the next tier's case may be out of our sight. A query then finds
        # nothing, while a read would fail and take everything back.
        comment(f"{_ESCALATION}{reason}", published=False),
        Subrequest("PATCH", ("sobjects", "Case", CASE_ID), "change", body=values),
        Subrequest("GET", ("query",), "after", params={"q": f"{_ESCALATED} WHERE {case_is(case)}"}),
    ]
    async with offering(org, "to", _owners(to)):
        bodies = await on_case(org, case, steps, wanted={"to": f"queue for cases {shown(to)}"})
    told = {**bodies["case"], "commentId": bodies["comment"]["id"]}
    if not bodies["after"]["records"]:
        return {**told, "IsEscalated": True, "note": "Escalated; the case is no longer visible to you"}
    after = _seen(bodies["after"]["records"][0])
    still = {"note": "The case is closed: give an open status to reopen it"} if after.pop("IsClosed") else {}
    return told | after | still


def _find_queue(name: str) -> Subrequest:
    named = f"(Name = {quote_literal(name)} OR DeveloperName = {quote_literal(name)})"
    soql = f"SELECT Id FROM Group WHERE {_QUEUES} AND {named} LIMIT 1"  # noqa: S608 - quoted
    return Subrequest("GET", ("query",), "to", params={"q": soql})


def _owners(name: str) -> dict[str, str]:
    alike = f"(Name LIKE {like_literal(name, before='%')} OR Username = {quote_literal(name)})"
    return {
        "Queues for cases": f"SELECT Name FROM Group WHERE {_QUEUES} ORDER BY Name",  # noqa: S608 - our own
        "Users, each given by id": f"SELECT Name, Id FROM User WHERE IsActive = TRUE AND {alike} ORDER BY Name",  # noqa: S608
    }


@tool(Effect.WRITES)
async def resolveCase(
    case: CaseName,
    resolution: _Text,
    org: Org,
    status: Annotated[str, Field(description="A closed status; the org's first one when left out")] = "",
    public: _Public = False,
) -> dict[str, Any]:
    """Close a case and keep how it was resolved as a comment."""
    named = f" AND (ApiName = {quote_literal(status)} OR MasterLabel = {quote_literal(status)})" if status else ""
    closed = f"SELECT ApiName {_CLOSED}{named} ORDER BY SortOrder LIMIT 1"
    steps = [
        Subrequest("GET", ("query",), "status", params={"q": closed}),
        comment(resolution, published=public),
        Subrequest("PATCH", ("sobjects", "Case", CASE_ID), "change", body={"Status": "@{status.records[0].ApiName}"}),
        _read_back(CASE_ID, "Status,IsClosed,ClosedDate"),
    ]
    async with offering(org, "status", {"Closed statuses": f"SELECT MasterLabel {_CLOSED} ORDER BY SortOrder"}):
        bodies = await on_case(org, case, steps, wanted={"status": f"closed case status {shown(status)}"})
    return {**bodies["case"], "commentId": bodies["comment"]["id"], **_after(bodies)}


@tool(Effect.WRITES)
async def addCaseComment(case: CaseName, text: _Text, org: Org, public: _Public = False) -> dict[str, Any]:
    """Add a comment to a case; internal unless public."""
    bodies = await on_case(org, case, [comment(text, published=public)])
    return {**bodies["case"], "commentId": bodies["comment"]["id"], "public": public}


def _read_back(identifier: str, fields: str) -> Subrequest:
    return Subrequest("GET", ("sobjects", "Case", identifier), "after", params={"fields": fields})


def _after(bodies: dict[str, Any]) -> dict[str, Any]:
    return _seen(bodies["after"])


def _seen(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flat_record(record).items() if name != "Id"}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
