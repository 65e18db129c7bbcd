"""Objects that give rights are written with the administrator's scope only, by whichever tool: threat T3."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from server.world import EVERYTHING, JSON, World, call, world_of

from salesforce_emulator.org import Org
from salesforce_mcp.policy.protected import changes_rights, is_protected
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.tools.catalogue import CATALOGUE, registered

ALL_BUT_ADMIN = ("sf.delete", "sf.bulk")
AN_ID = "005000000000001AAA"

# Each tool that writes to an object its caller names, and a call of it.
WRITES: dict[str, dict[str, Any]] = {
    "createRecord": {"record": {"Name": "x"}},
    "updateRecord": {"recordId": AN_ID, "record": {"IsActive": False}},
    "deleteRecord": {"recordId": AN_ID},
    "enrichRecords": {"matchField": "Id", "rows": [{"Id": AN_ID, "IsActive": False}]},
    "createBulkJob": {"operation": "delete", "rows": [{"Id": AN_ID}]},
}
# Where the object stands somewhere else.
INSIDE: dict[str, dict[str, Any]] = {
    "executeComposite": {"operations": [{"operation": "update", "objectName": "{}", "recordId": AN_ID}]},
    "executeBatch": {"operations": [{"operation": "delete", "objectName": "{}", "recordId": AN_ID}]},
    "massChange": {"soql": "SELECT Id FROM {}", "operation": "update", "record": {"IsActive": False}},
}


@pytest.fixture
def opened(org: Org, clock: Any, tmp_path: Path) -> AbstractAsyncContextManager[World]:
    """Entered by the test itself: a lifespan is entered and left by one task."""
    return world_of(org, clock=clock, folder=tmp_path)


async def called(world: World, scopes: Iterable[str], tool: str, /, **arguments: Any) -> httpx.Response:
    token = (await world.sign_in(scopes=scopes)).access_token
    asked = call("tools/call", {"name": tool, "arguments": arguments})
    async with world.http(token) as http:
        return await http.post("/mcp/x/all", json=asked, headers=JSON)


def test_every_tool_that_writes_to_a_named_object_is_tried_here() -> None:
    writing = {
        name
        for name, entry in CATALOGUE.items()
        if entry.scopes != {Scope.READ}
        and "objectName" in (known := registered(entry.function).parameters["properties"])
        and "enum" not in known["objectName"]
    }
    prepares = {"previewImport"}  # writes nothing
    assert writing - prepares - {name for name in writing if CATALOGUE[name].scopes >= {Scope.ADMIN}} == set(WRITES)


# What gives rights to somebody, what opens files to everybody, and what comes near by its name alone.
GIVING = """
    User UserRole UserAccessPolicy Profile Group GroupMember QueueSobject NetworkMemberGroup SetupEntityAccess
    PermissionSet PermissionSetAssignment PermissionSetGroupComponent SessionPermSetActivation MutingPermissionSet
    FieldPermissions ApexClass AuthSession LoginIp TwoFactorInfo ConnectedApplication OauthCustomScope NamedCredential
    ExternalDataUserAuth ContentDistribution OrgWideEmailAddress EmailServicesFunction EmailServicesAddress
    StaticResource
"""
EVERYDAY = """
    Account UserTerritory2Association AccountTeamMember AccountShare CollaborationGroup CollaborationGroupMember
    ContentVersion ContentDocumentLink EmailMessage EmailTemplate CampaignMember Group__c User__c Permission__c
