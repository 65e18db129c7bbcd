"""composite and composite/batch."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.org import Org

DATA = "/services/data/v68.0"
ROLLED_BACK = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


def create(reference_id: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"method": "POST", "url": f"{DATA}/sobjects/{name}", "referenceId": reference_id, "body": fields}


def get(reference_id: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "url": f"{DATA}{path}", "referenceId": reference_id, **more}


async def send(admin: httpx.AsyncClient, *requests: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    answer = await admin.post("/composite", json={"allOrNone": all_or_none, "compositeRequest": list(requests)})
    assert answer.status_code == 200, answer.text
    responses: list[dict[str, Any]] = answer.json()["compositeResponse"]
    return responses


async def test_later_requests_use_what_earlier_ones_gave(admin: httpx.AsyncClient, org: Org) -> None:
    answers = await send(
        admin,
        create("acc", "Account", Name="Acme"),
        create("con", "Contact", LastName="of @{acc.id}", AccountId="@{acc.id}"),
        get("read", "/sobjects/Account/@{acc.id}?fields=Name"),
        get("rows", "/query?q=SELECT+Id,LastName,Account.Name+FROM+Contact+WHERE+AccountId='@{acc.id}'"),
        create("third", "Contact", LastName="@{rows.records[0].Account.Name}", AccountId="@{read.Id}"),
    )
    assert [one["httpStatusCode"] for one in answers] == [201, 201, 200, 200, 201], answers
    account = answers[0]["body"]["id"]
    assert answers[0]["httpHeaders"]["Location"] == f"{DATA}/sobjects/Account/{account}"
    assert [one["referenceId"] for one in answers] == ["acc", "con", "read", "rows", "third"]
    second, third = org.row("Contact", answers[1]["body"]["id"]), org.row("Contact", answers[4]["body"]["id"])
    assert second is not None
    assert third is not None
    assert (second["LastName"], second["AccountId"]) == (f"of {account}", account)
    assert (third["LastName"], third["AccountId"]) == ("Acme", account)


async def test_references_reach_into_lists(admin: httpx.AsyncClient) -> None:
    answers = await send(
        admin,
        {
            "method": "POST",
            "url": f"{DATA}/composite/sobjects",
            "referenceId": "both",
            "body": {"records": [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", "B")]},
        },
        get("second", "/sobjects/Account/@{both[1].id}?fields=Name"),
        get("none", "/sobjects/Account/@{both[2].id}?fields=Name"),
    )
    assert answers[1]["body"]["Name"] == "B"
    assert answers[2]["httpStatusCode"] == 400


async def test_only_what_depends_on_a_failure_fails_with_it(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    answers = await send(
        admin,
        create("acc", "Account", Industry="Energy"),
        create("con", "Contact", LastName="x", AccountId="@{acc.id}"),
        create("other", "Account", Name="Fine"),
    )
    assert [one["httpStatusCode"] for one in answers] == [400, 400, 201]
    assert answers[0]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answers[1]["body"] == [
        {
            "errorCode": "PROCESSING_HALTED",
            "message": "Invalid reference specified. No value for acc.id found in acc",
        }
    ]
    assert org.record_count("Account") == before + 1


async def test_all_or_none_keeps_nothing_when_one_fails(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    answers = await send(
        admin,
        create("one", "Account", Name="x"),
        create("two", "Account", Industry="Energy"),
        create("three", "Account", Name="y"),
        all_or_none=True,
    )
    assert [one["httpStatusCode"] for one in answers] == [400, 400, 400]
    assert answers[0]["body"] == [ROLLED_BACK]
    assert answers[1]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answers[2]["body"] == [ROLLED_BACK]
    assert org.record_count("Account") == before
    assert (await admin.get("/recent")).json() == []


async def test_all_or_none_keeps_everything_when_all_is_well(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    answers = await send(
        admin, create("one", "Account", Name="x"), create("two", "Account", Name="y"), all_or_none=True
    )
    assert [one["httpStatusCode"] for one in answers] == [201, 201]
    assert org.record_count("Account") == before + 2


async def test_a_known_describe_in_a_composite_has_no_body(admin: httpx.AsyncClient) -> None:
    tag = (await admin.get("/sobjects/Account/describe")).headers["etag"]
    (answer,) = await send(admin, get("d", "/sobjects/Account/describe", httpHeaders={"If-None-Match": tag}))
    assert (answer["httpStatusCode"], answer["body"]) == (304, None)
    assert answer["httpHeaders"]["ETag"] == tag


@pytest.mark.parametrize(
    "request_",
    [
        get("a", "/composite/batch"),
        {"method": "POST", "url": f"{DATA}/Composite", "referenceId": "a", "body": {}},
        {"method": "GET", "url": "/services/data/v20.0/limits", "referenceId": "a"},
        {"method": "GET", "url": "https://evil.example/", "referenceId": "a"},
        {"method": "STEAL", "url": f"{DATA}/limits", "referenceId": "a"},
        {"url": f"{DATA}/limits", "referenceId": "a"},
        {"method": "GET", "referenceId": "a"},
        get("a", "/sobjects/Account/@{later.id}"),
        get("a", "/sobjects/Account/@{}"),
        get("a", "/wave"),
    ],
)
async def test_a_subrequest_that_cannot_be_served_is_refused_alone(
    admin: httpx.AsyncClient, request_: dict[str, Any]
) -> None:
    refused, fine = await send(admin, request_, create("later", "Account", Name="x"))
    assert refused["httpStatusCode"] >= 400
    assert refused["body"][0]["errorCode"]
    assert fine["httpStatusCode"] == 201


@pytest.mark.parametrize(
    "requests",
    [
        [],
        ["x"],
        None,
        [create(f"r{number}", "Account", Name="x") for number in range(26)],
        [get(f"r{number}", "/query?q=SELECT+Id+FROM+Account") for number in range(6)],
        [create("same", "Account", Name="x"), create("same", "Account", Name="y")],
        [create("not valid!", "Account", Name="x")],
        [{"method": "GET", "url": f"{DATA}/limits"}],
    ],
)
async def test_a_composite_out_of_bounds_is_refused_as_a_whole(
    admin: httpx.AsyncClient, org: Org, requests: Any
) -> None:
    before = org.record_count("Account")
    refused = await admin.post("/composite", json={"compositeRequest": requests})
    assert refused.status_code == 400
    assert org.record_count("Account") == before


async def test_a_batch_answers_each_request_by_itself(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    record_id = (await admin.post("/sobjects/Account", json={"Name": "x"})).json()["id"]
    answer = await admin.post(
        "/composite/batch",
        json={
            "batchRequests": [
                {"method": "PATCH", "url": f"v68.0/sobjects/Account/{record_id}", "richInput": {"Name": "y"}},
                {"method": "GET", "url": f"{DATA}/sobjects/Account/{record_id}?fields=Name"},
                {"method": "POST", "url": "v68.0/sobjects/Account", "richInput": {"Industry": "x"}},
                {"method": "POST", "url": "v68.0/sobjects/Account", "richInput": {"Name": "z"}},
            ]
        },
    )
    body = answer.json()
    assert answer.status_code == 200
    assert body["hasErrors"] is True
    assert [one["statusCode"] for one in body["results"]] == [204, 200, 400, 201]
    assert body["results"][0]["result"] is None
    assert body["results"][1]["result"]["Name"] == "y"
    assert org.record_count("Account") == before + 2


async def test_a_batch_halts_on_an_error_if_it_is_told_to(admin: httpx.AsyncClient, org: Org) -> None:
    before = org.record_count("Account")
    requests = [
        {"method": "POST", "url": "v68.0/sobjects/Account", "richInput": {"Industry": "x"}},
        {"method": "POST", "url": "v68.0/sobjects/Account", "richInput": {"Name": "z"}},
    ]
    body = (await admin.post("/composite/batch", json={"haltOnError": True, "batchRequests": requests})).json()
    assert [one["statusCode"] for one in body["results"]] == [400, 412]
    assert body["results"][1]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
    assert org.record_count("Account") == before


async def test_a_batch_holds_nothing_newer_than_itself_and_no_binary_parts(admin: httpx.AsyncClient) -> None:
    old = str(admin.base_url).replace("v68.0", "v50.0") + "composite/batch"
    requests = [
        {"method": "GET", "url": "v68.0/limits"},
        {"method": "GET", "url": "v49.0/limits"},
        {"method": "POST", "url": "v50.0/sobjects/Document", "binaryPartName": "x"},
    ]
    body = (await admin.post(old, json={"batchRequests": requests})).json()
    assert [one["statusCode"] for one in body["results"]] == [400, 200, 501]
