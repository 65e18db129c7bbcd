"""Where a code may be sent (advisories A09 to A12): the same tables at registration and at /authorize."""

import pytest
from oauth.application import Application

from salesforce_mcp.oauth.redirects import is_acceptable, is_registered

ACCEPTED = [
    "https://claude.ai/api/mcp/auth_callback",
    "https://claude.com/api/mcp/auth_callback",
    "https://chatgpt.com/connector/oauth/abc_123",
    "https://chatgpt.com/connector_platform_oauth_redirect",
    "https://insiders.vscode.dev/redirect",
    "https://vscode.dev/redirect",
    "http://127.0.0.1/",
    "http://127.0.0.1:33418/",
    "http://localhost/callback",
    "http://localhost:3334/oauth/callback",
    "http://[::1]:8080/callback",
    "http://localhost:6274/oauth/callback/debug",
    "https://www.cursor.com/agents/mcp/oauth/callback",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "cursor://anysphere.cursor-retrieval/oauth/user-abc_DEF-1/callback",
    "https://chat.intranet:3443/callback?tenant=1",
]

REFUSED = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", " javascript:alert(1)",
    "java\nscript:alert(1)", "java\tscript:alert(1)", "javascript\x00:alert(1)", "\x01javascript:alert(1)",
    "javascript://claude.ai/%0aalert(1)", "data:text/html,<script>alert(1)</script>", "DATA:text/html;base64,AAAA",
    "vbscript:msgbox(1)", "file:///etc/passwd", "blob:https://claude.ai/1", "about:blank", "intent://x#Intent;end",
    "cursor://anysphere.cursor-mcp/oauth/other", "cursor://anysphere.cursor-mcp/oauth/callback/../x",
    "cursor://anysphere.cursor-mcp/oauth/callback?x=1", "cursor://evil/oauth/callback",
    "CURSOR://anysphere.cursor-mcp/oauth/callback", "cursor://anysphere.cursor-retrieval/oauth/user-/../callback",
    "cursor:anysphere.cursor-mcp/oauth/callback", "cursor://anysphere.cursor-retrieval/oauth/user-a/b/callback",
    "vscode://vscode.github-authentication/did-authenticate", "myapp://callback", "com.example.app:/callback",
    "urn:ietf:wg:oauth:2.0:oob", "ftp://app.example/callback", "ws://app.example/callback",
    "wss://app.example/callback", "http://app.example/callback", "http://127.0.0.1.evil.example/callback",
    "http://localhost.evil.example/callback", "http://evil.example/localhost", "http://[::ffff:127.0.0.1]/callback",
    "http://127.1/callback", "http://2130706433/callback", "http://0x7f.0.0.1/callback", "http://0177.0.0.1/callback",
    "http://127.0.0.2/callback", "http://0.0.0.0/callback", "http://localhost@evil.example/",
    "http://user@localhost/callback", "http://localhost:80:80/callback", "http://localhost:abc/callback",
    "http://LOCALHOST/callback", "http://localhost./callback", "http://[::1].evil.example/", "http://[::1/callback",
    "http:/localhost/callback", "http:localhost/callback", "http:\\\\localhost\\callback",
    "https://user:pass@app.example/callback", "https://claude.ai@evil.example/",
    "https://app.example/callback#fragment", "https://app.example/callback#", "https:///callback",
    "https:/app.example/callback", "https:app.example/callback", "https://app.example\\@evil.example/",
    "https://app.example\\.evil.example/", "//app.example/callback", "\\\\app.example\\callback", "/callback",
    "app.example/callback", "", " ", "https://", "https://app.example./callback", "https://.app.example/callback",
    "https://app..example/callback", "https://-app.example/callback", "https://app.example:port/callback",
    "https://127.0.0.1/callback", "https://10.0.0.1/callback", "https://[::1]/callback",
    "https://2130706433/callback", "https://аpp.example/callback", "https://app.example/cаllback",
    "https://app.example/callback\r\nSet-Cookie:x=1", "https://app.example/callback%0d%0aX:1",
    "https://app.example/%2e%2e/x", "https://app.example/a/../callback", "https://app.example/a/./callback",
    "https://app.example/a/..;/callback", "https://app.example/a%2fb", "https://app.example/a%5cb",
    "https://app.example/%252e%252e/x", "https://app.example/%00", "https://app.example/*",
    "https://*.example/callback", "https://app.example/call back", "https://app.example/<x>",
    'https://app.example/"x"', "https://app.example/callback,https://evil.example/", "HTTPS://app.example/callback",
    "https://app.example/" + "a" * 2000, "https://app.example/callback\u202e", "https://app.example/{x}", "null",
]  # fmt: skip
# Registered by nobody, but harmless as such: a wildcard is an ordinary character to us, compared exactly.
ORDINARY = {"https://app.example/*"}


