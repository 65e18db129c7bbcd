"""Exactly those states of the Amazon States Language that functions/bulk_job.asl.json uses, and no others.

https://states-language.net/spec.html
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from salesforce_mcp.ports import Clock

Data = Mapping[str, Any]
Invoke = Callable[[Data], Awaitable[Any]]
ReadFile = Callable[[str], Awaitable[bytes]]
Handle = Callable[[Data, Any], Awaitable[tuple[Any, str]]]

END = ""
_RANDOM = SystemRandom()


class StateFailed(Exception):  # noqa: N818 - what an execution is told, by its two names
    """An error with its name, as Retry and Catch see it."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


class States:
    """`invoke` does a task's payload; `read` gives the file that a Map goes over."""

    def __init__(
        self, *, invoke: Invoke, read: ReadFile, clock: Clock, random: Callable[[], float] = _RANDOM.random
    ) -> None:
        self._invoke = invoke
        self._read = read
        self._clock = clock
        self._random = random
        self._handle: dict[str, Handle] = {
            "Task": self._task,
            "Choice": self._choice,
            "Wait": self._wait,
            "Map": self._map,
            "Succeed": self._succeed,
        }

    async def run(self, machine: Data, data: Any) -> Any:
        """From StartAt to the end, and what comes out there."""
        name = machine["StartAt"]
        while name != END:
            data, name = await self._one(machine["States"][name], data)
        return data

    async def _one(self, state: Data, data: Any) -> tuple[Any, str]:
        """One state, tried again or caught as it says."""
        tried: dict[int, int] = {}
        while True:
            try:
                return await self._handle[state["Type"]](state, data)
            except StateFailed as failed:
                pause = self._pause(state.get("Retry", []), failed, tried)
                if pause is None:
                    return _caught(state.get("Catch", []), failed, data)
                await self._clock.sleep(pause)

    async def _task(self, state: Data, data: Any) -> tuple[Any, str]:
        payload = filled(state["Parameters"], data)["Payload"]
        try:
            async with asyncio.timeout(state["TimeoutSeconds"]):
                answer = {"Payload": await self._invoke(payload)}
        except TimeoutError:
            raise StateFailed("States.Timeout", "") from None
        except Exception as error:  # as Lambda reports it: by the name of its class
            cause = json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
            raise StateFailed(type(error).__name__, cause) from error
        return at(state["OutputPath"], answer), _next(state)

    async def _choice(self, state: Data, data: Any) -> tuple[Any, str]:
        for choice in state["Choices"]:
            if at(choice["Variable"], data) == choice["StringEquals"]:
                return data, choice["Next"]
        return data, state["Default"]

    async def _wait(self, state: Data, data: Any) -> tuple[Any, str]:
        await self._clock.sleep(at(state["SecondsPath"], data))
        return data, _next(state)

    async def _map(self, state: Data, data: Any) -> tuple[Any, str]:
        items = json.loads(await self._read(filled(state["ItemReader"]["Parameters"], data)["Key"]))
        places = asyncio.Semaphore(state["MaxConcurrency"])

        async def one(item: Any) -> None:
            async with places:
                await self.run(state["ItemProcessor"], item)

        await _all_of([one(item) for item in items])
        return data, _next(state)

    async def _succeed(self, _state: Data, data: Any) -> tuple[Any, str]:
        return data, END

    def _pause(self, retriers: Sequence[Data], failed: StateFailed, tried: dict[int, int]) -> float | None:
        for position, retrier in enumerate(retriers):
            if not _matches(retrier["ErrorEquals"], failed.error):
                continue
            count = tried.get(position, 0)
            if count >= retrier["MaxAttempts"]:
                return None
            tried[position] = count + 1
            longest = min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** count, retrier["MaxDelaySeconds"])
            return float(longest * self._random())
        return None


@dataclass(frozen=True)
class _Outcome:
    failed: StateFailed | None = None


async def _all_of(works: Sequence[Awaitable[None]]) -> None:
    """Every item runs to its end; then the first failure is the map's."""

    async def outcome(work: Awaitable[None]) -> _Outcome:
        try:
            await work
        except StateFailed as failed:
            return _Outcome(failed)
        return _Outcome()

    for ended in await asyncio.gather(*map(outcome, works)):
        if ended.failed is not None:
            raise ended.failed


def _caught(catchers: Sequence[Data], failed: StateFailed, data: Any) -> tuple[Any, str]:
    for catcher in catchers:
        if _matches(catcher["ErrorEquals"], failed.error):
            key = catcher["ResultPath"].removeprefix("$.")
            return {**data, key: {"Error": failed.error, "Cause": failed.cause}}, catcher["Next"]
    raise failed


def _matches(names: Sequence[str], error: str) -> bool:
    return error in names or "States.ALL" in names


def _next(state: Data) -> str:
    return END if state.get("End") else str(state["Next"])


def filled(template: Any, data: Any) -> Any:
    """A payload template: a key that ends in .$ gets what its path leads to."""
    if not isinstance(template, Mapping):
        return template
    return {
        key.removesuffix(".$"): at(value, data) if key.endswith(".$") else filled(value, data)
        for key, value in template.items()
    }


def at(path: str, data: Any) -> Any:
    """$.a.b, and nothing more of JSONPath."""
    found = data
    for name in path.split(".")[1:]:
        if not isinstance(found, Mapping) or name not in found:
            raise StateFailed("States.ParameterPathFailure", f"The path {path} leads nowhere")
        found = found[name]
    return found
