"""A row saved in bulk is the row that REST saves, and the sums that hang on it are right."""

from typing import Any

import pytest
from emulator_bulk.desk import Desk
from emulator_http.world import SUPPORT

from salesforce_emulator.org import Org

ROWS: dict[str, dict[str, Any]] = {
    "Account": {"Name": "Acme", "Industry": "Technology", "AnnualRevenue": 1000.4, "BillingCity": "Austin"},
    "Contact": {"FirstName": "Ada", "LastName": "Bell", "Email": "ada@bell.example", "Languages__c": "German;English"},
    "Lead": {"LastName": "Bell", "Company": "Bell", "Status": "Qualified", "Score__c": 55},
    "Opportunity": {"Name": "Deal", "StageName": "Closed Won", "CloseDate": "2026-12-01", "Amount": 100},
    "Case": {"Subject": "Broken", "Status": "New", "Origin": "Phone"},
    "Task": {"Subject": "Call", "Status": "Completed", "ActivityDate": "2026-11-20"},
    "Event": {"Subject": "Meet", "StartDateTime": "2026-11-20T10:00:00Z", "EndDateTime": "2026-11-20T11:30:00Z"},
    "Campaign": {"Name": "Spring", "IsActive": True, "BudgetedCost": 99.5},
    "Product2": {"Name": "Thing", "ProductCode": "T-1", "IsActive": False},
    "Wide__c": {
        "Name": "W",
        "Moment_1__c": "2026-11-20T10:00:00+02:00",
        "Hour_1__c": "10:15:00.000Z",
        "Flag_1__c": True,
    },
}


@pytest.mark.parametrize("name", ROWS)
async def test_bulk_and_rest_store_the_same(desk: Desk, org: Org, name: str) -> None:
    values = ROWS[name]
    rest = await desk.call("POST", f"sobjects/{name}", json=values, headers={"Sforce-Auto-Assign": "FALSE"})
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values.values()]
    job = await desk.run(f"{','.join(values)}\n{','.join(texts)}\n", object=name, operation="insert")
    ((record_id, *_),) = (await desk.rows(job, "successfulResults"))[1:]

    one, other = (org.row(name, found) or {} for found in (rest.json()["id"], record_id))
    numbered = {field.name for field in org.schema.known(name).fields if field.auto_number} | {"Id"}
    assert {key: value for key, value in one.items() if key not in numbered} == {
        key: value for key, value in other.items() if key not in numbered
    }
    assert one["Id"] != other["Id"]


async def test_a_case_that_the_user_does_not_see_fails_in_bulk_and_is_in_no_export(desk: Desk, org: Org) -> None:
    nora = "SELECT Id FROM \"User\" WHERE Username = 'nora.patel@demo.example'"
    values = {"Subject": "Private", "OwnerId": org.connection.execute(nora).fetchone()[0]}
    case = (await desk.call("POST", "sobjects/Case", json=values)).json()["id"]
    agent = desk.signed_in(SUPPORT)
    job = await agent.run(f"Id,Priority\n{case},High\n", object="Case", operation="update")
    assert [row[0] for row in (await agent.rows(job, "failedResults"))[1:]] == [case]
    assert (org.row("Case", case) or {})["Priority"] == "Medium"
    for who, expected in ((agent, 0), (desk, 1)):
        order = {"operation": "query", "query": "SELECT Id FROM Case"}
        export = (await who.call("POST", "jobs/query", json=order)).json()["id"]
        desk.site.bulk.finish()
        assert (await who.read(export, "query"))["numberRecordsProcessed"] == expected


async def test_sums_follow_the_lines_of_a_bulk_job(desk: Desk, org: Org) -> None:
    await desk.run("ERP_Id__c\nI-1\nI-2\n", object="Invoice__c", operation="insert")
    lines = "".join(f"I-{1 + number % 2},L{number},{number % 7 + 1},{number}.25\n" for number in range(430))
    header = "Invoice__r.ERP_Id__c,Description__c,Quantity__c,Unit_Price__c\n"
    job = await desk.run(header + lines, object="Invoice_Line__c", operation="insert")
    made = [row[0] for row in (await desk.rows(job, "successfulResults"))[1:]]
    assert len(made) == 430
    assert_totals(org)

    await desk.run(
        "Id,Quantity__c\n" + "".join(f"{one},3\n" for one in made[::3]), object="Invoice_Line__c", operation="update"
    )
    assert_totals(org)
    await desk.run("Id\n" + "".join(f"{one}\n" for one in made[::2]), object="Invoice_Line__c", operation="delete")
    assert_totals(org)
    assert org.record_count("Invoice_Line__c") == 215


async def test_a_bad_row_does_not_change_what_its_neighbours_become(desk: Desk, org: Org) -> None:
    good = [f"Deal {number},Prospecting,2026-12-01,{number}\n" for number in range(30)]
    header = "Name,StageName,CloseDate,Amount\n"
    await desk.run(header + "".join(good), object="Opportunity", operation="insert")
    clean = stored(org)
    org.connection.execute('DELETE FROM "Opportunity"')
    poisoned = [*good[:10], "Bad,No Such Stage,2026-12-01,1\n", *good[10:20], ",Prospecting,,\n", *good[20:]]
    job = await desk.run(header + "".join(poisoned), object="Opportunity", operation="insert")

    assert stored(org) == clean
    codes = [row[1].partition(":")[0] for row in (await desk.rows(job, "failedResults"))[1:]]
    assert codes == ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "REQUIRED_FIELD_MISSING"]


def stored(org: Org) -> list[tuple[Any, ...]]:
    query = (
        'SELECT Name, StageName, Probability, Amount, ExpectedRevenue, ForecastCategory FROM "Opportunity" ORDER BY Id'
    )
    return org.connection.execute(query).fetchall()


def assert_totals(org: Org) -> None:
    query = (
        "SELECT i.ERP_Id__c, round(i.Total__c, 2), round(coalesce(sum(l.Quantity__c * l.Unit_Price__c), 0), 2)"
        ' FROM "Invoice__c" i LEFT JOIN "Invoice_Line__c" l ON l.Invoice__c = i.Id AND l.IsDeleted = 0 GROUP BY i.Id'
    )
    for key, total, summed in org.connection.execute(query).fetchall():
        assert total == pytest.approx(summed), key
