"""CVE-2025-66414, CVE-2025-66416, CVE-2026-42559: a browser on another site, or another name for this server."""

import pytest

ORIGINS = [
    "https://evil.example", "null", "http://mcp.example.com", "https://mcp.example.com.evil.example",
    "https://mcp.example.com:444", "https://MCP.example.com.", "http://localhost", "file://", "https://evil@mcp.example.com",
]  # fmt: skip
HOSTS = ["evil.example", "localhost", "127.0.0.1", "mcp.example.com.evil.example", "mcp.example.com:444", "[::1]"]
PING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_foreign_origin_is_forbidden(whole, origin):
    answer = await whole.post(await whole.token(), PING, Origin=origin)
    assert answer.status_code == 403
    assert answer.headers.get("access-control-allow-origin") in {None, ""}


@pytest.mark.parametrize("host", HOSTS)
async def test_a_foreign_host_is_refused(whole, host):
    assert (await whole.post(await whole.token(), PING, Host=host)).status_code in {403, 421}


async def test_our_own_origin_and_none_are_served(whole):
    token = await whole.token()
    assert (await whole.post(token, PING)).status_code == 200
    assert (await whole.post(token, PING, Origin="https://mcp.example.com")).status_code == 200
