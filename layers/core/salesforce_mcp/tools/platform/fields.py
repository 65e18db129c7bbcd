"""Fields and objects of the org's own."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.metadata import MOST_MADE
from salesforce_mcp.salesforce.paths import api_name, shown
from salesforce_mcp.salesforce.soap import Outcome
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.results import Incomplete
from salesforce_mcp.tools.tool import Effect, Org, tool

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_NUMBERS = ("Number", "Currency", "Percent")


class CustomField(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=40)
    type: Literal[
        "Text", "LongTextArea", "Number", "Currency", "Percent", "Checkbox", "Date", "DateTime", "Email", "Phone",
        "Url", "Picklist", "MultiselectPicklist", "Lookup",
    ]  # fmt: skip
    name: str = ""
    values: list[str] = Field(default_factory=list)
    referenceTo: str = ""
    length: int = 0
    scale: int = 0
    required: bool = False
    externalId: bool = False


@tool(Effect.ADMINISTERS)
async def createCustomField(
    objectName: str,
    fields: Annotated[list[CustomField], Field(max_length=MOST_MADE)],
    org: Org,
    objectLabel: Annotated[str, Field(description="First makes objectName, a new custom object")] = "",
    permissionSet: Annotated[str, Field(description="Who may see them; else the user's profile")] = "",
) -> dict[str, Any] | Incomplete:
    """Create custom fields on an object, or a custom object with its fields; all or none."""
    name = _new_name(objectName) if objectLabel else api_name(objectName)
    made = {_name_of(one): _component(one) for one in fields}
    if len(made) < len(fields):
        raise InvalidInput("A field is given twice", fields=["fields"])
    if objectLabel:
        outcomes = await org.metadata.create("CustomObject", [_object(name, objectLabel, made)])
    elif made:
        components = [{**one, "fullName": f"{name}.{field}"} for field, one in made.items()]
        outcomes = await org.metadata.create("CustomField", components)
    else:
        raise InvalidInput("There is nothing to create", fields=["fields"], hint="Give fields, or objectLabel too.")
    if not objectLabel and any(outcome.failure for outcome in outcomes):
        await org.describe(name)  # an object that is not there says so better than the metadata of its field
    _require(outcomes)
    account = {"objectName": name, "created": list(made)}
    # Nobody sees a new field, not even who made it, until it is granted. A required one everybody sees.
    open_to = [_name_of(one) for one in fields if not one.required]
    try:
        granted = await _grant(org, name, open_to, permissionSet) if open_to else {}
    except Failure as failure:
        note = "Created, but nobody may see them yet: grant them in a permission set"
        return Incomplete({**account, "note": note, "error": failure.as_data()})
    return {**account, **granted}


def _new_name(name: str) -> str:
    return api_name(name if name.endswith("__c") else f"{name}__c")


def _name_of(field: CustomField) -> str:
    name = field.name or _NOT_IN_A_NAME.sub("_", field.label).strip("_")
    full = name if name.endswith("__c") else f"{name}__c"
    if not re.match(r"[A-Za-z]", full):
        raise InvalidInput(f"{shown(field.label)} makes no API name", fields=["fields"], hint="Give name.")
    return api_name(full)


def _component(field: CustomField) -> dict[str, Any]:
    said: dict[str, Any] = {"fullName": _name_of(field), "label": field.label, "type": field.type}
    if field.type == "Text":
        said["length"] = field.length or 255
    if field.type == "LongTextArea":
        said |= {"length": field.length or 32_768, "visibleLines": 5}
    if field.type in _NUMBERS:
        said |= {"precision": 18, "scale": field.scale}
    if field.type == "Checkbox":
        said["defaultValue"] = False
    if field.type in ("Picklist", "MultiselectPicklist"):
        if not field.values:
            raise InvalidInput(f"The picklist {shown(field.label)} needs values", fields=["fields"])
        listed = [{"fullName": one, "default": False, "label": one} for one in field.values]
        said["valueSet"] = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": listed}}
    if field.type == "MultiselectPicklist":
        said["visibleLines"] = 4
    if field.type == "Lookup":
        if not field.referenceTo:
            raise InvalidInput(f"The lookup {shown(field.label)} needs referenceTo", fields=["fields"])
        said["referenceTo"] = api_name(field.referenceTo)
    if field.type != "Checkbox":
        said["required"] = field.required
    if field.externalId:
        said |= {"externalId": True, "unique": True}
    return said


def _object(name: str, label: str, fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "fullName": name,
        "label": label,
        "pluralLabel": f"{label}s",
        "nameField": {"label": f"{label} Name", "type": "Text"},
        "deploymentStatus": "Deployed",
        "sharingModel": "ReadWrite",
        "fields": list(fields.values()),
    }


def _require(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.failure and outcome.failure.code != "ALL_OR_NONE_OPERATION_ROLLED_BACK":
            outcome.failure.hint = f"{outcome.failure.hint} Nothing was created.".strip()
            raise outcome.failure


async def _grant(org: Salesforce, name: str, fields: Sequence[str], permission_set: str) -> dict[str, Any]:
    label = quote_literal(permission_set)
    me = quote_literal((await org.identity()).user_id)
    which = (
        f"Label = {label} OR Name = {label}"
        if permission_set
        else f"IsOwnedByProfile = TRUE AND ProfileId IN (SELECT ProfileId FROM User WHERE Id = {me})"  # noqa: S608
    )
    soql = f"SELECT Id, Label, Profile.Name FROM PermissionSet WHERE {which} LIMIT 1"  # noqa: S608 - quoted above
    rights = {"SobjectType": name, "PermissionsRead": True, "PermissionsEdit": True}
    parent = {"ParentId": "@{permissionSet.records[0].Id}"}
    steps = [Subrequest("GET", ("query",), "permissionSet", params={"q": soql})]
    steps += [
        Subrequest(
            "POST",
            ("sobjects", "FieldPermissions"),
            f"field{at}",
            body={**parent, **rights, "Field": f"{name}.{field}"},
        )
        for at, field in enumerate(fields)
    ]
    found = await org.together(steps, wanted={"permissionSet": f"permission set {shown(permission_set)}"})
    granted = found["permissionSet"]["records"][0]
    return {"visibleTo": granted["Label"] if permission_set else granted["Profile"]["Name"]}
