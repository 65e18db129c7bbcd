"""Bulk API 2.0 jobs as the org keeps them: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

INGEST, QUERY = "V2Ingest", "V2Query"
OPEN, UPLOADED, RUNNING = "Open", "UploadComplete", "InProgress"
COMPLETE, FAILED, ABORTED = "JobComplete", "Failed", "Aborted"
ENDED = frozenset({COMPLETE, FAILED, ABORTED})
KEPT = timedelta(days=7)
DAY = timedelta(hours=24)
LISTED = 1_000
BATCH = 10_000

TABLES = """
CREATE TABLE IF NOT EXISTS _bulk_job (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, operation TEXT NOT NULL, object TEXT NOT NULL, query TEXT NOT NULL,
    external_id TEXT NOT NULL, assignment_rule TEXT NOT NULL, version TEXT NOT NULL, line_ending TEXT NOT NULL,
    delimiter TEXT NOT NULL, state TEXT NOT NULL, created_by TEXT NOT NULL, created TEXT NOT NULL,
    changed TEXT NOT NULL, uploaded INTEGER NOT NULL DEFAULT 0, processed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0, milliseconds INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _bulk_piece (
    job_id TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, first_row INTEGER NOT NULL,
    rows INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (job_id, kind, number)
);
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `uploaded` says that its content has come, which it may only once."""

    id: str
    kind: str
    operation: str
    object: str
    query: str
    external_id: str
    assignment_rule: str
    version: str
    line_ending: str
    delimiter: str
    state: str
    created_by: str
    created: str
    changed: str
    uploaded: int = 0
    processed: int = 0
    failed: int = 0
    milliseconds: int = 0
    error: str = ""


COLUMNS = tuple(one.name for one in fields(Job))
SELECT = f"SELECT {', '.join(COLUMNS)} FROM _bulk_job"  # noqa: S608 - our own column names


class Jobs:
    """The jobs of an org, and the pieces of text that belong to them."""

    def __init__(self, org: Org) -> None:
        self._org = org
        org.connection.executescript(TABLES)

    def create(self, caller: Caller, kind: str, **said: str) -> Job:
        self._forget()
        now = stamp(self._org.now())
        values = {
            "id": ids.make("750", self._org.next_number("750")),
            "kind": kind,
            "created_by": caller.user_id,
            "created": now,
            "changed": now,
            **said,
        }
        marks = ", ".join("?" * len(values))
        self._org.connection.execute(
            f"INSERT INTO _bulk_job ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - our own column names
            list(values.values()),
        )
        return self._known(values["id"])

    def find(self, caller: Caller, kind: str, job_id: str) -> Job:
        """A job that the caller may see: their own, or any for who sees all data."""
        job = self.get(ids.canonical(job_id) or "")
        mine = job is not None and (job.created_by == caller.user_id or caller.may("modify_all_data"))
        if job is None or job.kind != kind or not mine:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return job

    def get(self, job_id: str) -> Job | None:
        row = self._org.connection.execute(f"{SELECT} WHERE id = ?", (job_id,)).fetchone()
        return Job(*row) if row else None

    def listed(self, caller: Caller, kind: str, *, after: str) -> list[Job]:
        """One page of a caller's jobs, and one more to show that there are more."""
        who = "" if caller.may("modify_all_data") else caller.user_id
        rows = self._org.connection.execute(
            f"{SELECT} WHERE kind = ? AND id > ? AND (? = '' OR created_by = ?) ORDER BY id LIMIT ?",
            (kind, after, who, who, LISTED + 1),
        )
        return [Job(*row) for row in rows]

    def waiting(self) -> Job | None:
        """The job that is worked on, or the next."""
        row = self._org.connection.execute(
            f"{SELECT} WHERE state IN (?, ?) ORDER BY state = ? DESC, id LIMIT 1", (UPLOADED, RUNNING, RUNNING)
        ).fetchone()
        return Job(*row) if row else None

    def change(self, job: Job, **values: str | int) -> Job:
        values = {**values, "changed": stamp(self._org.now())}
        setting = ", ".join(f"{name} = ?" for name in values)
        self._org.connection.execute(
            f"UPDATE _bulk_job SET {setting} WHERE id = ?",  # noqa: S608 - our own column names
            (*values.values(), job.id),
        )
        return self._known(job.id)

    def move(self, job: Job, state: str, *, possible: frozenset[str]) -> Job:
        """Another state, where the present one allows it."""
        if job.state not in possible:
            raise Refused(
                409, "INVALIDJOBSTATE", f"Invalid Job State Transition: the job is {job.state}, it cannot be {state}"
            )
        return self.change(job, state=state)

    def delete(self, job: Job) -> None:
        if job.state not in ENDED | {UPLOADED}:
            raise Refused(409, "INVALIDJOBSTATE", f"Invalid Job State: a job that is {job.state} cannot be deleted")
        self._remove([job.id])

    def batches_today(self) -> int:
        """Ingest is counted in batches of ten thousand records, begun ones too."""
        query = "SELECT coalesce(sum(max(1, (processed + ?) / ?)), 0) FROM _bulk_job WHERE kind = ? AND created > ?"
        values = (BATCH - 1, BATCH, INGEST, self._yesterday())
        return int(self._org.connection.execute(query, values).fetchone()[0])

    def queries_today(self) -> int:
        query = "SELECT count(*) FROM _bulk_job WHERE kind = ? AND created > ?"
        return int(self._org.connection.execute(query, (QUERY, self._yesterday())).fetchone()[0])

    def _yesterday(self) -> str:
        return stamp(self._org.now() - DAY)

    # Pieces: what was uploaded, and what comes of it

    def add_piece(self, job: Job, kind: str, content: bytes, *, number: int, first_row: int = 0, rows: int = 0) -> None:
        self._org.connection.execute(
            "INSERT INTO _bulk_piece VALUES (?, ?, ?, ?, ?, ?)", (job.id, kind, number, first_row, rows, content)
        )

    def drop_pieces(self, job: Job, kind: str) -> None:
        self._org.connection.execute("DELETE FROM _bulk_piece WHERE job_id = ? AND kind = ?", (job.id, kind))

    def pieces(self, job: Job, kind: str, *, from_row: int = 0) -> Iterator[tuple[int, int, bytes]]:
        """First row, rows and content of each piece. Only one is ever held, and no cursor stays open between two."""
        number = self._first_piece(job, kind, from_row)
        while piece := self.piece(job, kind, number):
            yield piece
            number += 1

    def piece(self, job: Job, kind: str, number: int) -> tuple[int, int, bytes] | None:
        row: tuple[int, int, bytes] | None = self._org.connection.execute(
            "SELECT first_row, rows, content FROM _bulk_piece WHERE job_id = ? AND kind = ? AND number = ?",
            (job.id, kind, number),
        ).fetchone()
        return row

    def _known(self, job_id: str) -> Job:
        job = self.get(job_id)
        if job is None:
            raise LookupError(job_id)
        return job

    def _first_piece(self, job: Job, kind: str, row: int) -> int:
        found = self._org.connection.execute(
            "SELECT max(number) FROM _bulk_piece WHERE job_id = ? AND kind = ? AND first_row <= ?",
            (job.id, kind, row),
        ).fetchone()[0]
        return found if row and found else 0

    def _forget(self) -> None:
        """Jobs and their results are kept for seven days."""
        before = stamp(self._org.now() - KEPT)
        old = self._org.connection.execute("SELECT id FROM _bulk_job WHERE created < ?", (before,)).fetchall()
        self._remove([job_id for (job_id,) in old])

    def _remove(self, job_ids: list[str]) -> None:
        for job_id in job_ids:
            self._org.connection.execute("DELETE FROM _bulk_piece WHERE job_id = ?", (job_id,))
            self._org.connection.execute("DELETE FROM _bulk_job WHERE id = ?", (job_id,))


def described(job: Job) -> dict[str, Any]:
    """What the creation of a job answers."""
    said: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.created_by,
        "createdDate": job.created.replace("Z", "+0000"),
        "systemModstamp": job.changed.replace("Z", "+0000"),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
    }
    if job.kind == INGEST:
        said["contentUrl"] = f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"
    said.update(lineEnding=job.line_ending, columnDelimiter=job.delimiter)
    if job.external_id:
        said["externalIdFieldName"] = job.external_id
    if job.assignment_rule:
        said["assignmentRuleId"] = job.assignment_rule
    return said


def detailed(job: Job) -> dict[str, Any]:
    """What a look at a job answers."""
    said = described(job) | {
        "jobType": job.kind,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
        "numberRecordsProcessed": job.processed,
    }
    if job.kind == INGEST:
        said.update(numberRecordsFailed=job.failed, apiActiveProcessingTime=job.milliseconds, apexProcessingTime=0)
    else:
        said["isPkChunkingSupported"] = False
    return said | ({"errorMessage": job.error} if job.error else {})
