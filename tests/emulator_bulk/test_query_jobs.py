"""Bulk API 2.0 query: results complete, in pages, and only for whom they are."""

import csv
import io

import httpx
import pytest
from emulator_bulk.desk import Desk
from emulator_http.world import ADMIN, SALES

from salesforce_emulator.org import Org


@pytest.fixture
def filled(org: Org) -> Org:
    user_id = org.check_password(ADMIN, "demo")
    assert user_id
    admin = org.caller(user_id)
    with org.batch():
        for number in range(4_500):
            org.insert(admin, "BigTable__c", {"Text__c": f'Row {number}, "quoted"\nand broken', "Number__c": number})
    return org


def rows(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.text, newline="")))


async def test_a_query_becomes_csv_with_flat_columns(desk: Desk, org: Org) -> None:
    await desk.run("Name,ERP_Id__c\nAcme,E-1\n", object="Account", operation="insert")
    await desk.run(
        "LastName,Account.ERP_Id__c,Birthdate\nBell,E-1,1980-02-03\nAlone,,\n", object="Contact", operation="insert"
    )
    job = await desk.query(
        "SELECT Id, Account.Name, LastName, CreatedDate, Birthdate, Account.AnnualRevenue, Account.IsDeleted, IsDeleted"
        " FROM Contact ORDER BY LastName"
    )
    answer = await desk.call("GET", f"jobs/query/{job}/results")

    header, alone, bell = rows(answer)
    assert answer.text.startswith('"Id","Account.Name","LastName","CreatedDate","Birthdate","Account.AnnualRevenue"')
    assert header[-1] == "IsDeleted"
    assert alone[1:] == ["", "Alone", "2026-11-18T10:30:00.000Z", "", "", "", "false"]
    assert bell[1:] == ["Acme", "Bell", "2026-11-18T10:30:00.000Z", "1980-02-03", "", "false", "false"]
    assert (answer.headers["Sforce-Locator"], answer.headers["Sforce-NumberOfRecords"]) == ("null", "2")
    done = await desk.read(job, "query")
    assert (done["state"], done["jobType"], done["numberRecordsProcessed"]) == ("JobComplete", "V2Query", 2)


@pytest.mark.parametrize("size", [1_000, 1_999, 2_000, 2_001, 4_499, 4_500, 10_000])
async def test_pages_of_any_size_give_every_row_once(desk: Desk, filled: Org, size: int) -> None:
    job = await desk.query("SELECT Number__c, Text__c FROM BigTable__c ORDER BY Number__c")
    found: list[list[str]] = []
    locator = ""
    while locator != "null":
        more = {"locator": locator} if locator else {}
        answer = await desk.call("GET", f"jobs/query/{job}/results", params={"maxRecords": str(size), **more})
        header, *page = rows(answer)
        assert header == ["Number__c", "Text__c"]
        assert answer.headers["Sforce-NumberOfRecords"] == str(len(page))
        found += page
        locator = answer.headers["Sforce-Locator"]

    assert [row[0] for row in found] == [f"{number}.0" for number in range(4_500)]
    assert found[7][1] == 'Row 7, "quoted"\nand broken'


async def test_result_pages_can_be_read_at_the_same_time(desk: Desk, filled: Org) -> None:
    job = await desk.query("SELECT Number__c FROM BigTable__c")
    pages = (await desk.call("GET", f"jobs/query/{job}/resultPages")).json()
    read = [await desk.call("GET", one["resultUrl"]) for one in pages["resultPages"]]

    assert pages["done"] is True
    assert all(one["resultUrl"] == one["resultLink"] for one in pages["resultPages"])
    assert sum(len(rows(one)) - 1 for one in read) == 4_500


