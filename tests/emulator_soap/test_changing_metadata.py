"""What was added to an org is changed, renamed and deleted over SOAP, and shows it over REST."""

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from emulator_http.world import ADMIN, SALES, SUPPORT, Clock
from emulator_soap.caller import ENVELOPE, Soap, errors, said
from starlette.testclient import TestClient

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

METADATA = "m/68.0"
COMPONENT = '<urn:metadata xsi:type="urn:{kind}"><urn:fullName>{name}</urn:fullName>{more}</urn:metadata>'
NAME_FIELD = "<urn:nameField><urn:type>Text</urn:type><urn:label>Visit Name</urn:label></urn:nameField>"
ALL_OR_NONE = "<urn:AllOrNoneHeader><urn:allOrNone>true</urn:allOrNone></urn:AllOrNoneHeader>"
CUSTOM_OBJECT, CUSTOM_FIELD, RECORD = "CustomObject", "CustomField", "CustomMetadata"


def visit(**values: str) -> str:
    said = {"label": "Visit", "pluralLabel": "Visits"} | values
    return "".join(f"<urn:{name}>{value}</urn:{name}>" for name, value in said.items()) + NAME_FIELD


def field(kind: str, **values: str) -> str:
    said = {"type": kind, "label": "A label"} | values
    return "".join(f"<urn:{name}>{value}</urn:{name}>" for name, value in said.items())


def written(operation: str, kind: str, *components: tuple[str, str]) -> str:
    inner = "".join(COMPONENT.format(kind=kind, name=name, more=more) for name, more in components)
    return f"<urn:{operation}Metadata>{inner}</urn:{operation}Metadata>"


def deletion(kind: str, *names: str) -> str:
    inner = "".join(f"<urn:fullNames>{name}</urn:fullNames>" for name in names)
    return f"<urn:deleteMetadata><urn:type>{kind}</urn:type>{inner}</urn:deleteMetadata>"


def renaming(kind: str, old: str, new: str) -> str:
    inner = (
        f"<urn:type>{kind}</urn:type><urn:oldFullName>{old}</urn:oldFullName><urn:newFullName>{new}</urn:newFullName>"
    )
    return f"<urn:renameMetadata>{inner}</urn:renameMetadata>"


async def done(soap: Soap, operation: str) -> None:
    results = await soap.call(operation, path=METADATA)
    assert {said(one, "success") for one in results} == {"true"}, [errors(one) for one in results if len(one) > 2]


async def refused(soap: Soap, operation: str) -> str | None:
    (result,) = await soap.call(operation, path=METADATA)
    assert said(result, "success") == "false"
    return errors(result)[0]


async def asked(soap: Soap, soql: str) -> httpx.Response:
    return await soap.rest("GET", "query", params={"q": soql})


async def rows(soap: Soap, soql: str) -> list[dict[str, Any]]:
    answer = await asked(soap, soql)
    assert answer.status_code == 200, answer.text
    return [{key: value for key, value in one.items() if key != "attributes"} for one in answer.json()["records"]]


