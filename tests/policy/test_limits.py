"""Calls are counted by person and minute, across instances."""

import asyncio

import pytest
from fake_clock import FakeClock

from salesforce_mcp.embedded import SqliteStore
from salesforce_mcp.errors import RateLimited
from salesforce_mcp.policy.limits import CallLimit


async def test_instances_that_share_a_store_share_the_count(clock: FakeClock) -> None:
    store = SqliteStore(clock=clock)
    instances = [CallLimit(store, clock, per_minute=10) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(instances[number % 4].spend("person") for number in range(50)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 10
    assert sum(isinstance(outcome, RateLimited) for outcome in outcomes) == 40


async def test_one_person_never_uses_up_anothers_calls(clock: FakeClock) -> None:
    limit = CallLimit(SqliteStore(clock=clock), clock, per_minute=1)
    await limit.spend("one")
    await limit.spend("other")
    with pytest.raises(RateLimited):
        await limit.spend("one")


async def test_the_next_minute_starts_afresh_and_is_announced(clock: FakeClock) -> None:
    limit = CallLimit(SqliteStore(clock=clock), clock, per_minute=1)
    await limit.spend("one")
    with pytest.raises(RateLimited) as refused:
        await limit.spend("one")
    assert 1 <= refused.value.retry_after <= 60
    clock.advance(refused.value.retry_after)
    await limit.spend("one")
