"""Jobs through a client: each operation, each source, and who sees what."""

from datetime import datetime
from typing import Any

import pytest
from bulk.office import Desk, Office
from bulk.test_import import contacts
from server.world import SALES, SUPPORT


async def imported(desk, count: int) -> str:
    begun = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=contacts(count))
    job = await desk.ended(begun["jobId"])
    assert job["state"] == "complete"
    return str(job["jobId"])


async def deleted(desk: Desk, **what: Any) -> dict[str, Any]:
    """Contacts deleted as they were shown."""
    what = {"objectName": "Contact", "operation": "delete", **what}
    shown = await desk.call("createBulkJob", **what)
    return await desk.call("createBulkJob", **what, planId=shown["planId"])


@pytest.mark.parametrize("count", [10, 2_100])
async def test_records_are_updated_upserted_and_deleted_few_or_many(office: Office, count: int) -> None:
    async with office.desk() as desk:
        await imported(desk, count)
        ids = [row[0] for row in office.world.rows("SELECT Id FROM Contact WHERE LastName LIKE 'Import %'")]
        changes = "Id,Title\n" + "".join(f"{one},Poet\n" for one in ids)
        begun = await desk.call("createBulkJob", objectName="Contact", operation="update", csv=changes)
        assert (await desk.ended(begun["jobId"]))["succeeded"] == count
        assert office.count("Title = 'Poet'") == count
        rows = [{"Id": one} for one in ids]
        begun = await deleted(desk, rows=rows)
        assert (await desk.ended(begun["jobId"]))["succeeded"] == count
    assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 0


async def test_a_job_that_deletes_contacts_deletes_nothing_else(office: Office) -> None:
    async with office.desk() as desk:
        await imported(desk, 2)
        [account] = office.world.rows("SELECT Id FROM Account LIMIT 1")[0]
        ids = [row[0] for row in office.world.rows("SELECT Id FROM Contact WHERE LastName LIKE 'Import %'")]
        rows = [{"Id": one} for one in (ids[0], account, ids[1])]
        begun = await deleted(desk, rows=rows)
        job = await desk.ended(begun["jobId"])
    assert (job["succeeded"], job["failed"]) == (2, 1)
    assert office.count("Id = ? AND IsDeleted = 0", account, table="Account") == 1
    assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 0


@pytest.mark.parametrize("given", ["rows", "csv", "soql"])
async def test_no_job_deletes_without_the_plan_of_its_preview_and_each_plan_once(office: Office, given: str) -> None:
    async with office.desk() as desk:
        await imported(desk, 3)
        soql = "SELECT Id FROM Contact WHERE LastName LIKE 'Import %'"
        ids = [row[0] for row in office.world.rows(soql)]
        source = {"rows": [{"Id": one} for one in ids], "csv": "\n".join(["Id", *ids]), "soql": soql}[given]
        what = {"objectName": "Contact", "operation": "delete", given: source}
        shown = await desk.call("createBulkJob", **what)
        assert (shown["rows"], shown["wrongRows"], shown["ready"]) == (3, 0, True)
        other = {**what, "objectName": "Lead"}
        for wrong, plan in ((what, "made-up"), (other, shown["planId"])):
            assert (await desk.refused("createBulkJob", **wrong, planId=plan))["code"] == "PLAN_NOT_VALID"
        assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 3
        done = await desk.call("createBulkJob", **what, planId=shown["planId"])
        assert (await desk.ended(done["jobId"]))["succeeded"] == 3
        again = await desk.refused("createBulkJob", **what, planId=shown["planId"])
        assert again["code"] == "PLAN_NOT_VALID"
    assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 0


