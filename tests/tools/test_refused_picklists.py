"""A value that a picklist does not take: the refusal names those that it takes, whichever tool wrote it."""

from typing import Any

import pytest
from server.world import ADMIN, World
from tools_quality.calls import insert

STAGES = "Did you mean Closed Won or Closed Lost? StageName takes Prospecting, "


def renewal(world: World) -> str:
    kind = world.rows("SELECT Id FROM \"RecordType\" WHERE DeveloperName = 'Renewal'")[0][0]
    values = {"StageName": "Qualification", "CloseDate": "2026-12-01", "RecordTypeId": kind}
    return insert(world, "Opportunity", Name="Again", **values)


async def refused(world: World, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The refusal of a call, or of the operation or row that failed in it."""
    before = world.writes()
    async with world.client(ADMIN, path="/mcp/x/all") as client:
        result = await client.call_tool(tool, arguments)
    told: dict[str, Any] = result.structured_content
    assert result.is_error, told
    assert world.writes() == before
    told = next((one["error"] for one in told.get("results", ()) if "error" in one), told)
    assert told["code"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    return told


WRITES: dict[str, dict[str, Any]] = {
    "createRecord": {
        "objectName": "opportunity",
        "record": {"Name": "x", "CloseDate": "2026-12-01", "StageName": "Closed"},
    },
    "updateRecord": {"objectName": "Opportunity", "recordId": "DEAL", "record": {"StageName": "Closed"}},
    "executeComposite": {
        "operations": [
            {"operation": "update", "objectName": "Opportunity", "recordId": "DEAL", "record": {"StageName": "Closed"}}
        ]
    },
    "executeBatch": {
        "operations": [
            {"operation": "update", "objectName": "Opportunity", "recordId": "DEAL", "record": {"StageName": "Closed"}}
        ]
    },
    "enrichRecords": {
        "objectName": "Opportunity",
        "matchField": "Id",
        "rows": [{"Id": "DEAL", "StageName": "Closed"}],
        "overwrite": True,
    },
}


@pytest.mark.parametrize("tool", WRITES)
async def test_every_tool_that_writes_fields_names_the_values_the_likeliest_first(world: World, tool: str) -> None:
    deal = renewal(world)
    told = await refused(world, tool, _with(WRITES[tool], deal))
    assert told["hint"].startswith(STAGES)
    assert told["hint"].endswith("Closed Won, Closed Lost.")


def _with(value: Any, deal: str) -> Any:
    if isinstance(value, dict):
        return {key: _with(inner, deal) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, deal) for inner in value]
    return deal if value == "DEAL" else value


async def test_an_upsert_names_them_too(world: World) -> None:
    record = {"Name": "x", "ERP_Id__c": "E-1", "Tier__c": "Golden"}
    told = await refused(
        world, "createRecord", {"objectName": "Account", "record": record, "externalIdField": "ERP_Id__c"}
    )
    assert told["hint"] == "Did you mean Gold? Tier__c takes Platinum, Gold, Silver, Bronze."


async def test_leads_changed_together_and_accounts_made_as_a_tree_have_them_too(world: World) -> None:
    lead = insert(world, "Lead", LastName="x", Company="y")
    told = await refused(world, "assignLead", {"leadIds": [lead], "status": "Sold"})
    assert told["hint"].startswith("Status takes Open - Not Contacted, Working - Contacted, Qualified, ")
    assert told["hint"].endswith("Nothing was changed.")
    tree = await refused(world, "createAccountHierarchy", {"accounts": [{"name": "x", "record": {"Tier__c": "Tin"}}]})
    assert tree["hint"] == "Tier__c takes Platinum, Gold, Silver, Bronze."


async def test_a_value_that_the_record_type_leaves_out_is_told_apart(world: World) -> None:
    told = await refused(world, "moveOpportunityStage", {"opportunityId": renewal(world), "stage": "Prospecting"})
    assert told["hint"].startswith("Prospecting is a value of StageName, but not for this record's type")
