"""What clients find, at every place they look, and which browsers may read it."""

import re
from dataclasses import replace

import pytest
from oauth.application import ISSUER
from oauth.deployment import SETTINGS, deployed

from salesforce_mcp.oauth.resources import metadata_url, resource_at, resource_named

PREFLIGHT = {
    "Origin": "https://inspector.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
}


@pytest.mark.parametrize("path", ["oauth-authorization-server", "openid-configuration"])
async def test_both_discovery_paths_tell_the_same(deployment, path):
    told = (await deployment.http.get(f"/.well-known/{path}")).json()
    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert set(told["token_endpoint_auth_methods_supported"]) == {
        "none", "client_secret_post", "client_secret_basic", "private_key_jwt",
    }  # fmt: skip
    assert told["client_id_metadata_document_supported"] is True
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["scopes_supported"] == ["sf.read", "sf.write", "sf.delete", "sf.bulk", "sf.admin"]
    for name, value in told.items():
        if name.endswith("_endpoint"):
            assert re.fullmatch(rf"{ISSUER}/[a-z]+", value)


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("", "/mcp"),
        ("/mcp", "/mcp"),
        ("/mcp/", "/mcp"),
        ("/mcp/x/all", "/mcp/x/all"),
        ("/mcp/x/core,bulk", "/mcp/x/core,bulk"),
        ("/mcp/x/core/readonly", "/mcp/x/core/readonly"),
        ("/mcp/o/emea", "/mcp/o/emea"),
        ("/mcp/o/emea/x/core/readonly", "/mcp/o/emea/x/core/readonly"),
    ],
)
async def test_protected_resource_metadata_is_at_the_root_and_at_every_path(seeded, clock, path, resource):
    settings = replace(SETTINGS, orgs=("emea https://emea.my.salesforce.com KEY",))
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        told = (await deployment.http.get(f"/.well-known/oauth-protected-resource{path}")).json()
        assert told["resource"] == f"{ISSUER}{resource}"
        assert told["authorization_servers"] == [ISSUER]
        assert told["scopes_supported"] == ["sf.read"]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/consent", 405), ("/account/sign-in", 405)])
async def test_where_no_page_is_a_person_reads_so_and_a_program_gets_json(deployment, path, status):
    shown = await deployment.http.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (shown.status_code, shown.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "There is no page here" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    told = await deployment.http.get(path, headers={"accept": "*/*"})
    assert (told.status_code, set(told.json())) == (status, {"error"})


@pytest.mark.parametrize(
    "path", ["/mcp/o/unknown", "/mcp/o/default", "/other", "/mcp/x/", "/mcp/x/a/b", "/mcp/../x", "x"]
)
async def test_other_paths_have_none_and_say_so_in_json(deployment, path):
    response = await deployment.http.get(f"/.well-known/oauth-protected-resource{path}")
    assert response.status_code == 404
    assert response.json()["error"] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "/token/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration",
        "/favicon.ico",
        "/.well-known/jwks.json",
    ],
)
async def test_probes_get_a_clean_404_in_json(deployment, path):
    response = await deployment.http.get(path)
    assert response.status_code == 404 or path.startswith("/mcp")
    assert response.status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/register",
        "/token",
        "/revoke",
    ],
)
async def test_browser_clients_may_call_what_they_need(deployment, path):
    preflight = await deployment.http.options(path, headers=PREFLIGHT)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    allowed = preflight.headers["access-control-allow-headers"].lower()
    for name in ("authorization", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name"):
        assert name in allowed
    answer = await deployment.http.request(
        "GET" if "well-known" in path else "POST", path, headers={"Origin": "https://inspector.example"}
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/authorize", "/consent", "/callback", "/account", "/account/disconnect", "/"])
async def test_pages_are_closed_to_scripts_of_other_origins(deployment, path):
    for response in (
        await deployment.http.options(path, headers=PREFLIGHT),
        await deployment.http.get(path, headers={"Origin": "https://evil.example"}),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]


async def test_nothing_in_a_request_changes_the_addresses_we_tell(deployment):
    lies = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=e",
    }
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp"):
        assert "evil" not in (await deployment.http.get(path, headers=lies)).text


async def test_every_route_answers_only_its_methods(deployment):
    for path in ("/token", "/register", "/revoke", "/consent"):
        assert (await deployment.http.get(path)).status_code == 405
    for path in ("/authorize", "/callback", "/account"):
        assert (await deployment.http.post(path)).status_code == 405


def test_addresses_of_the_endpoint_are_understood_and_nothing_else():
    settings = replace(SETTINGS, orgs=("emea https://emea.my.salesforce.com KEY",))
    emea = resource_at(settings, "/mcp/o/emea/x/core,bulk/readonly")
    assert (emea.org, emea.toolsets, emea.read_only, emea.audience) == (
        "emea",
        ("core", "bulk"),
        True,
        f"{ISSUER}/mcp/o/emea",
    )
    assert resource_at(settings, "/mcp").audience == f"{ISSUER}/mcp"
    assert resource_named(settings, "HTTPS://MCP.EXAMPLE.COM/mcp").audience == f"{ISSUER}/mcp"
    assert metadata_url(settings, "/mcp/x/core/") == f"{ISSUER}/.well-known/oauth-protected-resource/mcp/x/core"
    for path in (
        "",
        "/",
        "/MCP",
        "/mcp//",
        "/mcp/x",
        "/mcp/o/",
        "/mcp/o/EMEA",
        "/mcp/x/a/readonly/x",
        "/mcpx",
        "/mcp\n",
    ):
        assert resource_at(settings, path) is None
    for uri in ("", "https://mcp.example.com", "https://mcp.example.com.evil/mcp", "https://mcp.example.com@evil/mcp"):
        assert resource_named(settings, uri) is None
