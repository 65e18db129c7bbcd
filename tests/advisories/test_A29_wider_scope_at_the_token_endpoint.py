"""Authentik CVE-2024-52287 and CVE-2025-64521: more rights at refresh, or tokens for who was shut out."""

import pytest

WIDER = [
    "sf.write",
    "sf.read sf.write",
    "sf.delete",
    "sf.admin",
    "sf.bulk",
    "sf.read sf.write sf.delete sf.bulk sf.admin",
]


@pytest.mark.parametrize("scope", WIDER)
async def test_a_refresh_gives_no_more_than_was_allowed(deployment, scope):
    application, answer = await deployment.connect(level="read")
    refused = await application.refresh(answer["refresh_token"], scope=scope)
    assert refused.json()["error"] == "invalid_scope"
    assert (await deployment.access(answer)).scopes == {"sf.read"}


@pytest.mark.parametrize("scope", [*WIDER, "all", "*", "sf.*"])
async def test_a_code_gives_no_more_than_was_allowed(deployment, application, scope):
    answer = await application.redeem(await deployment.sign_in(application, level="read"), scope=scope)
    assert answer.json()["scope"] == "sf.read"


async def test_whose_grant_has_ended_gets_no_tokens(deployment):
    application, answer = await deployment.connect()
    await deployment.grants.end(await deployment.access(answer))
    assert (await application.refresh(answer["refresh_token"])).json()["error"] == "invalid_grant"
