"""Inspector CVE-2025-58444: an address in the metadata runs as a script in the client."""

import pytest
from oauth.application import ISSUER

PATHS = [
    "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-protected-resource/mcp/x/core", "/.well-known/oauth-protected-resource/mcp/x/core/readonly",
]  # fmt: skip


def addresses(value: object) -> list[str]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in addresses(one)]
    if isinstance(value, list):
        return [found for one in value for found in addresses(one)]
    return [value] if isinstance(value, str) and ":" in value else []


@pytest.mark.parametrize("host", ["mcp.example.com", "evil.example", "javascript:alert(1)"])
@pytest.mark.parametrize("path", PATHS)
async def test_every_address_is_https_of_our_own_origin(deployment, path, host):
    answer = await deployment.http.get(path, headers={"x-forwarded-host": host, "host": host})
    found = addresses(answer.json())
    assert found
    assert [one for one in found if not (one == ISSUER or one.startswith(f"{ISSUER}/"))] == []
