"""Threat T3, mass deletion: no single call deletes several records that were not shown first, however it is written."""

from collections.abc import Mapping
from typing import Any

import pytest
from server.fixtures import clock as clock
from server.fixtures import org as org
from server.fixtures import world as world
from server.world import World

ONE, TWO = "{one}", "{two}"
IDS = "composite/sobjects?ids={one},{two}"
Operations = list[dict[str, Any]]


def delete(recordId: Any = ONE, **more: Any) -> dict[str, Any]:
    return {"operation": "delete", "objectName": "Task", "recordId": recordId, **more}


def create(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    return {"operation": "create", "objectName": name, "record": dict(record)}


def raw(url: str, method: str = "DELETE") -> dict[str, Any]:
    return {"method": method, "url": url}


QUERY = {"operation": "query", "soql": "SELECT Id FROM Task LIMIT 2", "referenceId": "found"}
INSIDE = [raw(f"/services/data/v68.0/sobjects/Task/{one}") for one in (ONE, TWO)]

SEVERAL: dict[str, Operations] = {
    "two": [delete(ONE), delete(TWO)],
    "as many as fit": [delete(ONE)] + [delete(TWO)] * 24,
    "of two objects": [delete(ONE), {**delete(TWO), "objectName": "Event"}],
    "apart": [delete(ONE), QUERY, delete(TWO)],
    "named": [delete(ONE, referenceId="a"), delete(TWO, referenceId="b")],
    "one record twice": [delete(ONE), delete(ONE)],
    "after a change": [{**delete(ONE), "operation": "update", "record": {"Subject": "x"}}, delete(ONE), delete(TWO)],
    "with what a delete has no use for": [delete(ONE, soql="x", record={"a": 1}), delete(TWO, fields=["Id"])],
}
REFERRING: Operations = [QUERY, delete("@{found.records[0].Id}"), delete("@{found.records[1].Id}")]

SMUGGLED: dict[str, Operations] = {
    **{f"verb {verb!r}": [{**delete(ONE), "operation": verb}, {**delete(TWO), "operation": verb}]
       for verb in ("DELETE", "Delete", "delete ", "\tdelete", "dеlete", "hardDelete", "remove")},
    "method and address": [raw(f"/services/data/v68.0/{IDS}")],
    "method in small letters": [raw(f"/services/data/v68.0/{IDS}", "delete")],
    "another version": [raw(f"/services/data/v45.0/{IDS}")],
    "an absolute address": [raw(f"https://acme.my.salesforce.com/services/data/v68.0/{IDS}")],
    "a method beside the verb": [{**QUERY, **raw(f"/services/data/v68.0/{IDS}")}],
    "a collection as the object": [delete(objectName=IDS)],
    "a collection as the object, encoded": [delete(objectName="composite%2Fsobjects%3Fids={one}%2C{two}")],
    "an object that climbs": [delete(objectName="../composite/sobjects")],
    "two ids": [delete("{one},{two}")],
    "two ids, encoded": [delete("{one}%2C{two}")],
    "two ids on two lines": [delete("{one}\n{two}")],
    "an id with parameters": [delete("{one}?ids={one},{two}")],
    "parameters twice": [delete("{one}?ids={one}&ids={two}&allOrNone=false")],
    "an id that climbs": [delete("{one}/../../../" + IDS)],
    "a list of ids": [delete(["{one}", "{two}"])],
    "a reference to all": [QUERY, delete("@{found.records}")],
    "a reference with a star": [QUERY, delete("@{found.records[*].Id}")],
    "a composite request inside": [create("composite", {"compositeRequest": INSIDE})],
    "a batch inside": [create("Task", {"batchRequests": INSIDE})],
    "a graph inside": [create("Task", {"graphs": [{"graphId": "1", "compositeRequest": INSIDE}]})],
    "a graph as the verb": [{"operation": "graph", "graphs": [{"graphId": "1", "compositeRequest": INSIDE}]}],
    "a tree": [create("Task", {"records": [{"attributes": {"type": "Task"}, "Id": ONE, "IsDeleted": True}]})],
    "deleted as a value": [{**delete(one), "operation": "update", "record": {"IsDeleted": True}} for one in (ONE, TWO)],
    "a method as a parameter": [
        {"operation": "upsert", "objectName": "Account", "externalIdField": "ERP_Id__c",
         "externalId": "x?_HttpMethod=DELETE", "record": {"IsDeleted": True}}
    ],
    "a method as a field": [{**delete(ONE), "operation": "get", "fields": ["Id&_HttpMethod=DELETE"]}],
}  # fmt: skip


def filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.replace(ONE, names["one"]).replace(TWO, names["two"])
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    return {key: filled(inner, names) for key, inner in value.items()} if isinstance(value, dict) else value


def deleted(world: World) -> int:
    tables = ("Account", "Event", "Task")
    return sum(world.rows(f'SELECT count(*) FROM "{name}" WHERE IsDeleted')[0][0] for name in tables)  # noqa: S608


async def refused(world: World, tool: str, operations: Operations) -> dict[str, Any]:
    """The refusal; nothing was deleted, and nothing else was written."""
    [[one], [two]] = world.rows('SELECT Id FROM "Task" WHERE NOT IsDeleted ORDER BY Id LIMIT 2')
    before = deleted(world), world.writes()
    async with world.client(path="/mcp/x/all") as client:
        result = await client.call_tool(tool, {"operations": filled(operations, {"one": one, "two": two})})
    assert (deleted(world), world.writes()) == before
    assert result.is_error, result.content[0].text
    told: dict[str, Any] = result.structured_content
    return told


@pytest.mark.parametrize(
    ("tool", "operations"),
    [
        *((tool, operations) for operations in SEVERAL.values() for tool in ("executeBatch", "executeComposite")),
        ("executeComposite", REFERRING),
    ],
    ids=[*(f"{name}-{tool}" for name in SEVERAL for tool in ("batch", "composite")), "referring-composite"],
)
async def test_several_deletes_need_a_preview_and_are_told_where_there_is_one(
    world: World, tool: str, operations: Operations
) -> None:
    told = await refused(world, tool, operations)
    assert told["code"] == "PREVIEW_NEEDED"
    assert "planId" in told["hint"]
    assert world.salesforce_requests == []


@pytest.mark.parametrize("operations", SMUGGLED.values(), ids=SMUGGLED)
@pytest.mark.parametrize("tool", ["executeBatch", "executeComposite"])
async def test_no_other_way_to_write_it_deletes_anything(world: World, tool: str, operations: Operations) -> None:
    await refused(world, tool, operations)


async def test_one_delete_among_others_stays_possible(world: World) -> None:
    [task] = world.rows('SELECT Id FROM "Task" WHERE NOT IsDeleted ORDER BY Id LIMIT 1')[0]
    operations = [QUERY, create("Account", {"Name": "Stays"}), delete(task)]
    async with world.client() as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert not result.is_error, result.content[0].text
    assert world.rows('SELECT IsDeleted FROM "Task" WHERE Id = ?', task) == [(1,)]
