"""Apex only where the operator allows it; logs; changes since."""

from datetime import timedelta
from typing import Any

import pytest
from fake_clock import FakeClock
from server.world import ADMIN, SALES, World, world_of
from tools_platform.calls import calls_of, table

from salesforce_emulator.org import Org


@pytest.mark.parametrize("given", [{"code": "System.debug('hi');"}, {"tests": ["AccountHealthTest"]}])
async def test_apex_is_off_and_the_refusal_says_how_to_turn_it_on(world: World, given: dict[str, Any]) -> None:
    result, calls = await calls_of(world, "runApex", given)
    assert result.structured_content["code"] == "APEX_OFF"
    assert "ALLOW_APEX=true" in result.content[0].text
    assert calls == 0


async def test_apex_is_run_and_its_log_is_read(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, allow_apex=True) as world:
        ran, calls = await calls_of(world, "runApex", {"code": "System.debug('hello there');"})
        assert ran.structured_content["success"] is True
        assert calls == 1
        listed, calls = await calls_of(world, "getDebugLogs", {})
        (log,) = table(listed)
        assert (log["LogUser.Name"], log["Status"], calls) == ("Ada Admin", "Success", 1)
        read, calls = await calls_of(world, "getDebugLogs", {"logId": log["Id"]})
    assert "USER_DEBUG|[1]|DEBUG|hello there" in read.structured_content["text"]
    assert calls == 1


async def test_apex_too_long_for_an_address_is_refused_unsent(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, allow_apex=True) as world:
        longest, _ = await calls_of(world, "runApex", {"code": f"System.debug('{'é' * 2_600}');"})
        assert longest.structured_content["success"] is True
        refused, calls = await calls_of(world, "runApex", {"code": f"System.debug('{'é' * 5_000}');"})
    assert "too long to be sent" in refused.content[0].text
    assert calls == 0


async def test_a_long_log_arrives_whole_in_parts(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, allow_apex=True, result_tokens=2_000) as world:
        code = "".join(f"System.debug('{'x' * 90}{number}');" for number in range(90))
        await calls_of(world, "runApex", {"code": code})
        (log,) = table((await calls_of(world, "getDebugLogs", {}))[0])
        text, offset = "", 0
        while offset is not None:
            told = (await calls_of(world, "getDebugLogs", {"logId": log["Id"], "offset": offset}))[0].structured_content
            text, offset = text + told["text"], told.get("nextOffset")
    assert len(text) == log["LogLength"]
    assert text.count("USER_DEBUG") == 90


async def test_tests_are_run_and_what_failed_is_told(org: Org, clock: FakeClock) -> None:
    async with world_of(org, clock=clock, allow_apex=True) as world:
        result, calls = await calls_of(world, "runApex", {"tests": ["AccountHealthTest", "OrderEventTest"]})
        assert (result.structured_content["run"], result.structured_content["failed"]) == (4, 1)
        (failure,) = table(result)
        assert failure["test"] == "OrderEventTest.anOrderIsShippedOnce"
        assert "Expected: 1" in failure["message"]
        assert calls == 1
        unknown, _ = await calls_of(world, "runApex", {"tests": ["Nope"]})
        assert "Nope" in unknown.content[0].text
        both, _ = await calls_of(world, "runApex", {"tests": ["A"], "code": "x"})
        assert "one of them" in both.content[0].text
        other, _ = await calls_of(world, "runApex", {"code": "System.debug('x');"}, user=SALES)
        assert other.structured_content["code"] == "INSUFFICIENT_ACCESS"


async def test_no_such_log(world: World) -> None:
    result, _ = await calls_of(world, "getDebugLogs", {"logId": "07L000000000000AAA"})
    assert result.structured_content["code"] == "NOT_FOUND"


async def test_what_changed_and_what_was_deleted_since(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    made = world.org.insert(admin, "Task", {"Subject": "new"})
    gone = world.org.insert(admin, "Task", {"Subject": "gone"})
    world.org.delete(admin, "Task", gone)
    now = world.org.now()
    hour = timedelta(hours=1)
    span = {"since": f"{now - hour:%Y-%m-%dT%H:%M:%SZ}", "until": f"{now + hour:%Y-%m-%dT%H:%M:%SZ}"}
    result, calls = await calls_of(world, "getChanges", {"objectName": "Task", **span})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    assert made in told["updated"]
    assert gone not in told["updated"]
    assert [row[0] for row in told["deleted"]["rows"]] == [gone]
    assert span["since"] < told["nextSince"] <= span["until"]
    assert calls == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"since": "2020-01-01T00:00:00Z"}, "30 days"),
        ({"since": "2026-11-22T00:00:00"}, "time zone"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z", "objectName": "Taks"}, "NOT_FOUND"),
    ],
)
async def test_a_span_that_cannot_be_answered_is_refused(world: World, given: dict[str, str], named: str) -> None:
    result, _ = await calls_of(world, "getChanges", {"objectName": "Task", **given})
    assert result.is_error
    assert named in result.content[0].text
