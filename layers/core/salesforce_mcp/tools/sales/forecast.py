"""What opportunities add up to, and what people forecast and were asked for.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_forecastingitem.htm
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import page_of
from salesforce_mcp.salesforce.soql import quote_literal, read
from salesforce_mcp.tools.existence import require_record
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_Group = Literal["category", "owner", "stage", "quarter", "month"]
_GROUPS = {
    "category": "ForecastCategoryName",
    "owner": "Owner.Name",
    "stage": "StageName",
    "quarter": "CALENDAR_YEAR(CloseDate), CALENDAR_QUARTER(CloseDate)",
    "month": "CALENDAR_YEAR(CloseDate), CALENDAR_MONTH(CloseDate)",
}
_PERIODS = {
    "this quarter": "THIS_FISCAL_QUARTER",
    "next quarter": "NEXT_FISCAL_QUARTER",
    "this year": "THIS_FISCAL_YEAR",
    "next 12 months": "NEXT_N_DAYS:365",
}


@tool(Effect.READS)
async def getPipelineForecast(
    org: Org,
    groupBy: _Group = "category",
    period: Literal["this quarter", "next quarter", "this year", "next 12 months", "all"] = "this quarter",
    ownerId: str | None = None,
) -> dict[str, Any]:
    """Pipeline by close date: number, amount, expected revenue by group, open and won; the forecasts and quotas."""
    conditions = ["(IsClosed = FALSE OR IsWon = TRUE)"]
    if period != "all":
        conditions.append(f"CloseDate = {_PERIODS[period]}")
    if ownerId:
        ownerId = id_of("User", ownerId, parameter="ownerId")
        conditions.append(f"OwnerId = {quote_literal(ownerId)}")
    by = _GROUPS[groupBy]
    soql = (
        f"SELECT IsWon, COUNT(Id), SUM(Amount), SUM(ExpectedRevenue), {by} FROM Opportunity"  # noqa: S608
        f" WHERE {' AND '.join(conditions)} GROUP BY IsWon, {by}"
    )
    page = await org.query(soql)
    if ownerId and not page.rows:
        await require_record(org, ownerId)
    rows = sorted(
        (
            (_label(groupBy, group), "won" if won else "open", number, amount or 0, expected or 0)
            for won, number, amount, expected, *group in page.rows
        ),
        key=lambda row: (str(row[0]), row[1]),
    )
    still_open = [row for row in rows if row[1] == "open"]
    won = [row for row in rows if row[1] == "won"]
    return {
        "period": period,
        "openAmount": sum(row[3] for row in still_open),
        "openExpectedRevenue": sum(row[4] for row in still_open),
        "wonAmount": sum(row[3] for row in won),
        **Table((groupBy, "state", "opportunities", "amount", "expectedRevenue"), rows, len(rows)).as_data(),
        **await _forecasts(org, period, ownerId),
    }


def _label(by: str, group: Sequence[Any]) -> Any:
    """2026-Q4 and 2026-11: a span of twelve months has parts of two years."""
    if len(group) == 1:
        return group[0]
    year, part = group
    return f"{year}-Q{part}" if by == "quarter" else f"{year}-{part:02}"


class _Told(NamedTuple):
    """What an org with forecasts tells beside its opportunities."""

    name: str
    select: str
    whose: str
    columns: Sequence[str]


_TOLD = {
    "forecasts": _Told(
        "ForecastingItem",
        "Owner.Name, Period.StartDate, ForecastCategoryName, ForecastAmount, OwnerOnlyAmount, HasAdjustment",
        "OwnerId",
        ("owner", "periodStart", "category", "forecast", "ownOnly", "adjusted"),
    ),
    "quotas": _Told(
        "ForecastingQuota",
        "QuotaOwner.Name, Period.StartDate, QuotaAmount, QuotaQuantity",
        "QuotaOwnerId",
        ("owner", "periodStart", "amount", "quantity"),
    ),
}


async def _forecasts(org: Salesforce, period: str, owner: str | None) -> dict[str, Any]:
    """What people commit to and were asked for; a person's forecast has that of everybody below in it."""
    known = {str(entry["name"]) for entry in await org.objects()}
    queries = {key: _soql(told, period, owner) for key, told in _TOLD.items() if told.name in known}
    if not queries:
        return {}
    bodies = await org.together([Subrequest("GET", ("query",), key, params={"q": q}) for key, q in queries.items()])
    pages = {key: page_of(bodies[key], read(soql)) for key, soql in queries.items()}
    return {
        key: Table(_TOLD[key].columns, page.rows, page.total_size).as_data() for key, page in pages.items() if page.rows
    }


def _soql(told: _Told, period: str, owner: str | None) -> str:
    conditions = [f"Period.EndDate = {_PERIODS[period]}"] if period in _PERIODS else []
    conditions += [f"{told.whose} = {quote_literal(owner)}"] if owner else []
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {told.select} FROM {told.name}{where} ORDER BY Period.StartDate, {told.whose} LIMIT 2000"  # noqa: S608
