"""What a request has to pass: every refusal is an HTTP status that a client can act on."""

import re
from typing import Any

import httpx
import pytest
from fake_clock import FakeClock
from server.world import ADMIN, EVERYTHING, JSON, ORIGIN, SALES, World, call, tool_call

METADATA = f"{ORIGIN}/.well-known/oauth-protected-resource"


def challenge(answer: httpx.Response) -> dict[str, str]:
    told = answer.headers["WWW-Authenticate"]
    assert told.startswith("Bearer ")
    assert answer.headers["x-mcp-challenge"] == told
    return dict(re.findall(r'(\w+)="([^"]*)"', told))


async def test_without_a_token_the_challenge_says_where_to_sign_in_and_names_no_error(world: World) -> None:
    async with world.http(headers=JSON) as http:
        answer = await http.post("/mcp", json=call("tools/list"))
    assert answer.status_code == 401
    assert challenge(answer) == {"scope": "sf.read sf.write sf.delete sf.bulk", "resource_metadata": f"{METADATA}/mcp"}


@pytest.mark.parametrize("path", ["/mcp/x/core/readonly", "/mcp/x/core/readonly/"])
async def test_at_a_reading_url_only_reading_is_asked_for(world: World, path: str) -> None:
    async with world.http(headers=JSON) as http:
        answer = await http.post(path, json=call("tools/list"))
    assert challenge(answer) == {"scope": "sf.read", "resource_metadata": f"{METADATA}/mcp/x/core/readonly"}


@pytest.mark.parametrize("token", ["garbage", "sfa_" + "0" * 32 + "_" + "A" * 43, "Bearer x", "\x7f"])
async def test_a_token_that_is_not_ours_is_invalid(world: World, token: str) -> None:
    async with world.http(token, headers=JSON) as http:
        answer = await http.post("/mcp", json=call("tools/list"))
    assert answer.status_code == 401
    assert challenge(answer)["error"] == "invalid_token"


async def test_an_expired_token_is_invalid(world: World, clock: FakeClock) -> None:
    token = (await world.sign_in()).access_token
    clock.advance(3601)
    async with world.http(token, headers=JSON) as http:
        answer = await http.post("/mcp", json=tool_call("getUserInfo"))
    assert answer.status_code == 401
    assert challenge(answer)["error"] == "invalid_token"
    assert world.salesforce_requests == []


async def test_a_token_in_the_query_string_is_not_looked_at(world: World) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(headers=JSON) as http:
        answer = await http.post(f"/mcp?access_token={token}", json=call("tools/list"))
    assert answer.status_code == 401


async def test_a_foreign_origin_and_a_foreign_host_are_refused(world: World) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers=JSON) as http:
        origin = await http.post("/mcp", json=call("tools/list"), headers={"Origin": "https://evil.example"})
        host = await http.post("/mcp", json=call("tools/list"), headers={"Host": "evil.example"})
        own = await http.post("/mcp", json=call("tools/list"), headers={"Origin": ORIGIN})
    assert (origin.status_code, host.status_code, own.status_code) == (403, 421, 200)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH"])
async def test_only_post_is_served(world: World, method: str) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers={"Accept": "text/event-stream"}) as http:
        answer = await http.request(method, "/mcp")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/mcp", "/mcp/", "/mcp/x/core", "/mcp/x/core/", "/mcp/x/all", "/mcp/x/core/readonly/"]
)
async def test_every_path_answers_with_and_without_a_slash(world: World, path: str) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers=JSON) as http:
        answer = await http.post(path, json=call("tools/list"))
    assert answer.status_code == 200
    assert answer.json()["result"]["tools"]


@pytest.mark.parametrize("path", ["/mcp/x/nothing", "/mcp/o/elsewhere", "/mcp/x/core,elsewhere"])
async def test_a_path_that_means_nothing_is_not_found(world: World, path: str) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers=JSON) as http:
        answer = await http.post(path, json=call("tools/list"))
    assert answer.status_code == 404
    assert answer.json()["error"]["data"]["hint"]


async def test_a_scope_that_is_missing_is_an_http_403_that_names_all_scopes(world: World) -> None:
    token = (await world.sign_in(SALES, scopes=["sf.read"])).access_token
    async with world.http(token, headers=JSON) as http:
        answer = await http.post("/mcp", json=tool_call("createRecord", objectName="Account", record={"Name": "X"}))
    assert answer.status_code == 403
    told = challenge(answer)
    assert told["error"] == "insufficient_scope"
    assert told["scope"].split() == ["sf.read", "sf.write"]
    assert told["resource_metadata"] == f"{METADATA}/mcp"
    assert world.salesforce_requests == []


