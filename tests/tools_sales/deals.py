"""Opportunities and products of the emulated org, as the tests of selling need them."""

from typing import Any

from server.world import SALES, World
from tools_sales.calls import calls_of


def bare_opportunity(world: World, **values: Any) -> str:
    caller = world.org.caller(world.site.user_id(SALES))
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 AND BillingCity IS NOT NULL LIMIT 1')[0][0]
    given = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "AccountId": account, **values}
    return str(world.org.insert(caller, "Opportunity", given))


def products(world: World, count: int) -> list[tuple[str, str, float]]:
    found = world.rows(
        'SELECT p.Name, p.ProductCode, e.UnitPrice FROM "PricebookEntry" e JOIN "Product2" p ON p.Id = e.Product2Id'
        ' JOIN "Pricebook2" b ON b.Id = e.Pricebook2Id'
        " WHERE b.IsStandard = 1 AND e.IsActive = 1 AND p.IsActive = 1 ORDER BY p.Id"
    )
    return found[:count]


async def with_lines(world: World, count: int, **line: Any) -> str:
    """An opportunity with the first products of the price book."""
    opportunity = bare_opportunity(world)
    lines = [
        {"product": name, "quantity": number + 1, **line} for number, (name, *_) in enumerate(products(world, count))
    ]
    result, _ = await calls_of(world, "addProducts", {"recordId": opportunity, "products": lines})
    assert not result.is_error, result.content[0].text
    return opportunity
