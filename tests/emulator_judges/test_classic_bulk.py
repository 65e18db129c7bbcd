"""Bulk API 1.0 on the wire: jobs in XML, batches in CSV."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

JOB = "/services/async/50.0/job"
XML = {"content-type": "application/xml; charset=utf-8"}
CSV = {"content-type": "text/csv"}


@pytest.fixture(scope="module")
def app() -> Starlette:
    app = build_app(Org.create())
    app.state.site.bulk.automatic = False
    return app


@pytest.fixture
def http(app: Starlette) -> httpx.AsyncClient:
    site = app.state.site
    token = site.sessions.start(site.user_id("admin@demo.example")).token
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="https://demo.example", headers={"X-SFDC-Session": token})


def order(operation: str, name: str = "Account", **more: str) -> str:
    said = {"operation": operation, "object": name, **more, "contentType": more.get("contentType", "CSV")}
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in said.items())
    return f'<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">{inner}</jobInfo>'


def told(response: httpx.Response, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", response.text, re.DOTALL)
    assert found, response.text
    return found[1]


async def begun(http: httpx.AsyncClient, operation: str, content: str) -> str:
    """The address of a batch in a new job."""
    job = await http.post(JOB, content=order(operation), headers=XML)
    assert (job.status_code, told(job, "state")) == (201, "Open")
    path = f"{JOB}/{told(job, 'id')}/batch"
    batch = await http.post(path, content=content, headers=CSV)
    assert (batch.status_code, told(batch, "state")) == (201, "Queued")
    return f"{path}/{told(batch, 'id')}"


async def test_results_stand_in_the_order_of_the_rows(app: Starlette, http: httpx.AsyncClient) -> None:
    batch = await begun(http, "insert", "Name,NumberOfEmployees\nFirst,5\n,6\nThird,many\nFourth,7\n")
    assert "not completed" in (await http.get(f"{batch}/result")).text
    app.state.site.bulk.step()
    assert told(await http.get(batch), "state") == "InProgress"
    app.state.site.bulk.finish()
    state = await http.get(batch)
    assert [told(state, f"numberRecords{what}") for what in ("Processed", "Failed")] == ["4", "2"]
    lines = (await http.get(f"{batch}/result")).text.splitlines()
    assert lines[0] == '"Id","Success","Created","Error"'
    assert [line.split(",")[1] for line in lines[1:]] == ['"true"', '"false"', '"false"', '"true"']
    assert "REQUIRED_FIELD_MISSING" in lines[2]
    job = await http.get(batch.rpartition("/batch")[0])
    assert [told(job, name) for name in ("numberBatchesTotal", "numberRecordsFailed")] == ["1", "2"]


async def test_a_query_gives_its_rows_and_a_bad_one_its_reason(app: Starlette, http: httpx.AsyncClient) -> None:
    batch = await begun(http, "query", "SELECT Id, Name FROM Account ORDER BY Name LIMIT 3")
    bad = await begun(http, "query", "SELECT Nothing FROM Account")
    app.state.site.bulk.finish()
    result = told(await http.get(f"{batch}/result"), "result")
    assert len((await http.get(f"{batch}/result/{result}")).text.splitlines()) == 4
    assert told(await http.get(bad), "state") == "Failed"
    assert "No such column" in told(await http.get(bad), "stateMessage")


async def test_an_abandoned_job_leaves_what_it_has_not_begun(app: Starlette, http: httpx.AsyncClient) -> None:
    batch = await begun(http, "insert", "Name\nNever\n")
    job = batch.rpartition("/batch")[0]
    aborted = await http.post(job, content="<jobInfo><state>Aborted</state></jobInfo>", headers=XML)
    assert told(aborted, "state") == "Aborted"
    app.state.site.bulk.finish()
    assert told(await http.get(batch), "state") == "Not Processed"
    late = await http.post(f"{job}/batch", content="Name\nLate\n", headers=CSV)
    assert told(late, "exceptionCode") == "InvalidJobState"
    found = app.state.site.org.connection.execute("SELECT 1 FROM Account WHERE Name IN ('Never', 'Late')")
    assert found.fetchall() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (order("insert", "Nothing"), 400, "InvalidEntity"),
        (order("explode"), 400, "InvalidOperation"),
        (order("upsert"), 400, "InvalidJob"),
        (order("insert", contentType="JSON"), 501, "NOT_EMULATED"),
        ("<jobInfo>", 400, "ClientInputError"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><jobInfo>&b;</jobInfo>', 400, "ClientInputError"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    http: httpx.AsyncClient, body: str, status: int, code: str
) -> None:
    refused = await http.post(JOB, content=body, headers=XML)
    assert (refused.status_code, told(refused, "exceptionCode")) == (status, code)


async def test_strangers_and_unknown_places_are_refused(http: httpx.AsyncClient) -> None:
    for path in (f"{JOB}/7500000000000AA", f"{JOB}/x/batch", "/services/async/50.0/nothing"):
        assert (await http.get(path)).status_code in {400, 404}
    http.headers["X-SFDC-Session"] = "00D!nobody"
    refused = await http.get(f"{JOB}/7500000000000AA")
    assert (refused.status_code, told(refused, "exceptionCode")) == (400, "InvalidSessionId")
