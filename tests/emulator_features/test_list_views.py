"""List views: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm"""

from typing import Any

import httpx
from emulator_features.asking import create, error, rows

COLUMN_KEYS = {
    "ascendingLabel",
    "descendingLabel",
    "fieldNameOrPath",
    "hidden",
    "label",
    "searchable",
    "selectListItem",
    "sortDirection",
    "sortIndex",
    "sortable",
    "type",
}


async def views(client: httpx.AsyncClient, name: str) -> dict[str, dict[str, Any]]:
    answer = (await client.get(f"/sobjects/{name}/listviews")).json()
    assert answer["done"]
    assert answer["size"] == len(answer["listviews"])
    assert answer["sobjectType"] == name
    return {one["developerName"]: one for one in answer["listviews"]}


def short(url: str) -> str:
    return url.partition("v68.0")[2]


async def test_an_object_has_its_list_views(admin: httpx.AsyncClient) -> None:
    found = await views(admin, "Case")
    assert {"AllCases", "MyCases", "NewThisWeek", "AllOpenCases", "OpenEscalatedCases"} <= set(found)
    one = found["NewThisWeek"]
    assert (await admin.get(short(one["url"]))).json() == one
    assert set(one) == {"describeUrl", "developerName", "id", "label", "resultsUrl", "soqlCompatible", "url"}
    assert "AllInvoices" in await views(admin, "Invoice__c")


async def test_a_list_view_says_what_it_asks_for(admin: httpx.AsyncClient) -> None:
    view = (await views(admin, "Case"))["OpenEscalatedCases"]
    described = (await admin.get(short(view["describeUrl"]))).json()
    assert all(set(column) == COLUMN_KEYS for column in described["columns"])
    assert [one["field"] for one in described["whereCondition"]["conditions"]] == ["IsClosed", "IsEscalated"]
    assert described["orderBy"][0]["sortDirection"] == "ascending"
    answer = await rows(admin, described["query"])
    expected = await rows(admin, "SELECT Id FROM Case WHERE IsClosed = false AND IsEscalated = true")
    assert {one["Id"] for one in answer} == {one["Id"] for one in expected} != set()


async def test_results_are_text_and_come_in_pages(admin: httpx.AsyncClient) -> None:
    view = (await views(admin, "Opportunity"))["AllOpportunities"]
    first = (await admin.get(short(view["resultsUrl"]))).json()
    assert (first["size"], first["done"], first["developerName"]) == (25, False, "AllOpportunities")
    values = [cell["value"] for record in first["records"] for cell in record["columns"]]
    assert all(value is None or isinstance(value, str) for value in values)
    total = len(await rows(admin, "SELECT Id FROM Opportunity"))
    rest = (await admin.get(f"{short(view['resultsUrl'])}?limit=2000&offset=25")).json()
    assert (rest["size"], rest["done"]) == (total - 25, True)
    assert error(await admin.get(f"{short(view['resultsUrl'])}?limit=2001")) == (400, "BAD_REQUEST")
    assert error(await admin.get(f"{short(view['resultsUrl'])}?limit=x")) == (400, "BAD_REQUEST")


async def test_my_records_are_mine(sales: httpx.AsyncClient) -> None:
    await create(sales, "Account", Name="Mine alone")
    view = (await views(sales, "Account"))["MyAccounts"]
    found = (await sales.get(f"{short(view['resultsUrl'])}?limit=2000")).json()
    me = (await rows(sales, "SELECT Id FROM User WHERE Username = 'sales@demo.example'"))[0]["Id"]
    assert found["size"] == len(await rows(sales, f"SELECT Id FROM Account WHERE OwnerId = '{me}'")) > 0  # noqa: S608


async def test_the_views_looked_at_are_recent(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/sobjects/Lead/listviews/recent")).json()["size"] == 0
    view = (await views(admin, "Lead"))["TodaysLeads"]
    await admin.get(short(view["resultsUrl"]))
    recent = (await admin.get("/sobjects/Lead/listviews/recent")).json()
    assert [one["id"] for one in recent["listviews"]] == [view["id"]]


async def test_a_view_of_another_object_is_not_there(admin: httpx.AsyncClient) -> None:
    view = (await views(admin, "Lead"))["TodaysLeads"]
    for path in ("", "/describe", "/results"):
        assert error(await admin.get(f"/sobjects/Account/listviews/{view['id']}{path}")) == (404, "NOT_FOUND")


async def test_every_list_view_runs_for_everybody(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    for client in (admin, support):
        readable = {one["name"] for one in (await client.get("/sobjects")).json()["sobjects"]}
        for view in await rows(admin, "SELECT Id, SobjectType FROM ListView"):
            if view["SobjectType"] in readable:
                answer = await client.get(f"/sobjects/{view['SobjectType']}/listviews/{view['Id']}/results")
                assert answer.status_code == 200, answer.text
