"""Approval processes: submitted, followed, decided.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import Conflict
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
    if action != "submit":
        request |= {"actionType": _ACTIONS[action], "contextId": await _pending(org, recordId)}
    elif process:
        request["processDefinitionNameOrId"] = process
    return await _act(org, caller, request, approver)


_ACTIONS = {"approve": "Approve", "reject": "Reject", "recall": "Removed"}


async def _pending(org: Salesforce, identifier: str) -> str:
    """The work item that waits for a decision."""
    soql = (
        "SELECT Id FROM ProcessInstanceWorkitem"  # noqa: S608
        f" WHERE ProcessInstance.TargetObjectId = {quote_literal(identifier)}"
        " AND ProcessInstance.Status = 'Pending' ORDER BY CreatedDate DESC LIMIT 1"
    )
    waiting = (await org.query(soql)).records
    if not waiting:
        raise Conflict(
            "No approval of this record is pending",
            code="NO_PENDING_APPROVAL",
            hint="getApprovalStatus shows what was decided; the action submit starts a new one.",
        )
    return str(waiting[0]["Id"])


async def _act(org: Salesforce, caller: Calling, request: dict[str, Any], approver: str | None) -> dict[str, Any]:
    if approver:
        people = await look_up(org, caller, [approver], queues=True)
        request["nextApproverIds"] = [people.id_of(approver)]
    done = (await org.invoke("POST", "process", "approvals", body={"requests": [request]}))[0]
    return {
        "recordId": done["entityId"],
        "instanceId": done["instanceId"],
        "status": done["instanceStatus"],
        "waitingFor": done.get("actorIds") or [],
    }


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
