"""Territories: where accounts belong by their address, by hand, and for whom."""

import httpx
from emulator_features.asking import create, error, first_id, rows


async def territories(client: httpx.AsyncClient, account: str) -> list[tuple[str, str, str]]:
    soql = "SELECT Territory2.Name, AssociationCause, SobjectType FROM ObjectTerritory2Association"
    found = await rows(client, f"{soql} WHERE ObjectId = '{account}' ORDER BY Territory2.Name")
    return [(one["Territory2"]["Name"], one["AssociationCause"], one["SobjectType"]) for one in found]


async def test_an_account_goes_to_the_region_of_its_address(sales: httpx.AsyncClient) -> None:
    account = await create(sales, "Account", Name="A", BillingState="CA", BillingCountry="USA")
    assert await territories(sales, account) == [("West", "Territory2AssignmentRule", "Account")]
    await sales.patch(f"/sobjects/Account/{account}", json={"BillingState": None, "BillingCountry": "Germany"})
    assert await territories(sales, account) == [("Europe", "Territory2AssignmentRule", "Account")]
    off = {"Sforce-Auto-Assign": "FALSE"}
    await sales.patch(f"/sobjects/Account/{account}", json={"BillingCountry": "USA"}, headers=off)
    assert await territories(sales, account) == [("Europe", "Territory2AssignmentRule", "Account")]


async def test_an_account_is_placed_by_hand_once_and_stays_there(admin: httpx.AsyncClient) -> None:
    east = await first_id(admin, "SELECT Id FROM Territory2 WHERE Name = 'East'")
    account = await create(admin, "Account", Name="A", BillingState="CA", BillingCountry="USA")
    placed = {"ObjectId": account, "Territory2Id": east, "AssociationCause": "Territory2Manual"}
    await create(admin, "ObjectTerritory2Association", **placed)
    again = await admin.post("/sobjects/ObjectTerritory2Association", json=placed)
    assert error(again) == (400, "DUPLICATE_VALUE")
    await admin.patch(f"/sobjects/Account/{account}", json={"BillingState": "NY"})
    assert await territories(admin, account) == [("East", "Territory2Manual", "Account")]


async def test_a_seller_asks_for_the_accounts_of_the_own_territory(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient
) -> None:
    mine = await create(admin, "Account", Name="Mine", BillingState="WA", BillingCountry="USA")
    await create(admin, "Account", Name="Theirs", BillingState="NY", BillingCountry="USA")
    scoped = "SELECT Id FROM Account USING SCOPE my_territory"
    assert await rows(sales, scoped) == []
    me = await first_id(sales, "SELECT Id FROM User WHERE Username = 'sales@demo.example'")
    west = await first_id(admin, "SELECT Id FROM Territory2 WHERE Name = 'West'")
    await create(admin, "UserTerritory2Association", UserId=me, Territory2Id=west)
    assert [one["Id"] for one in await rows(sales, scoped)] == [mine]
