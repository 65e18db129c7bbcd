"""Flows and Apex of the demo company, as Python functions: what an org's own automation looks like from outside."""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.actions.action import Action, Parameter, Values
from salesforce_emulator.routes.call import Call


def _escalate(call: Call, values: Values) -> dict[str, Any]:
    queue = call.org.connection.execute("SELECT Id FROM \"Group\" WHERE Name = 'Escalations'").fetchone()
    if queue is None:
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "There is no queue Escalations", [])
    with call.org.transaction():
        changed = {"IsEscalated": True, "Priority": "High", "Status": "Escalated", "OwnerId": queue[0]}
        call.org.update(call.caller, "Case", values["caseId"], changed)
        if values.get("reason"):
            call.org.insert(call.caller, "CaseComment", {"ParentId": values["caseId"], "CommentBody": values["reason"]})
    return {"queueId": queue[0]}


def _health(call: Call, values: Values) -> dict[str, Any]:
    account = call.org.read(call.caller, "Account", values["accountId"], ["Id"])["Id"]
    soql = f"SELECT COUNT(Id) c FROM Case WHERE AccountId = '{account}' AND IsClosed = false"  # noqa: S608 - an id
    found = call.site.queries.query(call.caller, soql, version=call.version)["records"][0]["c"]
    return {"openCases": found, "score": max(0, 100 - 10 * found)}


# Each function here is a flow or an invocable method; a project of one's own adds its own.
FLOWS: dict[str, Action] = {
    "Escalate_Case": Action(
        "Escalate_Case",
        "Escalate Case",
        "FLOW",
        (Parameter("caseId", "ID", required=True), Parameter("reason")),
        (Parameter("queueId", "ID"),),
        _escalate,
    )
}
APEX: dict[str, Action] = {
    "AccountHealth": Action(
        "AccountHealth",
        "Account Health",
        "APEX",
        (Parameter("accountId", "ID", required=True),),
        (Parameter("openCases", "INTEGER"), Parameter("score", "INTEGER")),
        _health,
    )
}
KINDS = {"flow": FLOWS, "apex": APEX}