async def test_every_record_of_a_query_is_changed_after_a_preview_and_only_once(office: Office) -> None:
    soql = "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Import %'"
    async with office.desk() as desk:
        await imported(desk, 2_500)
        shown = await desk.call("massChange", soql=soql, operation="update", record={"Title": "Poet"})
        assert shown["records"] == 2_500
        assert shown["sample"]["returned"] == 10
        assert office.count("Title = 'Poet'") == 0
        other = await desk.refused(
            "massChange", soql=soql, operation="update", record={"Title": "King"}, planId=shown["planId"]
        )
        assert other["code"] == "PLAN_NOT_VALID"
        begun = await desk.call(
            "massChange", soql=soql, operation="update", record={"Title": "Poet"}, planId=shown["planId"]
        )
        assert (await desk.ended(begun["jobId"]))["succeeded"] == 2_500
        assert office.count("Title = 'Poet'") == 2_500
        again = await desk.refused(
            "massChange", soql=soql, operation="update", record={"Title": "Poet"}, planId=shown["planId"]
        )
        assert again["code"] == "PLAN_NOT_VALID"


COPIED = {"objectName": "Contact", "soql": "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Import %'"}
COPIED |= {"operation": "update", "columns": {"LastName": "Title"}}


async def test_what_a_query_selects_is_written_by_the_plan_of_its_preview_only(office: Office) -> None:
    """One field copied into another in every record: nobody has named a single one of them."""
    async with office.desk() as desk:
        await imported(desk, 3)
        shown = await desk.call("createBulkJob", **COPIED)
        assert (shown["rows"], shown["ready"]) == (3, True)
        assert office.count("Title LIKE 'Import %'") == 0
        done = await desk.call("createBulkJob", **COPIED, planId=shown["planId"])
        assert (await desk.ended(done["jobId"]))["succeeded"] == 3
        assert (await desk.refused("createBulkJob", **COPIED, planId=shown["planId"]))["code"] == "PLAN_NOT_VALID"
    assert office.count("Title LIKE 'Import %'") == 3


@pytest.mark.parametrize("operation", ["update", "delete"])
async def test_a_preview_tells_of_all_that_a_query_selects_and_its_plan_holds_for_no_more(
    office: Office, operation: str
) -> None:
    what = {**COPIED, "operation": operation, "columns": {"LastName": "Title" if operation == "update" else ""}}
    async with office.desk() as desk:
        await imported(desk, 2_100)
        shown = await desk.call("createBulkJob", **what)
        assert (shown["rows"], shown["note"]) == (2_100, "Only the first 2,000 rows were checked.")
        await imported(desk, 1)
        refused = await desk.refused("createBulkJob", **what, planId=shown["planId"])
    assert refused["code"] == "PLAN_NOT_VALID"
    assert office.count("Title LIKE 'Import %' OR (LastName LIKE 'Import %' AND IsDeleted)") == 0


async def test_a_preview_of_deleting_names_what_goes_with_it(office: Office) -> None:
    soql = "SELECT Id FROM Account LIMIT 2"
    async with office.desk() as desk:
        shown = await desk.call("massChange", soql=soql, operation="delete")
        job = await desk.call("createBulkJob", objectName="Account", operation="delete", soql=soql)
    assert shown["deletedWithThem"] == job["deletedWithThem"]
    assert {"Contact", "Opportunity"} <= set(shown["deletedWithThem"])
    assert "changes" not in shown


async def test_every_record_of_a_query_is_deleted_after_a_preview(office: Office) -> None:
    soql = "SELECT Id FROM Contact WHERE LastName LIKE 'Import %'"
    async with office.desk() as desk:
        await imported(desk, 300)
        shown = await desk.call("massChange", soql=soql, operation="delete")
        assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 300
        await desk.call("massChange", soql=soql, operation="delete", planId=shown["planId"])
    assert office.count("LastName LIKE 'Import %' AND IsDeleted = 0") == 0