async def create(soap: Soap, name: str, **values: Any) -> str:
    answer = await soap.rest("POST", f"sobjects/{name}", json=values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def grant(soap: Soap, *fields: str) -> None:
    query = "SELECT Id FROM PermissionSet WHERE Profile.Name = 'System Administrator'"
    parent = (await rows(soap, query))[0]["Id"]
    for name in fields:
        permission = {"SobjectType": name.partition(".")[0], "Field": name, "PermissionsRead": True}
        await create(soap, "FieldPermissions", **permission, PermissionsEdit=True, ParentId=parent)


@pytest.fixture
async def visits(soap: Soap) -> Soap:
    """Visit__c with a note, a link to an account, one to another visit, and one record."""
    await done(soap, written("create", CUSTOM_OBJECT, ("Visit__c", visit(description="Who was where"))))
    link = field("Lookup", referenceTo="Account", relationshipName="Visits")
    after = field("Lookup", referenceTo="Visit__c", relationshipName="Followers")
    fields = {"Note__c": field("Text", length="40"), "Where__c": link, "After__c": after}
    components = [(f"Visit__c.{name}", more) for name, more in fields.items()]
    await done(soap, written("create", CUSTOM_FIELD, *components))
    await grant(soap, *(name for name, _ in components))
    account = await create(soap, "Account", Name="Visited")
    await create(soap, "Visit__c", Name="First", Note__c="Nice", Where__c=account)
    return soap


async def test_a_field_is_changed_and_its_values_stay(visits: Soap) -> None:
    more = field("Text", length="50", label="Remark", inlineHelpText="What was said", externalId="true")
    await done(visits, written("update", CUSTOM_FIELD, ("Visit__c.Note__c", more)))
    described = (await visits.rest("GET", "sobjects/Visit__c/describe")).json()["fields"]
    (found,) = (one for one in described if one["name"] == "Note__c")
    assert (found["label"], found["length"], found["inlineHelpText"]) == ("Remark", 50, "What was said")
    assert (await visits.rest("GET", "sobjects/Visit__c/Note__c/Nice")).json()["Name"] == "First"
    assert await refused(
        visits, written("update", CUSTOM_FIELD, ("Visit__c.Note__c", field("Text", length="300")))
    ) == ("FIELD_INTEGRITY_EXCEPTION")


async def test_a_lookup_keeps_what_its_target_calls_it(visits: Soap) -> None:
    for more in ("", "<urn:relationshipName>Visits</urn:relationshipName>"):
        changed = field("Lookup", referenceTo="Account", label="Place") + more
        await done(visits, written("update", CUSTOM_FIELD, ("Visit__c.Where__c", changed)))
        found = await rows(visits, "SELECT (SELECT Name FROM Visits__r) FROM Account WHERE Name = 'Visited'")
        assert found[0]["Visits__r"]["totalSize"] == 1


async def test_what_is_read_can_be_written_back(visits: Soap) -> None:
    asking = "<urn:readMetadata><urn:type>{}</urn:type><urn:fullNames>{}</urn:fullNames></urn:readMetadata>"
    for kind, name in ((CUSTOM_OBJECT, "Visit__c"), (CUSTOM_FIELD, "Visit__c.Where__c")):
        before = (await visits.post(asking.format(kind, name), path=METADATA)).text
        record = before[before.index("<fullName>") : before.index("</records>")]
        operation = f'<updateMetadata><metadata xsi:type="{kind}">{record}</metadata></updateMetadata>'
        await done(visits, operation)
        assert (await visits.post(asking.format(kind, name), path=METADATA)).text == before


async def test_an_object_in_development_is_hidden_from_those_who_may_not_change_it(visits: Soap) -> None:
    sales = visits.signed_in(SALES)
    assert (await asked(sales, "SELECT Name FROM Visit__c")).status_code == 200
    changed = visit(label="Call", pluralLabel="Calls", deploymentStatus="InDevelopment")
    await done(visits, written("update", CUSTOM_OBJECT, ("Visit__c", changed)))
    assert (await asked(sales, "SELECT Name FROM Visit__c")).json()[0]["errorCode"] == "INVALID_TYPE"
    assert (await rows(visits, "SELECT Name, Note__c FROM Visit__c")) == [{"Name": "First", "Note__c": "Nice"}]
    assert (await visits.rest("GET", "sobjects/Visit__c/describe")).json()["labelPlural"] == "Calls"


async def test_an_upsert_says_what_it_made(visits: Soap) -> None:
    operation = written("upsert", CUSTOM_OBJECT, ("Visit__c", visit(label="Call")), ("Place__c", visit(label="Place")))
    results = await visits.call(operation, path=METADATA)
    assert [(said(one, "fullName"), said(one, "created"), said(one, "success")) for one in results] == [
        ("Visit__c", "false", "true"),
        ("Place__c", "true", "true"),
    ]


async def test_a_renamed_object_takes_everything_along(visits: Soap) -> None:
    first = (await rows(visits, "SELECT Id FROM Visit__c"))[0]["Id"]
    await done(visits, renaming(CUSTOM_OBJECT, "Visit__c", "Trip__c"))
    await create(visits, "Trip__c", Name="Second", After__c=first)
    found = await rows(visits, "SELECT Name, Where__r.Name, (SELECT Name FROM Followers__r) FROM Trip__c ORDER BY Id")
    assert [(one["Name"], bool(one["Where__r"]), bool(one["Followers__r"])) for one in found] == [
        ("First", True, True),
        ("Second", False, False),
    ]
    assert (await asked(visits, "SELECT Id FROM Visit__c")).json()[0]["errorCode"] == "INVALID_TYPE"
    names = "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName IN ('Visit__c', 'Trip__c')"
    assert await rows(visits, names) == [{"QualifiedApiName": "Trip__c"}]
    await done(visits, written("create", CUSTOM_OBJECT, ("Visit__c", visit())))
    await create(visits, "Visit__c", Name="Another")
    assert (await visits.rest("GET", "recent")).status_code == 200


async def test_a_renamed_field_keeps_its_values_and_its_permissions(visits: Soap) -> None:
    await done(visits, renaming(CUSTOM_FIELD, "Visit__c.Note__c", "Visit__c.Remark__c"))
    await done(visits, renaming(CUSTOM_FIELD, "Visit__c.Where__c", "Visit__c.Place__c"))
    found = await rows(visits, "SELECT Remark__c, Place__r.Name FROM Visit__c")
    assert (found[0]["Remark__c"], found[0]["Place__r"]["Name"]) == ("Nice", "Visited")
    assert (await asked(visits, "SELECT Note__c FROM Visit__c")).json()[0]["errorCode"] == "INVALID_FIELD"


async def test_a_deleted_field_is_gone_with_its_values(visits: Soap) -> None:
    await done(visits, deletion(CUSTOM_FIELD, "Visit__c.Note__c", "Visit__c.Where__c"))
    assert (await asked(visits, "SELECT Note__c FROM Visit__c")).json()[0]["errorCode"] == "INVALID_FIELD"
    assert await rows(visits, "SELECT Id FROM FieldPermissions WHERE Field = 'Visit__c.Note__c'") == []
    await done(visits, written("create", CUSTOM_FIELD, ("Visit__c.Note__c", field("Number"))))
    await grant(visits, "Visit__c.Note__c")
    assert await rows(visits, "SELECT Note__c FROM Visit__c") == [{"Note__c": None}]


async def test_a_deleted_object_is_gone_with_its_records(visits: Soap) -> None:
    record = (await rows(visits, "SELECT Id FROM Visit__c"))[0]["Id"]
    gone = await create(visits, "Visit__c", Name="Binned")
    assert (await visits.rest("DELETE", f"sobjects/Visit__c/{gone}")).status_code == 204
    await done(visits, deletion(CUSTOM_OBJECT, "Visit__c"))
    assert (await visits.rest("GET", f"sobjects/Visit__c/{record}")).status_code == 404
    for path in ("recent", "search/scopeOrder", "sobjects", "ui-api/records/" + record):
        assert (await visits.rest("GET", path)).status_code in {200, 403, 404}, path
    await done(visits, written("create", CUSTOM_OBJECT, ("Visit__c", visit())))
    assert await rows(visits, "SELECT Id FROM Visit__c ALL ROWS") == []


async def test_an_object_that_another_refers_to_is_not_deleted(visits: Soap) -> None:
    lookup = field("Lookup", referenceTo="Visit__c", relationshipName="Of_Visit")
    await done(visits, written("create", CUSTOM_FIELD, ("Contact.Visit__c", lookup)))
    assert await refused(visits, deletion(CUSTOM_OBJECT, "Visit__c")) == "DEPENDENCY_EXISTS"
    await done(visits, renaming(CUSTOM_OBJECT, "Visit__c", "Trip__c"))
    assert visits.site.org.schema.known("Contact").field("Visit__c").reference_to == ("Trip__c",)
    await done(visits, deletion(CUSTOM_FIELD, "Contact.Visit__c"))
    await done(visits, deletion(CUSTOM_OBJECT, "Trip__c"))


async def test_a_custom_metadata_record_is_changed_and_deleted(soap: Soap) -> None:
    name, value = "Support_Tier.Premium", "<urn:field>Response_Hours__c</urn:field><urn:value>{}</urn:value>"
    premium = "SELECT Response_Hours__c FROM Support_Tier__mdt WHERE DeveloperName = 'Premium'"
    for operation, hours in (("update", 5), ("upsert", 6)):
        more = f"<urn:label>Premium</urn:label><urn:values>{value.format(hours)}</urn:values>"
        await done(soap, written(operation, RECORD, (name, more)))
        assert await rows(soap, premium) == [{"Response_Hours__c": float(hours)}]
    more = "<urn:label>Premium</urn:label>"
    assert await refused(soap, written("create", RECORD, (name, more))) == "DUPLICATE_DEVELOPER_NAME"
    await done(soap, deletion(RECORD, name))
    assert await rows(soap, premium) == []
    assert await refused(soap, written("update", RECORD, (name, more))) == "INVALID_CROSS_REFERENCE_KEY"
    assert await refused(soap, deletion(RECORD, name)) == "INVALID_CROSS_REFERENCE_KEY"


TEXT = field("Text")
REFUSED = {
    "update nothing": (written("update", CUSTOM_OBJECT, ("Nothing__c", visit())), "INVALID_CROSS_REFERENCE_KEY"),
    "update in capitals": (written("update", CUSTOM_OBJECT, ("VISIT__c", visit())), "INVALID_CROSS_REFERENCE_KEY"),
    "update no field": (written("update", CUSTOM_FIELD, ("Visit__c.No__c", TEXT)), "INVALID_CROSS_REFERENCE_KEY"),
    "update without a label": (written("update", CUSTOM_OBJECT, ("Visit__c", NAME_FIELD)), "FIELD_INTEGRITY_EXCEPTION"),
    "rename nothing": (renaming(CUSTOM_OBJECT, "Nothing__c", "Some__c"), "INVALID_CROSS_REFERENCE_KEY"),
    "rename to what is there": (renaming(CUSTOM_OBJECT, "Visit__c", "Invoice__c"), "DUPLICATE_DEVELOPER_NAME"),
    "rename to no name": (renaming(CUSTOM_OBJECT, "Visit__c", "Visit"), "FIELD_INTEGRITY_EXCEPTION"),
    "rename a field away": (
        renaming(CUSTOM_FIELD, "Visit__c.Note__c", "Account.Note__c"),
        "FIELD_INTEGRITY_EXCEPTION",
    ),
    "rename a field to one that is there": (
        renaming(CUSTOM_FIELD, "Visit__c.Note__c", "Visit__c.Where__c"),
        "DUPLICATE_DEVELOPER_NAME",
    ),
    "delete nothing": (deletion(CUSTOM_FIELD, "Visit__c.No__c"), "INVALID_CROSS_REFERENCE_KEY"),
    "delete no object": (deletion(CUSTOM_OBJECT, ""), "INVALID_CROSS_REFERENCE_KEY"),
}


@pytest.mark.parametrize(("operation", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_changed_is_refused(visits: Soap, operation: str, code: str) -> None:
    before = list(visits.site.org.schema)
    assert await refused(visits, operation) == code
    assert list(visits.site.org.schema) == before


FAULTS = {
    "a field the org came with": (deletion(CUSTOM_FIELD, "Account.Tier__c"), "NOT_EMULATED"),
    "an object the org came with": (written("update", CUSTOM_OBJECT, ("Invoice__c", visit())), "NOT_EMULATED"),
    "its name": (renaming(CUSTOM_OBJECT, "Invoice__c", "Bill__c"), "NOT_EMULATED"),
    "another type": (written("update", CUSTOM_FIELD, ("Visit__c.Note__c", field("Number"))), "NOT_EMULATED"),
    "a layout": (deletion("Layout", "Visit__c"), "NOT_EMULATED"),
    "a layout's name": (renaming("Layout", "a", "b"), "NOT_EMULATED"),
    "a new layout": (written("upsert", "Layout", ("a", "")), "NOT_EMULATED"),
    "too many": (deletion(CUSTOM_OBJECT, *(f"X{number}__c" for number in range(11))), "LIMIT_EXCEEDED"),
    "two kinds": (
        "<urn:updateMetadata>"
        + COMPONENT.format(kind=CUSTOM_OBJECT, name="Visit__c", more=visit())
        + COMPONENT.format(kind=CUSTOM_FIELD, name="Visit__c.Note__c", more=TEXT)
        + "</urn:updateMetadata>",
        "INVALID_TYPE",
    ),
}


@pytest.mark.parametrize(("operation", "code"), FAULTS.values(), ids=FAULTS)
async def test_what_is_not_emulated_is_a_fault(visits: Soap, operation: str, code: str) -> None:
    before = list(visits.site.org.schema)
    answer = await visits.post(operation, path=METADATA)
    assert (answer.status_code, code in answer.text) == (500, True), answer.text
    assert list(visits.site.org.schema) == before


async def test_all_or_none_deletes_none(visits: Soap) -> None:
    results = await visits.call(
        deletion(CUSTOM_FIELD, "Visit__c.Note__c", "Visit__c.No__c"), headers=ALL_OR_NONE, path=METADATA
    )
    assert [errors(one)[0] for one in results] == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_CROSS_REFERENCE_KEY"]
    assert await rows(visits, "SELECT Note__c FROM Visit__c") == [{"Note__c": "Nice"}]


async def test_only_administrators_change_metadata(soap: Soap) -> None:
    for operation in ("updateMetadata", "upsertMetadata", "renameMetadata", "deleteMetadata"):
        answer = await soap.signed_in(SUPPORT).post(f"<urn:{operation}/>", path=METADATA)
        assert "INSUFFICIENT_ACCESS" in answer.text


async def test_a_job_whose_object_is_deleted_fails_and_says_so(visits: Soap) -> None:
    worker = visits.site.bulk
    worker.automatic = False
    job = {"object": "Visit__c", "operation": "insert"}
    begun = (await visits.rest("POST", "jobs/ingest", json=job)).json()["id"]
    lines = "Name\n" + "".join(f"Visit {number}\n" for number in range(500))
    csv = {"Content-Type": "text/csv"}
    await visits.rest("PUT", f"jobs/ingest/{begun}/batches", content=lines, headers=csv)
    await visits.rest("PATCH", f"jobs/ingest/{begun}", json={"state": "UploadComplete"})
    query = {"operation": "query", "query": "SELECT Name FROM Visit__c"}
    export = (await visits.rest("POST", "jobs/query", json=query)).json()["id"]
    assert all(worker.step() for _ in range(2))
    await done(visits, deletion(CUSTOM_OBJECT, "Visit__c"))
    worker.finish()
    for kind, identifier in (("ingest", begun), ("query", export)):
        told = (await visits.rest("GET", f"jobs/{kind}/{identifier}")).json()
        assert told["state"] == "Failed"


def test_changes_are_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = str(tmp_path / "org.db")
    with closing(Org.create(path, clock=Clock(), seed=False)) as org, TestClient(build_app(org)) as client:
        for operation in (
            written("create", CUSTOM_OBJECT, ("Visit__c", visit()), ("Gone__c", visit())),
            written("create", CUSTOM_FIELD, ("Visit__c.Note__c", TEXT), ("Visit__c.Old__c", TEXT)),
            written("update", CUSTOM_FIELD, ("Visit__c.Note__c", field("Text", label="Remark"))),
            deletion(CUSTOM_FIELD, "Visit__c.Old__c"),
            deletion(CUSTOM_OBJECT, "Gone__c"),
            renaming(CUSTOM_OBJECT, "Visit__c", "Trip__c"),
        ):
            _posted(client, operation)
        before = org.schema.known("Trip__c")
    with closing(Org.create(path, clock=Clock())) as again:
        assert again.schema.known("Trip__c") == before
        assert [field.label for field in before.fields if field.custom] == ["Remark"]
        assert again.schema.object("Visit__c") is again.schema.object("Gone__c") is None


def _posted(client: TestClient, operation: str) -> None:
    site = client.app.state.site  # type: ignore[attr-defined]
    token = site.sessions.start(site.user_id(ADMIN)).token
    content = ENVELOPE.format(session=token, headers="", operation=operation)
    answer = client.post(f"/services/Soap/{METADATA}", content=content, headers={"Content-Type": "text/xml"})
    assert answer.text.count("<success>true") >= 1, answer.text
