"""Bulk API 1.0: a job is an order, and each of its batches is worked on like a job of the newer API.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_intro.htm
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.bulk.csv_text import written
from salesforce_emulator.bulk.ingest import CHUNK, UPLOAD, Ingest, Outcome, Saved, error_text
from salesforce_emulator.bulk.jobs import ABORTED, COMPLETE, ENDED, FAILED, RUNNING, UPLOADED, Job, Jobs
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

INGEST_BATCH, QUERY_BATCH = "V1Ingest", "V1Query"
RESULT = "result"
OPEN, CLOSED, ABANDONED = "Open", "Closed", "Aborted"
STATES = {
    UPLOADED: "Queued",
    RUNNING: "InProgress",
    COMPLETE: "Completed",
    FAILED: "Failed",
    ABORTED: "Not Processed",
}
LARGEST = 10_000_000

TABLES = """
CREATE TABLE IF NOT EXISTS _classic_job (
    id TEXT PRIMARY KEY, operation TEXT NOT NULL, object TEXT NOT NULL, external_id TEXT NOT NULL,
    concurrency TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL, created_by TEXT NOT NULL,
    created TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _classic_batch (batch_id TEXT PRIMARY KEY, job_id TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class ClassicJob:
    id: str
    operation: str
    object: str
    external_id: str
    concurrency: str
    version: str
    state: str
    created_by: str
    created: str

    @property
    def reads(self) -> bool:
        return self.operation in {"query", "queryAll"}


COLUMNS = ", ".join(one.name for one in fields(ClassicJob))


class ClassicJobs:
    """The jobs of the older API and which batches belong to them."""

    def __init__(self, org: Org, jobs: Jobs) -> None:
        self._org = org
        self._jobs = jobs
        org.connection.executescript(TABLES)

    def create(self, caller: Caller, order: dict[str, str], *, version: str) -> ClassicJob:
        job = ClassicJob(
            id=ids.make("750", self._org.next_number("750")),
            operation=order["operation"],
            object=order["object"],
            external_id=order["external_id"],
            concurrency=order["concurrency"],
            version=version,
            state=OPEN,
            created_by=caller.user_id,
            created=stamp(self._org.now()),
        )
        values = [getattr(job, one.name) for one in fields(ClassicJob)]
        marks = ", ".join("?" * len(values))
        self._org.connection.execute(f"INSERT INTO _classic_job VALUES ({marks})", values)  # noqa: S608
        return job

    def find(self, caller: Caller, job_id: str) -> ClassicJob:
        row = self._org.connection.execute(
            f"SELECT {COLUMNS} FROM _classic_job WHERE id = ?",  # noqa: S608 - our own column names
            (ids.canonical(job_id) or "",),
        ).fetchone()
        job = ClassicJob(*row) if row else None
        if job is None or (job.created_by != caller.user_id and not caller.may("modify_all_data")):
            raise Refused(400, "InvalidJob", f"Unable to find job with id: {job_id}")
        return job

    def end(self, caller: Caller, job: ClassicJob, state: str) -> ClassicJob:
        """Close a job, or abandon it with what it has not begun."""
        if state not in {CLOSED, ABANDONED} or job.state != OPEN:
            raise Refused(400, "InvalidJobState", f"A job that is {job.state} cannot be {state}")
        self._org.connection.execute("UPDATE _classic_job SET state = ? WHERE id = ?", (state, job.id))
        if state == ABANDONED:
            for batch in self.batches(job):
                if batch.state not in ENDED:
                    self._jobs.change(batch, state=ABORTED)
        return self.find(caller, job.id)

    def add_batch(self, caller: Caller, job: ClassicJob, content: bytes) -> Job:
        """Queue a batch: rows of CSV, or the text of a query."""
        if job.state != OPEN:
            raise Refused(400, "InvalidJobState", f"A job that is {job.state} takes no batches")
        if not content.strip():
            raise Refused(400, "ClientInputError", "Failed to read request: the batch is empty")
        if len(content) > LARGEST:
            raise Refused(400, "ClientInputError", f"The batch is larger than {LARGEST} bytes")
        said = {
            "operation": job.operation,
            "object": job.object,
            "query": content.decode("utf-8", "replace") if job.reads else "",
            "external_id": job.external_id,
            "assignment_rule": "",
            "version": job.version,
            "line_ending": "CRLF" if content.partition(b"\n")[0].endswith(b"\r") else "LF",
            "delimiter": "COMMA",
            "state": UPLOADED,
        }
        batch = self._jobs.create(caller, QUERY_BATCH if job.reads else INGEST_BATCH, **said)
        if not job.reads:
            self._jobs.add_piece(batch, UPLOAD, content, number=0)
        self._org.connection.execute("INSERT INTO _classic_batch VALUES (?, ?)", (batch.id, job.id))
        return batch

    def batches(self, job: ClassicJob) -> list[Job]:
        found = self._org.connection.execute(
            "SELECT batch_id FROM _classic_batch WHERE job_id = ? ORDER BY batch_id", (job.id,)
        ).fetchall()
        return [batch for (batch_id,) in found if (batch := self._jobs.get(batch_id))]

    def batch(self, job: ClassicJob, batch_id: str) -> Job:
        known = ids.canonical(batch_id)
        batch = next((one for one in self.batches(job) if one.id == known), None)
        if batch is None:
            raise Refused(400, "InvalidBatch", f"Unable to find batch with id: {batch_id}")
        return batch


class BatchIngest(Ingest):
    """The work on a batch: its results stand in the order of its rows."""

    def _keep(self, job: Job, rows: list[list[str]], outcomes: list[Outcome]) -> Job:
        at = self._columns.place("Id")
        found = [
            _result(row[at] if at is not None else "", outcome) for row, outcome in zip(rows, outcomes, strict=True)
        ]
        content = written(found, delimiter=job.delimiter, line_ending=job.line_ending)
        self._jobs.add_piece(job, RESULT, content, number=job.processed // CHUNK, rows=len(found))
        bad = sum(isinstance(outcome, Refused) for outcome in outcomes)
        return self._jobs.change(job, processed=job.processed + len(rows), failed=job.failed + bad)


def results(jobs: Jobs, batch: Job) -> Iterator[bytes]:
    header = [["Id", "Success", "Created", "Error"]]
    yield written(header, delimiter=batch.delimiter, line_ending=batch.line_ending)
    for _, _, content in jobs.pieces(batch, RESULT):
        yield content


def _result(given_id: str, outcome: Outcome) -> list[str]:
    if isinstance(outcome, Saved):
        return [outcome.record_id, "true", "true" if outcome.created else "false", ""]
    return [given_id, "false", "false", error_text(outcome)]
