"""Several operations at once: references, all or none, an exact account, a closed list of verbs."""

from typing import Any

import pytest
from server.world import World


def names(world: World, object_name: str, field: str = "Name") -> list[str]:
    return [row[0] for row in world.rows(f'SELECT {field} FROM "{object_name}" WHERE IsDeleted = 0')]  # noqa: S608


async def test_later_operations_use_earlier_results(world: World) -> None:
    operations = [
        {"operation": "create", "objectName": "Account", "record": {"Name": "Acme Group"}, "referenceId": "parent"},
        {"operation": "create", "objectName": "Account", "record": {"Name": "Acme UK", "ParentId": "@{parent.id}"}},
        {"operation": "create", "objectName": "Contact", "record": {"LastName": "Ng", "AccountId": "@{parent.id}"}},
        {"operation": "query", "soql": "SELECT LastName FROM Contact WHERE AccountId = '@{parent.id}'"},
        {"operation": "update", "objectName": "Account", "recordId": "@{parent.id}", "record": {"Phone": "1"}},
        {"operation": "get", "objectName": "Account", "recordId": "@{parent.id}", "fields": ["Name", "Phone"]},
    ]
    async with world.client() as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    assert (told["succeeded"], told["failed"]) == (6, 0)
    parent = told["results"][0]["id"]
    assert world.rows("SELECT ParentId FROM \"Account\" WHERE Name = 'Acme UK'") == [(parent,)]
    assert told["results"][3]["rows"] == [["Ng"]]
    assert told["results"][5]["record"]["Phone"] == "1"
    assert len([request for request in world.salesforce_requests if request.startswith("POST")]) == 1


async def test_all_or_none_leaves_nothing_behind(world: World) -> None:
    operations = [
        {"operation": "create", "objectName": "Account", "record": {"Name": "Half done"}},
        {"operation": "create", "objectName": "Contact", "record": {"FirstName": "No last name"}},
    ]
    async with world.client() as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert result.is_error
    assert result.structured_content["succeeded"] == 0
    assert "nothing was changed" in result.content[0].text
    assert result.structured_content["results"][1]["error"]["code"] == "REQUIRED_FIELD_MISSING"
    assert "Half done" not in names(world, "Account")


@pytest.mark.parametrize(("tool", "more"), [("executeComposite", {"allOrNone": False}), ("executeBatch", {})])
async def test_without_it_the_account_says_exactly_what_was_done(world: World, tool: str, more: dict[str, Any]) -> None:
    operations = [
        {"operation": "create", "objectName": "Account", "record": {"Name": "Done"}},
        {"operation": "create", "objectName": "Contact", "record": {"FirstName": "Not"}},
        {"operation": "query", "soql": "SELECT COUNT(Id) n FROM Account"},
    ]
    async with world.client() as client:
        result = await client.call_tool(tool, {"operations": operations, **more})
    told = result.structured_content
    assert result.is_error
    assert (told["succeeded"], told["failed"]) == (2, 1)
    assert told["results"][0]["id"] == world.rows("SELECT Id FROM \"Account\" WHERE Name = 'Done'")[0][0]
    assert told["results"][1]["error"]["code"] == "REQUIRED_FIELD_MISSING"
    assert told["results"][2]["columns"] == ["n"]


async def test_every_verb_works_in_a_batch(world: World) -> None:
    task = world.rows('SELECT Id FROM "Task" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    operations = [
        {"operation": "create", "objectName": "Lead", "record": {"LastName": "Batch", "Company": "B"}},
        {"operation": "get", "objectName": "Account", "recordId": account},
        {"operation": "update", "objectName": "Account", "recordId": account, "record": {"Phone": "77"}},
        {
            "operation": "upsert",
            "objectName": "Account",
            "externalIdField": "ERP_Id__c",
            "externalId": "B1",
            "record": {"Name": "U", "ERP_Id__c": "B1"},
        },
        {"operation": "delete", "objectName": "Task", "recordId": task},
        {"operation": "query", "soql": "SELECT Id FROM Account LIMIT 1"},
        {"operation": "search", "sosl": "FIND {zzzz} RETURNING Account(Id)"},
    ]
    async with world.client() as client:
        result = await client.call_tool("executeBatch", {"operations": operations})
    assert not result.is_error, result.content[0].text
    assert [each["operation"] for each in result.structured_content["results"]] == [
        each["operation"] for each in operations
    ]
    assert world.rows('SELECT IsDeleted FROM "Task" WHERE Id = ?', task) == [(1,)]
    assert world.rows('SELECT Phone FROM "Account" WHERE Id = ?', account) == [("77",)]
    assert "U" in names(world, "Account")


