"""A task of Step Functions as a Lambda handler: one event loop and one set of services for the environment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

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

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG002 - Lambda's signature
        self._runner = self._runner or asyncio.Runner()
        return self._runner.run(self._step(event))

    async def _step(self, event: Mapping[str, Any]) -> dict[str, Any]:
        if self._run is None:
            # For the life of the environment, which Lambda ends without a word.
            services = await self._open.enter_async_context(self._connect())
            self._run = self._work(services)
        return await self._run(event)
