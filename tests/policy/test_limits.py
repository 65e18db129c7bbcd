"""Calls are counted by person and minute, writes by day, requests by org: across instances, and told."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from fake_clock import FakeClock
from server.world import SALES, World, world_of

from salesforce_emulator.org import Org
from salesforce_mcp.embedded import SqliteStore
from salesforce_mcp.errors import RateLimited
from salesforce_mcp.policy.limits import CallLimit
from salesforce_mcp.policy.scopes import Scope

QUERY = {"operation": "query", "soql": "SELECT Id FROM Account LIMIT 1"}


def _sharing(store: SqliteStore, clock: FakeClock, **most: int) -> list[CallLimit]:
    return [CallLimit(store, clock, **most) for _ in range(4)]


async def _at_once(instances: list[CallLimit], needed: Scope, *, times: int) -> Counter[str]:
    async def spend(number: int) -> str:
        try:
            await instances[number % len(instances)].spend("person", needed)
        except RateLimited:
            return "refused"
        return "admitted"

    return Counter(await asyncio.gather(*map(spend, range(times))))


async def test_instances_that_share_a_store_share_the_count(clock: FakeClock) -> None:
    instances = _sharing(SqliteStore(clock=clock), clock, per_minute=10, writes_per_day=1)
    assert await _at_once(instances, Scope.READ, times=50) == {"admitted": 10, "refused": 40}


async def test_one_person_never_uses_up_anothers_calls(clock: FakeClock) -> None:
    limit = CallLimit(SqliteStore(clock=clock), clock, per_minute=1, writes_per_day=1)
    await limit.spend("one", Scope.READ)
    await limit.spend("other", Scope.READ)
    with pytest.raises(RateLimited):
        await limit.spend("one", Scope.READ)


async def test_the_next_minute_starts_afresh_and_is_announced(clock: FakeClock) -> None:
    limit = CallLimit(SqliteStore(clock=clock), clock, per_minute=1, writes_per_day=1)
    await limit.spend("one", Scope.READ)
    with pytest.raises(RateLimited) as refused:
        await limit.spend("one", Scope.READ)
    assert 1 <= refused.value.retry_after <= 60
    clock.advance(refused.value.retry_after)
    await limit.spend("one", Scope.READ)


async def test_a_hundred_writers_at_once_never_exceed_the_day_of_one_person(clock: FakeClock) -> None:
    store = SqliteStore(clock=clock)
    instances = _sharing(store, clock, per_minute=1_000, writes_per_day=25)
    assert await _at_once(instances, Scope.WRITE, times=100) == {"admitted": 25, "refused": 75}
    restarted = CallLimit(store, clock, per_minute=1_000, writes_per_day=25)
    with pytest.raises(RateLimited):
        await restarted.spend("person", Scope.DELETE)
    await restarted.spend("person", Scope.READ)
    await restarted.spend("another", Scope.WRITE)


async def test_a_day_of_writing_ends_at_midnight_utc(clock: FakeClock) -> None:
    limit = CallLimit(SqliteStore(clock=clock), clock, per_minute=1_000, writes_per_day=1)
    clock.advance(86_400 - clock.now() % 86_400 - 1)
    await limit.spend("one", Scope.WRITE)
    with pytest.raises(RateLimited) as refused:
        await limit.spend("one", Scope.ADMIN)
    assert refused.value.retry_after == 1
    assert "WRITES_PER_DAY" in refused.value.hint
    clock.advance(1)
    await limit.spend("one", Scope.WRITE)


async def test_whoever_has_written_enough_goes_on_reading_and_is_told_until_when(
    org: Org, clock: FakeClock, tmp_path: Path
) -> None:
    change = {"objectName": "Account", "record": {"Name": "Again"}}
    async with world_of(org, clock=clock, folder=tmp_path, writes_per_day=2) as world, world.client() as client:
        for _ in range(2):
            assert not (await client.call_tool("createRecord", change)).is_error
        before = world.writes()
        for tool, arguments in (("createRecord", change), ("executeBatch", {"operations": [QUERY]})):
            refused = await client.call_tool(tool, arguments)
            assert refused.structured_content["code"] == "RATE_LIMITED"
            assert 0 < refused.structured_content["retryAfterSeconds"] <= 86_400
        assert world.writes() == before
        assert not (await client.call_tool("executeQuery", {"soql": QUERY["soql"]})).is_error


@pytest.mark.parametrize(("used", "refused"), [(79, False), (80, True), (99, True)])
async def test_past_its_share_of_the_orgs_day_nothing_new_is_begun(world: World, used: int, refused: bool) -> None:
    usage = world.site.usage
    usage.used = usage.maximum * used // 100
    async with world.client() as one, world.client(SALES) as other:
        assert not (await one.call_tool("executeQuery", {"soql": QUERY["soql"]})).is_error
        before = len(world.salesforce_requests)
        answer = await other.call_tool("executeQuery", {"soql": QUERY["soql"]})
    assert answer.is_error is refused
    if refused:
        assert answer.structured_content["code"] == "API_SHARE_USED"
        assert answer.structured_content["apiUsage"]["limit"] == usage.maximum
        assert "SALESFORCE_API_SHARE" in answer.structured_content["hint"]
        assert len(world.salesforce_requests) == before


async def test_once_a_minute_it_is_asked_whether_some_are_free_again(world: World, clock: FakeClock) -> None:
    usage = world.site.usage
    usage.used = usage.maximum * 9 // 10
    async with world.client() as client:
        ask = ("executeQuery", {"soql": QUERY["soql"]})
        outcomes = []
        for seconds in (0, 59, 1, 59, 1):
            clock.advance(seconds)
            usage.used = usage.used if len(outcomes) < 4 else 0
            outcomes.append((await client.call_tool(*ask)).is_error)
        assert outcomes == [False, True, False, True, False]
        assert not (await client.call_tool(*ask)).is_error


async def test_what_has_begun_goes_on(world: World) -> None:
    """A call of several requests does not stop in the middle: half of it would be worse than all of it."""
    usage = world.site.usage
    usage.used = usage.maximum * 8 // 10 - 1
    [lead] = world.rows("SELECT Id FROM Lead WHERE NOT IsConverted AND NOT IsDeleted ORDER BY Id LIMIT 1")[0]
    async with world.client() as client:
        result = await client.call_tool("convertLead", {"leadId": lead})
    assert not result.is_error, result.content[0].text
    assert usage.used > usage.maximum * 8 // 10
    assert world.rows("SELECT IsConverted FROM Lead WHERE Id = ?", lead) == [(1,)]


async def test_with_the_whole_share_only_the_orgs_own_refusal_ends_it(
    org: Org, clock: FakeClock, tmp_path: Path
) -> None:
    async with world_of(org, clock=clock, folder=tmp_path, api_share=100) as world, world.client() as client:
        world.site.usage.used = world.site.usage.maximum - 3
        answers = [await client.call_tool("executeQuery", {"soql": QUERY["soql"]}) for _ in range(6)]
    codes = [(one.structured_content or {}).get("code") for one in answers if one.is_error]
    assert codes
    assert set(codes) == {"REQUEST_LIMIT_EXCEEDED"}
