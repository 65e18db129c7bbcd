"""Refresh, rotation, expiry, revocation and what a token says about itself."""

import asyncio
from typing import Any

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, CALLBACK, SALES, Clock, Naps
from starlette.applications import Starlette

from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY

TOKEN = "/services/oauth2/token"
DEAD = {"error": "invalid_grant", "error_description": "expired access/refresh token"}

Form = dict[str, str]


@pytest.fixture
async def granted(http: httpx.AsyncClient, app: Starlette, demo_app: Form) -> dict[str, Any]:
    """The answer to a code of the sales user, as the browser flow gives it."""
    from salesforce_emulator.signin.sessions import Code

    site = app.state.site
    code = site.sessions.issue_code(
        Code(site.user_id(SALES), DEMO_CONSUMER_KEY, "api refresh_token", CALLBACK, challenge="", nonce="")
    )
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **demo_app}
    body: dict[str, Any] = (await http.post(TOKEN, data=form)).json()
    return body


async def refresh(http: httpx.AsyncClient, demo_app: Form, token: str) -> httpx.Response:
    return await http.post(TOKEN, data={"grant_type": "refresh_token", "refresh_token": token, **demo_app})


async def status(http: httpx.AsyncClient, token: str) -> int:
    return (await http.get("/services/data/v68.0", headers={"Authorization": f"Bearer {token}"})).status_code


async def test_a_refresh_gives_a_new_session_and_no_new_refresh_token(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any]
) -> None:
    body = (await refresh(http, demo_app, granted["refresh_token"])).json()
    assert "refresh_token" not in body
    assert body["access_token"] != granted["access_token"]
    assert await status(http, body["access_token"]) == 200
    assert (await refresh(http, demo_app, granted["refresh_token"])).status_code == 200


async def test_with_rotation_the_old_refresh_token_dies_and_its_replay_kills_the_family(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any], faults: Faults
) -> None:
    faults.rotate_refresh_tokens(True)
    second = (await refresh(http, demo_app, granted["refresh_token"])).json()
    assert second["refresh_token"] != granted["refresh_token"]
    replay = await refresh(http, demo_app, granted["refresh_token"])
    assert (replay.status_code, replay.json()) == (400, DEAD)
    assert (await refresh(http, demo_app, second["refresh_token"])).json() == DEAD
    assert await status(http, second["access_token"]) == 401


async def test_concurrent_refreshes_can_be_refused(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any], faults: Faults, naps: Naps
) -> None:
    faults.refuse_concurrent_refreshes(True, seconds=0.5)
    faults.rotate_refresh_tokens(True)
    naps.gate.clear()
    first = asyncio.create_task(refresh(http, demo_app, granted["refresh_token"]))
    await naps.begun.wait()
    refused = await refresh(http, demo_app, granted["refresh_token"])
    assert refused.json()["error_description"] == "token request is already being processed"
    naps.gate.set()
    assert (await first).status_code == 200
    assert naps.seconds == [0.5]


async def test_refresh_tokens_can_be_expired(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any], faults: Faults
) -> None:
    faults.expire_refresh_tokens()
    assert (await refresh(http, demo_app, granted["refresh_token"])).json() == DEAD


async def test_the_sixth_refresh_token_of_a_user_silently_drops_the_first(
    http: httpx.AsyncClient, app: Starlette, demo_app: Form, granted: dict[str, Any]
) -> None:
    sessions = app.state.site.sessions
    user_id = app.state.site.user_id(SALES)
    for number in range(5):
        sessions.issue_refresh_token(user_id, consumer_key=DEMO_CONSUMER_KEY, scope="api", family=f"f{number}")
    assert (await refresh(http, demo_app, granted["refresh_token"])).json() == DEAD


async def test_an_inactive_user_loses_the_session_and_gets_no_new_one(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any], org: Org
) -> None:
    org.connection.execute('UPDATE "User" SET IsActive = 0 WHERE Username = ?', (SALES,))
    assert (await refresh(http, demo_app, granted["refresh_token"])).json()["error"] == "inactive_user"
    assert await status(http, granted["access_token"]) == 401


async def test_a_session_ends_after_two_hours_of_rest_but_use_prolongs_it(
    http: httpx.AsyncClient, granted: dict[str, Any], clock: Clock
) -> None:
    for _ in range(3):
        clock.advance(minutes=90)
        assert await status(http, granted["access_token"]) == 200
    clock.advance(hours=2)
    assert await status(http, granted["access_token"]) == 401


