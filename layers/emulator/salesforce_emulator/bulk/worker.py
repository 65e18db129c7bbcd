"""The background worker of the Bulk API: one small step after the other, so that requests are answered in between."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from salesforce_emulator.bulk.classic import INGEST_BATCH, BatchIngest, ClassicJobs
from salesforce_emulator.bulk.csv_text import Unreadable
from salesforce_emulator.bulk.export import Export
from salesforce_emulator.bulk.ingest import Ingest
from salesforce_emulator.bulk.jobs import COMPLETE, FAILED, INGEST, RUNNING, UPLOADED, Job, Jobs
from salesforce_emulator.errors import Refused
from salesforce_emulator.faults import Faults

if TYPE_CHECKING:
    from salesforce_emulator.org import Org
    from salesforce_emulator.queries import Queries


class Worker:
    """`automatic` off: nothing is done but by step() and finish(), so that a test sees every state."""

    def __init__(self, org: Org, queries: Queries, faults: Faults) -> None:
        self.jobs = Jobs(org)
        self.classic = ClassicJobs(org, self.jobs)
        self.automatic = True
        self._org = org
        self._queries = queries
        self._faults = faults
        self._task: asyncio.Task[None] | None = None
        self._work: tuple[str, Ingest | Export] | None = None

    def wake(self) -> None:
        """Have the waiting jobs worked on. Every request to a job wakes, also after a restart."""
        if not self.automatic or self.jobs.waiting() is None:
            return
        loop = asyncio.get_running_loop()
        # A task whose loop has ended would never be done.
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())

    def step(self) -> bool:
        """Do the next piece of work. False when there is none."""
        job = self.jobs.waiting()
        if job is None:
            self._work = None
            return False
        if job.state == UPLOADED:
            self.jobs.change(job, state=RUNNING)
            return True
        self._advance(job)
        return True

    def finish(self) -> None:
        while self.step():
            pass

    async def settled(self) -> None:
        """When the worker has done all there was."""
        if self._task is not None:
            await self._task

    def forget(self) -> None:
        """The org is another one now: what was being read is no longer there."""
        self._work = None

    async def _run(self) -> None:
        while self.step():  # noqa: ASYNC110 - there is always something to do until there is nothing
            await asyncio.sleep(0)

    def _advance(self, job: Job) -> None:
        began = time.monotonic()
        try:
            moved = self._work_on(job).step(job)
        except Unreadable as error:
            self.jobs.change(job, state=FAILED, error=str(error))
            return
        except Refused as refused:
            self.jobs.change(job, state=FAILED, error=f"{refused.code} : {refused.message}")
            return
        except Exception:
            # A defect of the emulator: the job must not stay in progress for ever, and the defect must be seen.
            self.jobs.change(job, state=FAILED, error="InternalServerError : An unexpected error occurred.")
            raise
        spent = job.milliseconds + round((time.monotonic() - began) * 1000)
        if moved is None:
            self.jobs.change(job, state=COMPLETE, milliseconds=spent)
        else:
            self.jobs.change(moved, milliseconds=spent)

    def _work_on(self, job: Job) -> Ingest | Export:
        if self._work is None or self._work[0] != job.id:
            self._work = (job.id, self._begin(job))
        return self._work[1]

    def _begin(self, job: Job) -> Ingest | Export:
        if job.kind == INGEST_BATCH:
            return BatchIngest(self._org, self.jobs, self._faults, job)
        if job.kind == INGEST:
            return Ingest(self._org, self.jobs, self._faults, job)
        return Export(self._org, self.jobs, self._queries, job)