@pytest.mark.parametrize("given", [{"operation": "update"}, {"operation": "delete", "record": {"Title": "Poet"}}])
async def test_a_change_without_values_or_a_deletion_with_them_gets_no_plan(
    office: Office, given: dict[str, object]
) -> None:
    async with office.desk() as desk:
        refused = await desk.refused("massChange", soql="SELECT Id FROM Contact", **given)
    assert refused["fields"] == ["record"]
    assert "planId" not in refused


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"Titel": "Poet"}, "'Titel': is no field that you may see; did you mean Title?"),
        ({"Birthdate": "3.2.1980"}, "'Birthdate': Birthdate: is not a date such as 2026-11-22"),
        ({"CreatedDate": "2026-01-01T00:00:00Z"}, "'CreatedDate': is CreatedDate, which cannot be changed"),
        ({"id": "003000000000001AAA"}, "'id': cannot be changed"),
        ({"Title": ["Poet"]}, "'Title': is a list or an object; a value is a text, a number, true, false or null"),
    ],
    ids=["no such field", "no date", "read-only", "the id", "a list"],
)
async def test_values_that_no_record_would_take_get_no_plan(
    office: Office, record: dict[str, object], told: str
) -> None:
    async with office.desk() as desk:
        soql = "SELECT Id FROM Contact"
        refused = await desk.refused("massChange", soql=soql, operation="update", record=record)
    assert refused["message"] == told
    assert "planId" not in refused


async def test_a_query_that_selects_no_record_gets_no_plan(office: Office) -> None:
    async with office.desk() as desk:
        soql = "SELECT Id FROM Contact WHERE LastName = 'Nobody'"
        refused = await desk.refused("massChange", soql=soql, operation="delete")
    assert (refused["message"], refused["fields"]) == ("The query selects no record", ["soql"])


@pytest.mark.parametrize("records", [3, 300])
async def test_a_field_is_cleared_on_few_records_and_on_many(office: Office, records: int) -> None:
    soql = "SELECT Id FROM Contact WHERE LastName LIKE 'Import %'"
    async with office.desk() as desk:
        await imported(desk, records)
        for record in ({"title": "Poet"}, {"Title": None}):
            change = {"soql": soql, "operation": "update", "record": record}
            shown = await desk.call("massChange", **change)
            job = await desk.ended((await desk.call("massChange", **change, planId=shown["planId"]))["jobId"])
            assert job["succeeded"] == records
            assert office.count("Title = 'Poet'") == (records if record.get("title") else 0)


async def test_the_list_of_jobs_says_when_each_began(office: Office) -> None:
    async with office.desk() as desk:
        await imported(desk, 3)
        listed = await desk.call("getBulkJob")
    [row] = listed["rows"]
    assert datetime.fromisoformat(row[listed["columns"].index("createdAt")]).tzinfo is not None


async def test_a_query_is_exported_whole(office: Office) -> None:
    async with office.desk() as desk:
        await imported(desk, 2_500)
        soql = "SELECT Id, LastName, Account.Name FROM Contact WHERE LastName LIKE 'Import %'"
        begun = await desk.call("exportQuery", soql=soql)
        job = await desk.ended(begun["jobId"])
    assert (job["state"], job["rows"]) == ("complete", 2_500)
    [name] = [name for name in await office.files.names("jobs/") if "/rows/" in name]
    lines = (await office.files.read(name)).decode().splitlines()
    assert lines[0] == '"Id","LastName","Account.Name"'
    assert len(lines) == 2_501


async def test_failed_rows_are_loaded_again_once_their_cause_is_mended(office: Office) -> None:
    async with office.desk() as desk:
        csv = "LastName,AccountId\n" + "".join(f"Retry {number},\n" for number in range(5)) + ",\n"
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=csv)
        assert (job["succeeded"], job["failed"]) == (5, 1)
        again = await desk.call("changeBulkJob", action="retryFailedRows", jobId=job["jobId"])
        assert (again["rows"], again["failed"]) == (1, 1)
        assert again["jobId"] != job["jobId"]
        listed = await desk.call("getBulkJob")
    assert {row[0] for row in listed["rows"]} == {job["jobId"], again["jobId"]}


async def test_a_job_can_be_stopped_and_says_what_it_did_not_reach(office: Office) -> None:
    office.world.site.bulk.automatic = False
    async with office.desk() as desk:
        begun = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=contacts(2_400))
        assert (await desk.call("changeBulkJob", action="abort", jobId=begun["jobId"]))["aborting"] is True
        job = await desk.ended(begun["jobId"])
        assert (job["state"], job["succeeded"], job["unprocessed"]) == ("aborted", 0, 2_400)
        assert (await desk.refused("changeBulkJob", action="abort", jobId=begun["jobId"]))["code"] == "JOB_ENDED"
    assert office.count("LastName LIKE 'Import %'") == 0


