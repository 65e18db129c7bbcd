"""Refresh tokens: rotation, the grace for the one just replaced, reuse, revocation (A23, A26, A29)."""

import asyncio

import pytest
from oauth.application import Application

DAY = 86400


async def tokens(response):
    return response.json()["access_token"], response.json()["refresh_token"]


async def test_a_refresh_gives_new_tokens_and_spends_the_old_one(deployment, clock):
    application, first = await deployment.connect()
    second = (await application.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await deployment.access(second)
    clock.advance(46)
    assert (await application.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_within_the_grace_the_replaced_token_gives_the_very_same_answer(deployment, clock):
    application, first = await deployment.connect()
    second = await tokens(await application.refresh(first["refresh_token"]))
    clock.advance(44)
    assert await tokens(await application.refresh(first["refresh_token"])) == second
    assert len(deployment.rows("family#")) == 2  # the family and its one spent token


async def test_fifty_processes_refreshing_at_once_all_go_on(deployment):
    application, first = await deployment.connect()
    answers = await asyncio.gather(*(application.refresh(first["refresh_token"]) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({await tokens(answer) for answer in answers}) == 1
    assert await deployment.access(answers[0].json())


async def test_the_grace_is_for_the_immediate_predecessor_only(deployment, clock):
    application, first = await deployment.connect()
    _, second = await tokens(await application.refresh(first["refresh_token"]))
    clock.advance(5)
    _, third = await tokens(await application.refresh(second))
    assert (await application.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await tokens(await application.refresh(second)))[1] == third
    assert (await application.refresh(third)).status_code == 200


async def test_reuse_after_the_grace_ends_the_family(deployment, clock):
    application, first = await deployment.connect()
    second = (await application.refresh(first["refresh_token"])).json()
    clock.advance(46)
    assert (await application.refresh(first["refresh_token"])).status_code == 400
    assert await deployment.access(second) is None
    assert (await application.refresh(second["refresh_token"])).status_code == 400


async def test_reuse_of_a_much_older_token_ends_the_family_too(deployment, clock):
    application, first = await deployment.connect()
    latest = first
    for _ in range(5):
        clock.advance(60)
        latest = (await application.refresh(latest["refresh_token"])).json()
    assert (await application.refresh(first["refresh_token"])).status_code == 400
    assert await deployment.access(latest) is None


async def test_a_made_up_token_of_a_family_harms_nobody(deployment):
    application, first = await deployment.connect()
    made_up = first["refresh_token"][:-43] + "a" * 43
    assert (await application.refresh(made_up)).status_code == 400
    assert await deployment.access(first)


async def test_another_client_can_neither_refresh_nor_end_a_token(deployment):
    application, first = await deployment.connect()
    thief = await Application.register(deployment.http)
    assert (await thief.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await thief.revoke(first["refresh_token"])).status_code == 200
    assert (await thief.revoke(first["access_token"])).status_code == 200
    assert await deployment.access(first)
    assert (await application.refresh(first["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"resource": None}, None),
        ({"resource": "https://mcp.example.com/mcp"}, None),
        ({"resource": "https://mcp.example.com/mcp/x/core"}, None),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
        ({"scope": "sf.read"}, None),
        ({"scope": "sf.read openid offline_access"}, None),
        ({"scope": "sf.read sf.write"}, "invalid_scope"),
        ({"scope": "sf.admin"}, "invalid_scope"),
    ],
    ids=str,
)
async def test_a_refresh_reaches_no_further_than_the_consent(deployment, changes, error):
    application, first = await deployment.connect(level="read")
    response = await application.refresh(first["refresh_token"], **changes)
    assert response.json().get("error") == error
    assert response.json().get("scope", "sf.read") == "sf.read"


async def test_refresh_tokens_slide_thirty_days_and_end_after_ninety(deployment, clock):
    application, latest = await deployment.connect()
    for _ in range(3):
        clock.advance(29 * DAY)
        latest = (await application.refresh(latest["refresh_token"])).json()
    clock.advance(4 * DAY)
    assert (await application.refresh(latest["refresh_token"])).status_code in {400, 401}


async def test_a_refresh_token_unused_for_thirty_days_is_dead(deployment, clock):
    application, first = await deployment.connect()
    clock.advance(30 * DAY)
    assert (await application.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_revoking_a_refresh_token_ends_its_access_tokens_at_once(deployment):
    application, first = await deployment.connect()
    assert (await application.revoke(first["refresh_token"])).status_code == 200
    assert await deployment.access(first) is None
    assert (await application.refresh(first["refresh_token"])).status_code == 400


async def test_revoking_an_access_token_leaves_the_refresh_token(deployment):
    application, first = await deployment.connect()
    assert (await application.revoke(first["access_token"])).status_code == 200
    assert await deployment.access(first) is None
    assert (await application.refresh(first["refresh_token"])).status_code == 200


async def test_revoking_what_is_unknown_is_no_error_and_naming_nothing_is(deployment, application):
    assert (await application.revoke("unknown")).status_code == 200
    assert (await deployment.http.post("/revoke", data={"client_id": application.client_id})).status_code == 400


async def test_the_salesforce_grant_ends_with_the_last_client_and_not_before(deployment):
    one, first = await deployment.connect()
    other, second = await deployment.connect(client_name="Other")
    await one.revoke(first["refresh_token"])
    assert await deployment.grants.credential(await deployment.access(second))
    assert deployment.salesforce.sent_to("/services/oauth2/revoke") == []
    await other.revoke(second["refresh_token"])
    assert len(deployment.salesforce.sent_to("/services/oauth2/revoke")) == 1
    assert '"sealed": ""' in deployment.rows("grant#")[0][2]


async def test_a_client_that_stays_in_use_stays_registered(deployment, clock):
    application, latest = await deployment.connect()
    for _ in range(4):
        clock.advance(20 * DAY)
        latest = (await application.refresh(latest["refresh_token"])).json()
    assert (await deployment.http.get(application.authorization_url())).status_code == 200
