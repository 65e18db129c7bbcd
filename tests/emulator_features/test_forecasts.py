"""Forecast items: sums of opportunities by person, quarter and category."""

import httpx
from emulator_features.asking import create, error, first_id, rows

from salesforce_emulator.org import Org

ITEMS = (
    "SELECT Id, Owner.Username, Period.StartDate, ForecastCategoryName, ForecastAmount, OwnerOnlyAmount"
    " FROM ForecastingItem WHERE Period.StartDate = THIS_QUARTER"
)
OWN = """
SELECT u.Username, o.ForecastCategoryName, sum(o.Amount) FROM "Opportunity" o JOIN "User" u ON u.Id = o.OwnerId
WHERE o.IsDeleted = 0 AND o.CloseDate BETWEEN '2026-10-01' AND '2026-12-31' AND o.ForecastCategoryName != 'Omitted'
GROUP BY 1, 2
"""


def summed(org: Org) -> dict[tuple[str, str], float]:
    return {(name, category): amount for name, category, amount in org.connection.execute(OWN)}


async def test_a_seller_s_item_is_the_sum_of_their_opportunities(sales: httpx.AsyncClient, org: Org) -> None:
    found = await rows(sales, ITEMS)
    own = {key: amount for key, amount in summed(org).items() if key[0] == "sales@demo.example"}
    assert {(one["Owner"]["Username"], one["ForecastCategoryName"]): one["ForecastAmount"] for one in found} == own
    assert own
    assert all(one["OwnerOnlyAmount"] == one["ForecastAmount"] for one in found)


async def test_a_manager_s_item_adds_the_team(admin: httpx.AsyncClient, org: Org) -> None:
    managers = [one for one in await rows(admin, ITEMS) if one["Owner"]["Username"].startswith("maria.")]
    sums = summed(org)
    for one in managers:
        category = one["ForecastCategoryName"]
        # Bob has left, and what he has not handed over is still the team's.
        team = [amount for (_, named), amount in sums.items() if named == category]
        assert abs(one["ForecastAmount"] - sum(team)) < 0.01
        assert one["OwnerOnlyAmount"] == sums.get(("maria.lopez@demo.example", category), 0)
    assert managers


async def test_items_follow_the_opportunities_and_keep_their_ids(sales: httpx.AsyncClient) -> None:
    before = {one["Id"]: one["ForecastAmount"] for one in await rows(sales, ITEMS)}
    deal = {"Name": "Deal", "StageName": "Negotiation/Review", "CloseDate": "2026-12-01", "Amount": 1000}
    await create(sales, "Opportunity", **deal)
    after = {one["Id"]: one["ForecastAmount"] for one in await rows(sales, ITEMS)}
    assert before.keys() <= after.keys()
    assert sum(after.values()) == sum(before.values()) + 1000


async def test_forecasts_and_quotas_show_to_their_user_and_above(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    quotas = "SELECT QuotaOwner.Username, QuotaAmount, Period.Number FROM ForecastingQuota WHERE StartDate = THIS_YEAR"
    assert {one["QuotaOwner"]["Username"] for one in await rows(sales, quotas)} == {"sales@demo.example"}
    assert len(await rows(admin, quotas)) == 16
    assert error(await support.get("/query", params={"q": ITEMS})) == (400, "INVALID_TYPE")


async def test_a_new_quota_belongs_to_the_quarter_it_starts_in(admin: httpx.AsyncClient) -> None:
    kind = await first_id(admin, "SELECT Id FROM ForecastingType WHERE DeveloperName = 'OpportunityRevenue'")
    me = await first_id(admin, "SELECT Id FROM User WHERE Username = 'admin@demo.example'")
    values = {"QuotaOwnerId": me, "StartDate": "2026-04-01", "QuotaAmount": 5.0, "ForecastingTypeId": kind}
    made = await create(admin, "ForecastingQuota", **values)
    soql = f"SELECT Period.FullyQualifiedLabel FROM ForecastingQuota WHERE Id = '{made}'"  # noqa: S608
    assert (await rows(admin, soql))[0]["Period"]["FullyQualifiedLabel"] == "Q2 FY 2026"


async def test_a_forecast_item_is_not_written(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/sobjects/ForecastingItem", json={"ForecastAmount": 1})
    assert error(refused) == (400, "INVALID_TYPE_FOR_OPERATION")
