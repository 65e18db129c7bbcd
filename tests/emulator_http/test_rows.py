"""Single records: by id, by external id, by relationship; conditional requests and binary fields."""

import base64
import json
from typing import Any

import httpx
import pytest
from emulator_http.world import READ_ONLY, SALES, Clock, SignIn

from salesforce_emulator.org import Org

NO_SUCH_PATH = "The requested resource does not exist"


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    (error,) = response.json()
    return response.status_code, error["errorCode"], error["message"]


async def create(client: httpx.AsyncClient, name: str, **fields: Any) -> str:
    answer = await client.post(f"/sobjects/{name}", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_record_is_created_read_changed_and_deleted(admin: httpx.AsyncClient, org: Org) -> None:
    created = await admin.post("/sobjects/account", json={"Name": "Acme", "Industry": "Technology"})
    record_id = created.json()["id"]
    assert created.json() == {"id": record_id, "success": True, "errors": []}
    assert created.headers["location"] == f"/services/data/v68.0/sobjects/Account/{record_id}"
    read = (await admin.get(f"/sobjects/Account/{record_id[:15]}")).json()
    assert next(iter(read)) == "attributes"
    assert read["attributes"] == {"type": "Account", "url": created.headers["location"]}
    assert (read["Name"], read["IsDeleted"]) == ("Acme", False)
    assert read["CreatedDate"].endswith(".000+0000")
    changed = await admin.patch(f"/sobjects/Account/{record_id}", json={"Industry": "Energy"})
    assert (changed.status_code, changed.content) == (204, b"")
    gone = await admin.delete(f"/sobjects/Account/{record_id}")
    assert (gone.status_code, gone.content) == (204, b"")
    row = org.row("Account", record_id)
    assert row is not None
    assert (row["Industry"], row["IsDeleted"]) == ("Energy", 1)


@pytest.mark.parametrize("verb", ["GET", "PATCH", "DELETE"])
async def test_a_deleted_and_an_unknown_record_are_told_apart(admin: httpx.AsyncClient, verb: str) -> None:
    record_id = await create(admin, "Account", Name="Gone")
    await admin.delete(f"/sobjects/Account/{record_id}")
    body = {"json": {"Name": "x"}} if verb == "PATCH" else {}
    deleted = await admin.request(verb, f"/sobjects/Account/{record_id}", **body)
    assert error_of(deleted) == (404, "ENTITY_IS_DELETED", "entity is deleted")
    unknown = await admin.request(verb, "/sobjects/Account/001000000000000AAA", **body)
    assert error_of(unknown) == (
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: 001000000000000AAA",
    )


async def test_chosen_fields_come_with_the_id_and_may_cross_relationships(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="Parent")
    contact = await create(admin, "Contact", LastName="Child", AccountId=account)
    plain = (await admin.get(f"/sobjects/Contact/{contact}?fields=lastname")).json()
    assert list(plain) == ["attributes", "LastName", "Id"]
    crossing = (await admin.get(f"/sobjects/Contact/{contact}?fields=LastName,Account.Name,Owner.Username")).json()
    assert crossing["Account"]["Name"] == "Parent"
    assert crossing["Owner"]["Username"] == "admin@demo.example"


@pytest.mark.parametrize("fields", ["Nonsense", "Name,Nonsense", "Name FROM Account--", "Owner.Name'"])
async def test_an_unknown_field_is_refused(admin: httpx.AsyncClient, fields: str) -> None:
    record_id = await create(admin, "Account", Name="x")
    refused = await admin.get(f"/sobjects/Account/{record_id}", params={"fields": fields})
    assert error_of(refused)[:2] == (400, "INVALID_FIELD")


async def test_a_missing_field_is_refused_and_nothing_is_written(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    refused = await admin.post("/sobjects/Account", json={"Industry": "Energy"})
    assert (refused.status_code, refused.json()) == (
        400,
        [
            {
                "message": "Required fields are missing: [Name]",
                "errorCode": "REQUIRED_FIELD_MISSING",
                "fields": ["Name"],
            }
        ],
    )
    unknown = await admin.post("/sobjects/Account", json={"Name": "x", "Foo": 1})
    assert unknown.json() == [
        {"message": "No such column 'Foo' on sobject of type Account", "errorCode": "INVALID_FIELD"}
    ]
    assert org.record_count("Account") == before


async def test_an_unknown_object_is_not_found(admin: httpx.AsyncClient) -> None:
    for path in ("/sobjects/Nonsense", "/sobjects/Nonsense/describe", "/sobjects/Nonsense/001000000000000AAA"):
        assert error_of(await admin.get(path)) == (404, "NOT_FOUND", NO_SUCH_PATH)


async def test_a_user_without_the_right_writes_nothing(signed_in: SignIn, admin: httpx.AsyncClient, org: Org) -> None:
    record_id = await create(admin, "Account", Name="Safe")
    reader = signed_in(READ_ONLY)
    for refused in (
        await reader.post("/sobjects/Account", json={"Name": "x"}),
        await reader.patch(f"/sobjects/Account/{record_id}", json={"Name": "x"}),
        await reader.delete(f"/sobjects/Account/{record_id}"),
    ):
        assert refused.status_code in (400, 403)
        assert refused.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    row = org.row("Account", record_id)
    assert row is not None
    assert (row["Name"], row["IsDeleted"]) == ("Safe", 0)


async def test_a_hidden_field_is_not_there(signed_in: SignIn, admin: httpx.AsyncClient) -> None:
    record_id = await create(admin, "Account", Name="x", Internal_Margin__c=40)
    sales = signed_in(SALES)
    assert (await admin.get(f"/sobjects/Account/{record_id}")).json()["Internal_Margin__c"] == 40
    assert "Internal_Margin__c" not in (await sales.get(f"/sobjects/Account/{record_id}")).json()
    refused = await sales.get(f"/sobjects/Account/{record_id}?fields=Internal_Margin__c")
    assert error_of(refused) == (
        400,
        "INVALID_FIELD",
        "No such column 'Internal_Margin__c' on sobject of type Account",
    )
    described = (await sales.get("/sobjects/Account/describe")).json()
    assert "Internal_Margin__c" not in {one["name"] for one in described["fields"]}


async def test_an_upsert_creates_then_updates(admin: httpx.AsyncClient, org: Org) -> None:
    path = "/sobjects/Account/ERP_Id__c/E%2F1"
    created = await admin.patch(path, json={"Name": "First"})
    record_id = created.json()["id"]
    assert (created.status_code, created.json()["created"]) == (201, True)
    updated = await admin.patch(path, json={"Name": "Second"})
    assert (updated.status_code, updated.json()) == (
        200,
        {"id": record_id, "success": True, "errors": [], "created": False},
    )
    row = org.row("Account", record_id)
    assert row is not None
    assert (row["Name"], row["ERP_Id__c"]) == ("Second", "E/1")
    assert (await admin.get(path)).json()["Id"] == record_id
    assert (await admin.delete(path)).status_code == 204
    assert error_of(await admin.get(path)) == (404, "NOT_FOUND", NO_SUCH_PATH)


async def test_old_versions_answer_an_updating_upsert_without_a_body(admin: httpx.AsyncClient) -> None:
    url = str(admin.base_url).replace("v68.0", "v45.0") + "sobjects/Account/ERP_Id__c/old"
    assert (await admin.patch(url, json={"Name": "x"})).status_code == 201
    assert (await admin.patch(url, json={"Name": "y"})).status_code == 204


async def test_an_upsert_that_may_only_update_creates_nothing(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    refused = await admin.patch("/sobjects/Account/ERP_Id__c/none?updateOnly=true", json={"Name": "x"})
    assert refused.status_code == 404
    assert org.record_count("Account") == before


async def test_an_upsert_that_fits_several_records_names_them(admin: httpx.AsyncClient) -> None:
    ids = [await create(admin, "Contact", LastName=name, Email="twin@demo.example") for name in ("A", "B")]
    for answer in (
        await admin.get("/sobjects/Contact/Email/twin@demo.example"),
        await admin.patch("/sobjects/Contact/Email/twin@demo.example", json={"LastName": "x"}),
    ):
        assert answer.status_code == 300
        assert answer.json() == [f"/services/data/v68.0/sobjects/Contact/{one}" for one in ids]


async def test_a_field_that_is_no_key_finds_nothing(admin: httpx.AsyncClient) -> None:
    for name in ("Industry", "Nonsense__c"):
        refused = await admin.get(f"/sobjects/Account/{name}/x")
        assert error_of(refused) == (
            404,
            "NOT_FOUND",
            f"Provided external ID field does not exist or is not accessible: {name}",
        )


async def test_posting_to_the_key_id_creates(admin: httpx.AsyncClient) -> None:
    created = await admin.post("/sobjects/Account/Id", json={"Name": "New"})
    assert (created.status_code, created.json()["created"]) == (201, True)


async def test_relationships_are_paths(admin: httpx.AsyncClient, org: Org) -> None:
    account = await create(admin, "Account", Name="Parent")
    contact = await create(admin, "Contact", LastName="Child", AccountId=account)
    orphan = await create(admin, "Contact", LastName="Orphan")
    parent = (await admin.get(f"/sobjects/Contact/{contact}/Account?fields=Name")).json()
    assert (parent["attributes"]["type"], parent["Name"]) == ("Account", "Parent")
    children = (await admin.get(f"/sobjects/Account/{account}/Contacts?fields=LastName")).json()
    assert (children["totalSize"], children["records"][0]["LastName"]) == (1, "Child")
    assert (await admin.get(f"/sobjects/Account/{account}/contacts")).json()["records"][0]["Id"] == contact
    assert (await admin.get(f"/sobjects/Contact/{orphan}/Account")).status_code == 404
    assert (await admin.get(f"/sobjects/Contact/{contact}/Nonsense")).status_code == 404
    assert (await admin.patch(f"/sobjects/Contact/{contact}/Account", json={"Name": "New"})).status_code == 204
    row = org.row("Account", account)
    assert row is not None
    assert row["Name"] == "New"
    assert (await admin.delete(f"/sobjects/Contact/{contact}/Account")).status_code == 204
    assert (await admin.get(f"/sobjects/Account/{account}")).status_code == 404


async def test_a_row_that_has_not_changed_is_not_sent_again(admin: httpx.AsyncClient, clock: Clock) -> None:
    record_id = await create(admin, "Account", Name="x")
    path = f"/sobjects/Account/{record_id}"
    first = await admin.get(path)
    for known in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"other", {first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        same = await admin.get(path, headers=known)
        assert (same.status_code, same.content) == (304, b"")
    clock.advance(minutes=1)
    await admin.patch(path, json={"Name": "y"})
    assert (await admin.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 200
    head = await admin.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] != first.headers["etag"]


async def test_a_change_is_refused_when_the_row_is_not_the_one_that_was_read(
    admin: httpx.AsyncClient, clock: Clock, org: Org
) -> None:
    record_id = await create(admin, "Account", Name="x")
    path = f"/sobjects/Account/{record_id}"
    known = await admin.get(path)
    clock.advance(minutes=1)
    assert (await admin.patch(path, json={"Name": "y"})).status_code == 204
    for stale in (
        {"If-Match": known.headers["etag"]},
        {"If-Unmodified-Since": known.headers["last-modified"]},
    ):
        assert (await admin.patch(path, json={"Name": "z"}, headers=stale)).status_code == 412
    row = org.row("Account", record_id)
    assert row is not None
    assert row["Name"] == "y"
    broken = await admin.patch(path, json={"Name": "z"}, headers={"If-Unmodified-Since": "yesterday"})
    assert broken.status_code == 400


async def test_only_accounts_have_etags(admin: httpx.AsyncClient) -> None:
    record_id = await create(admin, "Contact", LastName="x")
    read = await admin.get(f"/sobjects/Contact/{record_id}")
    assert "etag" not in read.headers
    assert "last-modified" in read.headers


async def test_a_file_is_created_in_json_and_read_as_bytes(admin: httpx.AsyncClient, org: Org) -> None:
    content = b"\x00\xffbytes"
    record_id = await create(
        admin,
        "ContentVersion",
        Title="Plan",
        PathOnClient="plan.pdf",
        VersionData=base64.b64encode(content).decode(),
    )
    read = (await admin.get(f"/sobjects/ContentVersion/{record_id}")).json()
    assert read["VersionData"] == f"/services/data/v68.0/sobjects/ContentVersion/{record_id}/VersionData"
    blob = await admin.get(f"/sobjects/ContentVersion/{record_id}/VersionData")
    assert (blob.content, blob.headers["content-type"]) == (content, "application/pdf")
    assert org.row("ContentDocument", read["ContentDocumentId"]) is not None


async def test_a_file_is_created_in_a_multipart_request(admin: httpx.AsyncClient) -> None:
    content = b"line one\r\n--not a boundary\r\n\x00\x01"
    record = json.dumps({"Title": "Note", "PathOnClient": "note.txt"})
    parts = {
        "entity_content": (None, record, "application/json"),
        "VersionData": ("note.txt", content, "application/octet-stream"),
    }
    created = await admin.post("/sobjects/ContentVersion", files=parts)
    assert created.status_code == 201, created.text
    blob = await admin.get(f"/sobjects/ContentVersion/{created.json()['id']}/VersionData")
    assert blob.content == content


async def test_a_multipart_request_without_a_record_is_refused(admin: httpx.AsyncClient) -> None:
    for parts in (
        {"VersionData": ("a", b"x", "text/plain")},
        {"entity_content": (None, "{}", "application/json"), "Title": ("a", b"x", "text/plain")},
    ):
        refused = await admin.post("/sobjects/ContentVersion", files=parts)
        assert error_of(refused)[:2] == (400, "INVALID_MULTIPART_REQUEST")


async def test_custom_metadata_is_read_but_not_written(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/sobjects/Support_Tier__mdt/describe")).status_code == 200
    assert (await admin.post("/sobjects/Support_Tier__mdt", json={"Label": "x"})).status_code in (400, 403, 405)
