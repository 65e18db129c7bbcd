"""Approvals: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.rules import approval
from salesforce_emulator.rules.approval import Outcome

MOST = 200
ACTIONS = ("Submit", "Approve", "Reject", "Removed")


def every(call: Call) -> Answer:
    """GET /process/approvals"""
    processes: dict[str, list[dict[str, Any]]] = {}
    found = call.org.connection.execute(
        "SELECT Id, Name, Description, TableEnumOrId FROM \"ProcessDefinition\" WHERE State = 'Active' ORDER BY Id"
    )
    for record_id, name, description, target in found:
        if not call.caller.can_read(target):
            continue
        listed = processes.setdefault(target, [])
        entry = {"description": description, "id": record_id, "name": name, "object": target}
        listed.append({**entry, "sortOrder": len(listed) + 1})
    return Answer(200, {"approvals": processes})


def act(call: Call) -> Answer:
    """POST /process/approvals {"requests": […]}: all of them or none"""
    requests = call.json_object.get("requests")
    if not isinstance(requests, list) or not requests or not all(isinstance(one, dict) for one in requests):
        raise Refused(400, "JSON_PARSER_ERROR", "requests must be a list of approval requests at [line:1, column:2]")
    if len(requests) > MOST:
        raise Refused(400, "LIMIT_EXCEEDED", f"At most {MOST} approval requests are allowed")
    with call.org.transaction():
        outcomes = [_one(call, one) for one in requests]
    return Answer(200, [shown(one) for one in outcomes], root="ProcessResult")


def _one(call: Call, request: dict[str, Any]) -> Outcome:
    action, context = str(request.get("actionType")), ids.canonical(str(request.get("contextId")))
    if action not in ACTIONS:
        raise Refused(400, "INVALID_INPUT", f"actionType must be one of {', '.join(ACTIONS)}, not {action}")
    if context is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {request.get('contextId')}")
    call.site.faults.check_lock(context)
    approvers = request.get("nextApproverIds") or []
    if not isinstance(approvers, list):
        raise Refused(400, "JSON_PARSER_ERROR", "nextApproverIds must be a list at [line:1, column:2]")
    comments = None if request.get("comments") is None else str(request["comments"])[:4000]
    if action != "Submit":
        return approval.decide(call.org, call.caller, context, action, approvers=approvers, comments=comments)
    return approval.submit(
        call.org,
        call.caller,
        context,
        process=request.get("processDefinitionNameOrId"),
        approvers=approvers,
        comments=comments,
        submitter=request.get("contextActorId"),
        skip_entry=str(request.get("skipEntryCriteria")).lower() == "true",
    )


def shown(outcome: Outcome) -> dict[str, Any]:
    return {
        "actorIds": outcome.actor_ids,
        "entityId": outcome.entity_id,
        "errors": None,
        "instanceId": outcome.instance_id,
        "instanceStatus": outcome.status,
        "newWorkitemIds": outcome.workitem_ids,
        "success": True,
    }
