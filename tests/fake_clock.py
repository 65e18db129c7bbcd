"""A clock that stands still until it is told otherwise; sleeping moves it on at once."""

import asyncio


class FakeClock:
    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        await asyncio.sleep(0)