async def test_sessions_can_be_expired(http: httpx.AsyncClient, granted: dict[str, Any], faults: Faults) -> None:
    faults.expire_tokens()
    expired = await http.get("/services/data/v68.0", headers={"Authorization": f"Bearer {granted['access_token']}"})
    assert expired.status_code == 401
    assert expired.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


async def test_revoking_a_refresh_token_ends_its_sessions(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any]
) -> None:
    gone = await http.post("/services/oauth2/revoke", data={"token": granted["refresh_token"]})
    assert (gone.status_code, gone.content) == (200, b"")
    assert await status(http, granted["access_token"]) == 401
    assert (await refresh(http, demo_app, granted["refresh_token"])).json() == DEAD
    again = await http.get("/services/oauth2/revoke", params={"token": granted["refresh_token"]})
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_token"


async def test_revoking_an_access_token_leaves_the_refresh_token(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any]
) -> None:
    await http.post("/services/oauth2/revoke", data={"token": granted["access_token"]})
    assert await status(http, granted["access_token"]) == 401
    assert (await refresh(http, demo_app, granted["refresh_token"])).status_code == 200


async def test_introspection_tells_an_app_about_its_own_tokens_only(
    http: httpx.AsyncClient, demo_app: Form, granted: dict[str, Any]
) -> None:
    access = (
        await http.post("/services/oauth2/introspect", data={"token": granted["access_token"], **demo_app})
    ).json()
    assert access["active"] is True
    assert access["username"] == SALES
    assert access["client_id"] == DEMO_CONSUMER_KEY
    assert access["exp"] - access["iat"] == 7200
    refreshing = (
        await http.post("/services/oauth2/introspect", data={"token": granted["refresh_token"], **demo_app})
    ).json()
    assert refreshing["token_type"] == "refresh_token"
    unknown = await http.post("/services/oauth2/introspect", data={"token": "x", **demo_app})
    assert unknown.json() == {"active": False}


async def test_userinfo_and_identity_say_who_it_is(http: httpx.AsyncClient, granted: dict[str, Any]) -> None:
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    userinfo = (await http.get("/services/oauth2/userinfo", headers=bearer)).json()
    assert userinfo["sub"] == granted["id"]
    assert userinfo["preferred_username"] == SALES
    assert userinfo["urls"]["rest"] == f"{BASE_URL}/services/data/v{{version}}/"
    identity = (await http.get(granted["id"], params={"version": "latest"}, headers=bearer)).json()
    assert identity["user_id"] == userinfo["user_id"]
    assert identity["urls"]["rest"] == f"{BASE_URL}/services/data/v68.0/"
    by_parameter = await http.get(granted["id"], params={"oauth_token": granted["access_token"]})
    assert by_parameter.json()["username"] == SALES


async def test_userinfo_without_a_good_token_is_a_403_in_plain_text(
    http: httpx.AsyncClient, app: Starlette, granted: dict[str, Any]
) -> None:
    missing = await http.get("/services/oauth2/userinfo")
    assert (missing.status_code, missing.text) == (403, "Missing_OAuth_Token")
    bad = await http.get("/services/oauth2/userinfo", headers={"Authorization": "Bearer x"})
    assert (bad.status_code, bad.text) == (403, "Bad_OAuth_Token")
    other = granted["id"].rpartition("/")[0] + "/" + app.state.site.user_id(ADMIN)
    foreign = await http.get(other, headers={"Authorization": f"Bearer {granted['access_token']}"})
    assert foreign.status_code == 403


async def test_discovery_names_endpoints_on_the_host_that_was_asked(http: httpx.AsyncClient) -> None:
    answer = (await http.get("http://login.local:8001/.well-known/openid-configuration")).json()
    assert answer["token_endpoint"] == "http://login.local:8001/services/oauth2/token"
    behind = await http.get(
        "http://login.local/.well-known/openid-configuration", headers={"X-Forwarded-Proto": "https"}
    )
    assert behind.json()["issuer"] == "https://login.local"


async def test_a_session_without_the_scope_api_does_not_open_the_data(
    http: httpx.AsyncClient, app: Starlette, naps: Naps
) -> None:
    site = app.state.site
    token = site.sessions.start(site.user_id(SALES), consumer_key=DEMO_CONSUMER_KEY, scope="openid").token
    assert await status(http, token) == 403
    assert naps.seconds == []
