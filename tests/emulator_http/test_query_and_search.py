"""SOQL and SOSL over HTTP: what the engines answer is tested beside them."""

import httpx
import pytest
from emulator_http.world import BASE_URL, SALES, SignIn

from salesforce_emulator.faults import Faults


@pytest.fixture
async def accounts(admin: httpx.AsyncClient) -> list[str]:
    """450 accounts, in three pages of 200."""
    ids = []
    for start in range(0, 450, 150):
        records = [
            {"attributes": {"type": "Account"}, "Name": f"Page {number:03d}"} for number in range(start, start + 150)
        ]
        saved = (await admin.post("/composite/sobjects", json={"records": records})).json()
        ids += [one["id"] for one in saved]
    return ids


async def test_a_query_is_read_page_by_page(admin: httpx.AsyncClient, accounts: list[str]) -> None:
    small = {"Sforce-Query-Options": "batchSize=200"}
    soql = "SELECT Id FROM Account WHERE Name LIKE 'Page %' ORDER BY Name"
    page = (await admin.get("/query/", params={"q": soql}, headers=small)).json()
    assert (page["totalSize"], page["done"], len(page["records"])) == (450, False, 200)
    found = [one["Id"] for one in page["records"]]
    while not page["done"]:
        assert page["nextRecordsUrl"].startswith("/services/data/v68.0/query/01g")
        page = (await admin.get(BASE_URL + page["nextRecordsUrl"])).json()
        found += [one["Id"] for one in page["records"]]
    assert found == accounts
    assert "nextRecordsUrl" not in page


async def test_a_page_size_out_of_range_is_brought_into_it(admin: httpx.AsyncClient, accounts: list[str]) -> None:
    for asked, given in (("1", 200), ("9999", 450)):
        page = await admin.get(
            "/query", params={"q": "SELECT Id FROM Account"}, headers={"Sforce-Query-Options": f"batchSize={asked}"}
        )
        assert len(page.json()["records"]) >= given
        assert (len(page.json()["records"]) == 200) is (asked == "1")


async def test_a_cursor_is_its_users_own_and_can_be_lost(
    admin: httpx.AsyncClient, signed_in: SignIn, accounts: list[str], faults: Faults
) -> None:
    page = await admin.get(
        "/query", params={"q": "SELECT Id FROM Account"}, headers={"Sforce-Query-Options": "batchSize=200"}
    )
    url = BASE_URL + page.json()["nextRecordsUrl"]
    expected = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
    assert (await signed_in(SALES).get(url)).json() == expected
    faults.lose_cursors()
    assert (await admin.get(url)).json() == expected
    assert (await admin.get(url)).status_code == 200


async def test_deleted_rows_are_found_by_query_all_only(admin: httpx.AsyncClient) -> None:
    record_id = (await admin.post("/sobjects/Account", json={"Name": "Gone"})).json()["id"]
    await admin.delete(f"/sobjects/Account/{record_id}")
    soql = {"q": f"SELECT Id, IsDeleted FROM Account WHERE Id = '{record_id}'"}  # noqa: S608
    assert (await admin.get("/query", params=soql)).json()["totalSize"] == 0
    assert (await admin.get("/queryAll", params=soql)).json()["records"][0]["IsDeleted"] is True


async def test_a_query_is_explained_and_its_columns_described(admin: httpx.AsyncClient) -> None:
    plans = (await admin.get("/query", params={"explain": "SELECT Id FROM Account"})).json()
    assert plans["plans"][0]["sobjectType"] == "Account"
    columns = (await admin.get("/query", params={"q": "SELECT Id, Name FROM Account", "columns": "true"})).json()
    assert [one["columnName"] for one in columns["columnMetadata"]] == ["Id", "Name"]
    report = await admin.get("/query", params={"explain": "00O000000000001"})
    assert report.status_code == 404


@pytest.mark.parametrize(
    ("path", "code"), [("/query", "MALFORMED_QUERY"), ("/queryAll", "MALFORMED_QUERY"), ("/search", "MALFORMED_SEARCH")]
)
async def test_a_query_that_is_missing_or_malformed_is_refused(admin: httpx.AsyncClient, path: str, code: str) -> None:
    for refused in (await admin.get(path), await admin.get(path, params={"q": "NONSENSE"})):
        assert refused.status_code == 400
        assert refused.json()[0]["errorCode"] == code


async def test_a_search_finds_by_words(admin: httpx.AsyncClient) -> None:
    record_id = (await admin.post("/sobjects/Account", json={"Name": "Zebra Works"})).json()["id"]
    sosl = {"q": "FIND {Zebra} IN NAME FIELDS RETURNING Account(Id, Name)"}
    found = (await admin.get("/search", params=sosl)).json()
    assert [one["Id"] for one in found["searchRecords"]] == [record_id]
    old = str(admin.base_url).replace("v68.0", "v36.0") + "search"
    assert [one["Id"] for one in (await admin.get(old, params=sosl)).json()] == [record_id]


async def test_a_parameterized_search_is_asked_by_parameters_or_by_a_body(admin: httpx.AsyncClient) -> None:
    record_id = (await admin.post("/sobjects/Account", json={"Name": "Zebra Works"})).json()["id"]
    await admin.post("/sobjects/Contact", json={"LastName": "Zebra"})
    by_parameters = await admin.get(
        "/parameterizedSearch?q=Zebra&sobject=Account&Account.fields=Id,Name&Account.limit=1&defaultLimit=5"
    )
    by_body = await admin.post(
        "/parameterizedSearch", json={"q": "Zebra", "sobjects": [{"name": "Account", "fields": ["Id", "Name"]}]}
    )
    for answer in (by_parameters, by_body):
        assert [(one["Id"], one["Name"]) for one in answer.json()["searchRecords"]] == [(record_id, "Zebra Works")]
    assert (await admin.get("/parameterizedSearch?q=Zebra&overallLimit=x")).status_code == 400
