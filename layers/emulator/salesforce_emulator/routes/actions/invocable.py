"""Invocable actions: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm"""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.actions.action import Action
from salesforce_emulator.routes.actions.custom import KINDS
from salesforce_emulator.routes.actions.standard import STANDARD
from salesforce_emulator.routes.call import Answer, Call

MOST = 200
# Known to the platform, not built here.
OTHERS = frozenset(
    {
        "activateSessionPermSet",
        "applyCaseClassificationRecommendations",
        "assignKnowledgeArticles",
        "createServiceDocument",
        "createServiceReport",
        "customNotificationAction",
        "deactivateSessionPermSet",
        "getArticleSmartLinkUrl",
        "routeWork",
        "searchKnowledgeArticles",
        "submitKnowledgeArticleForTranslation",
    }
)
OTHER_KINDS = ("emailAlert", "generatePromptResponse", "quickAction", "sendNotification")


def both(call: Call) -> Answer:
    """GET /actions"""
    return Answer(200, {name: call.url("actions", name) for name in ("custom", "standard")})


def standard(call: Call) -> Answer:
    """GET /actions/standard"""
    return Answer(200, {"actions": [_entry(call, one, "standard") for one in STANDARD]})


def custom(call: Call) -> Answer:
    """GET /actions/custom"""
    return Answer(200, {name: call.url("actions/custom", name) for name in sorted([*KINDS, *OTHER_KINDS])})


def custom_of(call: Call) -> Answer:
    """GET /actions/custom/flow"""
    kind = call.names["kind"]
    return Answer(200, {"actions": [_entry(call, one, f"custom/{kind}") for one in _kind(call).values()]})


def describe_standard(call: Call) -> Answer:
    """GET /actions/standard/{name}"""
    return Answer(200, _described(_standard(call), standard=True))


def describe_custom(call: Call) -> Answer:
    """GET /actions/custom/flow/{name}"""
    return Answer(200, _described(_custom(call), standard=False))


def run_standard(call: Call) -> Answer:
    """POST /actions/standard/{name} {"inputs": [{…}]}"""
    return _run(call, _standard(call))


def run_custom(call: Call) -> Answer:
    """POST /actions/custom/flow/{name}"""
    return _run(call, _custom(call))


def _run(call: Call, action: Action) -> Answer:
    """Each input is one invocation, which is done or refused by itself."""
    inputs = call.json_object.get("inputs")
    if not isinstance(inputs, list) or not inputs or not all(isinstance(one, dict) for one in inputs):
        raise Refused(400, "JSON_PARSER_ERROR", "inputs must be a list of objects at [line:1, column:2]")
    if len(inputs) > MOST:
        raise Refused(400, "LIMIT_EXCEEDED", f"At most {MOST} inputs are allowed")
    results = [_one(call, action, each) for each in inputs]
    failed = any(not each["isSuccess"] for each in results)
    return Answer(400 if failed else 200, results)


def _one(call: Call, action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        with call.org.transaction():
            outputs = action.run(call, action.checked(given))
    except NotEmulated:
        raise
    except Refused as refused:
        error = {"statusCode": refused.code, "message": refused.message, "fields": refused.fields or []}
        return _result(action, errors=[error], outputs=None)
    return _result(action, errors=None, outputs=outputs)


def _result(action: Action, *, errors: list[Any] | None, outputs: dict[str, Any] | None) -> dict[str, Any]:
    return {"actionName": action.name, "errors": errors, "isSuccess": errors is None, "outputValues": outputs}


def _standard(call: Call) -> Action:
    name = call.names["action"]
    if name in OTHERS:
        raise NotEmulated(f"the standard action {name}")
    return _named({one.name: one for one in STANDARD}, name)


def _custom(call: Call) -> Action:
    return _named(_kind(call), call.names["action"])


def _kind(call: Call) -> Mapping[str, Action]:
    kind = call.names["kind"]
    if kind in OTHER_KINDS:
        raise NotEmulated(f"custom actions of the kind {kind}")
    if kind not in KINDS:
        raise Refused(404, "NOT_FOUND", "Invalid Action Type")
    return KINDS[kind]


def _named(actions: Mapping[str, Action], name: str) -> Action:
    if name not in actions:
        raise Refused(404, "NOT_FOUND", f"Invalid Action Type: {name}")
    return actions[name]


def _entry(call: Call, one: Action, above: str) -> dict[str, Any]:
    return {"label": one.label, "name": one.name, "type": one.type, "url": call.url("actions", above, one.name)}


def _described(one: Action, *, standard: bool) -> dict[str, Any]:
    return {
        "inputs": [each.described() for each in one.inputs],
        "label": one.label,
        "name": one.name,
        "outputs": [each.described() for each in one.outputs],
        "standard": standard,
        "targetEntityName": None,
        "type": one.type,
    }
