"""The result files of a job, in the browser of the person who started it and in no other."""

import httpx
from bulk.office import Office, signed_in
from bulk.test_import import contacts
from server.world import ADMIN, SALES

from salesforce_mcp.bulk import files
from salesforce_mcp.bulk.ledger import Ledger, Load


async def test_the_failed_rows_are_downloaded_by_who_started_the_job(office: Office, pages: httpx.AsyncClient) -> None:
    async with office.desk() as desk:
        csv = contacts(300, poisoned=frozenset({4, 9}))
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=csv)
    answer = await pages.get(job["files"]["failed"], headers=await signed_in(office, ADMIN))
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0] == "sf__Id,sf__Error,FirstName,LastName,Email,Phone"
    assert ["Import 4" in lines[1], "Import 9" in lines[2], len(lines)] == [True, True, 3]


async def test_a_strangers_browser_is_shown_nothing(office: Office, pages: httpx.AsyncClient) -> None:
    async with office.desk() as desk:
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=contacts(3))
    nobody = await pages.get(job["files"]["successful"])
    stranger = await pages.get(job["files"]["successful"], headers=await signed_in(office, SALES))
    for answer in (nobody, stranger):
        assert "Import" not in answer.text
        assert answer.headers["content-type"].startswith("text/html")
    assert "There is no such job" in stranger.text


async def test_a_file_can_be_had_from_a_row_on(office: Office, pages: httpx.AsyncClient) -> None:
    long = "x" * 200
    csv = "LastName,Description\n" + "".join(f"Import {number},{long}\n" for number in range(1_999))
    async with office.desk() as desk:
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=csv)
    load = await load_of(office, job["jobId"])
    first, following = await files.slice_of(office.files, load, "successful", after=0)
    assert following is None
    assert first.count(b"\n") == 2_000
    rest, _ = await files.slice_of(office.files, load, "successful", after=1_500)
    assert rest.count(b"\n") == 500
    assert b"Import 1500," in rest


async def test_a_row_number_that_is_none_begins_at_the_first(office: Office, pages: httpx.AsyncClient) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=contacts(3))
    for after in ("²", "-1", "x", "9" * 20):
        answer = await pages.get(
            f"/account/jobs/{job['jobId']}/successful.csv", params={"after": after}, headers=cookie
        )
        assert (answer.status_code, answer.content.count(b"\n")) == (200, 4)


async def load_of(office: Office, job: str) -> Load:
    owner = f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}"
    return await Ledger(office.world.services.store).load(owner, job)