async def test_deleting_inside_a_composite_request_needs_the_scope_to_delete(world: World) -> None:
    contact = world.rows('SELECT Id FROM "Contact" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    before = world.writes()
    token = (await world.sign_in(ADMIN, scopes=["sf.write"])).access_token
    deleting = [{"operation": "delete", "objectName": "Contact", "recordId": contact}]
    async with world.http(token, headers=JSON) as http:
        answers = [
            await http.post("/mcp", json=tool_call(name, operations=deleting))
            for name in ("executeComposite", "executeBatch")
        ]
    for answer in answers:
        assert answer.status_code == 403
        assert "sf.delete" in challenge(answer)["scope"].split()
        assert "sf.write" in challenge(answer)["scope"].split()
    assert world.writes() == before


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_a_session_that_died_for_good_during_the_call_is_an_http_401(world: World, mode: str) -> None:
    headers = (
        {}
        if mode == "legacy"
        else {"MCP-Protocol-Version": mode, "Mcp-Method": "tools/call", "Mcp-Name": "getUserInfo"}
    )
    meta: dict[str, Any] = {
        "io.modelcontextprotocol/protocolVersion": mode,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "getUserInfo", "arguments": {}, **({} if mode == "legacy" else {"_meta": meta})}
    token = (await world.sign_in()).access_token
    world.faults.expire_tokens()
    async with world.http(token, headers={**JSON, **headers}) as http:
        answer = await http.post("/mcp", json=call("tools/call", params))
        again = await http.post("/mcp", json=call("tools/call", params))
    for each in (answer, again):
        assert each.status_code == 401
        assert challenge(each)["error"] == "invalid_token"
        assert "result" not in each.json()


async def test_a_dead_grant_under_a_resource_read_is_an_http_401_too(world: World) -> None:
    token = (await world.sign_in()).access_token
    world.faults.expire_tokens()
    async with world.http(token, headers=JSON) as http:
        answer = await http.post("/mcp", json=call("resources/read", {"uri": "salesforce://objects"}))
    assert answer.status_code == 401


async def test_one_sided_json_is_refused_with_a_hint(world: World) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers={**JSON, "Content-Type": "application/json"}) as http:
        answer = await http.post("/mcp", content=b'{"jsonrpc": "2.0", ')
        deep = await http.post("/mcp", content=b"[" * 100_000)
    for each in (answer, deep):
        assert each.status_code == 400
        assert each.json()["error"]["code"] == -32700
        assert each.json()["error"]["data"]["code"] == "INVALID_JSON"


async def test_a_body_of_five_megabytes_is_refused_with_a_hint(world: World) -> None:
    before = world.writes()
    token = (await world.sign_in()).access_token
    large = tool_call("createRecord", objectName="Account", record={"Name": "x", "Description": "x" * 5_000_000})
    async with world.http(token, headers=JSON) as http:
        answer = await http.post("/mcp", json=large)
    assert answer.status_code == 413
    assert answer.json()["error"]["data"]["code"] == "REQUEST_TOO_LARGE"
    assert answer.json()["error"]["data"]["hint"]
    assert world.writes() == before


@pytest.mark.parametrize(
    "body", ["[]", "3", '"x"', "null", "{}", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}']
)
async def test_json_that_is_no_message_is_refused_and_nothing_breaks(world: World, body: str) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers={**JSON, "Content-Type": "application/json"}) as http:
        answer = await http.post("/mcp", content=body)
    assert answer.status_code < 500


async def test_a_browser_may_ask_first_without_a_token(world: World) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name",
    }
    async with world.http() as http:
        answer = await http.options("/mcp", headers=asked)
        foreign = await http.options("/mcp", headers={**asked, "Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_a_browser_can_read_the_challenge(world: World) -> None:
    async with world.http(headers={**JSON, "Origin": ORIGIN}) as http:
        answer = await http.post("/mcp", json=call("tools/list"))
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]


async def test_a_person_who_calls_too_often_is_told_when_to_go_on(world: World, clock: FakeClock) -> None:
    token = (await world.sign_in()).access_token
    other = (await world.sign_in(SALES)).access_token
    most = world.services.settings.calls_per_minute
    clock.advance(60 - clock.now() % 60)
    async with world.http(token, headers=JSON) as http, world.http(other, headers=JSON) as others:
        for _ in range(most):
            allowed = await http.post("/mcp", json=tool_call("listApiVersions"))
        refused = await http.post("/mcp", json=tool_call("listApiVersions"))
        neighbour = await others.post("/mcp", json=tool_call("listApiVersions"))
        clock.advance(60)
        later = await http.post("/mcp", json=tool_call("listApiVersions"))
    assert not allowed.json()["result"].get("isError")
    told = refused.json()["result"]
    assert told["isError"]
    assert told["structuredContent"]["code"] == "RATE_LIMITED"
    assert told["structuredContent"]["retryAfterSeconds"] == 60
    assert not neighbour.json()["result"].get("isError")
    assert not later.json()["result"].get("isError")


async def test_everything_is_asked_for_together(world: World) -> None:
    """A client that signed in with every scope is never challenged again."""
    token = (await world.sign_in(scopes=EVERYTHING)).access_token
    async with world.http(token, headers=JSON) as http:
        answer = await http.post(
            "/mcp",
            json=tool_call("executeBatch", operations=[{"operation": "query", "soql": "SELECT Id FROM User LIMIT 1"}]),
        )
    assert answer.status_code == 200
    assert not answer.json()["result"].get("isError")
