"""Lambda environments: as many processes as are needed at once, each doing one task after the other."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "programs/bulk_handler.py"


class Environments:
    """`peaks`: the most memory that any environment held, by the step it was at, in MB."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._idle: list[Process] = []
        self.all: list[Process] = []
        self.peaks: dict[str, float] = defaultdict(float)

    async def invoke(self, task: Mapping[str, Any]) -> Any:
        process = self._idle.pop() if self._idle else await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(task).encode() + b"\n")
        done = json.loads(await process.stdout.readline())
        self._idle.append(process)
        step = str(task.get("step", "order"))
        self.peaks[step] = max(self.peaks[step], done["megabytes"])
        if "error" in done:
            raise type(done["error"], (Exception,), {})(done["cause"])
        return done["answer"]

    async def _started(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), env=self._environment, stdin=PIPE, stdout=PIPE
        )
        self.all.append(process)
        return process


@asynccontextmanager
async def environments(environment: Mapping[str, str]) -> AsyncIterator[Environments]:
    running = Environments(environment)
    try:
        yield running
    finally:
        for process in running.all:
            process.kill()
            await process.wait()
