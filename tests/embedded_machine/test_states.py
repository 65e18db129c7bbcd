"""The interpreter waits, tries again, catches and goes over a list as the Amazon States Language says."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from salesforce_mcp.embedded.states import StateFailed, States, filled
from salesforce_mcp.errors import SignInRequired, Unavailable

LONGEST = 60


class Naps:
    """A clock that notes what is waited for."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def now(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)


class Hand:
    """Answers with its task; fails first as often as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.tasks: list[Mapping[str, Any]] = []

    async def __call__(self, task: Mapping[str, Any]) -> Any:
        self.tasks.append(task)
        if self.failures:
            raise self.failures.pop(0)
        return dict(task)


async def nothing(_name: str) -> bytes:
    raise NotImplementedError("this machine has no Map")


def machine(**state: Any) -> dict[str, Any]:
    task = {
        "Type": "Task",
        "Parameters": {"FunctionName": "x", "Payload": {"step": "do", "job.$": "$.job"}},
        "OutputPath": "$.Payload",
        "TimeoutSeconds": 900,
        "End": True,
    }
    caught = {**task, "Parameters": {"Payload": {"error.$": "$.failure.Error", "cause.$": "$.failure.Cause"}}}
    return {"StartAt": "Do", "States": {"Do": {**task, **state}, "Caught": caught}}


RETRY = [
    {
        "ErrorEquals": ["Unavailable", "States.Timeout"],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxAttempts": 8,
        "MaxDelaySeconds": LONGEST,
        "JitterStrategy": "FULL",
    }
]
CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Caught"}]


async def run(hand: Any, definition: Mapping[str, Any], *, random: float = 1.0) -> tuple[Any, list[float]]:
    naps = Naps()
    states = States(invoke=hand, read=nothing, clock=naps, random=lambda: random)
    return await states.run(definition, {"job": "job-1", "secret": "left out"}), naps.taken


async def test_a_task_gets_what_its_template_says_and_nothing_else() -> None:
    hand = Hand()
    await run(hand, machine())
    assert hand.tasks == [{"step": "do", "job": "job-1"}]


async def test_what_heals_is_tried_again_ever_later_and_eight_times_at_most() -> None:
    hand = Hand(*[Unavailable("no")] * 9)
    with pytest.raises(StateFailed) as caught:
        await run(hand, machine(Retry=RETRY))
    _, naps = await run(Hand(*[Unavailable("no")] * 8), machine(Retry=RETRY))
    assert naps == [2, 4, 8, 16, 32, 60, 60, 60]
    assert (len(hand.tasks), caught.value.error) == (9, "Unavailable")


async def test_a_pause_is_anything_up_to_its_length() -> None:
    _, naps = await run(Hand(Unavailable("no"), Unavailable("no")), machine(Retry=RETRY), random=0.25)
    assert naps == [0.5, 1.0]


async def test_what_does_not_heal_is_caught_at_once_with_its_name_and_words() -> None:
    hand = Hand(SignInRequired("Sign in again"))
    told, naps = await run(hand, machine(Retry=RETRY, Catch=CATCH))
    assert naps == []
    assert told["error"] == "SignInRequired"
    assert json.loads(told["cause"]) == {"errorType": "SignInRequired", "errorMessage": "Sign in again"}


async def test_a_task_that_takes_too_long_fails_by_the_name_that_step_functions_uses() -> None:
    async def never(task: Mapping[str, Any]) -> Any:
        if "error" in task:
            return dict(task)
        return await asyncio.Event().wait()

    told, _ = await run(never, machine(TimeoutSeconds=0, Catch=CATCH))
    assert told["error"] == "States.Timeout"


async def test_a_path_that_leads_nowhere_fails() -> None:
    with pytest.raises(StateFailed) as caught:
        filled({"job.$": "$.no.such"}, {"job": 1})
    assert caught.value.error == "States.ParameterPathFailure"


@pytest.mark.parametrize("places", [1, 3])
async def test_a_map_goes_over_all_items_so_many_at_a_time_and_fails_in_the_end(places: int) -> None:
    working, most, done = 0, 0, list[int]()

    async def work(task: Mapping[str, Any]) -> Any:
        nonlocal working, most
        working += 1
        most = max(most, working)
        for _ in range(3):
            await asyncio.sleep(0)
        working -= 1
        done.append(task["part"])
        if task["part"] == 2:
            raise Unavailable("the third")
        return {}

    async def manifest(name: str) -> bytes:
        assert name == "jobs/manifest.json"
        return json.dumps([{"part": number} for number in range(7)]).encode()

    part = {"Payload": {"part.$": "$.part"}}
    inner = {"Type": "Task", "Parameters": part, "OutputPath": "$.Payload", "TimeoutSeconds": 900, "End": True}
    parts = {
        "Type": "Map",
        "ItemReader": {"Parameters": {"Bucket": "x", "Key.$": "$.manifest"}},
        "ItemProcessor": {"StartAt": "Work", "States": {"Work": inner}},
        "MaxConcurrency": places,
        "ResultPath": None,
        "End": True,
    }
    states = States(invoke=work, read=manifest, clock=Naps())
    with pytest.raises(StateFailed) as caught:
        await states.run({"StartAt": "Parts", "States": {"Parts": parts}}, {"manifest": "jobs/manifest.json"})
    assert (most, sorted(done), caught.value.error) == (places, list(range(7)), "Unavailable")
