"""Reports: https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/"""

from typing import Any

import httpx
import pytest
from emulator_features.asking import error, first_id, rows
from emulator_http.world import ADMIN, Clock, SignIn

RUN_KEYS = [
    "allData",
    "attributes",
    "factMap",
    "groupingsAcross",
    "groupingsDown",
    "hasDetailRows",
    "reportExtendedMetadata",
    "reportMetadata",
]


async def report_id(client: httpx.AsyncClient, name: str) -> str:
    return await first_id(client, f"SELECT Id FROM Report WHERE Name = '{name}'")  # noqa: S608


async def run(client: httpx.AsyncClient, name: str, **overrides: Any) -> dict[str, Any]:
    answer = await client.post(
        f"/analytics/reports/{await report_id(client, name)}?includeDetails=true", json={"reportMetadata": overrides}
    )
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


async def test_reports_are_listed_and_described(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get("/analytics/reports")).json()
    assert {"Lead List Report", "Open Opportunities", "Cases Created This Week"} <= {one["name"] for one in listed}
    assert all(sorted(one) == ["describeUrl", "id", "instancesUrl", "name", "url"] for one in listed)
    described = (await admin.get(f"/analytics/reports/{listed[0]['id']}/describe")).json()
    assert sorted(described) == ["attributes", "reportExtendedMetadata", "reportMetadata", "reportTypeMetadata"]
    found = await rows(admin, "SELECT Name, FolderName, Format FROM Report WHERE Name LIKE 'Open %'")
    assert found[0]["FolderName"] == "Sales Reports"
    assert found[0]["Format"] == "Summary"


async def test_a_tabular_report_has_one_fact_with_every_row(admin: httpx.AsyncClient) -> None:
    record_id = await report_id(admin, "Lead List Report")
    short = (await admin.get(f"/analytics/reports/{record_id}")).json()
    assert sorted(short) == RUN_KEYS
    assert "rows" not in short["factMap"]["T!T"]
    full = (await admin.get(f"/analytics/reports/{record_id}?includeDetails=true")).json()
    leads = await rows(admin, "SELECT Id FROM Lead")
    assert len(full["factMap"]["T!T"]["rows"]) == len(leads)
    assert full["factMap"]["T!T"]["aggregates"] == [{"label": str(len(leads)), "value": len(leads)}]
    assert len(full["factMap"]["T!T"]["rows"][0]["dataCells"]) == len(full["reportMetadata"]["detailColumns"])


async def test_a_filter_of_the_request_counts_for_this_run_only(admin: httpx.AsyncClient) -> None:
    await admin.post("/sobjects/Lead", json={"LastName": "Doe", "Company": "Zed Spaceships"})
    narrowed = await run(
        admin,
        "Lead List Report",
        reportFilters=[{"column": "COMPANY", "operator": "contains", "value": ",Spaceships"}],
    )
    assert len(narrowed["factMap"]["T!T"]["rows"]) == 1
    assert len((await run(admin, "Lead List Report"))["factMap"]["T!T"]["rows"]) > 1


async def test_the_totals_of_a_summary_report_agree_with_the_records(admin: httpx.AsyncClient) -> None:
    result = await run(admin, "Open Opportunities")
    counted = await rows(
        admin,
        "SELECT StageName s, SUM(Amount) a, COUNT(Id) c FROM Opportunity WHERE IsClosed = false GROUP BY StageName",
    )
    expected = {one["s"]: (pytest.approx(one["a"]), one["c"]) for one in counted}
    groups = result["groupingsDown"]["groupings"]
    found = {one["label"]: result["factMap"][f"{one['key']}!T"] for one in groups}
    assert {label: tuple(a["value"] for a in fact["aggregates"]) for label, fact in found.items()} == expected
    assert all(len(fact["rows"]) == fact["aggregates"][1]["value"] for fact in found.values())
    assert result["factMap"]["T!T"]["aggregates"][1]["value"] == sum(one["c"] for one in counted)
    assert result["reportExtendedMetadata"]["aggregateColumnInfo"]["s!AMOUNT"]["dataType"] == "currency"
    assert result["reportExtendedMetadata"]["groupingColumnInfo"]["STAGE_NAME"]["groupingLevel"] == 0


