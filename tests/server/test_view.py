"""What is listed is what may be used: by scope, by URL, by header, by the operator."""

import itertools

import pytest
from fake_clock import FakeClock
from server.world import EVERYTHING, JSON, World, call, tool_call, world_of

from salesforce_emulator.org import Org
from salesforce_mcp.policy.scopes import implied
from salesforce_mcp.tools.catalogue import CATALOGUE, DEFAULT
from salesforce_mcp.tools.tool import Effect

SUBSETS = [subset for size in range(1, 6) for subset in itertools.combinations(EVERYTHING, size)]


def usable(scopes: tuple[str, ...]) -> set[str]:
    return {name for name in DEFAULT if CATALOGUE[name].scopes <= implied(scopes)}


@pytest.mark.parametrize("scopes", SUBSETS, ids=["+".join(each) for each in SUBSETS])
async def test_each_set_of_scopes_lists_and_allows_exactly_its_tools(world: World, scopes: tuple[str, ...]) -> None:
    token = (await world.sign_in(scopes=scopes)).access_token
    async with world.http(token, headers=JSON) as http:
        listed = {tool["name"] for tool in (await http.post("/mcp", json=call("tools/list"))).json()["result"]["tools"]}
        refused = {
            name for name in DEFAULT if (await http.post("/mcp", json=tool_call(name, unknown=1))).status_code == 403
        }
    assert listed == usable(scopes)
    assert refused == DEFAULT - listed


async def test_a_reading_url_lists_and_runs_reading_tools_only(world: World) -> None:
    async with world.client(path="/mcp/x/core/readonly") as client:
        listed = [tool.name for tool in (await client.list_tools()).tools]
        result = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "No"}})
    assert listed
    assert {CATALOGUE[name].effect for name in listed} == {Effect.READS}
    assert result.is_error
    assert result.structured_content["code"] == "TOOL_NOT_OFFERED"
    assert not world.rows("SELECT 1 FROM \"Account\" WHERE Name = 'No'")


async def test_headers_only_narrow(world: World) -> None:
    async with (
        world.client(path="/mcp/x/core/readonly", headers={"X-MCP-Readonly": "false", "X-MCP-Toolsets": "all"}) as wide,
        world.client(headers={"X-MCP-Readonly": "true"}) as narrow,
    ):
        wider = [tool.name for tool in (await wide.list_tools()).tools]
        narrower = [tool.name for tool in (await narrow.list_tools()).tools]
    assert {CATALOGUE[name].effect for name in wider} == {Effect.READS}
    assert {CATALOGUE[name].effect for name in narrower} == {Effect.READS}


NARROWED = [
    ("/mcp/x/sales,service", {}, {"sales", "service"}),
    ("/mcp/x/all", {"X-MCP-Toolsets": "service, core"}, {"service", "core"}),
    ("/mcp/x/sales", {"X-MCP-Toolsets": "sales,service"}, {"sales"}),
]


async def toolsets_at(world: World, path: str, headers: dict[str, str]) -> set[str]:
    async with world.client(path=path, headers=headers) as client:
        return {CATALOGUE[tool.name].toolset for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize(("path", "headers", "listed"), NARROWED, ids=[f"{one[0]} {one[1]}" for one in NARROWED])
async def test_url_and_header_choose_toolsets(
    world: World, path: str, headers: dict[str, str], listed: set[str]
) -> None:
    assert await toolsets_at(world, path, headers) == listed


async def test_several_toolsets_can_be_had_for_reading_only(world: World) -> None:
    async with world.client(path="/mcp/x/sales,service/readonly") as client:
        seen = [CATALOGUE[tool.name] for tool in (await client.list_tools()).tools]
    assert {entry.toolset for entry in seen} == {"sales", "service"}
    assert {entry.effect for entry in seen} == {Effect.READS}


async def test_neither_url_nor_header_goes_beyond_what_the_operator_chose(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, toolsets=("core", "sales"), read_only=True) as world:
        assert await toolsets_at(world, "/mcp/x/all", {"X-MCP-Toolsets": "all"}) == {"core", "sales"}
        async with world.client(path="/mcp/x/all", headers={"X-MCP-Readonly": "false"}) as client:
            seen = {tool.name for tool in (await client.list_tools()).tools}
            refused = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "No"}})
        assert {CATALOGUE[name].effect for name in seen} == {Effect.READS}
        assert refused.structured_content["code"] == "TOOL_NOT_OFFERED"
        assert not world.rows("SELECT 1 FROM \"Account\" WHERE Name = 'No'")


async def test_a_header_that_names_no_toolset_is_refused(world: World) -> None:
    token = (await world.sign_in()).access_token
    async with world.http(token, headers={**JSON, "X-MCP-Toolsets": "sails"}) as http:
        answer = await http.post("/mcp", json=call("tools/list"))
    assert answer.status_code == 404
    assert answer.json()["error"]["data"]["code"] == "UNKNOWN_TOOLSET"


async def test_an_unknown_tool_is_answered_with_the_nearest_name(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("execute_query", {"soql": "SELECT Id FROM Account"})
    assert result.is_error
    assert result.structured_content["code"] == "UNKNOWN_TOOL"
    assert "executeQuery" in result.structured_content["hint"]


async def test_what_depends_on_the_user_is_private_to_its_cache(world: World) -> None:
    async with world.client() as client:
        listed = await client.list_tools()
        read = await client.read_resource("salesforce://objects")
    assert listed.cache_scope == "private"
    assert listed.ttl_ms > 0
    assert read.cache_scope == "private"
