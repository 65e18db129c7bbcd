"""What an org says about rights: of a user on a record, of a profile on objects and fields, and permissions made up."""

from typing import Any

import httpx
import pytest
from emulator_features.asking import create, error, first_id, rows
from emulator_http.world import BASE_URL

FLAGS = ("HasReadAccess", "HasEditAccess", "HasDeleteAccess", "HasTransferAccess", "HasAllAccess")


async def user(client: httpx.AsyncClient, name: str) -> str:
    return await first_id(client, f"SELECT Id FROM User WHERE Username = '{name}@demo.example'")  # noqa: S608


async def rights(client: httpx.AsyncClient, user_id: str, record_id: str) -> tuple[str, list[str]]:
    soql = f"SELECT RecordId, {', '.join(FLAGS)}, MaxAccessLevel FROM UserRecordAccess"  # noqa: S608
    (found,) = await rows(client, f"{soql} WHERE UserId = '{user_id}' AND RecordId = '{record_id}'")
    assert found["RecordId"] == record_id
    return found["MaxAccessLevel"], [name[3:-6] for name in FLAGS if found[name]]


@pytest.mark.parametrize(
    ("who", "level", "held"),
    [
        ("admin", "All", ["Read", "Edit", "Delete", "Transfer", "All"]),
        ("nora.patel", "Transfer", ["Read", "Edit", "Transfer"]),
        ("readonly", "Read", ["Read"]),
        ("support", "None", []),
    ],
)
async def test_a_user_s_access_to_a_record_is_what_sharing_and_profile_leave(
    admin: httpx.AsyncClient, who: str, level: str, held: list[str]
) -> None:
    case = await create(admin, "Case", Subject="x", OwnerId=await user(admin, "nora.patel"))
    assert await rights(admin, await user(admin, who), case) == (level, held)


async def test_a_manual_share_shows_in_the_access_it_gives(
    admin: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    me = await user(admin, "support")
    case = await create(admin, "Case", Subject="x", OwnerId=await user(admin, "nora.patel"))
    await create(admin, "CaseShare", CaseId=case, UserOrGroupId=me, CaseAccessLevel="Read")
    assert await rights(support, me, case) == ("Read", ["Read"])
    assert error(await support.patch(f"/sobjects/Case/{case}", json={"Subject": "y"})) == (
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
    )


async def test_records_that_the_asking_user_does_not_see_are_left_out(
    admin: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    nora = await user(admin, "nora.patel")
    case = await create(admin, "Case", Subject="x", OwnerId=nora)
    account = await create(admin, "Account", Name="Acme")
    soql = f"SELECT RecordId FROM UserRecordAccess WHERE UserId = '{nora}' AND RecordId IN ('{case}', '{account[:15]}')"  # noqa: S608
    assert sorted(one["RecordId"] for one in await rows(admin, soql)) == sorted([case, account])
    assert [one["RecordId"] for one in await rows(support, f"{soql} AND HasReadAccess = true")] == [account]
    assert (await support.get(f"/sobjects/UserRecordAccess/{case}")).status_code == 404


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT RecordId FROM UserRecordAccess",
        "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}'",
        "SELECT RecordId FROM UserRecordAccess WHERE RecordId = '{user}'",
        "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' OR RecordId = '{user}'",
        "SELECT RecordId FROM UserRecordAccess WHERE UserId IN ('{user}') AND RecordId = '{user}'",
        "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId != '{user}'",
    ],
)
async def test_access_is_asked_for_one_user_and_named_records(admin: httpx.AsyncClient, soql: str) -> None:
    answer = await admin.get("/query", params={"q": soql.format(user=await user(admin, "sales"))})
    assert error(answer) == (400, "MALFORMED_QUERY")
    assert "UserRecordAccess requires a filter" in answer.json()[0]["message"]


