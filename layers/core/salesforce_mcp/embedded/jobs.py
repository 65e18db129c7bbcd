"""Jobs in this process: the same state machine that Step Functions runs, taken up again after a restart."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from salesforce_mcp.embedded.states import Invoke, StateFailed, States
from salesforce_mcp.ports import Clock, Key, Store, Uploads

_KEPT_SECONDS = 7 * 86400
_UNDER_WAY = "executions"

logger = logging.getLogger(__name__)


class LocalJobs:
    """`machine` is the content of functions/bulk_job.asl.json; `running` has to be entered for anything to happen."""

    def __init__(self, machine: Mapping[str, Any], *, store: Store, uploads: Uploads, clock: Clock) -> None:
        self._machine = machine
        self._store = store
        self._uploads = uploads
        self._clock = clock
        self._states: States | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, name: str, state: Mapping[str, Any]) -> None:
        # Under way before its name is used up: a crash between the two is repaired by starting it again.
        if await self._store.get(Key("execution", name)):
            return
        await self._store.put(Key(_UNDER_WAY, name), state)
        expires = int(self._clock.now()) + _KEPT_SECONDS
        if await self._store.create(Key("execution", name), {}, expires_at=expires):
            self._begin(name, state)

    @asynccontextmanager
    async def running(self, invoke: Invoke) -> AsyncIterator[None]:
        """Take up what a stopped process has left, and run what is started."""
        self._states = States(invoke=invoke, read=self._uploads.read, clock=self._clock)
        for item in await self._store.list(_UNDER_WAY):
            self._begin(item.key.sort, item.value)
        try:
            yield
        finally:
            self._states = None
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Until nothing is running any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, name: str, state: Mapping[str, Any]) -> None:
        if self._states is not None:
            task = asyncio.create_task(self._run(self._states, name, state))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, states: States, name: str, state: Mapping[str, Any]) -> None:
        try:
            await states.run(self._machine, state)
        except StateFailed as failed:
            logger.error("the execution %s failed: %s", name, failed.error)
        await self._store.delete(Key(_UNDER_WAY, name))
