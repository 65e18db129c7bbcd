"""A long answer is read over cursors while colleagues go on working."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flows.asking import insert
from server.world import World

SOQL = "SELECT Id, Name, Key__c, CreatedDate, Owner.Name FROM Wide__c WHERE Name LIKE 'Row%'"


def fill(world: World, count: int) -> set[str]:
    with world.org.transaction():
        return {insert(world, "Wide__c", Name=f"Row {number:05}", Key__c=f"K{number:05}") for number in range(count)}


@asynccontextmanager
async def colleague(world: World) -> AsyncIterator[list[str]]:
    """Adds a row whenever the reader waits for something; the ids of the rows."""
    added: list[str] = []

    async def work() -> None:
        while True:
            added.append(insert(world, "Wide__c", Name=f"Row {len(added)} added", Key__c=f"A{len(added)}"))
            await asyncio.sleep(0)  # everybody else's turn

    task = asyncio.create_task(work())
    yield added
    task.cancel()
    await asyncio.wait([task])


async def read(world: World, soql: str) -> tuple[list[str], int]:
    """The ids of all rows over all cursors, and how many results they came in."""
    async with world.client() as client:
        page = (await client.call_tool("executeQuery", {"soql": soql})).structured_content
        total, seen, results = page["totalSize"], [row[0] for row in page["rows"]], 1
        while "cursor" in page:
            result = await client.call_tool("executeQuery", {"soql": soql, "cursor": page["cursor"]})
            assert not result.is_error, result.content[0].text
            page = result.structured_content
            seen += [row[0] for row in page["rows"]]
            results += 1
    assert len(seen) == total
    return seen, results


async def test_2500_rows_arrive_whole_while_rows_are_inserted(world: World) -> None:
    there = fill(world, 2_500)
    async with colleague(world) as added:
        seen, results = await read(world, SOQL)
    assert len(added) > 20
    assert results >= 2
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


async def test_rows_sorted_in_front_of_the_reader_neither_repeat_nor_hide_others(world: World) -> None:
    there = fill(world, 2_500)
    async with colleague(world) as added:
        seen, _ = await read(world, f"{SOQL} ORDER BY CreatedDate DESC, Id DESC")
    assert added
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