async def test_a_matrix_report_has_a_fact_for_every_cell_and_total(admin: httpx.AsyncClient) -> None:
    result = await run(admin, "Won by Month and Type")
    down = [one["key"] for one in result["groupingsDown"]["groupings"]]
    across = [one["key"] for one in result["groupingsAcross"]["groupings"]]
    assert down
    assert across
    assert set(result["factMap"]) == {f"{d}!{a}" for d in [*down, "T"] for a in [*across, "T"]}
    cells = [result["factMap"][f"{d}!{a}"]["aggregates"][1]["value"] for d in down for a in across]
    assert sum(cells) == result["factMap"]["T!T"]["aggregates"][1]["value"]
    in_rows = sum(len(result["factMap"][f"{d}!{a}"]["rows"]) for d in down for a in across)
    assert in_rows == sum(cells)


async def test_cases_created_this_week_are_those_of_this_week(
    admin: httpx.AsyncClient, signed_in: SignIn, clock: Clock
) -> None:
    there = len(await rows(admin, "SELECT Id FROM Case WHERE CreatedDate = THIS_WEEK"))
    result = await run(admin, "Cases Created This Week")
    assert result["factMap"]["T!T"]["aggregates"][0]["value"] == there > 0
    clock.advance(days=30)
    assert (await run(signed_in(ADMIN), "Cases Created This Week"))["factMap"]["T!T"]["aggregates"][0]["value"] == 0


@pytest.mark.parametrize(
    ("logic", "condition"),
    [
        ("1 AND (2 OR 3)", "Rating = 'Hot' AND (LeadSource = 'Web' OR LeadSource = 'Other')"),
        ("1 OR (2 AND NOT 3)", "Rating = 'Hot' OR (LeadSource = 'Web' AND (NOT LeadSource = 'Other'))"),
        (None, "Rating = 'Hot' AND LeadSource = 'Web' AND LeadSource = 'Other'"),
    ],
)
async def test_filters_combine_as_their_logic_says(admin: httpx.AsyncClient, logic: str | None, condition: str) -> None:
    filters = [
        {"column": "RATING", "operator": "equals", "value": "Hot"},
        {"column": "LEAD_SOURCE", "operator": "equals", "value": "Web"},
        {"column": "LEAD_SOURCE", "operator": "equals", "value": "Other"},
    ]
    result = await run(admin, "Lead List Report", reportFilters=filters, reportBooleanFilter=logic)
    expected = len(await rows(admin, f"SELECT Id FROM Lead WHERE {condition}"))  # noqa: S608
    assert result["factMap"]["T!T"]["aggregates"][0]["value"] == expected


@pytest.mark.parametrize(
    ("column", "operator", "value", "condition"),
    [
        ("AMOUNT", "greaterThan", "50000", "Amount > 50000"),
        ("AMOUNT", "lessOrEqual", "50000", "Amount <= 50000"),
        ("CLOSE_DATE", "greaterOrEqual", "11/1/2026", "CloseDate >= 2026-11-01"),
        ("CLOSE_DATE", "equals", "THIS_YEAR", "CloseDate = THIS_YEAR"),
        ("STAGE_NAME", "notEqual", "Closed Won,Closed Lost", "StageName NOT IN ('Closed Won', 'Closed Lost')"),
        ("OPPORTUNITY_NAME", "startsWith", "A,B", "Name LIKE 'A%' OR Name LIKE 'B%'"),
        ("OPPORTUNITY_NAME", "notContain", "a", "(NOT Name LIKE '%a%')"),
        ("CREATED_DATE", "lessThan", "2026-11-01", "DAY_ONLY(CreatedDate) < 2026-11-01"),
        ("Opportunity.Loss_Reason__c", "equals", "Price", "Loss_Reason__c = 'Price'"),
    ],
)
async def test_each_operator_means_what_a_query_means(
    admin: httpx.AsyncClient, column: str, operator: str, value: str, condition: str
) -> None:
    filters = [{"column": column, "operator": operator, "value": value}]
    result = await run(admin, "Open Opportunities", reportFilters=filters, standardFilters=[])
    expected = len(await rows(admin, f"SELECT Id FROM Opportunity WHERE {condition}"))  # noqa: S608
    assert result["factMap"]["T!T"]["aggregates"][1]["value"] == expected


