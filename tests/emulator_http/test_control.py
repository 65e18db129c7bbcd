"""The control path: for this machine only."""

import httpx
import pytest
from emulator_http.world import BASE_URL
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

HERE = "http://127.0.0.1:8001"


@pytest.fixture
async def here(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)


async def test_the_org_goes_back_to_how_it_was_started(
    here: httpx.AsyncClient, admin: httpx.AsyncClient, org: Org
) -> None:
    before = org.record_count("Account")
    await admin.post("/sobjects/Account", json={"Name": "x"})
    await here.post("/__emulator__/faults", json={"unauthorized": {"times": -1}})
    assert (await here.post("/__emulator__/reset")).status_code == 204
    assert org.record_count("Account") == before
    form = {"grant_type": "password", "username": "admin@demo.example", "password": "demo"}
    assert (await here.post("/services/oauth2/token", data=form)).json()["error"] == "invalid_request"


async def test_faults_are_set_and_cleared(here: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    knobs = {"fail_next": {"status": 503, "times": 2}, "rotate_refresh_tokens": [True]}
    assert (await here.post("/__emulator__/faults", json=knobs)).json() == {"set": list(knobs)}
    assert (await admin.get("/limits")).status_code == 503
    await here.post("/__emulator__/faults", json={"clear": True})
    assert (await admin.get("/limits")).status_code == 200


@pytest.mark.parametrize("knobs", [{"explode": True}, {"fail_next": {"nonsense": 1}}, {"slow": []}, []])
async def test_an_unknown_fault_is_refused(here: httpx.AsyncClient, knobs: object) -> None:
    refused = await here.post("/__emulator__/faults", json=knobs)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALID_INPUT")


async def test_every_write_can_be_read_back_in_order(here: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    record_id = (await admin.post("/sobjects/Account", json={"Name": "x"})).json()["id"]
    await admin.delete(f"/sobjects/Account/{record_id}")
    writes = [one for one in (await here.get("/__emulator__/writes")).json() if one["record_id"] == record_id]
    assert [one["operation"] for one in writes] == ["insert", "delete"]


async def test_another_machine_or_another_name_is_refused(app: Starlette) -> None:
    for client, base_url in ((("10.0.0.7", 1), HERE), (("127.0.0.1", 1), BASE_URL)):
        transport = httpx.ASGITransport(app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as stranger:
            for path in ("reset", "faults"):
                assert (await stranger.post(f"/__emulator__/{path}")).status_code == 403
            assert (await stranger.get("/__emulator__/writes")).status_code == 403


async def test_it_is_not_there_unless_asked_for(org: Org) -> None:
    transport = httpx.ASGITransport(build_app(org))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        assert (await client.post("/__emulator__/reset")).status_code == 404
