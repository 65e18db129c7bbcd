"""CVE-2024-38371: a way to tokens that passes by the policy of the others."""

import pytest

from salesforce_mcp.oauth.token import CHECKS, authenticate_client, require_living_grant, require_same_resource

OTHERS = [
    "password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "implicit",
    "urn:ietf:params:oauth:grant-type:saml2-bearer", "AUTHORIZATION_CODE", "authorization_code ", "refresh-token",
]  # fmt: skip


@pytest.mark.parametrize("grant", sorted(CHECKS))
def test_every_way_to_tokens_asks_the_same(grant):
    assert {authenticate_client, require_same_resource, require_living_grant} <= set(CHECKS[grant])
    assert CHECKS[grant][0] is authenticate_client


@pytest.mark.parametrize("grant", OTHERS)
async def test_there_is_no_other_way(deployment, application, grant):
    form = {"grant_type": grant, "client_id": application.client_id, "username": "a", "password": "b"}
    assert (await deployment.http.post("/token", data=form)).json()["error"] == "unsupported_grant_type"
