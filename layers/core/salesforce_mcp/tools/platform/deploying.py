"""Components brought into the org: validated first, then deployed, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.platform.archive import archive, custom_metadata, files_of, package
from salesforce_mcp.tools.platform.metadata import type_named
from salesforce_mcp.tools.results import Incomplete, Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_CUSTOM_METADATA = "CustomMetadata"


class Component(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str
    name: str = Field(min_length=1, description="Such as Invoice__c, MyClass, Support_Tier.Gold")
    content: str = Field(default="", description="Its XML or Apex")
    record: dict[str, Any] | None = Field(default=None, description="CustomMetadata: label, field values")


async def _asked(
    components: list[Component] | None, planId: str | None, ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    named = ", ".join(f"{one.type} {one.name}" for one in components or ())
    return confirmed(ctx, f"Deploy {named}?" if planId else "")


@tool(Effect.ADMINISTERS)
async def deployMetadata(
    org: Org,
    caller: Calling,
    components: Annotated[list[Component] | None, Field(max_length=100)] = None,
    runTests: Annotated[list[str] | None, Field(description="Apex test classes")] = None,
    planId: str | None = None,
    deployId: Annotated[str | None, Field(description="Only tells its status")] = None,
    *,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any] | Incomplete:
    """Deploy components, __mdt records too, all or none. Without planId they are only validated, for a planId."""
    confirmation.require()
    if deployId:
        return account_of(await org.metadata.deployment(record_id(deployId)))
    if not components:
        raise InvalidInput("Give components to deploy, or deployId", fields=["components", "deployId"])
    arguments = {"components": [one.model_dump() for one in components], "runTests": runTests or []}
    about = {"subject": caller.subject, "tool": "deployMetadata"}
    packed = await _packed(org, components)
    if planId:
        await caller.plans.redeem(planId, **about, arguments=arguments)
    begun = await org.metadata.deploy(packed, check_only=planId is None, tests=runTests or [])
    told = account_of(await org.metadata.deployment(begun))
    if planId or isinstance(told, Incomplete):
        return told
    return {**told, "planId": await caller.plans.propose(**about, arguments=arguments)}


async def _packed(org: Salesforce, components: Sequence[Component]) -> bytes:
    version, types = await org.version(), await org.metadata.types()
    files: dict[str, str] = {}
    for one in components:
        content = await _content(org, one)
        made = files_of(type_named(types, one.type), one.name, content, version=version)
        if taken := files.keys() & made.keys():
            raise InvalidInput(f"{shown(min(taken))} is given twice", fields=["components"])
        files |= made
    members = [(one.type, one.name) for one in components]
    return archive({**files, "package.xml": package(members, version=version)})


async def _content(org: Salesforce, one: Component) -> str:
    if one.record is None:
        if not one.content:
            raise InvalidInput(f"{shown(one.name)} has no content", fields=["components"])
        return one.content
    kind, dot, developer_name = one.name.partition(".")
    if one.type != _CUSTOM_METADATA or not dot or not developer_name:
        raise InvalidInput(
            "record belongs to a component of the type CustomMetadata, named such as Support_Tier.Gold",
            fields=["components"],
        )
    given = dict(one.record)
    label = str(given.pop("label", None) or developer_name.replace("_", " "))
    return custom_metadata(await org.describe(f"{kind}__mdt"), label, given)


def account_of(told: Mapping[str, Any]) -> dict[str, Any] | Incomplete:
    details = told.get("details") or {}
    problems = [
        (one.get("componentType"), one.get("fullName"), one.get("lineNumber"), one.get("problem"))
        for one in _several(details.get("componentFailures"))
    ]
    problems += [
        ("test", f"{one.get('name')}.{one.get('methodName')}", None, one.get("message"))
        for one in _several((details.get("runTestResult") or {}).get("failures"))
    ]
    account = {
        "deployId": told["id"],
        "status": told["status"],
        "validatedOnly": told.get("checkOnly") == "true",
        "components": f"{told.get('numberComponentsDeployed', 0)} of {told.get('numberComponentsTotal', 0)}",
    }
    if problems or told["status"] in ("Failed", "Canceled"):
        listed = Table(("type", "name", "line", "problem"), problems, len(problems)).as_data()
        return Incomplete({**account, "note": "Nothing was deployed", **listed})
    if told.get("done") != "true":
        account["note"] = "Not done yet: call again with only deployId"
    return account


def _several(found: Any) -> list[Mapping[str, Any]]:
    """One failure is not a list of one."""
    return found if isinstance(found, list) else [found] if isinstance(found, dict) else []
