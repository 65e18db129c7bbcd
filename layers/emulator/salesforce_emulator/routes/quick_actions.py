"""Quick actions: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm"""

from dataclasses import dataclass, field
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import saving
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.schema.fields import describe_field
from salesforce_emulator.schema.model import Object


@dataclass(frozen=True)
class QuickAction:
    name: str  # LogACall, or Case.LogACall for an object's own
    label: str
    target: str
    fields: tuple[str, ...]
    kind: str = "Create"
    parent: str | None = None  # the field that takes the record where the action is started
    defaults: dict[str, Any] = field(default_factory=dict)  # what the form shows
    implied: dict[str, Any] = field(default_factory=dict)  # what the form does not show

    @property
    def of_object(self) -> str | None:
        return self.name.partition(".")[0] if "." in self.name else None


CALL = {"Status": "Completed", "TaskSubtype": "Call"}
CALL_FIELDS = ("Subject", "Description", "WhoId", "WhatId")
ACTIONS = (
    QuickAction("LogACall", "Log a Call", "Task", CALL_FIELDS, "LogACall", defaults={"Subject": "Call"}, implied=CALL),
    QuickAction("NewTask", "New Task", "Task", ("Subject", "ActivityDate", "Status", "WhoId", "WhatId", "OwnerId")),
    QuickAction("NewEvent", "New Event", "Event", ("Subject", "StartDateTime", "EndDateTime", "WhoId", "WhatId")),
    QuickAction("NewAccount", "New Account", "Account", ("Name", "Phone", "Website", "Industry")),
    QuickAction("NewContact", "New Contact", "Contact", ("LastName", "FirstName", "AccountId", "Email", "Phone")),
    QuickAction("NewCase", "New Case", "Case", ("Subject", "ContactId", "Priority", "Description")),
    QuickAction("NewLead", "New Lead", "Lead", ("LastName", "FirstName", "Company", "Email", "Phone")),
    QuickAction("NewOpportunity", "New Opportunity", "Opportunity", ("Name", "AccountId", "StageName", "CloseDate")),
    QuickAction(
        "Account.NewContact", "New Contact", "Contact", ("LastName", "FirstName", "Email", "Phone"), parent="AccountId"
    ),
    QuickAction("Account.NewCase", "New Case", "Case", ("Subject", "Priority", "Description"), parent="AccountId"),
    QuickAction(
        "Account.NewOpportunity",
        "New Opportunity",
        "Opportunity",
        ("Name", "StageName", "CloseDate", "Amount"),
        parent="AccountId",
    ),
    QuickAction("Contact.NewCase", "New Case", "Case", ("Subject", "Priority", "Description"), parent="ContactId"),
    QuickAction(
        "Case.LogACall", "Log a Call", "Task", CALL_FIELDS, "LogACall", defaults={"Subject": "Call"}, implied=CALL
    ),
    QuickAction("Case.CaseComment", "Add Comment", "CaseComment", ("CommentBody", "IsPublished"), parent="ParentId"),
    QuickAction("Case.CloseCase", "Close Case", "Case", ("Status",), "Update", defaults={"Status": "Closed"}),
    QuickAction("User.ChangeTitle", "Change Title", "User", ("Title",), "Update"),
)
RELATED = ("Account", "Campaign", "Case", "Opportunity", "Quote", "Asset", "Contract", "Product2", "Solution")


def every(call: Call) -> Answer:
    """GET /quickActions: the global ones"""
    return Answer(200, [_entry(call, one) for one in ACTIONS if one.of_object is None and _usable(call, one)])


def of_object(call: Call) -> Answer:
    """GET /sobjects/X/quickActions: the global ones and the object's own"""
    mine = (None, call.object.name)
    return Answer(200, [_entry(call, one) for one in ACTIONS if one.of_object in mine and _usable(call, one)])


def read(call: Call) -> Answer:
    """GET /quickActions/{name}"""
    return Answer(200, _entry(call, _action(call)))


def describe(call: Call) -> Answer:
    """GET /quickActions/{name}/describe"""
    action = _action(call)
    one = call.find_object(action.target)
    icon = f"{call.base_url}/img/icon/{action.target.lower()}"
    body = {
        "accessLevelRequired": None,
        "canvasApplicationName": None,
        "colors": [],
        "contextSobjectType": action.of_object,
        "defaultValues": [{"defaultValue": value, "field": name} for name, value in action.defaults.items()] or None,
        "height": None,
        "iconName": None,
        "iconUrl": f"{icon}32.png",
        "icons": [],
        "label": action.label,
        "layout": _layout(call, one, action),
        "miniIconUrl": f"{icon}16.png",
        "name": action.name,
        "showQuickActionLcHeader": False,
        "targetParentField": action.parent,
        "targetRecordTypeId": None,
        "targetSobjectType": action.target,
        "type": action.kind,
        "urls": _entry(call, action)["urls"],
        "visualforcePageName": None,
        "width": None,
    }
    return Answer(200, body)


