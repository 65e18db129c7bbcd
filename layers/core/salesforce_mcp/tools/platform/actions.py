"""The org's own verbs: flows, invocable Apex, quick actions, standard actions, and platform events."""

from asyncio import gather
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Annotated, Any, Literal, get_args

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.errors import Failure, InvalidInput, NotFound
from salesforce_mcp.policy.protected import changes_rights
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import api_name, shown
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.platform.form import Form, of_event, of_invocable, of_quick_action
from salesforce_mcp.tools.results import Incomplete, Table, compact_json
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

Kind = Literal["flow", "apex", "quickAction", "standard", "event"]
_ABOVE = {
    "flow": ("actions", "custom", "flow"),
    "apex": ("actions", "custom", "apex"),
    "standard": ("actions", "standard"),
    "quickAction": ("quickActions",),
}
_MOST_QUICK_ACTIONS = 20
_SHOWN = 500  # of what is asked about


@tool(Effect.READS)
async def listActions(
    org: Org,
    kind: Kind | None = None,
    name: Annotated[str, Field(description="Shows its inputs")] = "",
    objectName: Annotated[str, Field(description="Also its own quick actions")] = "",
) -> dict[str, Any]:
    """What the org can run: flows, invocable Apex, quick and standard actions; platform events and their schema."""
    if name:
        form = await _form(org, *((kind, name) if kind else await _found(org, name, objectName)))
        rows = [(one.name, one.type, one.required, one.many, one.label, list(one.choices)) for one in form.inputs]
        columns = ("input", "type", "required", "many", "label", "choices")
        about = {"kind": form.kind, "name": form.name, "label": form.label, "outputs": list(form.outputs)}
        return {**about, **Table(columns, rows, len(rows)).as_data()}
    listed = await _of_kinds(org, [kind] if kind else get_args(Kind), objectName)
    return Table(("kind", "name", "label"), listed, len(listed)).as_data()


async def _asked(
    kind: str, name: str, inputs: list[dict[str, Any]], ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    times = f", {len(inputs)} times" if len(inputs) > 1 else ""
    return confirmed(ctx, f"Run the {kind} {name}{times}: {compact_json(inputs)[:_SHOWN]}?")


@tool(Effect.DESTROYS)
async def runAction(
    kind: Kind,
    name: str,
    inputs: Annotated[
        list[dict[str, Any]], Field(min_length=1, max_length=200, description="One object for each run or event")
    ],
    org: Org,
    caller: Calling,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any] | Incomplete:
    """Run one of listActions, or publish platform events. It does what the org made it do, for each of inputs alone."""
    confirmation.require()
    if kind == "standard" and changes_rights(name):
        caller.require({Scope.ADMIN})
    form = await _form(org, kind, name)
    require_writable(form.writes)
    given = form.checked(inputs)
    _require_shown_before_deleted(form, given)
    results = await _run(org, form, given)
    failures = [one for one in results if isinstance(one, Failure)]
    if failures and len(results) == 1:
        raise failures[0]
    told = [
        {"input": number, "error": one.as_data()} if isinstance(one, Failure) else {"input": number, **one}
        for number, one in enumerate(results)
    ]
    account = {"action": form.name, "succeeded": len(told) - len(failures), "failed": len(failures), "results": told}
    return Incomplete(account) if failures else account


def _require_shown_before_deleted(form: Form, given: Sequence[Mapping[str, Any]]) -> None:
    """As with records: of what the platform's own actions delete one goes in a call, for there is no preview."""
    if form.kind != "standard" or not form.name.lower().startswith("delete"):
        return
    named = sum(max((len(one) for one in values.values() if isinstance(one, list)), default=1) for values in given)
    if named > 1:
        raise InvalidInput(
            f"{form.name} would delete {named} that nobody was shown",
            code="PREVIEW_NEEDED",
            fields=["inputs"],
            hint="Run it for one at a time. Nothing was deleted.",
        )


async def _of_kinds(org: Salesforce, kinds: Sequence[str], object_name: str) -> list[tuple[str, str, str]]:
    """Each kind is a resource of its own: asked side by side."""
    return list(chain.from_iterable(await gather(*(_listed(org, kind, object_name) for kind in kinds))))


async def _listed(org: Salesforce, kind: str, object_name: str) -> list[tuple[str, str, str]]:
    if kind == "event":
        events = [one for one in await org.objects() if str(one["name"]).endswith("__e") and one.get("createable")]
        return [(kind, one["name"], one["label"]) for one in events]
    if kind == "quickAction":
        above = ("sobjects", api_name(object_name)) if object_name else ()
        return [(kind, one["name"], one["label"]) for one in await org.resource(*above, "quickActions")]
    return [(kind, one["name"], one["label"]) for one in (await org.resource(*_ABOVE[kind]))["actions"]]


async def _found(org: Salesforce, name: str, object_name: str) -> tuple[str, str]:
    found = await _of_kinds(org, get_args(Kind), object_name)
    for kind, listed, _ in found:
        if listed.lower() == name.lower():
            return kind, listed
    raise _unknown(name, [listed for _, listed, _ in found])


async def _form(org: Salesforce, kind: str, name: str) -> Form:
    if kind == "event":
        if not name.endswith("__e"):
            raise InvalidInput(f"{shown(name)} is no platform event", fields=["name"], hint="Its name ends in __e.")
        return of_event(await org.describe(name))
    try:
        if kind == "quickAction":
            return of_quick_action(await org.resource(*_ABOVE[kind], name, "describe"))
        return of_invocable(kind, await org.resource(*_ABOVE[kind], name))
    except NotFound:
        raise _unknown(name, [listed for _, listed, _ in await _listed(org, kind, name.partition(".")[0])]) from None


def _unknown(name: str, known: Sequence[str]) -> NotFound:
    meant = nearest(name, list(known))
    return NotFound(
        f"There is no action {shown(name)} that this user may run",
        fields=["name"],
        hint=f"Did you mean {' or '.join(meant)}?" if meant else "listActions shows what there is.",
    )


async def _run(org: Salesforce, form: Form, given: Sequence[Mapping[str, Any]]) -> list[Failure | dict[str, Any]]:
    if form.kind == "event":
        published = await org.collections.create(form.name, given, all_or_none=False)
        return [one.failure or {"id": one.id} for one in published]
    if form.kind == "quickAction":
        return await _quickly(org, form, given)
    ran = await org.actions.run((*_ABOVE[form.kind], form.name), given)
    return [one.failure or dict(one.outputs) for one in ran]


async def _quickly(org: Salesforce, form: Form, given: Sequence[Mapping[str, Any]]) -> list[Failure | dict[str, Any]]:
    """A quick action is a request each."""
    if len(given) > _MOST_QUICK_ACTIONS:
        raise InvalidInput(f"A quick action runs {_MOST_QUICK_ACTIONS} times at most in one call", fields=["inputs"])
    results: list[Failure | dict[str, Any]] = []
    for values in given:
        record = {name: value for name, value in values.items() if name != "contextId"}
        body = {**({"contextId": values["contextId"]} if values.get("contextId") else {}), "record": record}
        try:
            told = await org.invoke("POST", *_ABOVE[form.kind], form.name, body=body)
        except Failure as failure:
            results.append(failure)
        else:
            results.append({"id": told["id"]})
    return results
