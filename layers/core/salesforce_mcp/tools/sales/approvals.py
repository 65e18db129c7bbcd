"""Approval processes: submitted, followed, decided.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from salesforce_mcp.errors import Conflict, Failure, NotPermitted, Refused
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_record
from salesforce_mcp.tools.people import look_up
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_Approver = Annotated[str | None, Field(description="Name or id, where one is asked for")]


@tool(Effect.WRITES)
async def decideApproval(
    recordId: str,
    action: Literal["submit", "approve", "reject", "recall"],
    org: Org,
    caller: Calling,
    comments: str = "",
    approver: _Approver = None,
    process: Annotated[str | None, Field(description="To submit: else the first that fits")] = None,
) -> dict[str, Any]:
    """Submit a record (quote, opportunity …) for approval, which locks it; approve or reject it; recall it."""
    request: dict[str, Any] = {"actionType": "Submit", "contextId": record_id(recordId), "comments": comments}
    waiting: list[_Waiting] = []
    if action != "submit":
        waiting = await _pending(org, record_id(recordId))
        request |= {"actionType": _ACTIONS[action], "contextId": waiting[0].work_item}
    elif process:
        request["processDefinitionNameOrId"] = process
    if approver:
        people = await look_up(org, caller, [approver], queues=True)
        request["nextApproverIds"] = [people.id_of(approver)]
    try:
        done = (await org.invoke("POST", "process", "approvals", body={"requests": [request]}))[0]
    except Refused as failure:
        raise await _explained(org, failure, recordId, action, waiting) from failure
    return {
        "recordId": done["entityId"],
        "instanceId": done["instanceId"],
        "status": done["instanceStatus"],
        "waitingFor": await _actors(org, done),
    }


_ACTIONS = {"approve": "Approve", "reject": "Reject", "recall": "Removed"}
_NOT_OURS = {"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY"}


class _Waiting(NamedTuple):
    """One who is asked to decide: a person or a queue."""

    work_item: str
    name: str


async def _pending(org: Salesforce, identifier: str) -> list[_Waiting]:
    """Who is asked for a decision, the signed-in user first."""
    where = f"ProcessInstance.TargetObjectId = {quote_literal(identifier)} AND ProcessInstance.Status = 'Pending'"
    items = (await org.query(f"{_WORK_ITEMS} WHERE {where} ORDER BY CreatedDate DESC")).records
    if not items:
        await require_record(org, identifier)
        raise Conflict(
            "No approval of this record is pending",
            code="NO_PENDING_APPROVAL",
            hint="getApprovalStatus shows what was decided; the action submit starts a new one.",
        )
    me = record_id((await org.identity()).user_id)
    items.sort(key=lambda item: item["ActorId"] != me)
    return [_Waiting(item["Id"], item["Actor.Name"] or item["ActorId"]) for item in items]


_WORK_ITEMS = "SELECT Id, ActorId, Actor.Name FROM ProcessInstanceWorkitem"


async def _actors(org: Salesforce, done: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who is asked next. The action is done by now: a name that cannot be read leaves the id."""
    actors: list[str] = done.get("actorIds") or []
    if not actors:
        return []
    names: dict[str, str] = {}
    with suppress(Failure):
        where = f"ProcessInstanceId = {quote_literal(record_id(done['instanceId']))}"
        found = (await org.query(f"{_WORK_ITEMS} WHERE {where}")).records
        names = {item["ActorId"]: item["Actor.Name"] for item in found}
    return [{"id": actor, "name": names.get(actor)} for actor in actors]


async def _explained(
    org: Salesforce, failure: Refused, identifier: str, action: str, waiting: Sequence[_Waiting]
) -> Failure:
    """What stands behind a refusal that only says that it is one."""
    if waiting and failure.code in _NOT_OURS:
        names = " and ".join(one.name for one in waiting)
        decides = "whoever submitted it" if action == "recall" else names
        return NotPermitted(
            f"The approval waits for {names}; the signed-in user cannot {action} it",
            code="NOT_THE_APPROVER",
            hint=f"Only {decides} or an administrator can. Nothing was changed.",
        )
    if failure.code == "NO_APPLICABLE_PROCESS":
        failure.hint = await _processes(org, identifier)
    return failure


async def _processes(org: Salesforce, identifier: str) -> str:
    """Which approval processes there are for the kind of record."""
    prefix = identifier[:3]
    told = (await org.resource("process", "approvals"))["approvals"]
    kind = next((str(one["name"]) for one in await org.objects() if one.get("keyPrefix") == prefix), "")
    names = [str(one["name"]) for one in told.get(kind, ())]
    if not names:
        return f"The org has no approval process for {kind or 'such records'}. Nothing was changed."
    there = f"For {kind} there is {', '.join(names)}"
    return f"{there}: name it exactly, and see that the record meets its entry criteria. Nothing was changed."


@tool(Effect.READS)
async def getApprovalStatus(recordId: str, org: Org) -> dict[str, Any]:
    """How far the approvals of a record are: status, steps with who decided what and why, who is asked now."""
    soql = (
        "SELECT Id, Status, CreatedDate, CompletedDate, ProcessDefinition.Name,"  # noqa: S608
        " (SELECT StepStatus, Actor.Name, Comments, CreatedDate FROM Steps ORDER BY CreatedDate),"
        " (SELECT Id, Actor.Name, CreatedDate FROM Workitems) FROM ProcessInstance"
        f" WHERE TargetObjectId = {quote_literal(record_id(recordId))} ORDER BY CreatedDate DESC LIMIT 5"
    )
    told = await org.resource("query", params={"q": soql})
    instances = [_instance(one) for one in told["records"]]
    if not instances:
        await require_record(org, recordId)
    return {"status": instances[0]["status"] if instances else "Not submitted", "approvals": instances}


def _instance(instance: dict[str, Any]) -> dict[str, Any]:
    steps = [flat_record(step) for step in (instance["Steps"] or {"records": []})["records"]]
    waiting = [flat_record(item) for item in (instance["Workitems"] or {"records": []})["records"]]
    return {
        "process": (instance["ProcessDefinition"] or {}).get("Name"),
        "status": instance["Status"],
        "submitted": instance["CreatedDate"],
        "completed": instance["CompletedDate"],
        "steps": [
            " · ".join(
                str(step[key]) for key in ("StepStatus", "Actor.Name", "CreatedDate", "Comments") if step.get(key)
            )
            for step in steps
        ],
        "waitingFor": [item.get("Actor.Name") for item in waiting],
    }
