"""What will come in: the pipeline, and where the org has them forecasts and quotas."""

import pytest
from server.world import ADMIN, SALES, SUPPORT, World
from tools_sales.calls import calls_of


@pytest.mark.parametrize("group", ["category", "owner", "stage", "quarter", "month"])
async def test_the_forecast_adds_up_to_what_the_org_holds(world: World, group: str) -> None:
    result, calls = await calls_of(world, "getPipelineForecast", {"groupBy": group, "period": "all"})
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    told = result.structured_content
    is_open, expected = world.rows(
        'SELECT sum(Amount), sum(ExpectedRevenue) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0'
    )[0]
    assert told["openAmount"] == pytest.approx(is_open)
    assert told["openExpectedRevenue"] == pytest.approx(expected)
    assert (
        sum(row[2] for row in told["rows"])
        == world.rows('SELECT count(*) FROM "Opportunity" WHERE (IsClosed = 0 OR IsWon = 1) AND IsDeleted = 0')[0][0]
    )


@pytest.mark.parametrize(("group", "label"), [("month", "2026-12"), ("quarter", "2027-Q1")])
async def test_months_and_quarters_of_two_years_are_told_apart_and_stand_in_their_order(
    world: World, group: str, label: str
) -> None:
    result, _ = await calls_of(world, "getPipelineForecast", {"groupBy": group, "period": "next 12 months"})
    rows = result.structured_content["rows"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    days = ("2026-12-01", "2026-12-31") if group == "month" else ("2027-01-01", "2027-03-31")
    stored = 'SELECT count(*) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 AND CloseDate BETWEEN ? AND ?'
    assert [(row[0], row[2]) for row in rows if row[0] == label] == [(label, world.rows(stored, *days)[0][0])]


async def test_a_sellers_forecast_is_what_the_opportunities_add_up_to_and_stands_beside_the_quota(world: World) -> None:
    result, calls = await calls_of(world, "getPipelineForecast", {"period": "this quarter"}, user=SALES)
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    told = result.structured_content
    assert told["forecasts"]["columns"] == ["owner", "periodStart", "category", "forecast", "ownOnly", "adjusted"]
    own = world.rows(
        'SELECT o.ForecastCategoryName, sum(o.Amount) FROM "Opportunity" o JOIN "User" u ON u.Id = o.OwnerId'
        " WHERE u.Username = ? AND o.IsDeleted = 0 AND o.ForecastCategoryName <> 'Omitted'"
        " AND o.CloseDate BETWEEN '2026-10-01' AND '2026-12-31' GROUP BY 1",
        SALES,
    )
    forecasts = {row[2]: row[3] for row in told["forecasts"]["rows"]}
    assert forecasts == {category: pytest.approx(amount) for category, amount in own}
    assert {(row[0], row[1]) for row in told["forecasts"]["rows"]} == {("Sam Sales", "2026-10-01")}
    quota = world.rows(
        'SELECT q.QuotaAmount FROM "ForecastingQuota" q JOIN "User" u ON u.Id = q.QuotaOwnerId'
        " WHERE u.Username = ? AND q.StartDate = '2026-10-01'",
        SALES,
    )
    assert [row[2] for row in told["quotas"]["rows"]] == [quota[0][0]]


async def test_a_manager_sees_the_team_or_one_of_it(world: World) -> None:
    everybody, _ = await calls_of(world, "getPipelineForecast", {"period": "all"}, user=ADMIN)
    owners = {row[0] for row in everybody.structured_content["forecasts"]["rows"]}
    assert {"Maria Lopez", "Sam Sales"} <= owners
    one = {"period": "this year", "ownerId": world.site.user_id(SALES)}
    alone, _ = await calls_of(world, "getPipelineForecast", one, user=ADMIN)
    assert {row[0] for row in alone.structured_content["forecasts"]["rows"]} == {"Sam Sales"}
    assert len(alone.structured_content["quotas"]["rows"]) == 4


async def test_who_sees_no_opportunity_gets_no_forecast(world: World) -> None:
    result, _ = await calls_of(world, "getPipelineForecast", {}, user=SUPPORT)
    assert result.structured_content["code"] == "INVALID_TYPE"


async def test_where_nobody_forecasts_the_pipeline_is_told_alone(world: World) -> None:
    world.org.connection.execute('DELETE FROM "ForecastingQuota"')
    world.org.connection.execute('UPDATE "User" SET ForecastEnabled = 0')
    result, _ = await calls_of(world, "getPipelineForecast", {"period": "all"})
    assert not result.is_error, result.content[0].text
    assert not {"forecasts", "quotas"} & result.structured_content.keys()
    assert result.structured_content["openAmount"] > 0