IMPOSSIBLE: list[tuple[str, list[dict[str, Any]], str]] = [
    ("executeBatch", [], "operations"),
    ("executeBatch", [{"operation": "create", "objectName": "Account", "record": {"Name": "n"}}] * 26, "operations"),
    ("executeComposite", [{"operation": "query", "soql": "SELECT Id FROM Account"}] * 6, "executeBatch"),
    ("executeComposite", [{"operation": "describe", "objectName": "Account"}], "operation"),
    (
        "executeComposite",
        [{"method": "GET", "url": "/services/data/v68.0/tooling/query?q=SELECT+Id+FROM+ApexClass"}],
        "operation",
    ),
    ("executeBatch", [{"operation": "create", "objectName": "../../tooling", "record": {"Name": "x"}}], "API name"),
    ("executeBatch", [{"operation": "get", "objectName": "Account", "recordId": "describe"}], "record id"),
    ("executeBatch", [{"operation": "update", "objectName": "Account", "recordId": "001E00000000001IAA"}], "record"),
    ("executeBatch", [{"operation": "query", "soql": "DELETE FROM Account"}], "SELECT"),
    ("executeBatch", [{"operation": "search", "sosl": "SELECT Id FROM Account"}], "FIND"),
    ("executeBatch", [{"operation": "get", "objectName": "Account", "recordId": "@{a.id}"}], "executeComposite"),
    (
        "executeComposite",
        [
            {"operation": "create", "objectName": "Account", "record": {"Name": "x"}, "referenceId": "a"},
            {"operation": "delete", "objectName": "Account", "recordId": "@{a.id}/x"},
        ],
        "record id",
    ),
    (
        "executeComposite",
        [{"operation": "query", "soql": "SELECT Id FROM Account", "referenceId": "a b"}],
        "referenceId",
    ),
    (
        "executeComposite",
        [{"operation": "query", "soql": "SELECT Id FROM Account", "referenceId": "a"}] * 2,
        "referenceId",
    ),
]


@pytest.mark.parametrize(("tool", "operations", "named"), IMPOSSIBLE)
async def test_what_is_not_on_the_list_is_refused_before_anything_is_sent(
    world: World, tool: str, operations: list[dict[str, Any]], named: str
) -> None:
    async with world.client() as client:
        result = await client.call_tool(tool, {"operations": operations})
    assert result.is_error
    assert named in result.content[0].text
    assert world.salesforce_requests == []


async def test_rows_that_do_not_fit_are_counted_and_named(world: World) -> None:
    statement = "SELECT FIELDS(STANDARD) FROM Task"
    async with world.client() as client:
        result = await client.call_tool(
            "executeBatch", {"operations": [{"operation": "query", "soql": statement}] * 10}
        )
    for each in result.structured_content["results"]:
        assert each["returned"] == len(each["rows"]) < each["totalSize"]
        assert "executeQuery" in each["note"]
    assert len(result.content[0].text.encode()) <= world.services.settings.result_tokens * 4


@pytest.mark.parametrize("reference", ["@{acme}", "@{acme.Id}", "@{acme.id}"])
async def test_what_was_made_is_referred_to_by_its_name_alone_too(world: World, reference: str) -> None:
    operations = [
        {"operation": "create", "objectName": "Account", "record": {"Name": "Referred to"}, "referenceId": "acme"},
        {"operation": "create", "objectName": "Contact", "record": {"LastName": "Refers", "AccountId": reference}},
        {"operation": "update", "objectName": "Account", "recordId": reference, "record": {"Fax": "5"}},
        {"operation": "update", "objectName": "Contact", "recordId": "@{op2.Id}", "record": {"Fax": "6"}},
    ]
    async with world.client() as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert not result.is_error, result.content[0].text
    joined = 'SELECT a.Name, a.Fax, c.Fax FROM "Contact" c JOIN "Account" a ON a.Id = c.AccountId WHERE c.LastName = ?'
    assert world.rows(joined, "Refers") == [("Referred to", "5", "6")]


@pytest.mark.parametrize("reference", ["@{nobody.id}", "@{later.id}"])
async def test_a_reference_to_no_earlier_operation_is_refused_before_it_is_sent(world: World, reference: str) -> None:
    operations = [
        {"operation": "create", "objectName": "Account", "record": {"Name": "x"}, "referenceId": "first"},
        {"operation": "create", "objectName": "Contact", "record": {"LastName": "x", "AccountId": reference}},
        {"operation": "create", "objectName": "Account", "record": {"Name": "y"}, "referenceId": "later"},
    ]
    async with world.client() as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert "refers to no earlier operation" in result.structured_content["message"]
    assert "first" in result.structured_content["hint"]
    assert world.salesforce_requests == []
