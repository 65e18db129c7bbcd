"""What holds for every tool, written once and true for the next one too."""

import importlib
import json
import os
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest
from server.world import World

import salesforce_mcp.tools
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.tools.catalogue import CATALOGUE, DEFAULT, TOOLSETS, Entry
from salesforce_mcp.tools.listing import Listed, as_seen, listed
from salesforce_mcp.tools.results import compact_json, tokens_of
from salesforce_mcp.tools.tool import Effect, mark_of

SNAPSHOTS = Path(__file__).parents[1] / "snapshots/tools"
TOOLS = listed()

each_tool = pytest.mark.parametrize("tool", TOOLS, ids=[one.entry.name for one in TOOLS])


@each_tool
def test_it_has_a_title_and_a_description_of_its_own(tool: Listed) -> None:
    assert tool.seen["title"]
    assert tool.seen["title"] != tool.entry.name
    assert len(tool.seen["description"]) > 20
    assert [one.seen["description"] for one in TOOLS].count(tool.seen["description"]) == 1


@each_tool
def test_its_four_hints_follow_from_its_effect(tool: Listed) -> None:
    hints = tool.seen["annotations"]
    assert set(hints) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert hints["readOnlyHint"] is (tool.entry.effect is Effect.READS)
    assert hints["destructiveHint"] is (tool.entry.effect in (Effect.DESTROYS, Effect.ADMINISTERS))
    assert not (hints["readOnlyHint"] and hints["destructiveHint"])


@each_tool
def test_it_stays_within_the_budget_of_one_tool(tool: Listed) -> None:
    assert tool.tokens <= 350


@each_tool
def test_every_parameter_is_plain_json_schema_without_references(tool: Listed) -> None:
    text = json.dumps(tool.seen["inputSchema"])
    assert "$ref" not in text
    assert '"title"' not in text
    assert '"null"' not in text


@each_tool
def test_a_limit_tells_from_where_to_where_it_goes(tool: Listed) -> None:
    limit = tool.seen["inputSchema"].get("properties", {}).get("limit")
    assert limit is None or (limit["minimum"], limit["maximum"] >= 1) == (1, True)


@each_tool
def test_its_name_fits_every_client(tool: Listed) -> None:
    assert tool.entry.name.isascii()
    assert tool.entry.name.isalnum()
    assert len(tool.entry.name) <= 64


def test_the_catalogue_stays_within_its_average() -> None:
    assert sum(one.tokens for one in TOOLS) / len(TOOLS) <= 120
    assert sum(one.whole_tokens for one in TOOLS) / len(TOOLS) <= 220


def test_the_plain_url_lists_few_tools_in_few_tokens() -> None:
    default = [one for one in TOOLS if one.entry.name in DEFAULT]
    assert set(CATALOGUE) >= DEFAULT
    assert len(default) <= 45
    assert sum(one.tokens for one in default) <= 6_000


def test_there_are_at_most_eighty_tools_each_in_one_toolset() -> None:
    names = [function.__name__ for functions in TOOLSETS.values() for function in functions]
    assert len(names) == len(set(names)) <= 80


def test_no_decorated_function_is_missing_from_the_catalogue() -> None:
    functions = [entry.function for entry in CATALOGUE.values()]
    for module in _modules():
        for value in vars(module).values():
            if callable(value) and hasattr(value, "mark") and not isinstance(value, type):
                assert value in functions, f"{module.__name__}.{value.__name__} is marked as a tool but in no toolset"


def test_a_tool_is_in_the_toolset_it_is_written_in() -> None:
    for entry in CATALOGUE.values():
        assert entry.function.__module__.startswith(f"salesforce_mcp.tools.{entry.toolset}")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_what_a_client_sees_is_the_snapshot_in_git(entry: Entry) -> None:
    snapshot = SNAPSHOTS / f"{entry.name}.json"
    seen = json.dumps(as_seen(entry), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOTS.mkdir(parents=True, exist_ok=True)
        snapshot.write_text(seen)
    assert snapshot.exists(), "run UPDATE_SNAPSHOTS=1 make test and commit the new file"
    assert snapshot.read_text() == seen, "the tool changed for its clients: UPDATE_SNAPSHOTS=1, and read the diff"


def test_no_snapshot_is_left_of_a_tool_that_is_gone() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(CATALOGUE)


async def test_a_client_is_listed_exactly_the_snapshots_in_the_order_of_the_catalogue(world: World) -> None:
    async with world.client(path="/mcp/x/all") as client:
        listed_tools = (await client.list_tools()).tools
    assert [tool.name for tool in listed_tools] == list(CATALOGUE)
    for tool in listed_tools:
        told = tool.model_dump(by_alias=True, mode="json", exclude_none=True)
        assert told == json.loads((SNAPSHOTS / f"{tool.name}.json").read_text())


async def test_the_list_is_byte_for_byte_the_same_each_time(world: World) -> None:
    async with world.client() as one, world.client() as other:
        first, second = await one.list_tools(), await other.list_tools()
    assert first.model_dump_json() == second.model_dump_json()


def test_tokens_are_counted_at_four_bytes() -> None:
    assert tokens_of("abcd") == 1
    assert tokens_of("äöü") == 2
    assert TOOLS[0].tokens == tokens_of(
        compact_json({key: TOOLS[0].seen[key] for key in ("name", "description", "inputSchema")})
    )


def test_the_effect_of_a_tool_says_which_scope_it_needs() -> None:
    for entry in CATALOGUE.values():
        mark = mark_of(entry.function)
        assert mark.scope in entry.scopes
        bulk = {Scope.BULK} if entry.toolset == "bulk" else set()
        assert entry.scopes == {mark.scope} | bulk
        if mark.scope is not entry.effect.scope:  # each call asks for the rest
            assert entry.name in ("executeComposite", "executeBatch", "createBulkJob", "changeBulkJob", "massChange")


def _modules() -> list[ModuleType]:
    package = salesforce_mcp.tools
    return [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