def default_values(call: Call) -> Answer:
    """GET /quickActions/{name}/defaultValues[/{contextId}]"""
    action = _action(call)
    given = call.names.get("context")
    context = _context(call, action, given) if given else {}
    values = dict.fromkeys(sorted(action.fields)) | action.defaults | context
    return Answer(200, {"attributes": {"type": action.target}, **values})


def run(call: Call) -> Answer:
    """POST /quickActions/{name} {"contextId": "001…", "record": {…}}"""
    action = _action(call)
    one, body = call.find_object(action.target), call.json_object
    record, context_id = body.get("record") or {}, body.get("contextId")
    if not context_id and not record:
        raise Refused(400, "INVALID_INPUT", "A record, or the contextId of one, is required")
    if not isinstance(record, dict):
        raise Refused(400, "JSON_PARSER_ERROR", "record must be an object at [line:1, column:2]")
    context = _context(call, action, str(context_id)) if context_id else {}
    given = {name: value for name, value in saving.without_attributes(record).items() if name.lower() != "id"}
    with call.org.transaction():
        if action.kind == "Update":
            record_id = _updated(call, one, context_id, {**action.defaults, **given})
        else:
            taken = {name.lower() for name in given}
            usual = {**action.implied, **action.defaults, **context}
            values = given | {name: value for name, value in usual.items() if name.lower() not in taken}
            record_id = saving.insert(call, one, values)
    shown: dict[str, Any] = {
        "contextId": context_id,
        "created": action.kind != "Update",
        "errors": [],
        "feedItemIds": [],
    }
    return Answer(201, {**shown, "id": record_id, "success": True, "successMessage": None})


def _updated(call: Call, one: Object, context_id: Any, values: dict[str, Any]) -> str:
    known = ids.canonical(str(context_id))
    if known is None or known[:3] != one.key_prefix:
        raise Refused(400, "INVALID_INPUT", f"contextId must be the id of the {one.label} to change")
    saving.update(call, one, known, values)
    return known


def _usable(call: Call, action: QuickAction) -> bool:
    if action.kind == "Update":
        return call.caller.can_edit(action.target)
    return call.caller.can_create(action.target)


def _action(call: Call) -> QuickAction:
    """By name; an object's own may be asked for below the object without its prefix."""
    name = call.names["action"].lower()
    own = f"{call.object.name}.{name}".lower() if "object" in call.names else name
    found = [one for one in ACTIONS if one.name.lower() in {name, own} and _usable(call, one)]
    if not found:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return max(found, key=lambda one: one.name.lower() == own)


def _entry(call: Call, action: QuickAction) -> dict[str, Any]:
    above = ("sobjects", action.of_object) if action.of_object else ()
    url = call.url(*above, "quickActions", action.name)
    urls = {
        "quickAction": url,
        "describe": f"{url}/describe",
        "defaultValues": f"{url}/defaultValues",
        "defaultValuesTemplate": f"{url}/defaultValues/{{ID}}",
    }
    return {"label": action.label, "name": action.name, "type": action.kind, "urls": urls}


def _context(call: Call, action: QuickAction, given: str) -> dict[str, Any]:
    """What the record where the action is started fills in."""
    known = ids.canonical(given)
    one = call.org.schema.by_prefix(known) if known else None
    if known is None or one is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {given}")
    call.org.require(call.caller, one, known)
    if action.kind == "Update":
        return {}
    if action.target in {"Task", "Event"}:
        if one.name in {"Contact", "Lead"}:
            return {"WhoId": known}
        return {"WhatId": known} if one.name in RELATED else {}
    fitting = [each for each in call.org.schema.known(action.target).fields if one.name in each.reference_to]
    parent = action.parent or next((each.name for each in fitting if each.name == f"{one.name}Id"), None)
    return {parent: known} if parent else {}


def _layout(call: Call, one: Object, action: QuickAction) -> dict[str, Any]:
    rows = []
    for name in action.fields:
        shown = one.field(name)
        if shown is None or not call.caller.can_see(one, shown):
            continue
        details = describe_field(one, shown, call.caller)
        component = {"details": details, "displayLines": 1, "tabOrder": 1, "type": "Field", "value": name}
        item = {"editableForNew": True, "editableForUpdate": True, "label": shown.label, "placeholder": False}
        item |= {"layoutComponents": [component], "required": shown.required_on_create}
        rows.append({"layoutItems": [item], "numItems": 1})
    return {"id": None, "layoutRows": rows, "name": action.name}
