"""What the user may do, what belongs to what, and how a query would run."""

import pytest
from flows.asking import insert
from server.world import ADMIN, SALES, World


def _account(world: World) -> str:
    return str(
        world.rows('SELECT AccountId FROM "Contact" WHERE IsDeleted = 0 AND AccountId IS NOT NULL LIMIT 1')[0][0]
    )


async def test_children_and_parents_are_read_by_the_name_of_the_relationship(world: World) -> None:
    account = _account(world)
    async with world.client() as client:
        children = await client.call_tool(
            "getRelatedRecords", {"objectName": "Account", "recordId": account, "relationship": "contacts"}
        )
        parent = await client.call_tool(
            "getRelatedRecords", {"objectName": "Account", "recordId": account, "relationship": "Owner"}
        )
    stored = world.rows('SELECT Id FROM "Contact" WHERE AccountId = ? AND IsDeleted = 0', account)
    told = children.structured_content
    assert {row[told["columns"].index("Id")] for row in told["rows"]} == {row[0] for row in stored}
    assert "Email" in told["columns"]
    owner = world.rows('SELECT u.Name FROM "Account" a JOIN "User" u ON u.Id = a.OwnerId WHERE a.Id = ?', account)
    told = parent.structured_content
    assert told["rows"][0][told["columns"].index("Owner.Name")] == owner[0][0]


async def test_an_object_that_is_related_in_one_way_only_may_be_named_too(world: World) -> None:
    about = {"objectName": "Account", "recordId": _account(world)[:15], "relationship": "opportunity"}
    async with world.client() as client:
        named = await client.call_tool("getRelatedRecords", {**about, "relationship": "Opportunities"})
        by_object = await client.call_tool("getRelatedRecords", about)
    assert not by_object.is_error
    assert by_object.structured_content == named.structured_content


async def test_a_parent_that_there_is_not_or_that_is_hidden_is_said_to_be_so(world: World) -> None:
    secret = insert(world, "Case", Subject="Of the administrator alone")
    alone = insert(world, "Case", user=SALES, Subject="Nobody above it")
    below = insert(world, "Case", Subject="Below it", ParentId=secret, OwnerId=world.site.user_id(SALES))
    about = {"objectName": "Case", "relationship": "Parent"}
    async with world.client(SALES) as client:
        none = await client.call_tool("getRelatedRecords", {**about, "recordId": alone})
        hidden = await client.call_tool("getRelatedRecords", {**about, "recordId": below})
    assert none.structured_content["rows"] == hidden.structured_content["rows"] == []
    assert none.structured_content["note"] == "There is no Parent of this Case"
    assert hidden.structured_content["note"] == f"The Parent of this Case, {secret}, is not visible to this user"


async def test_many_children_come_over_cursors_none_lost(world: World) -> None:
    account = _account(world)
    for number in range(700):
        world.org.insert(
            world.org.caller(world.site.user_id("admin@demo.example")),
            "Contact",
            {"LastName": f"Row {number}", "AccountId": account, "Description": "x" * 300},
        )
    about = {
        "objectName": "Account",
        "recordId": account,
        "relationship": "Contacts",
        "fields": ["Id", "LastName", "Description"],
    }
    seen: list[str] = []
    cursor = None
    async with world.client() as client:
        for _ in range(20):
            more = {"cursor": cursor} if cursor else {}
            told = (await client.call_tool("getRelatedRecords", {**about, **more})).structured_content
            seen += [row[0] for row in told["rows"]]
            cursor = told.get("cursor")
            if not cursor:
                break
    stored = world.rows('SELECT Id FROM "Contact" WHERE AccountId = ? AND IsDeleted = 0', account)
    assert sorted(seen) == sorted(row[0] for row in stored)


async def test_a_relationship_that_is_not_there_is_answered_with_the_nearest(world: World) -> None:
    about = {"objectName": "Account", "recordId": _account(world), "relationship": "Contcts"}
    async with world.client() as client:
        result = await client.call_tool("getRelatedRecords", about)
    assert result.is_error
    assert "Contacts" in result.structured_content["hint"]


async def test_a_query_is_explained_with_what_would_make_it_selective(world: World) -> None:
    async with world.client() as client:
        by_industry = "SELECT Id FROM Account WHERE Industry = 'Energy'"
        slow = await client.call_tool("executeQuery", {"soql": by_industry, "explain": True})
        by_id = f"SELECT Id FROM Account WHERE Id = '{_account(world)}'"  # noqa: S608
        fast = await client.call_tool("executeQuery", {"soql": by_id, "explain": True})
    assert slow.structured_content["selective"] is False
    assert "indexed field" in slow.structured_content["advice"]
    assert {"Id", "Name", "OwnerId", "ERP_Id__c"} <= set(slow.structured_content["indexedFields"])
    assert fast.structured_content["selective"] is True


async def test_a_record_type_that_is_not_there_is_answered_with_those_that_are(world: World) -> None:
    async with world.client() as client:
        wrong = await client.call_tool("describeObject", {"objectName": "Opportunity", "recordType": "Rental"})
    assert wrong.is_error
    assert "New Business, Renewal" in wrong.structured_content["hint"]


