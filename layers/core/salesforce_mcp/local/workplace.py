"""Bulk work in the process of a local client: a job lives as long as the process, its files stay in a folder."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.bulk.worker import run_step
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.embedded import FolderUploads, LocalJobs, SqliteStore
from salesforce_mcp.local.workflow import workflow
from salesforce_mcp.policy.caller import Workplace
from salesforce_mcp.ports import Clock
from salesforce_mcp.salesforce.client import Salesforce


@asynccontextmanager
async def at_work(org: Salesforce, folder: Path, *, clock: Clock) -> AsyncIterator[Workplace]:
    """Jobs are remembered in memory: the next process may belong to somebody else."""
    store, uploads = SqliteStore(clock=clock), FolderUploads(folder)
    jobs = LocalJobs(workflow(), store=store, uploads=uploads, clock=clock)

    async def org_of(_owner: str) -> Salesforce:
        return org

    workshop = Workshop(ledger=Ledger(store), uploads=uploads, jobs=jobs, clock=clock, org_of=org_of)

    async def step(task: Mapping[str, Any]) -> dict[str, Any]:
        return await run_step(workshop, task)

    try:
        async with jobs.running(step):
            yield Workplace(store, uploads, jobs, public_url="", folder=str(folder))
    finally:
        store.close()