"""


def test_objects_that_give_rights_or_open_files_are_protected_and_everyday_ones_are_not() -> None:
    assert [name for name in GIVING.split() if not is_protected(name)] == []
    assert [name for name in EVERYDAY.split() if is_protected(name)] == []


@pytest.mark.parametrize("protected", ["User", "pErMiSsIoNsEtAsSiGnMeNt", "Profile", "SetupEntityAccess", "ApexClass"])
@pytest.mark.parametrize("tool", [*WRITES, *INSIDE])
async def test_no_tool_writes_to_what_gives_rights_without_the_administrators_scope(opened, tool, protected) -> None:
    named = {"objectName": protected, **WRITES[tool]} if tool in WRITES else _filled(INSIDE[tool], protected)
    async with opened as world:
        before = (world.writes(), len(world.salesforce_requests))
        answer = await called(world, ALL_BUT_ADMIN, tool, **named)
        assert answer.status_code == 403, answer.text
        assert "sf.admin" in answer.headers["www-authenticate"]
        assert "sf.delete" in answer.headers["www-authenticate"], "all at once, or the client would lose what it has"
        assert (world.writes(), len(world.salesforce_requests)) == before


async def test_an_administrator_may(opened) -> None:
    async with opened as world:
        [user] = world.rows("SELECT Id FROM User WHERE Username = 'readonly@demo.example'")[0]
        named = {"objectName": "User", "recordId": user, "record": {"Title": "Reader"}}
        assert (await called(world, ["sf.admin"], "updateRecord", **named)).status_code == 200
        assert world.rows("SELECT Title FROM User WHERE Id = ?", user) == [("Reader",)]


async def test_a_narrower_client_of_an_administrator_does_not_try_their_jobs_again(opened) -> None:
    async with opened as world:
        begun = {"objectName": "User", "operation": "update", "rows": [{"Id": AN_ID, "Title": "Reader"}]}
        job = (await called(world, EVERYTHING, "createBulkJob", **begun)).json()["result"]["structuredContent"]
        assert job["failed"] == 1
        again = {"jobId": job["jobId"], "action": "retryFailedRows"}
        refused = await called(world, ALL_BUT_ADMIN, "changeBulkJob", **again)
        assert refused.status_code == 403
        assert "sf.admin" in refused.headers["www-authenticate"]
        assert (await called(world, EVERYTHING, "changeBulkJob", **again)).status_code == 200


async def test_no_quick_action_is_a_way_around(opened) -> None:
    async with opened as world:
        [user] = world.rows("SELECT Id FROM User WHERE Username = 'readonly@demo.example'")[0]
        inputs = [{"contextId": user, "Title": "Reader"}]
        action = {"kind": "quickAction", "name": "User.ChangeTitle", "inputs": inputs}
        before = world.writes()
        refused = await called(world, ALL_BUT_ADMIN, "runAction", **action)
        assert (refused.status_code, world.writes()) == (403, before)
        assert "sf.admin" in refused.headers["www-authenticate"]
        assert (await called(world, ["sf.admin"], "runAction", **action)).status_code == 200
        assert world.rows("SELECT Title FROM User WHERE Id = ?", user) == [("Reader",)]


async def test_only_an_administrator_deletes_what_nobody_could_bring_back(opened) -> None:
    named = {"objectName": "Contact", "operation": "hardDelete", "rows": [{"Id": "003" + "0" * 15}]}
    async with opened as world:
        answer = await called(world, ALL_BUT_ADMIN, "createBulkJob", **named)
    assert answer.status_code == 403
    assert "sf.admin" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("name", ["Account", "Case", "UserPreference__c", "Profile__c", "Contact", "Task", "Campaign"])
def test_ordinary_objects_are_not_protected(name) -> None:
    assert not is_protected(name)


def _filled(arguments: Any, name: str) -> Any:
    if isinstance(arguments, str):
        return arguments.replace("{}", name)
    if isinstance(arguments, dict):
        return {key: _filled(value, name) for key, value in arguments.items()}
    return [_filled(value, name) for value in arguments] if isinstance(arguments, list) else arguments


# Those of the guide, and what products name such actions.
ABOUT_RIGHTS = [
    "activateSessionPermSet", "deactivateSessionPermSet", "ActivateSessionPermSet", "assignPermissionSet",
    "removePermissionSetGroup", "addGroupMember", "grantUserAccess", "resetPassword", "resetUserPassword",
    "setPassword", "freezeUser", "unfreezeUser", "createUser", "cloneUser", "updateUser", "deactivateUser",
    "unlockUser", "provisionExternalUser", "revokeUserSession", "revokeSessions", "endAuthSession",
    "createNamedCredential", "revokeOauthToken", "authorizeConnectedApp",
]  # fmt: skip
# Of the platform's documented actions those whose names come nearest.
OF_EVERYDAY = [
    "chatterPost", "emailSimple", "submit", "publishKnowledgeArticles", "deleteKnowledgeArticles",
    "checkoutSessionAction", "updateCheckoutSessionStateAction", "addUsersToChat", "slackInviteUsersToChannel",
    "generateUserData", "slackCheckUsersAreConnectedToSlack", "getUserDataFromJsonString", "getUsersFromEmailAddresses",
    "lockRecord", "generateVerificationCode", "managedContentRoleStepInteractive", "assignEnablementProgram",
]  # fmt: skip


@pytest.mark.parametrize("name", ABOUT_RIGHTS)
async def test_an_action_that_changes_rights_passwords_or_users_needs_the_administrators_scope(opened, name) -> None:
    action = {"kind": "standard", "name": name, "inputs": [{"PermSetName": "Everything"}]}
    async with opened as world:
        refused = await called(world, ALL_BUT_ADMIN, "runAction", **action)
        assert refused.status_code == 403, refused.text
        assert {"sf.admin", "sf.delete"} <= set(
            refused.headers["www-authenticate"].partition("scope=")[2].split('"')[1].split()
        )
        assert world.salesforce_requests == []
        tried = await called(world, ["sf.admin"], "runAction", **action)
        assert tried.json()["result"]["structuredContent"]["code"] in {"NOT_EMULATED", "NOT_FOUND"}


def test_everyday_actions_need_it_not() -> None:
    assert [name for name in OF_EVERYDAY if changes_rights(name)] == []
