"""One URL serves every protocol revision."""

import pytest
from server.world import JSON, LEGACY, MODERN, World, call, tool_call

HANDSHAKE = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_a_client_of_either_era_lists_tools_and_reads_rows(world: World, mode: str) -> None:
    async with world.client(mode=mode) as client:
        listed = await client.list_tools()
        result = await client.call_tool("executeQuery", {"soql": "SELECT Id, Name FROM Account ORDER BY Name LIMIT 3"})
    assert "executeQuery" in [tool.name for tool in listed.tools]
    stored = world.rows('SELECT Id, Name FROM "Account" WHERE IsDeleted = 0 ORDER BY Name COLLATE NOCASE LIMIT 3')
    assert not result.is_error
    assert [tuple(row) for row in result.structured_content["rows"]] == stored


@pytest.mark.parametrize("revision", HANDSHAKE)
async def test_each_handshake_revision_is_negotiated_as_asked(world: World, revision: str) -> None:
    token = (await world.sign_in()).access_token
    asked = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}
    async with world.http(token, headers=JSON) as http:
        opened = await http.post("/mcp", json=call("initialize", asked))
        headers = {"MCP-Protocol-Version": revision}
        listed = await http.post("/mcp", json=call("tools/list"), headers=headers)
        read = await http.post("/mcp", json=tool_call("listApiVersions"), headers=headers)
    assert opened.json()["result"]["protocolVersion"] == revision
    assert "Mcp-Session-Id" not in opened.headers
    assert listed.json()["result"]["tools"]
    assert read.json()["result"]["structuredContent"]["inUse"] == "68.0"


async def test_an_unknown_revision_is_told_which_ones_there_are(world: World) -> None:
    token, future = (await world.sign_in()).access_token, "2031-01-01"
    meta = {"io.modelcontextprotocol/protocolVersion": future, "io.modelcontextprotocol/clientCapabilities": {}}
    headers = {"MCP-Protocol-Version": future, "Mcp-Method": "tools/list"}
    async with world.http(token, headers={**JSON, **headers}) as http:
        answer = await http.post("/mcp", json=call("tools/list", {"_meta": meta}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32022)
    assert answer.json()["error"]["data"]["supported"] == [MODERN], "the others are negotiated by initialize"


async def test_headers_of_the_modern_era_that_contradict_the_body_are_refused(world: World) -> None:
    token = (await world.sign_in()).access_token
    meta = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
    body = call("tools/call", {"name": "deleteRecord", "arguments": {}, "_meta": meta})
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "getUserInfo"}
    async with world.http(token, headers={**JSON, **headers}) as http:
        answer = await http.post("/mcp", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32020


async def test_a_client_that_listens_for_changes_is_told_that_there_are_none(world: World) -> None:
    token = (await world.sign_in()).access_token
    meta = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "subscriptions/listen"}
    async with world.http(token, headers={**JSON, **headers}) as http:
        answer = await http.post("/mcp", json=call("subscriptions/listen", {"_meta": meta, "notifications": {}}))
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == -32601
