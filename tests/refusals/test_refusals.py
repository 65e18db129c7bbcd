"""What a tool that changes an org does when it cannot: it says why, and leaves nothing half-done."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from bulk.office import Desk, Office
from refusals.every_write import writes
from server.world import ADMIN, READ_ONLY, World

from salesforce_emulator import outbox
from salesforce_emulator.faults import ALWAYS
from salesforce_mcp.tools.catalogue import CATALOGUE
from salesforce_mcp.tools.listing import as_seen
from salesforce_mcp.tools.tool import Effect

# One writes what another call was given; the other is off: tests/bulk/test_jobs.py, tests/tools_platform/test_apex.py.
ELSEWHERE = {"changeBulkJob", "runApex"}
WRITING = [name for name, one in CATALOGUE.items() if one.effect is not Effect.READS and name not in ELSEWHERE]


def types_of_parameters(name: str) -> set[str]:
    return {part.get("type") for part in as_seen(CATALOGUE[name])["inputSchema"]["properties"].values()}


every_write = pytest.mark.parametrize("name", WRITING)

HEADER = 100  # of SQLite's file format: it counts what was committed, also where nothing came of it


def stored(world: World) -> bytes:
    """Everything that the org holds."""
    world.org.connection.execute(outbox.TABLE)
    return world.org.connection.serialize()


def changed(before: bytes, after: bytes) -> dict[str, int]:
    """How many rows are new, other than they were or gone, by object."""
    if before[HEADER:] == after[HEADER:]:
        return {}
    was, now = rows_of(before), rows_of(after)
    changes = {name: max((now[name] - was[name]).total(), (was[name] - now[name]).total()) for name in now}
    return {name: count for name, count in changes.items() if count}


def rows_of(image: bytes) -> dict[str, Counter[tuple[Any, ...]]]:
    with closing(sqlite3.connect(":memory:")) as org:
        org.deserialize(image)
        names = [name for (name,) in org.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith("_") or name == "_outbox"]
        return {name: Counter(org.execute(f'SELECT * FROM "{name}"')) for name in kept}  # noqa: S608


def codes(told: Any) -> Iterator[str]:
    """Every error code that an answer has, wherever it stands."""
    if isinstance(told, Mapping):
        if isinstance(told.get("code"), str):
            yield told["code"]
        for value in told.values():
            yield from codes(value)
    elif isinstance(told, list):
        for value in told:
            yield from codes(value)


async def told_by(desk: Desk, name: str, arguments: Mapping[str, Any], *, planned: bool) -> tuple[bool, dict[str, Any]]:
    """Whether it was refused or done only in part; and the answer, that of the job where it started one."""
    given = dict(arguments)
    if planned:
        preview = await desk.client.call_tool(name, given)
        if preview.is_error:
            return True, dict(preview.structured_content or {})
        given["planId"] = (preview.structured_content or {})["planId"]
    result = await desk.client.call_tool(name, given)
    told = dict(result.structured_content or {})
    if "jobId" in told:
        told = await desk.ended(told["jobId"])
        return bool(told["failed"]), told
    return bool(result.is_error), told


def test_every_tool_that_changes_an_org_has_a_row(office: Office) -> None:
    assert set(writes(office.world)) == set(WRITING)


@every_write
async def test_input_that_is_missing_is_named_before_anything_is_asked_of_the_org(office: Office, name: str) -> None:
    write = writes(office.world)[name]
    required = as_seen(CATALOGUE[name])["inputSchema"].get("required", [])
    before, asked = stored(office.world), len(office.world.salesforce_requests)
    async with office.desk(ADMIN) as desk:
        for missing in required:
            told = await desk.refused(name, **{key: value for key, value in write.given.items() if key != missing})
            assert told["code"] == "INVALID_ARGUMENTS"
            assert missing in told["message"]
        assert len(office.world.salesforce_requests) == asked
        if not required:
            assert write.incomplete is not None
            assert (await desk.refused(name, **write.incomplete))["code"] == "INVALID_INPUT"
    assert changed(before, stored(office.world)) == {}


@every_write
async def test_neither_what_is_not_there_nor_who_may_not_changes_anything(office: Office, name: str) -> None:
    write = writes(office.world)[name]
    before = stored(office.world)
    if write.absent is not None:
        more, code = write.absent
        async with office.desk(ADMIN) as desk:
            told = await desk.refused(name, **{**write.given, **more})
        assert code in codes(told), told
        assert changed(before, stored(office.world)) == {}
    if write.denied:
        async with office.desk(READ_ONLY) as desk:
            refused, told = await told_by(desk, name, write.given, planned=write.planned)
        assert refused, told
        assert write.denied in codes(told), told
        assert changed(before, stored(office.world)) == {}


@every_write
async def test_a_locked_row_stops_it_at_each_of_its_writes_and_it_says_what_was_done(office: Office, name: str) -> None:
    """The lock moves on by a record each time, until there is none in the way."""
    write = writes(office.world)[name]
    before, refusals = stored(office.world), 0
    async with office.desk(ADMIN) as desk:
        for free in range(20):
            office.world.faults.lock_rows(ALWAYS, after=free)
            refused, told = await told_by(desk, name, write.given, planned=write.planned)
            stays = changed(before, stored(office.world))
            if not refused:
                assert stays
                break
            refusals += 1
            assert "UNABLE_TO_LOCK_ROW" in codes(told), told
            if stays:
                assert "code" not in told, f"{stays} stay, but the answer is a plain refusal"
                break
    assert bool(refusals) is write.locks


@pytest.mark.parametrize("name", [name for name in WRITING if "array" in types_of_parameters(name)])
async def test_one_bad_entry_of_a_list_takes_back_the_others_or_is_accounted_for(office: Office, name: str) -> None:
    write = writes(office.world)[name]
    assert write.poison is not None, "it takes a list: what does a bad entry do?"
    before = stored(office.world)
    async with office.desk(ADMIN) as desk:
        given = {**write.given, **write.poison.given}
        refused, told = await told_by(desk, name, given, planned=write.planned)
    assert refused, told
    assert write.poison.code in codes(told), told
    stays = changed(before, stored(office.world))
    assert {name: stays.get(name, 0) for name in write.poison.stays} == write.poison.stays
    assert bool(stays) is bool(write.poison.stays)
    if stays:
        assert "code" not in told
