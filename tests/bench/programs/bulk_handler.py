"""A Lambda environment of functions/bulk_job.py, its store and files on this machine in place of AWS's.

Reads a task a line, writes its answer a line, with the most memory that this process held while it was at it.
"""

import asyncio
import json
import os
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import httpx

from salesforce_mcp.bulk.orders import Order, place
from salesforce_mcp.bulk.selecting import begin_export
from salesforce_mcp.bulk.worker import run_step
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.bulk_steps import workshop_of
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalSecrets, SqliteStore
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

kept = Path(os.environ["KEPT"])
# What the deployed function holds beside its work: the figure is to be that of the deployed function.
CLIENTS = [boto3.client(name, region_name="eu-west-1") for name in ("dynamodb", "kms", "secretsmanager", "s3")]
STATUS, PEAK_BEGINS_ANEW = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Noted:
    """The workflow is run by who runs this."""

    def __init__(self) -> None:
        self.started: tuple[str, dict[str, Any]] | None = None

    async def start(self, name: str, state: Mapping[str, Any]) -> None:
        self.started = (name, dict(state))


async def main() -> None:
    clock, trust = SystemClock(), ssl.create_default_context()
    async with httpx.AsyncClient(verify=trust, timeout=httpx.Timeout(25, connect=5)) as http:
        services = Services(
            settings=Settings.load(os.environ),
            store=SqliteStore(kept / "store.db"),
            cipher=LocalCipher((kept / "key").read_bytes()),
            secrets=LocalSecrets({}),
            clock=clock,
            http=http,
            login=http,
            trust=trust,
            uploads=FolderUploads(kept / "files"),
            jobs=Noted(),
        )
        workshop = workshop_of(services)
        for line in sys.stdin:
            PEAK_BEGINS_ANEW.write_text("5")  # noqa: ASYNC240 - one task at a time, as on Lambda
            try:
                done = {"answer": await _done(workshop, json.loads(line))}
            except Exception as error:  # as Lambda reports it: by the name of its class
                done = {"error": type(error).__name__, "cause": str(error)}
            print(json.dumps({**done, "megabytes": _peak()}), flush=True)


async def _done(workshop: Workshop, task: dict[str, Any]) -> Any:
    if order := task.get("order"):
        await place(workshop, await workshop.org_of(order["owner"]), Order(**order))
    elif export := task.get("export"):
        await begin_export(workshop, await workshop.org_of(export["owner"]), **export)
    if isinstance(workshop.jobs, Noted) and task["step"] == "order":
        return workshop.jobs.started
    return await run_step(workshop, task)


def _peak() -> float:
    """The most memory since PEAK_BEGINS_ANEW, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) / 1024 if found else 0.0


asyncio.run(main())