RECORD_TYPES = [
    ("Opportunity", "Renewal", "StageName", ["Qualification", "Proposal/Price Quote", "Negotiation/Review"], False),
    ("Opportunity", "New_Business", "Type", ["New Customer"], True),
    ("Case", "hardware", "Severity__c", ["S1", "S2", "S3"], False),
]


@pytest.mark.parametrize(
    ("name", "kind", "field", "values", "default"), RECORD_TYPES, ids=[one[1] for one in RECORD_TYPES]
)
async def test_each_record_type_offers_its_own_picklist_values(
    world: World, name: str, kind: str, field: str, values: list[str], default: bool
) -> None:
    async with world.client() as client:
        told = (await client.call_tool("describeObject", {"objectName": name, "recordType": kind})).structured_content
    assert told["picklists"][field][: len(values)] == values
    assert (told["available"], told["default"]) == (True, default)
    stored = world.rows('SELECT Id FROM "RecordType" WHERE SobjectType = ? AND Name = ?', name, told["recordType"])
    assert stored == [(told["id"],)]
    assert len(world.salesforce_requests) == 2


async def test_a_describe_names_the_record_types_a_user_may_choose(world: World) -> None:
    async with world.client(SALES) as client:
        told = (await client.call_tool("describeOpportunity", {})).structured_content
    assert set(told["recordTypes"]) == {"New Business", "Renewal"}


async def test_a_dependent_value_says_with_what_it_can_be_chosen(world: World) -> None:
    asked = {"objectName": "Case", "field": "Component__c"}
    async with world.client() as client:
        told = (await client.call_tool("describeObject", asked)).structured_content
    only_with = {row[0]: row[-1] for row in told["rows"]}
    assert told["controllerName"] == "Type"
    assert told["columns"][-1] == "onlyWith"
    assert only_with["Housing"] == ["Mechanical", "Structural"]
    assert only_with["Power Supply"] == ["Electrical"]


async def test_rights_are_those_of_the_signed_in_user(world: World) -> None:
    async with world.client(SALES) as client:
        told = (await client.call_tool("getUserInfo", {"access": True, "objectName": "Account"})).structured_content
    assert told["profile"] == "Sales Rep"
    assert told["customPermissions"] == []
    rights = told["onObject"]
    assert rights["allowed"] == ["read", "create", "update"]
    assert "Name" in rights["createAndUpdate"]
    assert {"ERP_Id__c", "CreatedDate"} <= set(rights["readOnly"])
    assert not any("Internal_Margin__c" in names for names in rights.values())
    assert len(world.salesforce_requests) <= 3


async def test_rights_on_a_record_are_those_after_sharing(world: World) -> None:
    sales, admin = (world.org.caller(world.site.user_id(user)) for user in (SALES, ADMIN))
    mine = world.org.insert(sales, "Case", {"Subject": "mine"})
    theirs = world.org.insert(admin, "Case", {"Subject": "not mine"})
    async with world.client(SALES) as client:
        told = [
            (await client.call_tool("getUserInfo", {"recordId": record})).structured_content["onRecord"]["allowed"]
            for record in (mine, theirs)
        ]
        wrong = await client.call_tool("getUserInfo", {"recordId": "../Account"})
    async with world.client(ADMIN) as client:
        all_rights = (await client.call_tool("getUserInfo", {"recordId": theirs})).structured_content["onRecord"]
    assert "read" in told[0]
    assert told[1] == []
    assert all_rights["allowed"] == ["read", "edit", "delete", "transfer"]
    assert wrong.structured_content["code"] == "MALFORMED_ID"


async def test_custom_permissions_come_with_the_profile_and_with_permission_sets(world: World) -> None:
    asked = ("getUserInfo", {"access": True})
    async with world.client(ADMIN) as client:
        by_profile = (await client.call_tool(*asked)).structured_content
    grant = "SELECT s.Id, u.Id FROM PermissionSet s, User u WHERE s.Name = 'Finance_Insight' AND u.Username = ?"
    permission_set, user = world.rows(grant, SALES)[0]
    assigned = {"PermissionSetId": permission_set, "AssigneeId": user}
    world.org.insert(world.org.caller(world.site.user_id(ADMIN)), "PermissionSetAssignment", assigned)
    async with world.client(SALES) as client:
        by_set = (await client.call_tool(*asked)).structured_content
    assert by_profile["customPermissions"] == ["Approve_Discounts", "Export_Customer_Lists"]
    assert by_set["permissionSets"] == ["Finance Insight"]
    assert by_set["customPermissions"] == ["Approve_Discounts"]


async def test_what_was_changed_last_is_recent(world: World) -> None:
    async with world.client() as client:
        made = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "Just now"}})
        told = (await client.call_tool("getUserInfo", {"recent": 5})).structured_content
    assert told["recent"]["rows"][0] == ["Account", made.structured_content["id"], "Just now"]
