"""CVE-2025-69196, SDK CVE-2026-116684: a token that was made for another resource."""

from dataclasses import replace

import pytest
from oauth.application import ISSUER

from salesforce_mcp.oauth.tokens import Permission

AUDIENCES = [
    "https://other.example/mcp", f"{ISSUER}/mcp/", f"{ISSUER}", f"{ISSUER}/", f"{ISSUER}/mcp/o/emea", f"{ISSUER}/mcp2",
    f"{ISSUER.upper()}/mcp", "https://staging.mcp.example.com/mcp", "", "*", f"{ISSUER}/MCP", "mcp",
]  # fmt: skip


async def with_audience(whole, audience: str) -> str:
    token = await whole.token()
    access = await whole.deployment.tokens.verify(token)
    fields = {name: value for name, value in vars(replace(access, resource=audience)).items() if name != "expires_at"}
    return (await whole.deployment.tokens.issue(Permission(**fields))).access_token


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_it_opens_nothing_here(whole, audience):
    answer = await whole.call(await with_audience(whole, audience), "getUserInfo")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_one_made_for_us_opens_the_endpoint(whole):
    assert (await whole.call(await with_audience(whole, f"{ISSUER}/mcp"), "getUserInfo")).status_code == 200
