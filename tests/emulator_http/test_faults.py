"""Each fault hits what it should, as often as it should, and then everything works again."""

import json

import httpx
import pytest
from emulator_http.world import BASE_URL, Naps

from salesforce_emulator.app import build_app
from salesforce_emulator.faults import ALWAYS, Faults
from salesforce_emulator.org import Org


async def test_the_next_requests_fail_and_nothing_is_done(admin: httpx.AsyncClient, faults: Faults, org: Org) -> None:
    before = org.record_count("Account")
    faults.fail_next(503, 2, code="SERVER_UNAVAILABLE", message="later")
    for _ in range(2):
        refused = await admin.post("/sobjects/Account", json={"Name": "x"})
        assert (refused.status_code, refused.json()) == (503, [{"message": "later", "errorCode": "SERVER_UNAVAILABLE"}])
    assert org.record_count("Account") == before
    assert (await admin.post("/sobjects/Account", json={"Name": "x"})).status_code == 201


async def test_a_fault_may_pick_its_requests(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.fail_next(500, matching="GET /services/data/v68.0/query")
    assert (await admin.get("/limits")).status_code == 200
    assert (await admin.get("/query?q=SELECT+Id+FROM+Account")).status_code == 500
    assert (await admin.get("/query?q=SELECT+Id+FROM+Account")).status_code == 200


async def test_a_session_may_be_refused_once_or_until_further_notice(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.unauthorized()
    assert [(await admin.get("/limits")).status_code for _ in range(2)] == [401, 200]
    faults.unauthorized(ALWAYS)
    assert [(await admin.get("/limits")).status_code for _ in range(3)] == [401, 401, 401]
    faults.clear()
    assert (await admin.get("/limits")).status_code == 200


async def test_maintenance_is_a_page_of_html(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.maintenance()
    page = await admin.get("/limits")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html;charset=UTF-8")
    assert page.text.startswith("<html>")


async def test_a_spent_limit_is_a_403(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.spend_limit()
    refused = await admin.get("/limits")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")


async def test_rows_are_locked_so_many_times(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.lock_rows(2)
    answers = [await admin.post("/sobjects/Account", json={"Name": "x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [400, 400, 201]
    assert answers[0].json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"


async def test_an_answer_is_cut_in_half_after_the_work_is_done(
    admin: httpx.AsyncClient, faults: Faults, org: Org
) -> None:
    before = org.record_count("Account")
    faults.truncate_next()
    cut = await admin.post("/sobjects/Account", json={"Name": "x"})
    assert cut.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        cut.json()
    assert org.record_count("Account") == before + 1


async def test_a_connection_breaks_before_or_after_the_work(admin: httpx.AsyncClient, faults: Faults, org: Org) -> None:
    before = org.record_count("Account")
    faults.reset_before()
    with pytest.raises(ConnectionResetError):
        await admin.post("/sobjects/Account", json={"Name": "x"})
    assert org.record_count("Account") == before
    faults.reset_after()
    with pytest.raises(ConnectionResetError):
        await admin.post("/sobjects/Account", json={"Name": "x"})
    assert org.record_count("Account") == before + 1


async def test_what_a_broken_connection_raises_can_be_chosen(org: Org) -> None:
    faults = Faults(broken_connection=lambda: httpx.ReadError("gone"))
    app = build_app(org, faults=faults)
    faults.reset_before()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        with pytest.raises(httpx.ReadError):
            await client.get("/services/data")


async def test_requests_can_be_slow(admin: httpx.AsyncClient, faults: Faults, naps: Naps) -> None:
    faults.slow(2.5, matching="/limits")
    await admin.get("/recent")
    await admin.get("/limits")
    await admin.get("/limits")
    assert naps.seconds == [2.5, 2.5]


async def test_rows_are_free_until_so_many_were_written(admin: httpx.AsyncClient, faults: Faults) -> None:
    faults.lock_rows(1, after=2)
    answers = [await admin.post("/sobjects/Account", json={"Name": "x"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 400, 201]
