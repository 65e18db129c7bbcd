"""Small resources: passwords, default values, relevant items, and the plans behind reports and list views."""

import httpx
import pytest
from emulator_features.asking import create, error, first_id

from salesforce_emulator.org import Org

SALES = "SELECT Id FROM User WHERE Username = 'sales@demo.example'"


async def test_a_password_is_changed_and_reset(sales: httpx.AsyncClient, admin: httpx.AsyncClient, org: Org) -> None:
    me = await first_id(sales, SALES)
    url = f"/sobjects/User/{me}/password"
    assert (await sales.get(url)).json() == {"isExpired": False}
    assert error(await sales.post(url, json={"NewPassword": "short"})) == (400, "INVALID_NEW_PASSWORD")
    assert (await sales.post(url, json={"NewPassword": "long enough"})).status_code == 204
    assert org.check_password("sales@demo.example", "long enough") == me
    told = (await admin.delete(url)).json()["NewPassword"]
    assert org.check_password("sales@demo.example", "long enough") is None
    assert org.check_password("sales@demo.example", told) == me


async def test_the_password_of_another_is_an_administrator_s_business(sales: httpx.AsyncClient) -> None:
    other = await first_id(sales, "SELECT Id FROM User WHERE Username = 'support@demo.example'")
    refused = await sales.post(f"/sobjects/User/{other}/password", json={"NewPassword": "long enough"})
    assert error(refused) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert error(await sales.get(f"/sobjects/Account/{other}/password")) == (404, "NOT_FOUND")


async def test_default_values_are_what_a_new_record_has(admin: httpx.AsyncClient) -> None:
    usual = (await admin.get("/sobjects/Case/defaultValues")).json()
    made = (await admin.get(f"/sobjects/Case/{await create(admin, 'Case', Subject='x')}")).json()
    assert usual.pop("attributes") == {"type": "Case"}
    assert usual
    assert {name: made[name] for name in usual} == usual
    chosen = (await admin.get("/sobjects/Case/defaultValues?fields=Status,Subject")).json()
    assert (chosen["Status"], chosen["Subject"]) == ("New", None)
    assert error(await admin.get("/sobjects/Case/defaultValues?fields=Nothing")) == (400, "INVALID_FIELD")


async def test_relevant_items_are_the_recent_ones_by_object(sales: httpx.AsyncClient) -> None:
    account = await create(sales, "Account", Name="A")
    contacts = [await create(sales, "Contact", LastName=name) for name in "BC"]
    found = {one["apiName"]: one for one in (await sales.get("/sobjects/relevantItems")).json()}
    assert found["Account"]["recordIds"] == [account]
    assert (found["Contact"]["recordIds"], found["Contact"]["key"]) == (contacts[::-1], "003")
    (only,) = (await sales.get("/sobjects/relevantItems?sobjects=Account")).json()
    assert only == found["Account"]


@pytest.mark.parametrize(
    ("soql", "leads"),
    [
        ("SELECT Id FROM Report WHERE Name = 'Open Opportunities'", "Opportunity"),
        ("SELECT Id FROM ListView WHERE SobjectType = 'Account' LIMIT 1", "Account"),
    ],
)
async def test_a_report_and_a_list_view_are_explained_by_their_id(
    admin: httpx.AsyncClient, soql: str, leads: str
) -> None:
    answer = await admin.get("/query", params={"explain": await first_id(admin, soql)})
    assert answer.status_code == 200, answer.text
    assert {one["sobjectType"] for one in answer.json()["plans"]} == {leads}
    assert error(await admin.get("/query", params={"explain": "00B000000000000AAA"})) == (404, "NOT_FOUND")


async def test_a_file_is_uploaded_listed_and_read_through_connect(
    sales: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    parts = {
        "json": (None, b'{"title": "Offer", "desc": "For Acme"}', "application/json"),
        "fileData": ("offer.pdf", b"%PDF-1.7", "application/pdf"),
    }
    made = (await sales.post("/connect/files/users/me", files=parts)).json()
    assert (made["title"], made["description"], made["contentSize"]) == ("Offer", "For Acme", 8)
    assert (made["mimeType"], made["fileExtension"]) == ("application/pdf", "pdf")
    assert made["id"].startswith("069")
    assert (await sales.get(made["downloadUrl"].partition("v68.0")[2])).content == b"%PDF-1.7"
    assert (await sales.get("/connect/files/users/me")).json()["files"][0] == made
    assert (await sales.get(f"/connect/files/{made['id']}")).json() == made
    assert error(await sales.post("/connect/files/users/me", json={})) == (400, "INVALID_MULTIPART_REQUEST")
    assert error(await support.get(f"/connect/files/users/{made['owner']['id']}")) == (403, "INSUFFICIENT_ACCESS")
