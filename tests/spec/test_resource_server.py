"""S30 to S40: the resource server."""

import pytest
from edges.whole import JSON
from oauth.application import ISSUER

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
PATHS = ["", "/mcp", "/mcp/x/core", "/mcp/x/core/readonly"]


@pytest.mark.parametrize("path", PATHS)
async def test_S30_protected_resource_metadata_is_at_every_path_and_in_the_challenge(whole, path):
    told = (await whole.http.get(f"/.well-known/oauth-protected-resource{path}")).json()
    assert told["authorization_servers"] == [ISSUER]
    challenge = (await whole.post("", LIST, path or "/mcp")).headers["www-authenticate"]
    assert f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource{path or "/mcp"}"' in challenge


async def test_S31_the_resource_has_no_slash_at_its_end_and_may_be_named_in_capitals(whole):
    told = (await whole.http.get("/.well-known/oauth-protected-resource/mcp")).json()
    assert told["resource"] == f"{ISSUER}/mcp"
    application, answer = await whole.deployment.connect()
    shouted = f"{ISSUER.upper()}/mcp".replace("HTTPS", "https")
    assert (await application.refresh(answer["refresh_token"], resource=shouted)).status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_S32_scopes_are_few_and_never_offline_access(whole, path):
    told = (await whole.http.get(f"/.well-known/oauth-protected-resource{path}")).json()
    assert told["scopes_supported"] == ["sf.read"]
    assert "offline_access" not in (await whole.post("", LIST, path or "/mcp")).headers["www-authenticate"]


async def test_S33_the_challenge_names_the_scopes_needed_now(whole):
    """Those of the tools at this address: the person then chooses how much of it to give."""
    asked = {path: (await whole.post("", LIST, path)).headers["www-authenticate"] for path in PATHS[1:]}
    assert 'scope="sf.read sf.write sf.delete' in asked["/mcp/x/core"]
    assert 'scope="sf.read"' in asked["/mcp/x/core/readonly"]


@pytest.mark.parametrize("change", ["x{}", "{}x", "sfr_{}", ""])
async def test_S34_every_request_is_checked_and_nothing_but_our_token_passes(whole, change):
    token = await whole.token()
    assert (await whole.post(token, LIST)).status_code == 200
    assert (await whole.post(change.format(token[4:]), LIST)).status_code == 401


async def test_S35_401_403_and_400_mean_what_they_say(whole):
    token = await whole.token()
    assert (await whole.post("", LIST)).status_code == 401
    record = {"objectName": "Account", "record": {"Name": "X"}}
    assert (await whole.call(token, "createRecord", **record)).status_code == 403
    headers = {**JSON, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert (await whole.http.post("/mcp", content=b"{", headers=headers)).status_code == 400


async def test_S36_a_missing_scope_is_told_with_all_of_them_at_once(whole):
    answer = await whole.call(await whole.token(), "createRecord", objectName="Account", record={"Name": "X"})
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="sf.read sf.write"' in challenge
    assert "resource_metadata=" in challenge


async def test_S37_writing_implies_reading(whole):
    token = await whole.token(level="write")
    assert (await whole.call(token, "getUserInfo")).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "token", "bearer", "authorization"])
async def test_S38_a_token_in_the_query_is_not_looked_at(whole, name):
    assert (await whole.post("", LIST, f"/mcp?{name}={await whole.token()}")).status_code == 401


async def test_S39_salesforce_gets_its_own_token(whole):
    token = await whole.token()
    await whole.call(token, "getUserInfo")
    sent = [request.headers.get("authorization", "") for request in whole.sent_to_the_org()]
    assert any(one.startswith("Bearer 00D") for one in sent)
    assert not [one for one in sent if token in one]


@pytest.mark.parametrize("method", ["initialize", "tools/list", "server/discover", "resources/list", "prompts/list"])
async def test_S40_nothing_is_told_before_the_token_is_checked(whole, method):
    answer = await whole.post("", {"jsonrpc": "2.0", "id": 1, "method": method, "params": {}})
    assert answer.status_code == 401
    assert "result" not in answer.json()
