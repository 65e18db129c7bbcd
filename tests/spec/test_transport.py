"""S41 to S55: transport, tools, questions to the person, handles."""

import json

import pytest
from oauth.deployment import SALES

from salesforce_mcp.tools.listing import listing

MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "spec", "version": "1"},
}


async def modern(whole, token: str, method: str, name: str = "", /, *, version: str = MODERN, **params):
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}
    return await whole.post(
        token, {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}}, **headers
    )


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_S41_there_is_one_post_endpoint_and_a_foreign_origin_is_forbidden(whole, origin):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert (await whole.post(await whole.token(), message, Origin=origin)).status_code == 403


async def test_S42_the_version_header_is_the_bodys_and_known(whole):
    token = await whole.token()
    future = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": future}}
    unknown = await whole.post(token, message, **{"MCP-Protocol-Version": "2031-01-01", "Mcp-Method": "tools/list"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, -32022)
    assert MODERN in unknown.json()["error"]["data"]["supported"]
    other = {**META, "io.modelcontextprotocol/protocolVersion": "2025-11-25"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": other}}
    answer = await whole.post(token, message, **{"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/list"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32020)


@pytest.mark.parametrize(("method", "name"), [("tools/call", "other"), ("tools/list", "getUserInfo")])
async def test_S43_method_and_name_headers_must_match(whole, method, name):
    token = await whole.token()
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method, "Mcp-Name": name}
    params = {"name": "getUserInfo", "arguments": {}, "_meta": META}
    answer = await whole.post(token, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}, **headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32020


async def test_S44_an_unknown_method_is_404_and_a_notification_202(whole):
    token = await whole.token()
    unknown = await modern(whole, token, "no/such")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, -32601)
    noted = await whole.post(token, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert noted.status_code == 202


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH"])
async def test_S45_other_methods_are_405(whole, method):
    answer = await whole.http.request(method, "/mcp", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 405


async def test_S46_without_a_version_header_old_clients_are_served(whole):
    answer = await whole.post(await whole.token(), {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert answer.json()["result"]["tools"]


async def test_S47_an_answer_is_one_json_document_so_there_is_no_stream_to_outlive_its_client(whole):
    answer = await modern(whole, await whole.token(), "tools/list")
    assert answer.headers["content-type"].startswith("application/json")


async def test_S48_discover_exists_and_lists_are_private(whole):
    token = await whole.token()
    told = (await modern(whole, token, "server/discover")).json()["result"]
    assert MODERN in told["supportedVersions"]
    listed = (await modern(whole, token, "tools/list")).json()["result"]
    assert listed["cacheScope"] == "private"
    assert listed["resultType"] == "complete"


async def test_S49_the_list_depends_on_the_token_alone_and_keeps_its_order(whole):
    token = await whole.token()
    first, second = [(await modern(whole, token, "tools/list")).json()["result"]["tools"] for _ in range(2)]
    assert [tool["name"] for tool in first] == [tool["name"] for tool in second]
    assert "deleteRecord" not in {tool["name"] for tool in first}


async def test_S50_input_is_validated_calls_are_limited_and_output_is_clean(whole):
    token = await whole.token()
    wrong = await whole.result(token, "executeQuery", sql="x")
    assert wrong["code"] == "INVALID_ARGUMENTS"
    whole.deployment.org.connection.execute(
        """UPDATE "User" SET Title = 'seen' || char(8203, 8238, 917505) || 'unseen' WHERE Username = ?""", (SALES,)
    )
    soql = f"SELECT Title FROM User WHERE Username = '{SALES}'"  # noqa: S608 - a test's own name
    assert (await whole.result(token, "executeQuery", soql=soql))["rows"] == [["seenunseen"]]
    told = ""
    for _ in range(whole.services.settings.calls_per_minute + 1):
        told = (await whole.call(token, "listApiVersions")).text
    assert "RATE_LIMITED" in told
    assert "x-mcp-header" not in json.dumps(listing())


async def test_S51_a_made_up_request_state_is_refused(whole):
    token = await whole.token(level="full")
    arguments = {"objectName": "Account", "recordId": "001000000000001AAA"}
    answer = await modern(
        whole, token, "tools/call", "deleteRecord", name="deleteRecord", arguments=arguments, requestState="forged"
    )
    assert "error" in answer.json()


async def test_S52_a_client_that_cannot_ask_is_not_made_to(whole):
    token = await whole.token(level="full")
    made = await whole.result(token, "createRecord", objectName="Account", record={"Name": "Spec"})
    answer = await modern(
        whole, token, "tools/call", "deleteRecord", name="deleteRecord",
        arguments={"objectName": "Account", "recordId": made["id"]},
    )  # fmt: skip
    body = answer.json()
    assert "inputRequests" not in body.get("result", {})


def test_S53_no_tool_asks_for_a_secret():
    names = {name.lower() for tool in listing() for name in tool["parameters"]}
    assert not [name for name in names if any(word in name for word in ("password", "secret", "token", "credential"))]


async def test_S54_no_salesforce_token_reaches_the_client(whole):
    token = await whole.token(level="full")
    access = await whole.deployment.tokens.verify(token)
    session = (await (await whole.deployment.grants.credential(access)).session()).access_token.reveal()
    for tool in ("getUserInfo", "listResources", "listApiVersions", "getOrganizationLimits"):
        assert session not in (await whole.call(token, tool)).text


@pytest.mark.parametrize("handle", ["1", "x" * 100, "00D000000000001"])
async def test_S55_a_handle_authenticates_nobody(whole, handle):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert (await whole.post("", message, **{"Mcp-Session-Id": handle})).status_code == 401