async def test_what_changes_after_the_job_began_does_not_tear_the_result(desk: Desk, filled: Org) -> None:
    answer = await desk.call(
        "POST", "jobs/query", json={"operation": "query", "query": "SELECT Number__c FROM BigTable__c"}
    )
    job = answer.json()["id"]
    desk.site.bulk.step()
    desk.site.bulk.step()
    await desk.run("Number__c\n1\n", object="BigTable__c", operation="insert")
    desk.site.bulk.finish()

    assert (await desk.read(job, "query"))["numberRecordsProcessed"] == 4_500


async def test_deleted_rows_are_in_query_all(desk: Desk) -> None:
    inserted = await desk.run("Name\nA\nB\n", object="Account", operation="insert")
    first = (await desk.rows(inserted, "successfulResults"))[1][0]
    await desk.run(f"Id\n{first}\n", object="Account", operation="delete")
    living = await desk.query("SELECT Name FROM Account")
    every = await desk.query("SELECT Name FROM Account", operation="queryAll")

    assert rows(await desk.call("GET", f"jobs/query/{living}/results")) == [["Name"], ["B"]]
    assert rows(await desk.call("GET", f"jobs/query/{every}/results")) == [["Name"], ["A"], ["B"]]


async def test_an_empty_result_is_a_header(desk: Desk) -> None:
    job = await desk.query("SELECT Id, Name FROM Account")
    answer = await desk.call("GET", f"jobs/query/{job}/results")

    assert (answer.text, answer.headers["Sforce-NumberOfRecords"]) == ('"Id","Name"\n', "0")


async def test_results_are_read_with_the_version_of_the_job(desk: Desk) -> None:
    job = await desk.query("SELECT Id FROM Account")
    answer = await desk.call("GET", f"/services/data/v66.0/jobs/query/{job}/results")

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (409, "INVALIDVERSION")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT COUNT() FROM Account", "API_ERROR"),
        ("SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry", "API_ERROR"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "API_ERROR"),
        ("SELECT TYPEOF What WHEN Account THEN Name END FROM Task", "API_ERROR"),
        ("SELECT FIELDS(ALL) FROM Account LIMIT 200", "API_ERROR"),
        ("SELECT BillingAddress FROM Account", "API_ERROR"),
        ("SELECT VersionData FROM ContentVersion", "API_ERROR"),
        ("SELECT Id FROM TaskStatus", "INVALIDENTITY"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        (" ", "INVALIDJOB"),
    ],
)
async def test_what_bulk_queries_cannot_do_is_said_at_once(desk: Desk, soql: str, code: str) -> None:
    answer = await desk.call("POST", "jobs/query", json={"operation": "query", "query": soql})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


async def test_hidden_fields_are_hidden_here_too(desk: Desk) -> None:
    answer = await desk.signed_in(SALES).call(
        "POST", "jobs/query", json={"operation": "query", "query": "SELECT Internal_Margin__c FROM Account"}
    )

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


async def test_a_query_job_can_be_aborted_and_deleted(desk: Desk, filled: Org) -> None:
    answer = await desk.call("POST", "jobs/query", json={"operation": "query", "query": "SELECT Id FROM BigTable__c"})
    job = answer.json()["id"]
    desk.site.bulk.step()
    aborted = await desk.call("PATCH", f"jobs/query/{job}", json={"state": "Aborted"})
    results = await desk.call("GET", f"jobs/query/{job}/results")
    deleted = await desk.call("DELETE", f"jobs/query/{job}")

    assert (aborted.json()["state"], results.status_code, deleted.status_code) == ("Aborted", 400, 204)
    assert filled.connection.execute("SELECT count(*) FROM _bulk_piece").fetchone() == (0,)


@pytest.mark.parametrize("locator", ["%%%", "YWJj", "OTk5OTk", "LTU"])
async def test_a_locator_that_was_not_given_out_is_refused(desk: Desk, filled: Org, locator: str) -> None:
    job = await desk.query("SELECT Id FROM BigTable__c")
    answer = await desk.call("GET", f"jobs/query/{job}/results", params={"locator": locator})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
