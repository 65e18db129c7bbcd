"""What a contact wants and does not want: one call, as of any record."""

import pytest
from server.world import READ_ONLY, SALES, World

PREFERENCES = {"HasOptedOutOfEmail": True, "DoNotCall": True}


@pytest.mark.parametrize("object_name", ["Contact", "Lead"])
async def test_opt_outs_are_set_in_one_call_and_seen_in_one(world: World, object_name: str) -> None:
    person = world.rows(f'SELECT Id FROM "{object_name}" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0]  # noqa: S608
    about = {"objectName": object_name, "recordId": person}
    async with world.client(SALES) as client:
        result = await client.call_tool("updateRecord", {**about, "record": PREFERENCES})
        assert len(world.salesforce_requests) == 1
        seen = await client.call_tool("getRecord", {**about, "fields": [*PREFERENCES]})
    assert not result.is_error, result.content[0].text
    assert world.rows(f'SELECT HasOptedOutOfEmail, DoNotCall FROM "{object_name}" WHERE Id = ?', person) == [(1, 1)]  # noqa: S608
    assert {name: seen.structured_content[name] for name in PREFERENCES} == PREFERENCES


async def test_who_may_not_change_a_contact_changes_no_preference(world: World) -> None:
    person = world.rows('SELECT Id FROM "Contact" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0]
    before = world.writes()
    async with world.client(READ_ONLY) as client:
        result = await client.call_tool(
            "updateRecord", {"objectName": "Contact", "recordId": person, "record": PREFERENCES}
        )
    assert result.structured_content["code"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert world.writes() == before
