"""Calls, meetings, follow-ups, e-mail: what was done with a customer, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from email.utils import parseaddr
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.people import look_up
from salesforce_mcp.tools.saved import require_all
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_LEAD = "00Q"
_PERSONS = ("003", _LEAD)
_SAY_STEP = "Say in nextStep what is to be done. Nothing was logged."
_What = Annotated[str | None, Field(description="Account, opportunity …")]
_Person = Annotated[str | None, Field(description="Name or id; else the user")]
# Of a mail that is asked about, and of the people one goes to.
_SHOWN = 500
_MOST_RECIPIENTS = 25
_People = Annotated[list[str] | None, Field(max_length=50, description="Names or ids; a task for each")]


@tool(Effect.WRITES)
async def logCall(
    subject: str,
    org: Org,
    caller: Calling,
    contactOrLeadId: str | None = None,
    relatedToId: _What = None,
    notes: str = "",
    result: str | None = None,
    minutes: Annotated[int | None, Field(ge=0)] = None,
    inbound: bool = False,
    nextStep: Annotated[str | None, Field(description="Also makes a follow-up task")] = None,
    nextStepDate: date | None = None,
    nextStepOwner: _Person = None,
) -> dict[str, Any]:
    """Log a call that took place and, with nextStep, the follow-up task for it."""
    about = _about(contactOrLeadId, relatedToId)
    if not about:
        raise InvalidInput(
            "The call belongs to nobody",
            fields=["contactOrLeadId", "relatedToId"],
            hint="Give the contact or lead, the account or opportunity, or both.",
        )
    if (nextStepDate or nextStepOwner) and not nextStep:
        raise InvalidInput(
            "There is no next step to be due or to belong to anybody", fields=["nextStep"], hint=_SAY_STEP
        )
    people = await look_up(org, caller, [nextStepOwner])
    call = {
        "Subject": subject,
        "Description": notes or None,
        "Status": "Completed",
        "TaskSubtype": "Call",
        "CallType": "Inbound" if inbound else "Outbound",
        "CallDisposition": result,
        "CallDurationInSeconds": minutes * 60 if minutes is not None else None,
        "ActivityDate": people.today.isoformat(),
    }
    rows = [{**about, **_given(call)}]
    if nextStep:
        follow_up = {
            "Subject": nextStep[:255],
            "ActivityDate": (nextStepDate or people.today + timedelta(days=7)).isoformat(),
            "OwnerId": people.id_of(nextStepOwner),
        }
        rows.append({**about, **follow_up})
    saved = await org.collections.create("Task", rows, all_or_none=True)
    require_all(saved, parameter="tasks")
    return {"callId": saved[0].id, **({"followUpId": saved[1].id, "due": rows[1]["ActivityDate"]} if nextStep else {})}


@tool(Effect.WRITES)
async def createFollowUp(
    subject: str,
    dueDate: date,
    org: Org,
    caller: Calling,
    assignTo: _People = None,
    contactOrLeadId: str | None = None,
    relatedToId: _What = None,
    description: str = "",
    priority: str = "Normal",
    remindAt: str | None = None,
) -> dict[str, Any]:
    """Create a follow-up task, for the user, for somebody else or for each of a team; all tasks or none."""
    people = await look_up(org, caller, assignTo or [])
    reminder = people.moment(remindAt, parameter="remindAt") if remindAt else None
    task = {
        "Subject": subject,
        "ActivityDate": dueDate.isoformat(),
        "Description": description or None,
        "Priority": priority,
        "ReminderDateTime": _stamp(reminder) if reminder else None,
        "IsReminderSet": True if reminder else None,
        **_about(contactOrLeadId, relatedToId),
    }
    owners = list(dict.fromkeys(map(people.id_of, assignTo or [""])))
    saved = await org.collections.create(
        "Task", [{**_given(task), "OwnerId": owner} for owner in owners], all_or_none=True
    )
    require_all(saved, parameter="assignTo")
    return {
        "created": len(saved),
        "tasks": [{"id": one.id, "ownerId": to} for one, to in zip(saved, owners, strict=True)],
    }


@tool(Effect.WRITES)
async def scheduleMeeting(
    subject: str,
    start: Annotated[str, Field(description="2026-11-24T14:00, where the user is")],
    org: Org,
    caller: Calling,
    minutes: Annotated[int, Field(ge=1)] = 60,
    contactOrLeadId: str | None = None,
    relatedToId: _What = None,
    location: str | None = None,
    description: str | None = None,
    owner: _Person = None,
) -> dict[str, Any]:
    """Put a meeting into the calendar of the user or of somebody else."""
    people = await look_up(org, caller, [owner])
    begins = people.moment(start, parameter="start")
    ends = begins + timedelta(minutes=minutes)
    event = {
        "Subject": subject,
        "StartDateTime": _stamp(begins),
        "EndDateTime": _stamp(ends),
        "Location": location,
        "Description": description,
        "OwnerId": people.id_of(owner),
        **_about(contactOrLeadId, relatedToId),
    }
    return {"id": await org.create("Event", _given(event)), "start": _stamp(begins), "end": _stamp(ends)}


async def _asked(
    to: list[str], cc: list[str] | None, subject: str, body: str, ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    """Mail can carry anything of the org to anybody: the person sees to whom and what."""
    return confirmed(ctx, f"Send this e-mail to {', '.join([*to, *(cc or [])])}?\n\n{subject}\n\n{body[:_SHOWN]}")


@tool(Effect.WRITES)
async def sendEmail(
    to: Annotated[list[str], Field(min_length=1, description="Addresses, or one contact or lead id")],
    subject: str,
    body: str,
    org: Org,
    cc: list[str] | None = None,
    relatedToId: _What = None,
    html: bool = False,
    *,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any]:
    """Send an e-mail from the signed-in user; to a contact or lead it is kept with the record. Cannot be taken back."""
    confirmation.require()
    if len(to) + len(cc or []) > _MOST_RECIPIENTS:
        raise InvalidInput(
            f"More than {_MOST_RECIPIENTS} recipients",
            fields=["to", "cc"],
            hint="Mail to many people is a campaign's: addCampaignMembers.",
        )
    to, cc = _addresses(to), _addresses(cc or [])
    recipient = to[0] if len(to) == 1 and "@" not in to[0] else None
    if recipient is None and (wrong := next((one for one in [*to, *cc] if "@" not in one), None)):
        raise InvalidInput(
            f"{wrong[:80]!r} is no e-mail address", fields=["to"], hint="Give addresses, or exactly one record id."
        )
    if relatedToId and not (recipient or "").startswith("003"):
        raise InvalidInput(
            "relatedToId needs a contact as recipient", fields=["to"], hint="Send it to the contact's id."
        )
    # Salesforce sends to users too, and keeps that nowhere.
    kept = recipient if recipient and not recipient.startswith("005") else None
    await org.soap.send_email(
        {
            "saveAsActivity": kept is not None,
            "subject": subject,
            "ccAddresses": cc,
            "htmlBody": body if html else None,
            "plainTextBody": None if html else body,
            "targetObjectId": record_id(recipient) if recipient else None,
            "toAddresses": [] if recipient else to,
            "whatId": record_id(relatedToId) if relatedToId else None,
        }
    )
    unkept = {"note": "Sent, and kept with no record: for that, send to the id of one contact or lead."}
    return {"sent": True, "to": to, "keptWith": kept, **({} if kept else unkept)}


def _addresses(given: Sequence[str]) -> list[str]:
    """Without the names that may stand beside them: Ann Bell <ann@bell.example>."""
    return [parseaddr(one)[1] if "<" in one else one.strip() for one in given]


def _about(contact_or_lead: str | None, related_to: str | None) -> dict[str, str]:
    """An id tells by itself whether it is that of a person, whichever parameter it came in."""
    given = [record_id(one) for one in (contact_or_lead, related_to) if one]
    persons = [one for one in given if one.startswith(_PERSONS)]
    others = [one for one in given if one not in persons]
    if len(persons) > 1 or len(others) > 1 or (others and persons and persons[0].startswith(_LEAD)):
        raise InvalidInput(
            "An activity is about one contact and one other record, or about one lead alone",
            fields=["contactOrLeadId", "relatedToId"],
            hint="Leave one of the two out. Nothing was changed.",
        )
    return {**({"WhoId": persons[0]} if persons else {}), **({"WhatId": others[0]} if others else {})}


def _stamp(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
