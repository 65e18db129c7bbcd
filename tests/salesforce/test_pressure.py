"""Trouble in an org does not become a storm from here: repeated sendings and a used-up day are everybody's."""

import pytest

from salesforce_mcp.errors import Failure, LimitExceeded
from salesforce_mcp.salesforce.pressure import MOST_ORGS, REPEATED_FEW, REPEATED_SHARE, Pressures
from salesforce_mcp.salesforce.retry import Patience

USED_UP = (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
MANY_AT_ONCE = (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")
LIMITS = {"DailyApiRequests": {"Max": 1, "Remaining": 1}}


@pytest.fixture
def another(connect, wire, clock):
    """Another person's client of the same org."""
    pressures = Pressures(clock.now)

    def client(organization="00D000000000001AAA"):
        patience = Patience(clock=clock, random=lambda: 0.0, pressure=pressures.of(organization))
        return connect(wire.url, patience=patience)

    return client


def test_each_org_keeps_its_own_and_what_is_kept_is_bounded(clock):
    pressures = Pressures(clock.now)
    first = pressures.of("00D0")
    for number in range(1, MOST_ORGS):
        pressures.of(f"00D{number}")
    assert pressures.of("00D0") is first
    pressures.of("one more")
    assert pressures.of("00D0") is not first


async def test_in_maintenance_a_tenth_of_a_minutes_requests_is_sent_again_and_no_more(wire, another):
    wire.will_refuse(503, "SERVER_UNAVAILABLE", times=1000)
    people = 300
    for _ in range(people):
        with pytest.raises(Failure):
            await another().limits()
    assert len(wire.seen) <= people * (1 + REPEATED_SHARE) + REPEATED_FEW
    assert len(wire.seen) >= people + REPEATED_FEW


async def test_the_next_minute_repeats_again(wire, another, clock):
    wire.will_refuse(503, "SERVER_UNAVAILABLE", times=1000)
    for _ in range(50):
        with pytest.raises(Failure):
            await another().limits()
    clock.time += 60
    before = len(wire.seen)
    with pytest.raises(Failure):
        await another().limits()
    assert len(wire.seen) - before == 3


async def test_a_used_up_day_is_asked_for_once_a_minute_by_all_people_of_the_org(wire, another, clock):
    wire.will_refuse(*USED_UP, times=2, Sforce_Limit_Info="api-usage=15000/15000")
    for _ in range(20):
        with pytest.raises(LimitExceeded) as refused:
            await another().limits()
        assert refused.value.details["apiUsage"]["left"] == 0
        assert "24 hours" in refused.value.hint
    assert len(wire.seen) == 1
    clock.time += 60
    with pytest.raises(LimitExceeded):
        await another().limits()
    assert len(wire.seen) == 2
    clock.time += 60
    wire.will_answer(200, LIMITS, times=2)
    assert await another().limits() == LIMITS
    assert await another().limits() == LIMITS


async def test_another_org_goes_on(wire, another):
    wire.will_refuse(*USED_UP)
    wire.will_answer(200, LIMITS)
    with pytest.raises(LimitExceeded):
        await another().limits()
    assert await another("00D000000000002AAA").limits() == LIMITS


async def test_too_many_at_one_moment_is_no_used_up_day(wire, another):
    wire.will_refuse(*MANY_AT_ONCE)
    wire.will_answer(200, LIMITS)
    with pytest.raises(LimitExceeded):
        await another().limits()
    assert await another().limits() == LIMITS
