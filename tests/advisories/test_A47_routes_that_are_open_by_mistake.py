"""Inspector CVE-2025-49596, mcp-remote CVE-2025-6514, Go SDK CVE-2026-27896, nginx-ui CVE-2026-33032."""

import re

import pytest
from oauth.application import ISSUER

from salesforce_mcp.oauth.app import routes
from salesforce_mcp.oauth.metadata import authorization_server_metadata

# What anybody may reach, and why nothing is given away there.
PUBLIC = {
    "/.well-known/oauth-protected-resource{path:path}", "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration", "/register", "/authorize", "/consent", "/callback", "/token", "/revoke",
    "/account", "/account/sign-in", "/account/disconnect", "/", "/mcp{path:path}",
}  # fmt: skip

# What only the person signed in at /account in this browser may reach.
PERSONAL = {
    "/account/uploads/{upload}": ("GET", "POST"),
    "/account/uploads/{upload}/confirm": ("POST",),
    "/account/uploads/{upload}/parts": ("POST",),
    "/account/uploads/{upload}/parts/whole": ("POST",),
    "/account/uploads/{upload}/parts/{parts}/{number:int}": ("PUT",),
    "/account/jobs/{job}/{kind}.csv": ("GET",),
}


def test_every_route_of_the_sign_in_is_on_a_list():
    assert {route.path for route in routes} == PUBLIC | set(PERSONAL)


@pytest.mark.parametrize("path", PERSONAL)
async def test_who_is_not_signed_in_gets_no_file(whole, path):
    filled = path.replace(":int", "").format(upload="u1", job="j1", kind="failed", parts="p1", number="1")
    for method in PERSONAL[path]:
        answer = await whole.http.request(method, filled, headers={"cookie": "__Host-account=" + "a" * 43})
        assert "Nobody is signed in" in answer.text or 400 <= answer.status_code < 500
        assert "text/csv" not in answer.headers["content-type"]


async def test_every_route_of_the_endpoint_wants_a_token(whole):
    paths = [route.path for route in whole.mcp.routes]
    assert paths
    for path in paths:
        filled = path.replace("{org}", "default").replace("{toolsets}", "core")
        answer = await whole.post("", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, filled)
        assert answer.status_code == (404 if "/o/" in filled else 401), filled


@pytest.mark.parametrize("name", sorted(authorization_server_metadata(ISSUER)))
def test_nothing_in_the_metadata_means_anything_to_a_shell(name):
    value = authorization_server_metadata(ISSUER)[name]
    texts = value if isinstance(value, list) else [value]
    assert not [text for text in texts if isinstance(text, str) and re.search(r"[;&|`$<>(){}\\\s'\"]", text)]


KEYS = ["Method", "METHOD", "JsonRpc", "Id", "Params", "method\u0000"]


@pytest.mark.parametrize("key", KEYS)
async def test_members_are_told_apart_by_case(whole, key):
    token = await whole.token()
    usual = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "getUserInfo", "arguments": {}}}
    original = next(one for one in usual if one.lower() == key.strip("\x00").lower())
    before = len(whole.sent_to_the_org())
    answer = await whole.post(token, {key if one == original else one: value for one, value in usual.items()})
    assert answer.status_code in {200, 202, 400}
    assert len(whole.sent_to_the_org()) == before or original in {"id", "jsonrpc"}
