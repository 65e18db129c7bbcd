"""Describes that fit, and what the org tells of itself."""

import pytest
from server.world import SALES, SUPPORT, World

from salesforce_mcp.tools.results import compact_json, tokens_of


async def test_a_describe_of_120_fields_costs_at_most_1900_tokens(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("describeObject", {"objectName": "Wide__c"})
    data = result.structured_content
    assert len(data["rows"]) >= 120
    assert tokens_of(result.content[0].text) <= 1_900
    assert ["Choice_1__c", "picklist", None, ["One", "Two", "Three"]] in data["rows"]
    assert ["Account__c", "reference", None, ["Account"]] in data["rows"]


async def test_every_field_of_the_describe_is_there_with_type_and_rule(world: World) -> None:
    described = await _describe(world, "Account")
    async with world.client() as client:
        by_query = await client.call_tool("executeQuery", {"soql": "SELECT FIELDS(ALL) FROM Account LIMIT 1"})
    assert {row[0] for row in described["rows"]} == set(by_query.structured_content["columns"])
    rules = {row[0]: row[2] for row in described["rows"]}
    assert rules["Name"] == "required"
    assert rules["CreatedDate"] == "read-only"
    assert rules["ERP_Id__c"] == "external id"


async def _describe(world: World, name: str, **more: object) -> dict[str, list[list[object]]]:
    async with world.client() as client:
        result = await client.call_tool("describeObject", {"objectName": name, **more})
    assert not result.is_error
    return dict(result.structured_content)


async def test_one_field_comes_in_full(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("describeObject", {"objectName": "account", "field": "industry"})
    data = result.structured_content
    assert (data["object"], data["name"], data["type"]) == ("Account", "Industry", "picklist")
    assert ["Banking", "Banking", True, False] in data["rows"]


@pytest.mark.parametrize("name", ["Account", "Lead", "Opportunity", "Case", "Solution"])
async def test_the_objects_of_every_day_have_a_describe_of_their_own(world: World, name: str) -> None:
    async with world.client() as client:
        result = await client.call_tool(f"describe{name}", {})
        full = await client.call_tool(f"describe{name}", {"field": "Id"})
    assert result.structured_content["object"] == name
    assert full.structured_content["type"] == "id"


async def test_a_field_that_the_user_may_not_see_is_absent(world: World) -> None:
    async with world.client(SALES) as client:
        whole = await client.call_tool("describeObject", {"objectName": "Account"})
        one = await client.call_tool("describeObject", {"objectName": "Account", "field": "Internal_Margin__c"})
    assert "Internal_Margin__c" not in whole.content[0].text
    assert one.is_error
    assert one.structured_content["code"] == "INVALID_FIELD"


async def test_an_object_that_the_user_may_not_use_is_not_listed(world: World) -> None:
    async with world.client(SUPPORT) as client:
        listed = await client.call_tool("listAllObjects", {})
    names = [row[0] for row in listed.structured_content["rows"]]
    assert "Case" in names
    assert "Opportunity" not in names


async def test_objects_are_found_by_a_part_of_name_or_label(world: World) -> None:
    async with world.client() as client:
        found = await client.call_tool("listAllObjects", {"search": "INVOICE"})
        everything = await client.call_tool("listAllObjects", {})
    assert {row[0] for row in found.structured_content["rows"]} == {"Invoice__c", "Invoice_Line__c"}
    assert everything.structured_content["returned"] == len(everything.structured_content["rows"]) > 30


async def test_a_describe_is_asked_for_once_in_five_minutes(world: World, clock: object) -> None:
    async with world.client() as client:
        for _ in range(3):
            await client.call_tool("describeObject", {"objectName": "Account"})
    assert world.salesforce_requests.count("GET /services/data/v68.0/sobjects/Account/describe") == 1


async def test_the_org_tells_who_is_signed_in(world: World) -> None:
    async with world.client(SALES) as client:
        told = (await client.call_tool("getUserInfo", {})).structured_content
    assert told["username"] == SALES
    assert told["userId"] == world.site.user_id(SALES)
    assert told["organizationId"] == world.org.organization_id
    assert told["timeZone"]


async def test_limits_say_what_is_left_the_scarcest_first(world: World) -> None:
    async with world.client() as client:
        whole = (await client.call_tool("getOrganizationLimits", {})).structured_content
        some = (await client.call_tool("getOrganizationLimits", {"names": ["dailyapirequests"]})).structured_content
    assert whole["columns"] == ["limit", "max", "used", "left"]
    shares = [used / most if most else 0 for _, most, used, _ in whole["rows"]]
    assert shares == sorted(shares, reverse=True)
    assert [row[0] for row in some["rows"]] == ["DailyApiRequests"]


async def test_versions_and_resources_are_listed(world: World) -> None:
    async with world.client() as client:
        versions = (await client.call_tool("listApiVersions", {})).structured_content
        resources = (await client.call_tool("listResources", {})).structured_content
    assert versions["rows"][0][0] == versions["inUse"] == "68.0"
    assert "query" in [row[0] for row in resources["rows"]]
    assert "attributes" not in compact_json(resources)


async def test_limits_are_found_by_a_part_of_their_name_and_unknown_ones_are_named(world: World) -> None:
    async with world.client() as client:
        part = (await client.call_tool("getOrganizationLimits", {"names": ["storage"]})).structured_content
        mixed = (
            await client.call_tool("getOrganizationLimits", {"names": ["api requests", "DailyApiReqests"]})
        ).structured_content
        none = await client.call_tool("getOrganizationLimits", {"names": ["DailyApiReqests"]})
    assert {row[0] for row in part["rows"]} >= {"DataStorageMB", "FileStorageMB"}
    assert "DailyApiRequests" in {row[0] for row in mixed["rows"]}
    assert all("Storage" in row[0] for row in part["rows"])
    assert set(mixed["unknown"]) == {"DailyApiReqests"}
    assert none.is_error
    assert "Did you mean DailyApiRequests?" in none.structured_content["hint"]


async def test_a_field_is_described_by_its_label_too(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("describeAccount", {"field": "annual revenue"})
        labelled = await client.call_tool("describeOpportunity", {"field": "Close Date"})
    assert result.structured_content["name"] == "AnnualRevenue"
    assert labelled.structured_content["name"] == "CloseDate"
