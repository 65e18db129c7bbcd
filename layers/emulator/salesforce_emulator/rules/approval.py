"""Approvals: a record goes from approver to approver, and nobody may edit it meanwhile.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp
from salesforce_emulator.rules import rows
from salesforce_emulator.schema.model import Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

Row = dict[str, Any]
LOCKED = "The record you are trying to edit, or one of its related records, is currently locked."
IN_PROCESS = "This record is currently in an approval process. A record can be in only one approval process at a time."
ENDS = {"Approve": "Approved", "Reject": "Rejected", "Removed": "Removed"}


@dataclass(frozen=True)
class Outcome:
    """What became of one request."""

    actor_ids: list[str] | None
    entity_id: str
    instance_id: str
    status: str
    workitem_ids: list[str]


def refuse_locked(org: Org, caller: Caller, one: Object, record_id: str) -> None:
    """Who may modify all data may also edit what is locked."""
    if caller.may("modify_all_data") or one.name not in _targets(org):
        return
    if _pending(org, record_id):
        raise Refused(400, "ENTITY_IS_LOCKED", LOCKED, [])


def submit(
    org: Org,
    caller: Caller,
    record_id: str,
    *,
    process: str | None = None,
    approvers: Sequence[str] = (),
    comments: str | None = None,
    submitter: str | None = None,
    skip_entry: bool = False,
) -> Outcome:
    one = org.schema.by_prefix(record_id)
    if one is None or not caller.can_edit(one):
        raise Refused(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights", [])
    row = org.require(caller, one, record_id)
    if _pending(org, row["Id"]):
        raise Refused(400, "ALREADY_IN_PROCESS", IN_PROCESS, [])
    definition = _applicable(org, one, row, process, skip_entry=skip_entry)
    sender = _user(org, submitter) if submitter else caller.user_id
    values = {"ProcessDefinitionId": definition, "TargetObjectId": row["Id"], "Status": "Pending"}
    with org.transaction():
        instance_id = org.add(caller, "ProcessInstance", {**values, "SubmittedById": sender})
        _step(org, caller, instance_id, status="Started", actor=sender, comments=comments, node=None)
        instance = org.row("ProcessInstance", instance_id) or {}
        _act(org, caller, instance, "submitted")
        return _next(org, caller, instance, at=0, approvers=approvers)


def decide(
    org: Org,
    caller: Caller,
    workitem_id: str,
    action: str,
    *,
    approvers: Sequence[str] = (),
    comments: str | None = None,
) -> Outcome:
    """Approve, reject or recall what waits for somebody."""
    known = ids.canonical(workitem_id)
    item = org.row("ProcessInstanceWorkitem", known) if known else None
    if item is None or item["IsDeleted"]:
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    instance = org.row("ProcessInstance", item["ProcessInstanceId"]) or {}
    _refuse_others(org, caller, item, instance, action)
    with org.transaction():
        at = _current(org, instance)
        _take_away(org, item["Id"])
        node = _steps(org, instance)[at]["node"]
        _step(org, caller, instance["Id"], status=ENDS[action], actor=caller.user_id, comments=comments, node=node)
        if action == "Approve" and at + 1 < len(_steps(org, instance)):
            return _next(org, caller, instance, at=at + 1, approvers=approvers)
        return _end(org, caller, instance, ENDS[action])


def _refuse_others(org: Org, caller: Caller, item: Row, instance: Row, action: str) -> None:
    if caller.may("modify_all_data"):
        return
    queue = org.connection.execute(
        'SELECT 1 FROM "GroupMember" WHERE GroupId = ? AND UserOrGroupId = ?', (item["ActorId"], caller.user_id)
    ).fetchone()
    asked = item["ActorId"] == caller.user_id or queue is not None
    allowed = instance["SubmittedById"] == caller.user_id if action == "Removed" else asked
    if not allowed:
        message = "insufficient access rights on cross-reference id"
        raise Refused(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, [])


def _targets(org: Org) -> Sequence[str]:
    field = org.schema.known("ProcessInstance").field("TargetObjectId")
    return field.reference_to if field else ()


def _pending(org: Org, record_id: str) -> str | None:
    found = org.connection.execute(
        "SELECT Id FROM \"ProcessInstance\" WHERE TargetObjectId = ? AND Status = 'Pending' AND IsDeleted = 0",
        (record_id,),
    ).fetchone()
    return str(found[0]) if found else None


def _applicable(org: Org, one: Object, row: Row, process: str | None, *, skip_entry: bool) -> str:
    found = org.connection.execute(
        'SELECT Id, Name, DeveloperName FROM "ProcessDefinition"'
        " WHERE TableEnumOrId = ? AND State = 'Active' ORDER BY Id",
        (one.name,),
    ).fetchall()
    for record_id, *names in found:
        if process and ids.canonical(process) != record_id and process not in names:
            continue
        entry = (definitions.get(org, record_id) or {}).get("entry")
        if skip_entry or entry is None or _enters(row, entry):
            return str(record_id)
    raise Refused(400, "NO_APPLICABLE_PROCESS", "No applicable approval process was found.", [])


def _enters(row: Row, entry: Row) -> bool:
    """{"field": "Amount", "least": 100000.0}"""
    value = row.get(entry["field"])
    return value is not None and value >= entry["least"]


def _steps(org: Org, instance: Row) -> list[Row]:
    return list((definitions.get(org, instance["ProcessDefinitionId"]) or {})["steps"])


def _current(org: Org, instance: Row) -> int:
    """As many approvals as there were, so many steps are behind."""
    found = org.connection.execute(
        "SELECT count(*) FROM \"ProcessInstanceStep\" WHERE ProcessInstanceId = ? AND StepStatus = 'Approved'",
        (instance["Id"],),
    ).fetchone()
    return int(found[0])


def _next(org: Org, caller: Caller, instance: Row, *, at: int, approvers: Sequence[str]) -> Outcome:
    step = _steps(org, instance)[at]
    actors = [_user(org, one) for one in approvers] or [_approver(org, instance, step)]
    items = []
    for actor in actors:
        values = {"ProcessInstanceId": instance["Id"], "ActorId": actor, "OriginalActorId": actor}
        items.append(org.add(caller, "ProcessInstanceWorkitem", {**values, "ElapsedTimeInDays": 0.0}))
        told = {**values, "TargetObjectId": instance["TargetObjectId"], "ProcessNodeId": step["node"]}
        org.add(caller, "ProcessInstanceHistory", {**told, "StepStatus": "Pending", "IsPending": True})
    return Outcome(actors, instance["TargetObjectId"], instance["Id"], "Pending", items)


def _approver(org: Org, instance: Row, step: Row) -> str:
    if step["approver"] != "manager":
        return str(step["approver"])
    sender = org.row("User", instance["SubmittedById"]) or {}
    if not sender.get("ManagerId"):
        raise Refused(400, "MANAGER_NOT_DEFINED", "Manager undefined.", [])
    return str(sender["ManagerId"])


def _user(org: Org, given: object) -> str:
    known = ids.canonical(str(given))
    row = org.row("User", known) if known else None
    group = org.row("Group", known) if known else None
    if group or (row and row["IsActive"]):
        return str(known)
    raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])


def _step(
    org: Org, caller: Caller, instance_id: str, *, status: str, actor: str, comments: str | None, node: str | None
) -> None:
    values = {"ProcessInstanceId": instance_id, "StepStatus": status, "ActorId": actor, "OriginalActorId": actor}
    values |= {"Comments": comments} if comments else {}
    org.add(caller, "ProcessInstanceStep", {**values, "StepNodeId": node})
    instance = org.row("ProcessInstance", instance_id) or {}
    told = {**values, "TargetObjectId": instance["TargetObjectId"], "ProcessNodeId": node}
    org.add(caller, "ProcessInstanceHistory", told)


def _take_away(org: Org, workitem_id: str) -> None:
    """A decision ends the wait of everybody who was asked in the same step."""
    instance_id = (org.row("ProcessInstanceWorkitem", workitem_id) or {})["ProcessInstanceId"]
    org.connection.execute('DELETE FROM "ProcessInstanceWorkitem" WHERE ProcessInstanceId = ?', (instance_id,))
    org.connection.execute(
        'DELETE FROM "ProcessInstanceHistory" WHERE ProcessInstanceId = ? AND IsPending = 1', (instance_id,)
    )


def _end(org: Org, caller: Caller, instance: Row, status: str) -> Outcome:
    now = org.now()
    minutes = (now - moment(instance["CreatedDate"])).total_seconds() / 60
    elapsed = {"ElapsedTimeInMinutes": minutes, "ElapsedTimeInHours": minutes / 60, "ElapsedTimeInDays": minutes / 1440}
    values: Row = {"Status": status, "CompletedDate": stamp(now), "LastActorId": caller.user_id}
    values |= {name: round(value, 2) for name, value in elapsed.items()}
    rows.change(org.connection, "ProcessInstance", instance["Id"], {**values, "SystemModstamp": stamp(now)})
    _act(org, caller, instance, status.lower())
    return Outcome(None, instance["TargetObjectId"], instance["Id"], status, [])


def _act(org: Org, caller: Caller, instance: Row, event: str) -> None:
    """The field updates that the process makes when this happens."""
    updates = (definitions.get(org, instance["ProcessDefinitionId"]) or {}).get("updates", {}).get(event)
    target = org.schema.by_prefix(instance["TargetObjectId"])
    if updates and target:
        org.change(caller, target.name, instance["TargetObjectId"], dict(updates))
