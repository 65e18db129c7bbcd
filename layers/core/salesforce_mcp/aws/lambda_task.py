"""A task of Step Functions as a Lambda handler: one event loop and one set of services for the environment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from salesforce_mcp.ports import work_ends
from salesforce_mcp.services import Connect, Services

Run = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


class LambdaTask:
    """The handler. What it raises reaches the workflow by the name of its class; nothing is opened at INIT."""

    def __init__(self, connect: Connect, work: Callable[[Services], Run]) -> None:
        self._connect = connect
        self._work = work
        self._runner: asyncio.Runner | None = None
        self._run: Run | None = None
        self._open = AsyncExitStack()

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self._runner = self._runner or asyncio.Runner()
        ends = time.time() + context.get_remaining_time_in_millis() / 1000
        return self._runner.run(self._step(event, ends))

    async def _step(self, event: Mapping[str, Any], ends: float) -> dict[str, Any]:
        work_ends.set(ends)
        if self._run is None:
            # For the life of the environment, which Lambda ends without a word.
            services = await self._open.enter_async_context(self._connect())
            self._run = self._work(services)
        return await self._run(event)
