"""Single records: what is written is in the org, what is refused leaves no trace."""

from typing import Any

import pytest
from mcp.client import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult
from server.world import ADMIN, LEGACY, MODERN, READ_ONLY, SALES, SUPPORT, World

ACCOUNT = 'SELECT Id FROM "Account" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1'


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_a_created_record_is_in_the_org(world: World, mode: str) -> None:
    async with world.client(SALES, mode=mode) as client:
        result = await client.call_tool(
            "createRecord", {"objectName": "Account", "record": {"Name": "Acme Corporation", "AnnualRevenue": 5e6}}
        )
    assert not result.is_error
    stored = world.rows("SELECT Id, AnnualRevenue FROM \"Account\" WHERE Name = 'Acme Corporation'")
    assert stored == [(result.structured_content["id"], 5e6)]


async def test_an_update_changes_the_given_fields_only(world: World) -> None:
    identifier, name = world.rows('SELECT Id, Name FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0]
    async with world.client() as client:
        result = await client.call_tool(
            "updateRecord",
            {"objectName": "Account", "recordId": identifier, "record": {"Phone": "555", "Website": None}},
        )
    assert not result.is_error
    stored = world.rows('SELECT Name, Phone, Website FROM "Account" WHERE Id = ?', identifier)
    assert stored == [(name, "555", None)]


async def test_an_upsert_creates_once_and_updates_then(world: World) -> None:
    given = {
        "objectName": "Account",
        "externalIdField": "ERP_Id__c",
        "record": {"Name": "One", "erp_id__c": "NEW/1.2 ü"},
    }
    async with world.client() as client:
        first = await client.call_tool("createRecord", given)
        given["record"] = {"ERP_Id__c": "NEW/1.2 ü", "Name": "Two"}
        second = await client.call_tool("createRecord", given)
    assert first.structured_content["created"] is True
    assert second.structured_content == {"id": first.structured_content["id"], "created": False}
    assert world.rows("SELECT Name FROM \"Account\" WHERE ERP_Id__c = 'NEW/1.2 ü'") == [("Two",)]


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("Invoice__c", {"Status__c": "Draft"}),
        ("acme__Shipment__c", {"acme__Tracking_Number__c": "T-77", "Name": "Parcel"}),
    ],
)
async def test_custom_and_namespaced_objects_are_records_like_any_other(
    world: World, name: str, record: dict[str, Any]
) -> None:
    field = next(iter(record))
    async with world.client() as client:
        described = await client.call_tool("describeObject", {"objectName": name, "field": field})
        made = await client.call_tool("createRecord", {"objectName": name, "record": record})
        about = {"objectName": name, "recordId": made.structured_content["id"]}
        read = await client.call_tool("getRecord", {**about, "fields": [field]})
        found = await client.call_tool("executeQuery", {"soql": f"SELECT Id FROM {name} WHERE {field} != NULL"})  # noqa: S608
        gone = await client.call_tool("deleteRecord", about)
    assert described.structured_content["name"] == field
    assert read.structured_content[field] == record[field]
    assert [about["recordId"]] in found.structured_content["rows"]
    assert gone.structured_content["deleted"] is True


async def test_chosen_fields_come_even_when_empty_and_parents_too(world: World) -> None:
    identifier = world.rows(ACCOUNT)[0][0]
    async with world.client() as client:
        await client.call_tool(
            "updateRecord", {"objectName": "Account", "recordId": identifier, "record": {"Fax": None}}
        )
        result = await client.call_tool(
            "getRecord", {"objectName": "Account", "recordId": identifier, "fields": ["Name", "Fax", "Owner.Name"]}
        )
        whole = await client.call_tool("getRecord", {"objectName": "Account", "recordId": identifier})
    record = result.structured_content
    assert record["Fax"] is None
    assert record["Owner.Name"]
    assert "Fax" not in whole.structured_content
    assert None not in whole.structured_content.values()


async def test_fields_of_a_parent_that_is_not_there_are_empty_under_their_own_names(world: World) -> None:
    identifier = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 AND ParentId IS NULL LIMIT 1')[0][0]
    given = {"objectName": "Account", "recordId": identifier, "fields": ["Name", "Parent.Name", "Parent.Owner.Name"]}
    async with world.client() as client:
        record = (await client.call_tool("getRecord", given)).structured_content
    assert {name for name, value in record.items() if value is None} == {"Parent.Name", "Parent.Owner.Name"}


