"""Tooling API, objects and fields made at run time, platform events."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from emulator_features.asking import create, error, first_id, grant, rows
from emulator_http.world import Clock

from salesforce_emulator.org import Org


async def add_field(client: httpx.AsyncClient, full_name: str, **metadata: Any) -> httpx.Response:
    return await client.post("/tooling/sobjects/CustomField", json={"FullName": full_name, "Metadata": metadata})


async def test_the_tooling_query_is_the_query_engine(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/tooling/query", params={"q": "SELECT ValidationName, Active FROM ValidationRule"})
    assert {one["ValidationName"] for one in answer.json()["records"]} >= {"Score_Range"}
    listed = (await admin.get("/tooling/sobjects")).json()["sobjects"]
    assert "ApexClass" in {one["name"] for one in listed}
    assert all("/tooling/sobjects/" in one["urls"]["sobject"] for one in listed)
    described = (await admin.get("/tooling/sobjects/ApexClass/describe")).json()
    assert "Body" in {one["name"] for one in described["fields"]}
    assert error(await admin.get("/tooling/completions?type=apex")) == (501, "NOT_EMULATED")


async def test_a_new_field_can_be_written_and_queried(admin: httpx.AsyncClient) -> None:
    values = {"valueSetDefinition": {"value": [{"fullName": "Red"}, {"fullName": "Blue", "default": True}]}}
    made = await add_field(
        admin, "Account.Color__c", type="Picklist", label="Color", valueSet={**values, "restricted": True}
    )
    assert made.status_code == 201, made.text
    assert made.json() | {"id": ""} == {"id": "", "success": True, "errors": [], "warnings": [], "infos": []}
    await add_field(admin, "Account.Visits__c", type="Number", label="Visits", precision=5, scale=0)
    await add_field(
        admin, "Account.Buddy__c", type="Lookup", label="Buddy", referenceTo="Account", relationshipName="Buddies"
    )
    await grant(admin, "Account.Color__c", "Account.Visits__c", "Account.Buddy__c")
    first = await create(admin, "Account", Name="First", Visits__c=3)
    second = await create(admin, "Account", Name="Second", Color__c="Red", Buddy__c=first)
    found = await rows(admin, f"SELECT Color__c, Buddy__r.Visits__c FROM Account WHERE Id = '{second}'")  # noqa: S608
    assert (found[0]["Color__c"], found[0]["Buddy__r"]["Visits__c"]) == ("Red", 3.0)
    nested = await rows(admin, f"SELECT Color__c, (SELECT Id FROM Buddies__r) FROM Account WHERE Id = '{first}'")  # noqa: S608
    assert (nested[0]["Color__c"], nested[0]["Buddies__r"]["totalSize"]) == ("Blue", 1)
    wrong = await admin.patch(f"/sobjects/Account/{first}", json={"Color__c": "Green"})
    assert error(wrong) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    described = {one["name"]: one for one in (await admin.get("/sobjects/Account/describe")).json()["fields"]}
    assert described["Color__c"]["type"] == "picklist"
    soql = "SELECT DataType FROM FieldDefinition WHERE DurableId = 'Account.Visits__c'"
    assert (await rows(admin, soql))[0]["DataType"] == "Number(5, 0)"


async def test_a_new_object_is_an_object(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    metadata = {
        "label": "Visit",
        "pluralLabel": "Visits",
        "nameField": {"type": "AutoNumber", "displayFormat": "V-{000}"},
    }
    body = {"FullName": "Visit__c", "Metadata": metadata}
    assert (await admin.post("/tooling/sobjects/CustomObject", json=body)).status_code == 201
    await add_field(admin, "Visit__c.Notes__c", type="LongTextArea", label="Notes", length=5000)
    await grant(admin, "Visit__c.Notes__c", profile="Sales Rep")
    made = await create(sales, "Visit__c", Notes__c="Nice people")
    found = await rows(sales, "SELECT Id, Name, Notes__c, Owner.Name FROM Visit__c")
    assert [(one["Id"], one["Name"], one["Owner"]["Name"]) for one in found] == [(made, "V-001", "Sam Sales")]
    assert error(await admin.post("/tooling/sobjects/CustomObject", json=body)) == (400, "DUPLICATE_DEVELOPER_NAME")


async def test_nobody_sees_a_new_field_before_it_is_granted(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    await add_field(admin, "Account.Mood__c", type="Text", label="Mood")
    await add_field(admin, "Account.Happy__c", type="Checkbox", label="Happy", defaultValue="true")
    closed = {"q": "SELECT Mood__c FROM Account LIMIT 1"}
    assert error(await admin.get("/query", params=closed)) == (400, "INVALID_FIELD")
    refused = await admin.post("/sobjects/Account", json={"Name": "First", "Mood__c": "good"})
    assert error(refused) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    await grant(admin, "Account.Mood__c", "Account.Happy__c")
    made = await create(admin, "Account", Name="First", Mood__c="good")
    found = await rows(admin, f"SELECT Mood__c, Happy__c FROM Account WHERE Id = '{made}'")  # noqa: S608
    assert (found[0]["Mood__c"], found[0]["Happy__c"]) == ("good", True)
    assert error(await sales.get("/query", params=closed)) == (400, "INVALID_FIELD")
    await grant(admin, "Account.Mood__c", profile="Sales Rep", edit=False)
    assert (await sales.get("/query", params=closed)).status_code == 200
    described = {one["name"]: one for one in (await sales.get("/sobjects/Account/describe")).json()["fields"]}
    assert (described["Mood__c"]["permissionable"], described["Mood__c"]["updateable"]) == (True, False)
    assert "Happy__c" not in described


async def test_a_required_field_is_everybody_s_from_the_start(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient
) -> None:
    await add_field(admin, "Account.Code__c", type="Text", label="Code", required=True)
    made = await create(sales, "Account", Name="First", Code__c="A1")
    assert (await rows(sales, f"SELECT Code__c FROM Account WHERE Id = '{made}'"))[0]["Code__c"] == "A1"  # noqa: S608
    permission = {"SobjectType": "Account", "Field": "Account.Code__c", "PermissionsRead": True}
    assert error(await permit(admin, **permission)) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")


async def permit(client: httpx.AsyncClient, **values: Any) -> httpx.Response:
    parent = await first_id(client, "SELECT Id FROM PermissionSet WHERE Name = 'Finance_Insight'")
    return await client.post("/sobjects/FieldPermissions", json={"ParentId": parent, **values})


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"Field": "Account.Nothing__c"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Field": "Contact.Title"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Field": "Account.Name"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"PermissionsRead": False, "PermissionsEdit": True}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"Field": "Account.Internal_Margin__c"}, "DUPLICATE_VALUE"),
        ({"Field": None}, "REQUIRED_FIELD_MISSING"),
    ],
    ids=["no field", "of another object", "everybody's", "unread", "twice", "none"],
)
async def test_a_field_permission_that_cannot_be_is_refused(
    admin: httpx.AsyncClient, values: dict[str, Any], code: str
) -> None:
    usual = {"SobjectType": "Account", "Field": "Account.Tier__c", "PermissionsRead": True}
    assert error(await permit(admin, **(usual | values))) == (400, code)


async def test_a_permission_that_is_taken_back_hides_the_field_again(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient
) -> None:
    where = "Parent.Profile.Name = 'Sales Rep' AND Field = 'Account.Tier__c'"
    held = await first_id(admin, f"SELECT Id FROM FieldPermissions WHERE {where}")  # noqa: S608
    asked = {"q": "SELECT Tier__c FROM Account LIMIT 1"}
    assert (await admin.patch(f"/sobjects/FieldPermissions/{held}", json={"PermissionsEdit": False})).status_code == 204
    account = await first_id(sales, "SELECT Id FROM Account LIMIT 1")
    refused = await sales.patch(f"/sobjects/Account/{account}", json={"Tier__c": None})
    assert error(refused) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert (await sales.get("/query", params=asked)).status_code == 200
    assert (await admin.patch(f"/sobjects/FieldPermissions/{held}", json={"PermissionsRead": False})).status_code == 204
    assert error(await sales.get("/query", params=asked)) == (400, "INVALID_FIELD")
    assert await rows(admin, f"SELECT Id FROM FieldPermissions WHERE {where}") == []  # noqa: S608
    await grant(admin, "account.tier__c", profile="Sales Rep")
    assert (await sales.get("/query", params=asked)).status_code == 200
    again = await first_id(admin, f"SELECT Id FROM FieldPermissions WHERE {where}")  # noqa: S608
    assert (await admin.delete(f"/sobjects/FieldPermissions/{again}")).status_code == 204
    assert error(await sales.get("/query", params=asked)) == (400, "INVALID_FIELD")


async def test_permissions_are_nothing_that_a_user_worked_with(admin: httpx.AsyncClient) -> None:
    await add_field(admin, "Account.Mood__c", type="Text", label="Mood")
    await grant(admin, "Account.Mood__c")
    made = await create(admin, "Account", Name="First")
    assert [one["Id"] for one in (await admin.get("/recent")).json()] == [made]


@pytest.mark.parametrize("name", ["Account", "account", "Invoice__c", "FieldPermissions"])
async def test_the_tooling_query_knows_definitions_only(admin: httpx.AsyncClient, name: str) -> None:
    refused = await admin.get("/tooling/query", params={"q": f"SELECT Id FROM {name}"})  # noqa: S608
    assert error(refused) == (400, "INVALID_TYPE")
    assert refused.json()[0]["message"] == f"sObject type '{name}' is not supported."


@pytest.mark.parametrize(
    ("full_name", "metadata", "expected"),
    [
        ("Account.Tier__c", {"type": "Text", "label": "Tier"}, (400, "DUPLICATE_DEVELOPER_NAME")),
        ("Account.Plain", {"type": "Text", "label": "x"}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Nothing.X__c", {"type": "Text", "label": "x"}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Account.X__c", {"type": "Text"}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Account.X__c", {"type": "Text", "label": "x", "length": 300}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Account.X__c", {"type": "Lookup", "label": "x"}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Account.X__c", {"type": "Picklist", "label": "x"}, (400, "FIELD_INTEGRITY_EXCEPTION")),
        ("Account.X__c", {"type": "Summary", "label": "x"}, (501, "NOT_EMULATED")),
    ],
)
async def test_a_field_that_cannot_be_is_refused(
    admin: httpx.AsyncClient, org: Org, full_name: str, metadata: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = len(org.schema.known("Account").fields)
    assert error(await add_field(admin, full_name, **metadata)) == expected
    assert len(org.schema.known("Account").fields) == before


async def test_only_an_administrator_changes_the_schema(sales: httpx.AsyncClient) -> None:
    refused = await add_field(sales, "Account.X__c", type="Text", label="x")
    assert error(refused) == (403, "INSUFFICIENT_ACCESS")


async def test_a_field_that_is_rolled_back_was_never_there(admin: httpx.AsyncClient) -> None:
    version = "/services/data/v68.0"
    field = {"FullName": "Account.Mood__c", "Metadata": {"type": "Text", "label": "Mood", "required": True}}
    steps = [
        {"method": "POST", "url": f"{version}/tooling/sobjects/CustomField", "referenceId": "field", "body": field},
        {"method": "POST", "url": f"{version}/sobjects/Account", "referenceId": "account", "body": {"Site": "x"}},
    ]
    answer = await admin.post("/composite", json={"allOrNone": True, "compositeRequest": steps})
    assert [one["httpStatusCode"] for one in answer.json()["compositeResponse"]] == [400, 400]
    described = (await admin.get("/sobjects/Account/describe")).json()["fields"]
    assert "Mood__c" not in {one["name"] for one in described}
    assert await create(admin, "Account", Name="First")
    assert (await add_field(admin, "Account.Mood__c", type="Number", label="Mood")).status_code == 201


def test_what_was_added_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    from salesforce_emulator.schema.loader import parse_field, parse_object

    path = str(tmp_path / "org.db")
    org = Org.create(path, clock=Clock(), seed=False)
    text = {
        "name": "Visit__c",
        "label": "Visit",
        "prefix": "a9z",
        "fields": {"Name": {"type": "string", "name_field": True}},
    }
    org.add_object(parse_object(text), text)
    text = {"type": "string", "required": True}
    org.add_field(org.schema.known("Visit__c"), parse_field("Notes__c", text), text)
    org.connection.close()
    again = Org.create(path, clock=Clock())
    admin = again.caller(str(again.connection.execute('SELECT Id FROM "User" LIMIT 1').fetchone()[0]))
    made = again.insert(admin, "Visit__c", {"Name": "x", "Notes__c": "y"})
    assert again.read(admin, "Visit__c", made)["Notes__c"] == "y"
    again.connection.close()


async def test_anonymous_apex_logs_and_does_nothing_else(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    path = "/tooling/executeAnonymous"
    answer = await admin.get(path, params={"anonymousBody": "System.debug('Hello, World');"})
    assert answer.json() == {
        "line": -1,
        "column": -1,
        "compiled": True,
        "success": True,
        "compileProblem": None,
        "exceptionStackTrace": None,
        "exceptionMessage": None,
    }
    assert error(await admin.get(path, params={"anonymousBody": "delete [SELECT Id FROM Account];"})) == (
        501,
        "NOT_EMULATED",
    )
    assert error(await sales.get(path, params={"anonymousBody": "System.debug('x');"})) == (403, "INSUFFICIENT_ACCESS")


async def test_an_event_is_published_and_its_schema_described(admin: httpx.AsyncClient, org: Org) -> None:
    published = await create(admin, "Order_Event__e", Order_Number__c="O-1", Is_Shipped__c=True)
    assert published[:3] == "e00"
    row = org.row("Order_Event__e", published)
    assert row
    assert row["ReplayId"] == "1"
    refused = await admin.get("/query", params={"q": "SELECT Id FROM Order_Event__e"})
    assert error(refused) == (400, "INVALID_TYPE")
    assert error(await admin.post("/sobjects/Order_Event__e", json={})) == (400, "REQUIRED_FIELD_MISSING")
    expanded = (await admin.get("/sobjects/Order_Event__e/eventSchema")).json()
    assert [one["name"] for one in expanded["fields"]] == ["schema", "payload", "event"]
    compact = (await admin.get("/sobjects/Order_Event__e/eventSchema?payloadFormat=COMPACT")).json()
    assert "Order_Number__c" in [one["name"] for one in compact["fields"]]
    assert (await admin.get(f"/event/eventSchema/{expanded['uuid']}")).json() == expanded
    assert error(await admin.get("/sobjects/Account/eventSchema")) == (404, "NOT_FOUND")


async def test_what_anonymous_apex_says_is_kept_in_a_log(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    body = {"anonymousBody": "System.debug('one'); System.debug('two');"}
    assert (await admin.get("/tooling/executeAnonymous", params=body)).json()["success"] is True
    soql = "SELECT Id, LogLength, LogUser.Username FROM ApexLog"
    (log,) = (await admin.get("/tooling/query", params={"q": soql})).json()["records"]
    text = (await admin.get(f"/tooling/sobjects/ApexLog/{log['Id']}/Body")).text
    assert [line.rpartition("|")[2] for line in text.splitlines()[2:]] == ["one", "two"]
    assert log["LogLength"] == len(text)
    assert error(await admin.get("/tooling/sobjects/ApexLog/07L000000000000AAA/Body")) == (404, "NOT_FOUND")
    assert error(await sales.get("/tooling/executeAnonymous", params=body)) == (403, "INSUFFICIENT_ACCESS")


async def test_registered_test_classes_tell_what_they_would(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    asked = {"tests": [{"className": "AccountHealthTest"}, {"className": "OrderEventTest"}]}
    told = (await admin.post("/tooling/runTestsSynchronous", json=asked)).json()
    assert (told["numTestsRun"], told["numFailures"], len(told["successes"])) == (4, 1, 3)
    unknown = await admin.post("/tooling/runTestsSynchronous", json={"tests": [{"className": "Nope"}]})
    assert error(unknown) == (400, "INVALID_INPUT")
    assert error(await admin.post("/tooling/runTestsSynchronous", json={"tests": 1})) == (400, "INVALID_INPUT")
    assert error(await sales.post("/tooling/runTestsSynchronous", json=asked)) == (403, "INSUFFICIENT_ACCESS")