def test_the_redirects_of_the_known_clients_are_accepted():
    assert [uri for uri in ACCEPTED if not is_acceptable(uri)] == []


def test_everything_else_is_refused():
    assert len(REFUSED) >= 60
    assert [uri for uri in REFUSED if is_acceptable(uri) and uri not in ORDINARY] == []


@pytest.mark.parametrize("uri", [uri for uri in REFUSED if uri not in ORDINARY], ids=repr)
async def test_a_client_cannot_register_it_nor_be_sent_there(deployment, application, uri):
    alone = await deployment.http.post("/register", json={"client_name": "A", "redirect_uris": [uri]})
    assert (alone.status_code, alone.json()["error"]) == (400, "invalid_redirect_uri")
    asked = await deployment.http.get(application.authorization_url(redirect_uri=uri))
    assert asked.status_code == 400
    assert "location" not in asked.headers


async def test_of_a_mixed_set_the_good_ones_are_registered(deployment):
    uris = ["cursor://anysphere.cursor-mcp/oauth/callback", "myapp://callback", "http://localhost:8787/callback"]
    answer = await deployment.http.post("/register", json={"client_name": "Cursor", "redirect_uris": uris})
    assert answer.status_code == 201
    assert answer.json()["redirect_uris"] == [uris[0], uris[2]]


EXACT = "https://claude.ai/api/mcp/auth_callback"
NEAR_MISSES = [
    "https://claude.ai.evil.com/api/mcp/auth_callback", "https://claude.ai@evil.com/api/mcp/auth_callback",
    "https://claude.ai/api/mcp/auth_callback/", "https://claude.ai/api/mcp/auth_callback/../x",
    "https://claude.ai/api/mcp/auth_callback?x", "https://claude.ai/api/mcp/auth_callback?x=1",
    "https://claude.ai/api/mcp/auth_callback#", "https://claude.ai:443/api/mcp/auth_callback",
    "https://claude.ai:8443/api/mcp/auth_callback", "https://CLAUDE.ai/api/mcp/auth_callback",
    "https://claude.ai/API/mcp/auth_callback", "https://claudeXai/api/mcp/auth_callback",
    "https://evil.com/https://claude.ai/api/mcp/auth_callback", "https://claude.ai./api/mcp/auth_callback",
    "https://claude.ai/api%2fmcp/auth_callback", "https://claude.ai/api/mcp/%61uth_callback",
    "http://claude.ai/api/mcp/auth_callback", "https://claude.ai//api/mcp/auth_callback",
    "https://sub.claude.ai/api/mcp/auth_callback", "https://claude.ai/api/mcp/auth_callbackx",
]  # fmt: skip


@pytest.mark.parametrize("uri", NEAR_MISSES)
async def test_a_redirect_that_is_nearly_the_registered_one_is_refused(deployment, uri):
    application = await Application.register(deployment.http, redirect_uri=EXACT)
    response = await deployment.http.get(application.authorization_url(redirect_uri=uri))
    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize(
    ("registered", "presented", "same"),
    [
        ("http://localhost/callback", "http://localhost:51234/callback", True),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback", True),
        ("http://[::1]/callback", "http://[::1]:8080/callback", True),
        ("http://localhost:3334/oauth/callback", "http://localhost:40000/oauth/callback", True),
        ("http://localhost:3334/callback", "http://localhost/callback", True),
        ("http://127.0.0.1:33418/", "http://127.0.0.1:33500/", True),
        ("http://localhost/callback", "http://127.0.0.1:51234/callback", False),
        ("http://localhost/callback", "http://localhost:51234/callback/", False),
        ("http://localhost/callback", "http://localhost:51234/callback?x=1", False),
        ("http://localhost/callback", "http://localhost:51234/Callback", False),
        ("http://localhost/callback", "https://localhost:51234/callback", False),
        ("http://localhost/callback", "http://localhost.evil.example:1/callback", False),
        ("http://127.0.0.1/", "http://127.0.0.1", False),
        ("https://app.example/callback", "https://app.example:444/callback", False),
    ],
)
def test_only_on_this_computer_and_only_the_port_may_differ(registered, presented, same):
    assert is_registered(presented, (registered,)) is same
