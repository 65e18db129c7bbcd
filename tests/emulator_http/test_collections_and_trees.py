"""composite/sobjects and composite/tree."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org

ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "fields": [],
}


def record(type_name: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": type_name}, **fields}


def node(type_name: str, reference_id: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": type_name, "referenceId": reference_id}, **fields}


async def test_records_of_several_types_are_created_each_by_itself(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    answer = await admin.post(
        "/composite/sobjects",
        json={
            "allOrNone": False,
            "records": [
                record("Account", Name="A"),
                record("Account", Industry="x"),
                record("Contact", LastName="C"),
                record("Nonsense", Name="x"),
                {"Name": "no type"},
            ],
        },
    )
    good, missing, contact, unknown, untyped = answer.json()
    assert answer.status_code == 200
    assert good == {"id": good["id"], "success": True, "errors": []}
    assert missing == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Name]",
                "fields": ["Name"],
            }
        ],
    }
    assert contact["success"]
    assert unknown["errors"][0]["statusCode"] == untyped["errors"][0]["statusCode"] == "INVALID_TYPE"
    assert org.record_count("Account") == before + 1


async def test_all_or_none_creates_nothing_when_one_record_is_wrong(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    answer = await admin.post(
        "/composite/sobjects",
        json={"allOrNone": True, "records": [record("Account", Name="A"), record("Account", Industry="x")]},
    )
    good, wrong = answer.json()
    assert good == {"success": False, "errors": [ROLLED_BACK]}
    assert wrong["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert org.record_count("Account") == before


async def test_records_are_updated_and_deleted_together(admin: httpx.AsyncClient, org: Org) -> None:
    saved = await admin.post("/composite/sobjects", json={"records": [record("Account", Name=one) for one in "AB"]})
    first, second = (one["id"] for one in saved.json())
    changed = await admin.patch(
        "/composite/sobjects",
        json={
            "records": [
                record("Account", id=first, Name="new"),
                record("Account", Name="x"),
                record("Account", Id="001xx"),
            ]
        },
    )
    assert [one["success"] for one in changed.json()] == [True, False, False]
    assert changed.json()[1]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    row = org.row("Account", first)
    assert row is not None
    assert row["Name"] == "new"
    refused = await admin.delete(f"/composite/sobjects?ids={first},001000000000000AAA&allOrNone=true")
    assert refused.json()[0]["errors"] == [ROLLED_BACK]
    gone = await admin.delete(f"/composite/sobjects?ids={first},{second},zzz")
    assert [one["success"] for one in gone.json()] == [True, True, False]
    assert (await admin.get(f"/sobjects/Account/{first}")).status_code == 404


async def test_records_are_upserted_by_key(admin: httpx.AsyncClient, org: Org) -> None:
    rows = [record("Account", ERP_Id__c=key, Name=f"n{key}") for key in ("1", "2", "1")]
    answer = (await admin.patch("/composite/sobjects/Account/ERP_Id__c", json={"records": rows})).json()
    assert [one["created"] for one in answer] == [True, True, False]
    assert answer[0]["id"] == answer[2]["id"]
    created = await admin.patch(
        "/composite/sobjects/Account/Id",
        json={"records": [record("Account", Id=None, Name="new"), record("Account", Id=answer[1]["id"], Name="old")]},
    )
    assert [one["created"] for one in created.json()] == [True, False]
    keyless = await admin.patch(
        "/composite/sobjects/Account/ERP_Id__c", json={"records": [record("Account", Name="x")]}
    )
    assert keyless.json()[0]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    refused = await admin.patch("/composite/sobjects/Account/Industry", json={"records": rows})
    assert refused.status_code == 404


async def test_a_failed_all_or_none_upsert_says_created_of_every_row(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    rows = [record("Account", Id="malformed", Name="x"), record("Account", Id=None, Name="y")]
    answer = await admin.patch("/composite/sobjects/Account/Id", json={"allOrNone": True, "records": rows})
    assert [(one["success"], one["created"]) for one in answer.json()] == [(False, True), (False, True)]
    assert answer.json()[0]["errors"][0]["statusCode"] == "MALFORMED_ID"
    assert answer.json()[1]["errors"] == [ROLLED_BACK]
    assert org.record_count("Account") == before


async def test_records_are_read_together_with_null_for_what_is_not_there(admin: httpx.AsyncClient) -> None:
    saved = await admin.post("/composite/sobjects", json={"records": [record("Account", Name=one) for one in "AB"]})
    first, second = (one["id"] for one in saved.json())
    await admin.delete(f"/sobjects/Account/{second}")
    by_parameters = await admin.get(f"/composite/sobjects/Account?ids={first},{second},zzz&fields=Name")
    by_body = await admin.post("/composite/sobjects/Account", json={"ids": [first, second, "zzz"], "fields": ["Name"]})
    for answer in (by_parameters, by_body):
        assert [one and one["Name"] for one in answer.json()] == ["A", None, None]
    assert (await admin.get(f"/composite/sobjects/Account?ids={first}&fields=Foo")).status_code == 400
    assert (await admin.get(f"/composite/sobjects/Account?ids={first}")).status_code == 400


async def test_two_thousand_records_are_read_together_and_no_more(admin: httpx.AsyncClient) -> None:
    ids = ["001E0000000zzzz"] * 2_001
    read = await admin.post("/composite/sobjects/Account", json={"ids": ids[:2_000], "fields": ["Name"]})
    assert read.json() == [None] * 2_000
    assert (await admin.post("/composite/sobjects/Account", json={"ids": ids, "fields": ["Name"]})).status_code == 400


@pytest.mark.parametrize(
    "records",
    [
        [],
        None,
        ["x"],
        [record("Account", Name="x")] * 201,
        [record("Account" if number % 2 else "Contact", Name="x", LastName="x") for number in range(11)],
    ],
)
async def test_a_collection_out_of_bounds_is_refused_as_a_whole(
    admin: httpx.AsyncClient, org: Org, records: Any
) -> None:
    before = org.record_count("Account")
    assert (await admin.post("/composite/sobjects", json={"records": records})).status_code == 400
    assert org.record_count("Account") == before


async def test_a_locked_row_fails_alone(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.lock_rows(1)
    rows = [record("Account", Name=one) for one in "AB"]
    first, second = (await admin.post("/composite/sobjects", json={"records": rows})).json()
    assert first["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert second["success"]


async def test_a_tree_is_created_with_its_children(admin: httpx.AsyncClient, org: Org) -> None:
    answer = await admin.post(
        "/composite/tree/account",
        json={
            "records": [
                node(
                    "Account",
                    "a",
                    Name="A",
                    Contacts={"records": [node("Contact", "c", LastName="C"), node("Contact", "d", LastName="D")]},
                    Opportunities={
                        "records": [node("Opportunity", "o", Name="O", StageName="Prospecting", CloseDate="2026-12-01")]
                    },
                ),
                node("Account", "b", Name="B"),
            ]
        },
    )
    body = answer.json()
    assert (answer.status_code, body["hasErrors"]) == (201, False), body
    ids = {one["referenceId"]: one["id"] for one in body["results"]}
    assert list(ids) == ["a", "c", "d", "o", "b"]
    for name, reference_id in (("Contact", "c"), ("Contact", "d"), ("Opportunity", "o")):
        row = org.row(name, ids[reference_id])
        assert row is not None
        assert row["AccountId"] == ids["a"]


async def test_a_tree_with_a_wrong_record_saves_nothing(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    children = {"records": [node("Contact", "c", LastName="C", Email="123")]}
    answer = await admin.post(
        "/composite/tree/Account", json={"records": [node("Account", "a", Name="A", Contacts=children)]}
    )
    assert answer.status_code == 400
    assert answer.json() == {
        "hasErrors": True,
        "results": [
            {
                "referenceId": "c",
                "errors": [
                    {
                        "statusCode": "INVALID_EMAIL_ADDRESS",
                        "message": "Email: invalid email address: 123",
                        "fields": ["Email"],
                    }
                ],
            }
        ],
    }
    assert org.record_count("Account") == before


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"Name": "x"}],
        [node("Contact", "a", LastName="x")],
        [node("Account", "a", Name="x"), node("Account", "a", Name="y")],
        [node("Account", f"r{number}", Name="x") for number in range(201)],
        [node("Account", "a", Name="x", Nonsense={"records": [node("Contact", "c", LastName="x")]})],
    ],
)
async def test_a_tree_out_of_bounds_is_refused(
    admin: httpx.AsyncClient, org: Org, records: list[dict[str, Any]]
) -> None:
    before = org.record_count("Account")
    assert (await admin.post("/composite/tree/Account", json={"records": records})).status_code == 400
    assert org.record_count("Account") == before
