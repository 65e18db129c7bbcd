"""Workflow rules: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_rules.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.rules import shares
from salesforce_emulator.rules.workflow import WORKFLOWS, Workflow, fire

MOST = 200


def every(call: Call) -> Answer:
    """GET /process/rules[/X]"""
    listed: dict[str, list[dict[str, Any]]] = {}
    for one in _chosen(call):
        listed.setdefault(one.object, []).append(_shown(one))
    return Answer(200, {"rules": listed})


def read(call: Call) -> Answer:
    """GET /process/rules/X/{id}"""
    return Answer(200, _shown(_chosen(call)[0]))


def trigger(call: Call) -> Answer:
    """POST /process/rules[/X[/{id}]] {"contextIds": ["500…"]}: for all of them or for none"""
    given = call.json_object.get("contextIds")
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise Refused(400, "INVALID_INPUT", f"contextIds must be a list of 1 to {MOST} ids")
    chosen = _chosen(call)
    with call.org.transaction():
        for text in given:
            _fire(call, ids.canonical(str(text)) or _malformed(text), chosen)
    return Answer(200, {"errors": None, "success": True})


def _fire(call: Call, record_id: str, chosen: tuple[Workflow, ...]) -> None:
    one = call.org.schema.by_prefix(record_id)
    if one is None or ("object" in call.names and one.name != call.object.name):
        _malformed(record_id)
        return
    row = call.org.require(call.caller, one, record_id)
    shares.refuse_unless(call.org, call.caller, one, row, "edit")
    fire(call.org, call.caller, row, tuple(rule for rule in chosen if rule.object == one.name))


def _malformed(text: object) -> str:
    raise Refused(400, "MALFORMED_ID", f"malformed id {text}")


def _chosen(call: Call) -> tuple[Workflow, ...]:
    """The rules that the path names, of objects that the caller may read."""
    name, wanted = call.object.name if "object" in call.names else None, call.names.get("rule")
    found = tuple(
        one
        for one in WORKFLOWS
        if call.caller.can_read(one.object)
        and (name is None or one.object == name)
        and (wanted is None or one.id == ids.canonical(wanted))
    )
    if wanted is not None and not found:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return found


def _shown(one: Workflow) -> dict[str, Any]:
    action = {"id": one.update_id, "name": one.update, "type": "FieldUpdate"}
    named = {"description": one.description, "id": one.id, "name": one.name}
    return {"actions": [action], **named, "namespacePrefix": None, "object": one.object}
