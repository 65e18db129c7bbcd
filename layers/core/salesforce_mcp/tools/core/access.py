"""What the signed-in user may do with an object and its fields, and what the org lets this user do beyond records."""

from collections.abc import Mapping
from typing import Any

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal

_RIGHTS = {"read": "queryable", "create": "createable", "update": "updateable", "delete": "deletable"}


async def object_access(org: Salesforce, name: str) -> dict[str, Any]:
    """What this user may do with an object, field by field; fields not listed at all are hidden from the user."""
    describe = await org.describe(name)
    by_rule: dict[str, list[str]] = {"createAndUpdate": [], "createOnly": [], "updateOnly": [], "readOnly": []}
    for field in describe["fields"]:
        by_rule[_rule(field)].append(field["name"])
    return {
        "object": describe["name"],
        "allowed": [right for right, flag in _RIGHTS.items() if describe.get(flag)],
        **{rule: names for rule, names in by_rule.items() if names},
    }


def _rule(field: Mapping[str, Any]) -> str:
    if field.get("createable"):
        return "createAndUpdate" if field.get("updateable") else "createOnly"
    return "updateOnly" if field.get("updateable") else "readOnly"


async def record_access(org: Salesforce, identifier: str) -> dict[str, Any]:
    """What this user may do with one record, after sharing: nothing where it is not seen."""
    me, record = quote_literal((await org.identity()).user_id), quote_literal(record_id(identifier))
    columns = "HasReadAccess, HasEditAccess, HasDeleteAccess, HasTransferAccess"
    where = f"UserId = {me} AND RecordId = {record}"
    found = await org.query(f"SELECT {columns} FROM UserRecordAccess WHERE {where}")  # noqa: S608 - quoted above
    rights = found.records[0] if found.rows else {}
    named = {"HasReadAccess": "read", "HasEditAccess": "edit", "HasDeleteAccess": "delete"}
    named |= {"HasTransferAccess": "transfer"}
    return {"recordId": identifier, "allowed": [right for column, right in named.items() if rights.get(column)]}


async def user_access(org: Salesforce) -> dict[str, Any]:
    """The signed-in user's profile, role, permission sets and custom permissions."""
    user_id = quote_literal((await org.identity()).user_id)
    user = f"SELECT Profile.Name, UserRole.Name FROM User WHERE Id = {user_id}"  # noqa: S608
    mine = f"SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = {user_id}"  # noqa: S608
    sets = f"SELECT Label FROM PermissionSet WHERE IsOwnedByProfile = FALSE AND Id IN ({mine})"  # noqa: S608
    granted = (
        "SELECT SetupEntityId FROM SetupEntityAccess WHERE SetupEntityType = 'CustomPermission'"  # noqa: S608
        f" AND ParentId IN ({mine})"
    )
    queries = {
        "user": user,
        "sets": sets,
        "granted": granted,
        "known": "SELECT Id, DeveloperName FROM CustomPermission",
    }
    bodies = await org.together(
        [Subrequest("GET", ("query",), reference, params={"q": soql}) for reference, soql in queries.items()]
    )
    found, labels, entities, permissions = (bodies[reference]["records"] for reference in queries)
    held = {entity["SetupEntityId"] for entity in entities}
    return {
        "profile": (found[0]["Profile"] or {}).get("Name"),
        "role": (found[0]["UserRole"] or {}).get("Name"),
        "permissionSets": [one["Label"] for one in labels],
        "customPermissions": [one["DeveloperName"] for one in permissions if one["Id"] in held],
    }