async def test_a_report_is_run_in_the_background(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    url = f"/analytics/reports/{await report_id(admin, 'Open Opportunities')}/instances"
    asked = (await admin.post(url)).json()
    keys = ["completionDate", "hasDetailRows", "id", "ownerId", "queryable", "requestDate", "status", "url"]
    assert sorted(asked) == keys
    assert (asked["status"], asked["completionDate"], asked["id"][:3]) == ("New", None, "0LG")
    assert [one["id"] for one in (await admin.get(url)).json()] == [asked["id"]]
    result = (await admin.get(f"{url}/{asked['id']}")).json()
    assert result["attributes"]["status"] == "Success"
    assert result["attributes"]["type"] == "ReportInstance"
    assert result["factMap"]["T!T"]["aggregates"]
    assert error(await sales.get(f"{url}/{asked['id']}")) == (404, "NOT_FOUND")


async def test_a_result_in_the_background_is_kept_for_a_day(
    admin: httpx.AsyncClient, signed_in: SignIn, clock: Clock
) -> None:
    url = f"/analytics/reports/{await report_id(admin, 'Open Opportunities')}/instances"
    instance = (await admin.post(url)).json()["id"]
    clock.advance(hours=25)
    later = signed_in(ADMIN)
    assert (await later.get(url)).json() == []
    assert error(await later.get(f"{url}/{instance}")) == (404, "NOT_FOUND")


async def test_a_report_is_copied_changed_and_deleted(admin: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
    source = await report_id(admin, "Lead List Report")
    copied = await admin.post(f"/analytics/reports?cloneId={source}", json={"reportMetadata": {"name": "My Leads"}})
    assert copied.status_code == 200, copied.text
    mine = copied.json()["reportMetadata"]["id"]
    assert mine != source
    changed = await admin.patch(f"/analytics/reports/{mine}", json={"reportMetadata": {"name": "Our Leads"}})
    assert changed.json()["reportMetadata"]["name"] == "Our Leads"
    assert await report_id(admin, "Our Leads") == mine
    assert error(await reader.delete(f"/analytics/reports/{mine}")) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert (await admin.delete(f"/analytics/reports/{mine}")).status_code == 204
    assert error(await admin.get(f"/analytics/reports/{mine}/describe")) == (404, "NOT_FOUND")


async def test_a_report_that_is_not_kept_can_be_run(admin: httpx.AsyncClient) -> None:
    metadata = {
        "reportType": {"type": "CustomEntity$Invoice__c"},
        "reportFormat": "SUMMARY",
        "aggregates": ["RowCount", "s!Invoice__c.Total__c", "a!Invoice__c.Total__c"],
        "groupingsDown": [{"name": "CREATED_DATE", "dateGranularity": "Year", "sortOrder": "Desc"}],
        "detailColumns": ["NAME"],
    }
    answer = await admin.post("/analytics/reports/query", json={"reportMetadata": metadata})
    assert answer.status_code == 200, answer.text
    total = (await rows(admin, "SELECT SUM(Total__c) s, AVG(Total__c) a, COUNT(Id) c FROM Invoice__c"))[0]
    values = [one["value"] for one in answer.json()["factMap"]["T!T"]["aggregates"]]
    assert values == [total["c"], pytest.approx(total["s"]), pytest.approx(total["a"], abs=0.001)]


async def test_a_report_shows_nobody_what_they_may_not_see(
    admin: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    source = await report_id(admin, "Accounts by Industry")
    body = {"reportMetadata": {"detailColumns": ["ACCOUNT.NAME", "ANNUAL_REVENUE"]}}
    seen = (await admin.post(f"/analytics/reports/{source}?includeDetails=true", json=body)).json()
    assert "ANNUAL_REVENUE" in seen["reportExtendedMetadata"]["detailColumnInfo"]
    hidden = (await support.post(f"/analytics/reports/{source}?includeDetails=true", json=body)).json()
    assert list(hidden["reportExtendedMetadata"]["detailColumnInfo"]) == ["ACCOUNT.NAME"]
    body = {"reportMetadata": {"reportFilters": [{"column": "SALES", "operator": "greaterThan", "value": "1"}]}}
    assert error(await support.post(f"/analytics/reports/{source}", json=body)) == (400, "BAD_REQUEST")
    deals = await report_id(admin, "Open Opportunities")
    assert error(await support.get(f"/analytics/reports/{deals}")) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reportFilters": [{"column": "NOPE", "operator": "equals", "value": "1"}]}, (400, "BAD_REQUEST")),
        ({"reportFilters": [{"column": "RATING", "operator": "like", "value": "1"}]}, (400, "BAD_REQUEST")),
        ({"reportBooleanFilter": "1 AND 2"}, (400, "BAD_REQUEST")),
        ({"reportFormat": "MULTI_BLOCK"}, (501, "NOT_EMULATED")),
        ({"buckets": [{"x": 1}]}, (501, "NOT_EMULATED")),
        ({"crossFilters": [{"x": 1}]}, (501, "NOT_EMULATED")),
        ({"nonsense": 1}, (400, "JSON_PARSER_ERROR")),
    ],
)
async def test_what_a_report_cannot_be_is_said(
    admin: httpx.AsyncClient, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    url = f"/analytics/reports/{await report_id(admin, 'Lead List Report')}"
    assert error(await admin.post(url, json={"reportMetadata": change})) == expected


async def test_report_types_are_listed_and_described(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get("/analytics/reportTypes")).json()
    types = {one["type"]: one["describeUrl"] for category in listed for one in category["reportTypes"]}
    assert {"Opportunity", "LeadList", "CaseList", "CustomEntity$Invoice__c"} <= set(types)
    described = (await admin.get(types["LeadList"].partition("v68.0")[2])).json()
    assert "COMPANY" in described["reportTypeMetadata"]["categories"][0]["columns"]


async def test_a_dashboard_runs_its_reports(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get("/analytics/dashboards")).json()
    dashboard = next(one["id"] for one in listed if one["name"] == "Lead List Dashboard")
    described = (await admin.get(f"/analytics/dashboards/{dashboard}/describe")).json()
    components = [one["id"] for one in described["components"]]
    assert len(components) >= 3
    shown = (await admin.get(f"/analytics/dashboards/{dashboard}")).json()
    assert sorted(shown) == ["attributes", "componentData", "dashboardMetadata"]
    assert [one["componentId"] for one in shown["componentData"]] == components
    assert all(
        one["reportResult"]["factMap"] and one["status"]["dataStatus"] == "DATA" for one in shown["componentData"]
    )
    asked = {"componentIds": components[:2]}
    some = (await admin.post(f"/analytics/dashboards/{dashboard}", json=asked)).json()
    assert [one["componentId"] for one in some["componentData"]] == components[:2]
    refreshed = await admin.put(f"/analytics/dashboards/{dashboard}")
    assert refreshed.status_code == 201
    status = (await admin.get(refreshed.json()["statusUrl"].partition("v68.0")[2])).json()
    assert {one["refreshStatus"] for one in status["componentStatus"]} == {"IDLE"}


async def test_a_dashboard_is_copied_and_deleted(admin: httpx.AsyncClient) -> None:
    source = await first_id(admin, "SELECT Id FROM Dashboard WHERE Title = 'Lead List Dashboard'")
    body = {"name": "Copy", "folderId": None}
    copied = (await admin.post(f"/analytics/dashboards?cloneId={source}", json=body)).json()
    assert len(copied["components"]) == 3
    assert (await admin.delete(f"/analytics/dashboards/{copied['id']}")).status_code == 204
    assert error(await admin.get(f"/analytics/dashboards/{copied['id']}/describe")) == (404, "ENTITY_IS_DELETED")
    assert error(await admin.get("/analytics/dashboards/01Z000000000000AAA")) == (404, "NOT_FOUND")
