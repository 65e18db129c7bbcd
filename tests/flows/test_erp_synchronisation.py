"""An ERP system keeps its customers and orders in the org by its own numbers, as often as it likes."""

from typing import Any

from flows.asking import asking, insert
from server.world import ADMIN, World

NUMBERS = "SELECT ERP_Id__c, Name, BillingCity FROM \"Account\" WHERE ERP_Id__c LIKE 'C-%' AND IsDeleted = 0 ORDER BY 1"
ORDERS = (
    'SELECT o.ERP_Id__c, a.ERP_Id__c, o.PoNumber FROM "Order" o JOIN "Account" a ON a.Id = o.AccountId'
    " WHERE o.IsDeleted = 0 AND o.ERP_Id__c IS NOT NULL ORDER BY 1"
)


def customer(number: str, **record: Any) -> dict[str, Any]:
    return _upsert("Account", number, record)


def order(number: str, of: str, **record: Any) -> dict[str, Any]:
    given = {"Account": {"ERP_Id__c": of}, "EffectiveDate": "2026-11-20", "Status": "Draft", **record}
    return _upsert("Order", number, given)


def _upsert(name: str, number: str, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "operation": "upsert",
        "objectName": name,
        "externalIdField": "ERP_Id__c",
        "externalId": number,
        "record": record,
    }


CUSTOMERS = [
    customer("C-1", Name="Known Corp", BillingCity="Reno"),
    customer("C-2", Name="New Corp", BillingCity="Fresno"),
]


def evening(**third: Any) -> list[dict[str, Any]]:
    """The orders of a day; `third` is how the ERP wrote the third."""
    return [
        order("O-1", "C-1", PoNumber="77"),
        order("O-2", "C-2", PoNumber="78"),
        order("O-3", "C-2", PoNumber="79", **third),
        order("O-4", "C-9", PoNumber="80"),
    ]


async def test_customers_and_orders_arrive_by_their_own_numbers(world: World) -> None:
    known = insert(world, "Account", Name="Known Corp", ERP_Id__c="C-1")
    async with asking(world, calls=2, username=ADMIN) as ask:
        accounts = await ask("executeBatch", operations=CUSTOMERS)
        orders = await ask("executeBatch", operations=[order("O-1", "C-1"), order("O-2", "C-2")])
    assert [result["created"] for result in accounts["results"]] == [False, True]
    assert accounts["results"][0]["id"] == known
    assert orders["succeeded"] == 2
    assert world.rows(NUMBERS) == [("C-1", "Known Corp", "Reno"), ("C-2", "New Corp", "Fresno")]
    assert world.rows(ORDERS) == [("O-1", "C-1", None), ("O-2", "C-2", None)]


async def test_what_fails_is_named_the_rest_is_done_and_a_rerun_mends_it_without_doubling(world: World) -> None:
    async with world.client(ADMIN) as client:
        await client.call_tool("executeBatch", {"operations": CUSTOMERS})
        result = await client.call_tool("executeBatch", {"operations": evening(Status="Shipped")})
        account = result.structured_content
        assert result.is_error
        assert (account["succeeded"], account["failed"]) == (2, 2)
        assert "2 of 4 were done and stay done" in account["note"]
        wrong = {one["referenceId"]: one["error"] for one in account["results"] if "error" in one}
        assert wrong["op3"]["code"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        assert wrong["op4"]["code"] == "INVALID_FIELD"
        assert "C-9" in wrong["op4"]["message"]
        assert world.rows(ORDERS) == [("O-1", "C-1", "77"), ("O-2", "C-2", "78")]
        first = [one["id"] for one in account["results"] if "id" in one]

        await client.call_tool("executeBatch", {"operations": [customer("C-9", Name="Late Corp")]})
        again = (await client.call_tool("executeBatch", {"operations": evening()})).structured_content
        assert again["failed"] == 0
        assert [one["created"] for one in again["results"]] == [False, False, True, True]
        assert [one["id"] for one in again["results"]][:2] == first
        complete = world.rows(ORDERS)
        assert [row[0] for row in complete] == ["O-1", "O-2", "O-3", "O-4"]

        third = (await client.call_tool("executeBatch", {"operations": evening()})).structured_content
    assert [one["created"] for one in third["results"]] == [False] * 4
    assert world.rows(ORDERS) == complete


async def test_one_call_keeps_a_customer_and_its_order_together(world: World) -> None:
    both = [customer("C-5", Name="Paired Corp"), {**order("O-5", "C-5"), "referenceId": "theOrder"}]
    both[1]["record"] = {"AccountId": "@{theCustomer.id}", "EffectiveDate": "2026-11-20", "Status": "Shipped"}
    both[0]["referenceId"] = "theCustomer"
    before = world.rows(NUMBERS), world.rows(ORDERS)
    async with world.client(ADMIN) as client:
        refused = await client.call_tool("executeComposite", {"operations": both})
        assert refused.is_error
        assert "nothing was changed" in refused.structured_content["note"]
        assert (world.rows(NUMBERS), world.rows(ORDERS)) == before
        both[1]["record"]["Status"] = "Draft"
        done = await client.call_tool("executeComposite", {"operations": both})
    assert not done.is_error, done.content[0].text
    assert world.rows(ORDERS) == [("O-5", "C-5", None)]
