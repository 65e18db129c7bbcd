"""The org's own verbs: found, their inputs checked, run; events published."""

from typing import Any

import pytest
from server.world import READ_ONLY, SALES, SUPPORT, World
from tools_platform.calls import calls_of, table

CASE = 'SELECT Id FROM "Case" WHERE IsClosed = 0 ORDER BY Id LIMIT 1'


async def test_everything_that_can_be_run_is_listed(world: World) -> None:
    result, calls = await calls_of(world, "listActions", {})
    assert not result.is_error, result.content[0].text
    found = {(one["kind"], one["name"]) for one in table(result)}
    assert {
        ("flow", "Escalate_Case"),
        ("apex", "AccountHealth"),
        ("quickAction", "LogACall"),
        ("standard", "chatterPost"),
        ("event", "Order_Event__e"),
    } <= found
    assert calls <= 5


async def test_an_objects_own_quick_actions_are_listed_with_it(world: World) -> None:
    result, calls = await calls_of(world, "listActions", {"kind": "quickAction", "objectName": "Case"})
    assert "Case.CloseCase" in {one["name"] for one in table(result)}
    assert calls == 1


@pytest.mark.parametrize(
    ("given", "inputs", "most"),
    [
        ({"kind": "flow", "name": "Escalate_Case"}, {"caseId": ("ID", True), "reason": ("STRING", False)}, 1),
        ({"name": "accounthealth"}, {"accountId": ("ID", True)}, 6),
        ({"kind": "quickAction", "name": "NewLead"}, {"contextId": ("ID", False), "LastName": ("STRING", True)}, 1),
        ({"kind": "event", "name": "Order_Event__e"}, {"Order_Number__c": ("STRING", True)}, 1),
    ],
    ids=["flow", "by name alone", "quick action", "event schema"],
)
async def test_the_inputs_of_an_action_are_shown(
    world: World, given: dict[str, str], inputs: dict[str, tuple[str, bool]], most: int
) -> None:
    result, calls = await calls_of(world, "listActions", given)
    assert not result.is_error, result.content[0].text
    shown = {one["input"]: (one["type"], one["required"]) for one in table(result)}
    assert inputs.items() <= shown.items()
    assert calls <= most


async def test_a_flow_does_its_work(world: World) -> None:
    case = world.rows(CASE)[0][0]
    call = {"kind": "flow", "name": "Escalate_Case", "inputs": [{"caseid": case, "reason": "VIP"}]}
    result, calls = await calls_of(world, "runAction", call)
    assert not result.is_error, result.content[0].text
    assert result.structured_content["succeeded"] == 1
    assert result.structured_content["results"][0]["queueId"]
    assert world.rows('SELECT IsEscalated, Priority FROM "Case" WHERE Id = ?', case) == [(1, "High")]
    assert calls == 2