@pytest.mark.parametrize("field", ["Name", "ERP"])
async def test_a_field_that_is_no_external_id_is_answered_with_those_there_are(world: World, field: str) -> None:
    given = {"objectName": "Account", "record": {"Name": "x", "ERP": "1"}, "externalIdField": field}
    async with world.client() as client:
        result = await client.call_tool("createRecord", given)
    assert result.structured_content["hint"] == "External ids of Account: ERP_Id__c."


async def test_custom_metadata_is_read_but_not_written(world: World) -> None:
    before = world.writes()
    identifier = world.rows('SELECT Id FROM "Support_Tier__mdt" LIMIT 1')[0][0]
    about = {"objectName": "Support_Tier__mdt", "recordId": identifier}
    async with world.client() as client:
        read = await client.call_tool("getRecord", about)
        refused = [
            await client.call_tool("createRecord", {"objectName": "Support_Tier__mdt", "record": {"Label": "x"}}),
            await client.call_tool("updateRecord", {**about, "record": {"Label": "x"}}),
            await client.call_tool("deleteRecord", about),
            await client.call_tool("executeBatch", {"operations": [{"operation": "delete", **about}]}),
        ]
    assert read.structured_content["Id"] == identifier
    for answer in refused:
        assert answer.is_error
        assert answer.structured_content["code"] == "CUSTOM_METADATA_READ_ONLY"
        assert answer.structured_content["hint"]
    assert world.writes() == before


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_a_client_that_cannot_ask_deletes_with_its_scope_alone(world: World, mode: str) -> None:
    identifier = world.rows('SELECT Id FROM "Task" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    async with world.client(mode=mode) as client:
        result = await client.call_tool("deleteRecord", {"objectName": "Task", "recordId": identifier})
    assert result.structured_content == {"id": identifier, "deleted": True}
    assert world.rows('SELECT IsDeleted FROM "Task" WHERE Id = ?', identifier) == [(1,)]


@pytest.mark.parametrize(
    ("answer", "deleted"),
    [
        (ElicitResult(action="accept", content={"confirm": True}), 1),
        (ElicitResult(action="accept", content={"confirm": False}), 0),
        (ElicitResult(action="decline"), 0),
        (ElicitResult(action="cancel"), 0),
    ],
)
async def test_a_client_that_can_ask_deletes_only_what_the_person_confirms(
    world: World, answer: ElicitResult, deleted: int
) -> None:
    identifier = world.rows('SELECT Id FROM "Task" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    asked: list[str] = []

    async def person(_context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return answer

    async with world.client(elicitation_callback=person) as client:
        result = await client.call_tool("deleteRecord", {"objectName": "Task", "recordId": identifier})
    assert asked == [f"Delete Task {identifier}?"]
    assert result.is_error is (not deleted)
    assert world.rows('SELECT IsDeleted FROM "Task" WHERE Id = ?', identifier) == [(deleted,)]


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("createRecord", {"objectName": "Acount", "record": {"Name": "x"}}, "NOT_FOUND", "Did you mean Account"),
    ("createRecord", {"objectName": "Account", "record": {"Nmae": "x"}}, "INVALID_FIELD", "Did you mean Name"),
    ("createRecord", {"objectName": "Account", "record": {}}, "REQUIRED_FIELD_MISSING", "each of the fields"),
    ("createRecord", {"objectName": "Account", "record": {"Name": "x" * 300}}, "STRING_TOO_LONG", "Shorten"),
    ("createRecord", {"objectName": "Account/../User", "record": {"Name": "x"}}, "INVALID_NAME", "API names"),
    ("createRecord", {"objectName": "Account"}, "INVALID_ARGUMENTS", "objectName, record"),
    ("createRecord", {"objectName": "Account", "record": "Name: x"}, "INVALID_ARGUMENTS", "objectName, record"),
    (
        "createRecord",
        {"objectName": "Account", "record": {"Name": "x"}, "recrd": 1},
        "INVALID_ARGUMENTS",
        "Did you mean record",
    ),
    ("getRecord", {"objectName": "Account", "recordId": "describe"}, "MALFORMED_ID", "15 or 18"),
    ("getRecord", {"objectName": "Account", "recordId": "001E00000000zzzIAA"}, "NOT_FOUND", ""),
    (
        "updateRecord",
        {"objectName": "Account", "recordId": "../User", "record": {"Name": "x"}},
        "MALFORMED_ID",
        "15 or 18",
    ),
    ("deleteRecord", {"objectName": "Account", "recordId": ""}, "MALFORMED_ID", "15 or 18"),
    (
        "createRecord",
        {"objectName": "Account", "externalIdField": "ERP_Id__c", "record": {"Name": "x", "ERP_Id__c": ".."}},
        "INVALID_INPUT",
        "",
    ),
    (
        "createRecord",
        {"objectName": "Account", "externalIdField": "ERP_Id__c", "record": {"Name": "x"}},
        "INVALID_INPUT",
        "among the values of record",
    ),
    (
        "createRecord",
        {"objectName": "Account", "externalIdField": "Nope__c", "record": {"Name": "x", "Nope__c": "1"}},
        "NOT_FOUND",
        "",
    ),
]


@pytest.mark.parametrize(("tool", "arguments", "code", "hint"), BAD)
async def test_bad_input_is_explained_and_nothing_is_written(
    world: World, tool: str, arguments: dict[str, Any], code: str, hint: str
) -> None:
    before = world.writes()
    async with world.client() as client:
        result = await client.call_tool(tool, arguments)
    told = result.structured_content
    assert result.is_error
    assert told["code"] == code, told
    assert told["hint"]
    assert hint in told["hint"] + told["message"]
    assert world.writes() == before


async def test_an_update_without_fields_is_refused_and_not_called_done(world: World) -> None:
    identifier = world.rows(ACCOUNT)[0][0]
    before = world.writes()
    async with world.client() as client:
        answer = await client.call_tool("updateRecord", {"objectName": "Account", "recordId": identifier, "record": {}})
    assert answer.is_error
    assert answer.structured_content["fields"] == ["record"]
    assert world.writes() == before


async def test_an_id_of_another_object_is_explained(world: World) -> None:
    contact = world.rows('SELECT Id FROM "Contact" LIMIT 1')[0][0]
    before = world.writes()
    async with world.client() as client:
        read = await client.call_tool("getRecord", {"objectName": "Account", "recordId": contact})
        write = await client.call_tool(
            "updateRecord", {"objectName": "Account", "recordId": contact, "record": {"Name": "x"}}
        )
        wrong_parent = await client.call_tool(
            "createRecord", {"objectName": "Contact", "record": {"LastName": "x", "AccountId": contact}}
        )
    for answer in (read, write, wrong_parent):
        assert answer.is_error
        assert answer.structured_content["hint"]
    assert world.writes() == before


@pytest.mark.parametrize(
    ("username", "tool", "arguments"),
    [
        (READ_ONLY, "createRecord", {"objectName": "Account", "record": {"Name": "x"}}),
        (SUPPORT, "createRecord", {"objectName": "Account", "record": {"Name": "x"}}),
        (SUPPORT, "createRecord", {"objectName": "Opportunity", "record": {"Name": "x"}}),
        (SALES, "createRecord", {"objectName": "Solution", "record": {"SolutionName": "x"}}),
    ],
)
async def test_a_right_that_the_user_lacks_is_explained(
    world: World, username: str, tool: str, arguments: dict[str, Any]
) -> None:
    before = world.writes()
    async with world.client(username) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content["hint"]
    assert world.writes() == before


async def test_what_was_sent_is_never_echoed_by_a_wrong_argument(world: World) -> None:
    canary = "canary-5f2c1a"
    async with world.client(ADMIN) as client:
        answers = [
            await client.call_tool("createRecord", {"objectName": "Account", "record": [canary]}),
            await client.call_tool("executeQuery", {"soql": {"secret": canary}}),
            await client.call_tool("executeComposite", {"operations": [{"operation": canary}]}),
            await client.call_tool("getRecord", {"objectName": ["Account", canary], "recordId": 5}),
        ]
    for answer in answers:
        assert answer.is_error
        assert answer.structured_content["code"] == "INVALID_ARGUMENTS"
        assert canary not in answer.model_dump_json()


async def test_arguments_that_a_client_sends_as_text_of_json_are_understood(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("createRecord", {"objectName": "Account", "record": '{"Name": "As text"}'})
    assert not result.is_error
    assert world.rows("SELECT count(*) FROM \"Account\" WHERE Name = 'As text'") == [(1,)]