async def test_access_has_its_own_fields_and_at_most_200_records(admin: httpx.AsyncClient) -> None:
    me = await user(admin, "sales")
    many = ", ".join(f"'001000000000{number:03}'" for number in range(201))
    asked = f"SELECT UserId FROM UserRecordAccess WHERE UserId = '{me}' AND RecordId = '{me}'"  # noqa: S608
    too_many = f"SELECT RecordId FROM UserRecordAccess WHERE UserId = '{me}' AND RecordId IN ({many})"  # noqa: S608
    inside = "SELECT Id FROM Account WHERE Id IN (SELECT RecordId FROM UserRecordAccess)"
    codes = [error(await admin.get("/query", params={"q": one})) for one in (asked, too_many, inside)]
    assert codes == [(400, "INVALID_FIELD"), (400, "MALFORMED_QUERY"), (400, "MALFORMED_QUERY")]
    related = await admin.get("/query", params={"q": "SELECT UserRecordAccess.HasEditAccess FROM Account"})
    assert error(related) == (501, "NOT_EMULATED")


async def of_profile(client: httpx.AsyncClient, table: str, profile: str, where: str) -> list[dict[str, Any]]:
    soql = f"SELECT FIELDS(STANDARD) FROM {table} WHERE Parent.Profile.Name = '{profile}' AND {where}"  # noqa: S608
    return await rows(client, soql)


async def test_object_and_field_permissions_say_what_describe_says(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient
) -> None:
    (case,) = await of_profile(admin, "ObjectPermissions", "Sales Rep", "SobjectType = 'Case'")
    described = (await sales.get("/sobjects/Case/describe")).json()
    assert (case["PermissionsCreate"], case["PermissionsEdit"]) == (described["createable"], described["updateable"])
    assert case["PermissionsViewAllRecords"] is False
    fields = await of_profile(admin, "FieldPermissions", "Sales Rep", "SobjectType = 'Account'")
    assert "Account.Internal_Margin__c" not in {one["Field"] for one in fields}
    seen = (await sales.get("/sobjects/Account/describe")).json()["fields"]
    closable = {f"Account.{one['name']}": one["updateable"] for one in seen if one["permissionable"]}
    assert {one["Field"]: one["PermissionsEdit"] for one in fields} == closable


async def test_who_has_a_profile_is_assigned_to_its_permission_set(admin: httpx.AsyncClient) -> None:
    me = await user(admin, "readonly")
    held = f"SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE AssigneeId = '{me}'"  # noqa: S608
    assert [one["PermissionSet"]["Profile"]["Name"] for one in await rows(admin, held)] == ["Read Only"]
    agent = await first_id(admin, "SELECT Id FROM Profile WHERE Name = 'Support Agent'")
    await admin.patch(f"/sobjects/User/{me}", json={"ProfileId": agent})
    assert [one["PermissionSet"]["Profile"]["Name"] for one in await rows(admin, held)] == ["Support Agent"]


async def test_a_custom_permission_is_made_granted_and_told_with_its_scope(admin: httpx.AsyncClient) -> None:
    made = await create(admin, "CustomPermission", DeveloperName="See_Drafts", MasterLabel="See Drafts")
    me = await user(admin, "admin")
    owned = f"SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '{me}'"  # noqa: S608
    permission_set = (await rows(admin, owned))[0]["PermissionSetId"]
    entry = await create(admin, "SetupEntityAccess", ParentId=permission_set, SetupEntityId=made)
    kind = await rows(admin, f"SELECT SetupEntityType FROM SetupEntityAccess WHERE Id = '{entry}'")  # noqa: S608
    assert kind[0]["SetupEntityType"] == "CustomPermission"
    told = (await admin.get(f"{BASE_URL}/services/oauth2/userinfo")).json()["custom_permissions"]
    assert told["See_Drafts"] == made
    tooling = await admin.get("/tooling/query", params={"q": "SELECT DeveloperName FROM CustomPermission"})
    assert {"Approve_Discounts", "See_Drafts"} <= {one["DeveloperName"] for one in tooling.json()["records"]}
