"""functions/bulk_job.py with small parts and no patience, so that little is enough for a long history."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from salesforce_mcp.aws.lambda_task import LambdaTask
from salesforce_mcp.aws.services import connector
from salesforce_mcp.bulk_steps import steps_of
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

LIMITS = {"part_rows": 100, "most_polls": 4}


class Impatient(SystemClock):
    """Waits for nothing."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - as a clock has it
        return


@asynccontextmanager
async def connect() -> AsyncIterator[Services]:
    async with _connect() as services:
        yield replace(services, clock=Impatient())


_connect = connector(Settings.load(os.environ))
handler = LambdaTask(connect, lambda services: steps_of(services, **LIMITS))
