"""The result files of a job, in the browser of the person who started it and in no other."""

from collections.abc import AsyncIterator

import httpx
import pytest
from bulk.office import Office
from bulk.test_import import contacts
from server.world import ADMIN, ORIGIN, SALES, given
from starlette.responses import Response

from salesforce_mcp.bulk import files
from salesforce_mcp.bulk.ledger import Ledger, Load
from salesforce_mcp.oauth.account_session import begin_account_session
from salesforce_mcp.oauth.app import build_oauth_app


@pytest.fixture
async def pages(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    services = office.world.services
    app = build_oauth_app(services.settings, lambda: given(services))
    app.state.services = services
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client


async def signed_in(office: Office, username: str) -> dict[str, str]:
    world, response = office.world, Response()
    user = world.site.user_id(username)
    await begin_account_session(world.services, response, world.org.organization_id, user)
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]}


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


async def load_of(office: Office, job: str) -> Load:
    owner = f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}"
    return await Ledger(office.world.services.store).load(owner, job)