async def test_apex_gives_back_its_outputs(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    call = {"kind": "apex", "name": "AccountHealth", "inputs": [{"accountId": account}]}
    result, calls = await calls_of(world, "runAction", call)
    assert set(result.structured_content["results"][0]) == {"input", "openCases", "score"}
    assert calls == 2


async def test_a_quick_action_starts_from_a_record(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    inputs = [{"contextId": account, "LastName": "Quick"}]
    call = {"kind": "quickAction", "name": "Account.NewContact", "inputs": inputs}
    result, calls = await calls_of(world, "runAction", call, user=SALES)
    assert not result.is_error, result.content[0].text
    made = result.structured_content["results"][0]["id"]
    assert world.rows('SELECT LastName, AccountId FROM "Contact" WHERE Id = ?', made) == [("Quick", account)]
    assert calls == 2


async def test_events_are_published_in_one_request(world: World) -> None:
    inputs = [{"Order_Number__c": f"O-{number}", "Amount__c": 10} for number in range(3)]
    result, calls = await calls_of(world, "runAction", {"kind": "event", "name": "Order_Event__e", "inputs": inputs})
    assert not result.is_error, result.content[0].text
    assert all(one["id"].startswith("e00") for one in result.structured_content["results"])
    assert world.rows('SELECT Order_Number__c FROM "Order_Event__e"') == [("O-0",), ("O-1",), ("O-2",)]
    assert calls == 2


async def test_of_several_runs_each_is_told(world: World) -> None:
    case = world.rows(CASE)[0][0]
    inputs = [{"caseId": case}, {"caseId": "500000000000000AAA"}]
    result, _ = await calls_of(world, "runAction", {"kind": "flow", "name": "Escalate_Case", "inputs": inputs})
    assert result.is_error
    told = result.structured_content
    assert (told["succeeded"], told["failed"]) == (1, 1)
    assert told["results"][1]["error"]["code"]
    assert world.rows('SELECT IsEscalated FROM "Case" WHERE Id = ?', case) == [(1,)]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "missing input": ({"inputs": [{"reason": "x"}]}, "inputs[0]: caseId is required"),
    "unknown input": ({"inputs": [{"caseId": "500000000000000AAA", "raeson": "x"}]}, "did you mean reason"),
    "no id": ({"inputs": [{"caseId": "00001001"}]}, "caseId is a record id"),
    "no inputs": ({"inputs": []}, "inputs"),
    "unknown flow": ({"name": "Escalate_Csae", "inputs": [{}]}, "Did you mean Escalate_Case"),
    "no event": ({"kind": "event", "name": "Account", "inputs": [{"Name": "x"}]}, "no platform event"),
    "event type": (
        {"kind": "event", "name": "Order_Event__e", "inputs": [{"Order_Number__c": "1", "Is_Shipped__c": "yes"}]},
        "Is_Shipped__c is true or false",
    ),
    "event field": ({"kind": "event", "name": "Order_Event__e", "inputs": [{"Amount__c": 1}]}, "is required"),
    "quick action": ({"kind": "quickAction", "name": "NewLead", "inputs": [{"Company": "x"}]}, "LastName is required"),
    "absent record": ({"inputs": [{"caseId": "500000000000000AAA"}]}, ""),
}


@pytest.mark.parametrize(("given", "named"), WRONG.values(), ids=WRONG)
async def test_what_does_not_fit_is_refused_and_nothing_is_run(world: World, given: dict[str, Any], named: str) -> None:
    before = world.writes()
    result, _ = await calls_of(world, "runAction", {"kind": "flow", "name": "Escalate_Case", **given})
    assert result.is_error
    assert named in result.content[0].text
    assert world.writes() == before


async def test_an_action_does_only_what_its_user_may(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    inputs = [{"contextId": account, "LastName": "Quick"}]
    call = {"kind": "quickAction", "name": "Account.NewContact", "inputs": inputs}
    before = world.writes()
    result, _ = await calls_of(world, "runAction", call, user=READ_ONLY)
    assert result.is_error
    assert world.writes() == before


async def test_without_the_right_to_delete_nothing_is_run(world: World) -> None:
    async with world.client(SUPPORT, path="/mcp/x/platform", scopes=("sf.read", "sf.write")) as client:
        offered = {tool.name for tool in (await client.list_tools()).tools}
    assert "listActions" in offered
    assert not offered & {"runAction", "createCustomField", "deployMetadata", "runApex"}


ARTICLES = 'SELECT Id FROM "Knowledge__kav" WHERE PublishStatus = ? AND NOT IsDeleted ORDER BY Id LIMIT 2'


@pytest.mark.parametrize("together", [True, False], ids=["in one input", "in two inputs"])
async def test_a_standard_action_deletes_one_in_a_call(world: World, together: bool) -> None:
    ids = [row[0] for row in world.rows(ARTICLES, "Draft")]
    assert len(ids) == 2
    inputs = [{"articleVersionIdList": ids}] if together else [{"articleVersionIdList": [one]} for one in ids]
    call = {"kind": "standard", "name": "deleteKnowledgeArticles", "inputs": inputs}
    before = world.writes()
    result, _ = await calls_of(world, "runAction", call)
    assert result.structured_content["code"] == "PREVIEW_NEEDED"
    assert world.writes() == before
    result, _ = await calls_of(world, "runAction", {**call, "inputs": [{"articleVersionIdList": ids[:1]}]})
    assert not result.is_error, result.content[0].text
    assert {row[0] for row in world.rows(ARTICLES, "Draft")} & set(ids) == {ids[1]}