async def test_another_persons_job_is_not_found(office: Office) -> None:
    async with office.desk(SALES) as desk:
        job = await imported(desk, 3)
    async with office.desk(SUPPORT) as desk:
        assert (await desk.refused("getBulkJob", jobId=job))["code"] == "JOB_NOT_FOUND"
        assert (await desk.call("getBulkJob"))["rows"] == []


REFUSED = {
    "two sources": ({"csv": "LastName\na\n", "rows": [{"LastName": "a"}]}, "ONE_SOURCE"),
    "no source": ({}, "ONE_SOURCE"),
    "an unknown column": ({"csv": "LastName,Shoesize\na,42\n"}, "UNKNOWN_COLUMN"),
    "header only": ({"csv": "LastName\n"}, "NO_ROWS"),
    "no key": ({"csv": "LastName\na\n", "operation": "update"}, "MISSING_KEY_COLUMN"),
    "two columns for a field": ({"csv": "LastName,Last Name\na,b\n"}, "UNKNOWN_COLUMN"),
    "a wrong object": ({"csv": "LastName\na\n", "objectName": "Contakt"}, "NOT_FOUND"),
    "a list in a row": ({"rows": [{"LastName": "a"}, {"LastName": ["b"]}]}, "INVALID_INPUT"),
    "a row within a row": ({"rows": [{"LastName": "a", "Account": {"Name": "Acme"}}]}, "INVALID_INPUT"),
    "upsert without key": ({"csv": "LastName\na\n", "operation": "upsert"}, "INVALID_INPUT"),
}


@pytest.mark.parametrize(("arguments", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_loaded_is_refused_before_anything_is_written(
    office: Office, arguments: dict[str, object], code: str
) -> None:
    async with office.desk() as desk:
        before = office.world.writes()
        refused = await desk.refused("createBulkJob", **{"objectName": "Contact", "operation": "insert", **arguments})
        assert refused["code"] == code
        assert refused["message"]
        assert office.world.writes() == before
        assert (await desk.call("getBulkJob"))["rows"] == []


@pytest.mark.parametrize(("rows", "way"), [(1_999, "composite/sobjects"), (2_000, "jobs/ingest")])
async def test_fewer_than_two_thousand_rows_go_by_collections_and_more_by_the_bulk_api(
    office: Office, rows: int, way: str
) -> None:
    async with office.desk() as desk:
        await imported(desk, rows)
    ways = {
        one for one in ("composite/sobjects", "jobs/ingest") for sent in office.world.salesforce_requests if one in sent
    }
    assert ways == {way}
    assert office.count("LastName LIKE 'Import %'") == rows


async def test_the_delimiter_that_is_given_wins_over_the_one_that_would_be_detected(office: Office) -> None:
    csv = {"objectName": "Contact", "operation": "insert", "csv": "Name, first, middle;Title\nImport A, B;Poet\n"}
    mapped = {"columns": {"Name, first, middle": "LastName"}}
    async with office.desk() as desk:
        await desk.refused("previewImport", **csv, **mapped)
        job = await desk.call("createBulkJob", **csv, **mapped, delimiter="semicolon")
    assert job["succeeded"] == 1
    assert office.count("LastName = 'Import A, B' AND Title = 'Poet'") == 1


async def test_columns_go_where_the_person_says_or_nowhere(office: Office) -> None:
    csv = "Surname,Noise\nImport A,xyz\n"
    async with office.desk() as desk:
        job = await desk.call(
            "createBulkJob",
            objectName="Contact",
            operation="insert",
            csv=csv,
            columns={"Surname": "LastName", "Noise": ""},
        )
    assert job["succeeded"] == 1
    assert office.count("LastName = 'Import A'") == 1
