"""Reports, dashboards and list views: the same figures as the records, as flat rows, in few calls."""

from typing import Any

import pytest
from fake_clock import FakeClock
from server.world import READ_ONLY, SALES, SUPPORT, World, world_of

from salesforce_emulator import ids
from salesforce_emulator.org import Org

ALL = "/mcp/x/analytics"


def calls(world: World) -> int:
    return len(world.salesforce_requests)


async def test_reports_are_found_by_a_part_of_their_name(world: World) -> None:
    async with world.client(SALES, path=ALL) as client:
        every = await client.call_tool("listReports", {})
        cases = await client.call_tool("listReports", {"search": "cases"})
        folder = await client.call_tool("listReports", {"folder": "Sales"})
        dashboards = await client.call_tool("listReports", {"kind": "dashboard"})
    assert every.structured_content["totalSize"] == world.rows('SELECT count(*) FROM "Report"')[0][0]
    assert [row[1] for row in cases.structured_content["rows"]] == ["Cases Created This Week"]
    assert "Open Opportunities" in folder.content[0].text
    assert "Sales Dashboard" in dashboards.content[0].text
    assert calls(world) == 4


async def test_a_report_is_described_with_what_it_can_be_filtered_by(world: World) -> None:
    async with world.client(SALES, path=ALL) as client:
        result = await client.call_tool("getReport", {"report": "open opportunities", "show": "columns"})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    assert told["format"] == "SUMMARY"
    assert told["groupedBy"] == ["STAGE_NAME"]
    assert ["AMOUNT", "Amount", "currency"] in told["rows"]
    assert calls(world) == 2


async def test_a_report_s_groups_totals_and_records_agree_with_the_org(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("getReport", {"report": "Open Opportunities"})
        short = await client.call_tool("getReport", {"report": "Open Opportunities", "show": "groups"})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    query = 'SELECT StageName, sum(Amount), count(*) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 GROUP BY 1'
    expected = {stage: (pytest.approx(amount), number) for stage, amount, number in world.rows(query)}
    assert {row[0]: tuple(row[1:]) for row in told["groups"]["rows"]} == expected
    assert told["totals"]["Record Count"] == sum(number for _, number in expected.values()) == len(told["rows"])
    assert told["columns"][0] == "Stage"
    named = dict(zip(told["columns"], told["rows"][0], strict=True))
    stored = world.rows('SELECT Name, StageName, Amount FROM "Opportunity" WHERE Id = ?', named["Name Id"])
    assert stored == [(named["Name"], named["Stage"], named["Amount"])]
    assert {row[0] for row in short.structured_content["rows"]} == set(expected)
    assert calls(world) == 4  # each: the id by its name, and the run


async def test_filters_and_a_period_count_for_this_run(world: World) -> None:
    report = world.rows("SELECT Id FROM \"Report\" WHERE Name = 'Open Opportunities'")[0][0]
    given = {"report": report, "filters": [{"column": "AMOUNT", "operator": "greaterThan", "value": "50000"}]}
    async with world.client(path=ALL) as client:
        large = await client.call_tool("getReport", given)
        used = calls(world)
        week = await client.call_tool("getReport", {"report": "Cases Created This Week", "show": "groups"})
        year = await client.call_tool(
            "getReport", {"report": "Cases Created This Week", "period": "LAST_N_DAYS:365", "show": "groups"}
        )
        dates = await client.call_tool(
            "getReport", {"report": "Cases Created This Week", "period": "2000-01-01..2099-12-31"}
        )
    query = 'SELECT count(*) FROM "Opportunity" WHERE IsDeleted = 0 AND IsClosed = 0 AND Amount > 50000'
    assert large.structured_content["totals"]["Record Count"] == world.rows(query)[0][0]
    assert used == 1
    counts = [each.structured_content["totals"]["Record Count"] for each in (week, year, dates)]
    assert 0 < counts[0] < counts[1] <= counts[2]
    assert counts[2] == world.rows('SELECT count(*) FROM "Case" WHERE IsDeleted = 0')[0][0]


async def test_columns_signs_and_periods_are_taken_as_people_write_them(world: World) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"filters": [{"column": "Amount", "operator": ">", "value": 50000}]}, "Amount > 50000"),
        ({"filters": [{"column": "stage", "operator": "EQUALS", "value": "Prospecting"}]}, "StageName = 'Prospecting'"),
        (
            {"period": "2027-01-01 .. 2027-03-31", "dateColumn": "Close Date"},
            "CloseDate BETWEEN '2027-01-01' AND '2027-03-31'",
        ),
    ]
    async with world.client(path=ALL) as client:
        for given, where in cases:
            result = await client.call_tool("getReport", {"report": "open opportunities", "show": "groups", **given})
            assert not result.is_error, result.content[0].text
            query = f'SELECT count(*) FROM "Opportunity" WHERE IsDeleted = 0 AND IsClosed = 0 AND {where}'  # noqa: S608
            assert result.structured_content["totals"]["Record Count"] == world.rows(query)[0][0]
        year = {"report": "Cases Created This Week", "show": "groups", "period": "last 365 days"}
        counted = await client.call_tool("getReport", year)
        named = await client.call_tool("getReport", {**year, "period": "LAST_N_DAYS:365"})
    assert calls(world) == 3 * len(cases) + 6  # each: the id, the columns, the run
    assert counted.structured_content["totals"] == named.structured_content["totals"]


async def test_reports_are_found_by_words_and_a_misspelled_one_by_its_like(world: World) -> None:
    dashboard = world.rows("SELECT Id FROM \"Dashboard\" WHERE Title = 'Sales Dashboard'")[0][0]
    async with world.client(path=ALL) as client:
        listed = await client.call_tool("listReports", {"search": "week cases"})
        run = await client.call_tool("getReport", {"report": "week cases", "show": "groups"})
        missed = await client.call_tool("getReport", {"report": "Open Oportunities"})
        by_id = await client.call_tool("getReport", {"report": dashboard})
    assert [row[1] for row in listed.structured_content["rows"]] == ["Cases Created This Week"]
    assert run.structured_content["report"] == "Cases Created This Week"
    assert missed.structured_content["hint"] == "Did you mean Open Opportunities?"
    assert by_id.structured_content["dashboard"] == "Sales Dashboard"


async def test_a_matrix_is_flat_too(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("getReport", {"report": "Won by Month and Type", "show": "groups"})
    told = result.structured_content
    assert len(told["columns"]) == 4
    assert sum(row[-1] for row in told["rows"]) == told["totals"]["Record Count"]


async def test_a_large_report_arrives_whole_over_cursors(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, result_tokens=2_000) as small, small.client(path=ALL) as client:
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(50):
            result = await client.call_tool("getReport", {"report": "Lead List Report", **cursor})
            assert not result.is_error, result.content[0].text
            assert len(result.content[0].text.encode()) <= 8_000
            told = result.structured_content
            seen += [str(row) for row in told["rows"]]
            if "cursor" not in told:
                break
            cursor = {"cursor": told["cursor"]}
        expected = small.rows('SELECT count(*) FROM "Lead" WHERE IsDeleted = 0')[0][0]
    assert len(seen) == expected
    assert len(set(seen)) == len(seen)


async def test_a_long_report_runs_in_the_background(world: World) -> None:
    async with world.client(path=ALL) as client:
        started = await client.call_tool("getReport", {"report": "Lead List Report", "runId": "start"})
        assert not started.is_error, started.content[0].text
        run = started.structured_content["runId"]
        for _ in range(3):
            result = await client.call_tool("getReport", {"report": "Lead List Report", "runId": run})
    assert result.structured_content["totals"]["Record Count"] > 0


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "report is missing"),
        ({"report": "No such report"}, "no report named 'No such report'"),
        ({"report": "e"}, "Several have this in their name"),
        ({"report": ids.make("00O", 99_999)}, "NOT_FOUND"),
        ({"report": "Open Opportunities", "filterLogic": "1 OR 2"}, "filterLogic without filters"),
        ({"report": "Open Opportunities", "filters": [{"column": "NOPE", "value": "1"}]}, "NOPE"),
        (
            {"report": "Open Opportunities", "filters": [{"column": "AMOUNT", "operator": "is", "value": "1"}]},
            "operator",
        ),
        ({"report": "Lead List Report", "period": "THIS_WEEK"}, "dateColumn"),
        ({"report": "Lead List Report", "period": "2026-01-01..soon"}, "no span of days"),
        ({"report": "Lead List Report", "period": "2026-03-01..2026-01-01"}, "ends before it begins"),
        ({"report": "Open Opportunities", "filters": [{"column": "Amnt", "value": "1"}]}, "Did you mean Amount"),
        ({"report": "Lead List Report", "cursor": "x"}, "cursor"),
    ],
)
async def test_a_run_that_cannot_be_says_why(world: World, given: dict[str, object], named: str) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("getReport", given)
    assert result.is_error
    assert named in result.content[0].text


async def test_a_dashboard_shows_the_figures_behind_its_charts(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("getReport", {"report": "Sales Dashboard", "kind": "dashboard"})
        none = await client.call_tool("getReport", {"report": "Nothing", "kind": "dashboard"})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    pipeline = next(one for one in told["components"] if one["report"] == "Open Opportunities")
    total = world.rows('SELECT sum(Amount) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0')[0][0]
    assert pipeline["totals"]["Sum of Amount"] == pytest.approx(total)
    assert pipeline["groups"]["rows"]
    assert none.structured_content["code"] == "NOT_FOUND"
    assert calls(world) == 4  # the last: which names are near


async def test_a_list_view_shows_what_its_users_see(world: World) -> None:
    async with world.client(SUPPORT, path=ALL) as client:
        views = await client.call_tool("runListView", {"objectName": "Case"})
        seen = await client.call_tool("runListView", {"objectName": "Case", "view": "all open cases"})
        first = await client.call_tool("runListView", {"objectName": "Case", "view": "AllCases", "limit": 5})
        wrong = await client.call_tool("runListView", {"objectName": "Case", "view": "All Kases"})
    assert "AllOpenCases" in views.content[0].text
    told = seen.structured_content
    numbers = {dict(zip(told["columns"], row, strict=True))["CaseNumber"] for row in told["rows"]}
    # Cases are private: an agent's own, and those of the queue the agent is in.
    query = (
        'SELECT CaseNumber FROM "Case" c LEFT JOIN "User" u ON u.Id = c.OwnerId LEFT JOIN "Group" g ON g.Id = c.OwnerId'
        " WHERE IsClosed = 0 AND IsDeleted = 0 AND (u.Username = ? OR g.Name = 'Support')"
    )
    assert numbers == {row[0] for row in world.rows(query, SUPPORT)}
    assert numbers
    assert first.structured_content["returned"] == 5
    assert "offset 5" in first.structured_content["note"]
    assert "Did you mean All Cases" in wrong.content[0].text
    assert calls(world) <= 6


async def test_a_user_s_report_holds_what_this_user_may_see(world: World) -> None:
    async with world.client(READ_ONLY, path=ALL) as client:
        result = await client.call_tool("getReport", {"report": "Lead List Report"})
    assert "Internal_Margin__c" not in result.model_dump_json()
