"""An ingest job at work: rows in chunks, each chunk with its results in one transaction.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_emulator.bulk.columns import Columns, find_columns, no_such_column
from salesforce_emulator.bulk.csv_text import Reader, Unreadable, written
from salesforce_emulator.bulk.jobs import Job, Jobs
from salesforce_emulator.errors import Refused
from salesforce_emulator.faults import Faults
from salesforce_emulator.rules import approval, purging, saving

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

CHUNK = 200  # records that the platform saves together
UPLOAD, SUCCESSFUL, UNSUCCESSFUL = "upload", "successful", "failed"
OF_OTHERS = {"NOT_FOUND": ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")}


@dataclass(frozen=True)
class Saved:
    record_id: str
    created: bool


Given = dict[str, Any]
Outcome = Saved | Refused
Write = Callable[[Given], Saved]


class Ingest:
    """The work on one job. It can be begun anew at any time: what is done is known from the job."""

    def __init__(self, org: Org, jobs: Jobs, faults: Faults, job: Job) -> None:
        self._org = org
        self._jobs = jobs
        self._faults = faults
        self._caller = org.caller(job.created_by)
        self._object = org.object(self._caller, job.object)
        self._reader = reader_of(jobs, job)
        self._columns = self._find_columns(job)
        self._write = self._writes()[job.operation](job)
        self._reader.skip(job.processed)

    def step(self, job: Job) -> Job | None:
        """Save the next chunk and return the job as it is then; None when nothing is left."""
        rows = self._reader.take(CHUNK)
        if not rows:
            return None
        # Bulk rows are assigned by the rule that the job names, and by none when it names none.
        with self._org.transaction(), self._org.assignment.told(job.assignment_rule or "false"):
            outcomes = self._outcomes([self._read(row) for row in rows])
            return self._keep(job, rows, outcomes)

    def _find_columns(self, job: Job) -> Columns:
        header = self._reader.header
        columns = find_columns(self._org, self._caller, self._object, header)
        removing = job.operation in {"delete", "hardDelete"}
        if removing and header and [one.field.name for one in columns.all] != ["Id"]:
            raise Unreadable(f"InvalidBatch : The '{job.operation}' batch must contain only ids")
        if job.operation == "update" and header and columns.place("Id") is None:
            raise Unreadable("InvalidBatch : The 'update' batch must contain ids")
        keyed = job.external_id == "Id" or columns.place(job.external_id) is not None  # without Id all are new
        if job.operation == "upsert" and header and not keyed:
            raise no_such_column(job.external_id)
        return columns

    def _read(self, row: Sequence[str]) -> Given | Refused:
        try:
            return self._columns.given(row)
        except Refused as refused:
            return refused

    def _outcomes(self, given: list[Given | Refused]) -> list[Outcome]:
        """All good rows together; where one of them is refused, each by itself."""
        self._keys_seen: set[Any] = set()
        try:
            with self._org.batch():
                return [one if isinstance(one, Refused) else self._write(dict(one)) for one in given]
        except Refused:
            self._keys_seen = set()
            return [one if isinstance(one, Refused) else self._alone(one) for one in given]

    def _alone(self, given: Given) -> Outcome:
        try:
            with self._org.transaction():
                return self._write(dict(given))
        except Refused as refused:
            return refused

    def _writes(self) -> dict[str, Callable[[Job], Write]]:
        return {
            "insert": lambda _: self._insert,
            "update": lambda _: self._update,
            "upsert": self._upsert_by,
            "delete": lambda _: self._delete,
            "hardDelete": lambda _: self._hard_delete,
        }

    def _insert(self, given: Given) -> Saved:
        if "Id" in given:
            message = "cannot specify Id in an insert call"
            raise Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, ["Id"])
        self._faults.check_lock("")
        saving.may_insert(self._caller, self._object)
        self._columns.refuse_closed(given, creating=True)
        return Saved(saving.add(self._org, self._caller, self._object, given), created=True)

    def _update(self, given: Given) -> Saved:
        record_id = self._id_in(given, "an update call")
        self._faults.check_lock(record_id)
        before = self._org.require(self._caller, self._object, record_id)
        saving.may_update(self._caller, self._object)
        approval.refuse_locked(self._org, self._caller, self._object, record_id)
        self._columns.refuse_closed(given, creating=False)
        saving.change_row(self._org, self._caller, self._object, before, given)
        return Saved(record_id, created=False)

    def _upsert_by(self, job: Job) -> Write:
        key = self._org.key(self._caller, self._object, job.external_id)

        def upsert(given: Given) -> Saved:
            if key.name == "Id":
                return self._update(given) if given.get("Id") else self._insert(given)
            value = given.get(key.name)
            if value is None:
                raise Refused(400, "MISSING_ARGUMENT", f"{key.name} not specified", [key.name])
            if value in self._keys_seen:
                message = f"Duplicate external id specified: {value}"
                raise Refused(400, "DUPLICATE_VALUE", message, [key.name])
            self._keys_seen.add(value)
            found = self._org.find(self._caller, self._object, key, value)
            if len(found) > 1:
                message = f"{key.name}: more than one record found for external id field: [{', '.join(found)}]"
                raise Refused(400, "DUPLICATE_EXTERNAL_ID", message, [key.name])
            if not found:
                return self._insert(given)
            del given[key.name]
            return self._update({**given, "Id": found[0]})

        return upsert

    def _delete(self, given: Given) -> Saved:
        record_id = self._id_in(given, "a delete call")
        self._faults.check_lock(record_id)
        self._org.delete(self._caller, self._object.name, record_id)
        return Saved(record_id, created=False)

    def _hard_delete(self, given: Given) -> Saved:
        saved = self._delete(given)
        purging.purge(self._org, saved.record_id)
        return saved

    def _id_in(self, given: Given, where: str) -> str:
        record_id: str | None = given.pop("Id", None)
        if record_id is None:
            raise Refused(400, "MISSING_ARGUMENT", f"Id not specified in {where}")
        if record_id[:3] != self._object.key_prefix:
            message = f"{self._object.label} ID: id value of incorrect type: {record_id}"
            raise Refused(400, "MALFORMED_ID", message, ["Id"])
        return record_id

    def _keep(self, job: Job, rows: list[list[str]], outcomes: list[Outcome]) -> Job:
        good, bad = [], []
        at = self._columns.place("Id")
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Saved):
                good.append([outcome.record_id, "true" if outcome.created else "false", *row])
            else:
                bad.append([row[at] if at is not None else "", error_text(outcome), *row])
        number = job.processed // CHUNK
        for kind, found in ((SUCCESSFUL, good), (UNSUCCESSFUL, bad)):
            content = written(found, delimiter=job.delimiter, line_ending=job.line_ending)
            self._jobs.add_piece(job, kind, content, number=number, rows=len(found))
        return self._jobs.change(job, processed=job.processed + len(rows), failed=job.failed + len(bad))


def reader_of(jobs: Jobs, job: Job) -> Reader:
    uploaded = (content for _, _, content in jobs.pieces(job, UPLOAD))
    return Reader(uploaded, delimiter=job.delimiter, line_ending=job.line_ending)


def results(jobs: Jobs, job: Job, kind: str) -> Iterator[bytes]:
    """The successful or the failed rows, with the platform's two columns in front."""
    second = {SUCCESSFUL: "sf__Created", UNSUCCESSFUL: "sf__Error"}[kind]
    header = _header(jobs, job)
    yield written([["sf__Id", second, *header]], delimiter=job.delimiter, line_ending=job.line_ending)
    for _, _, content in jobs.pieces(job, kind):
        yield content


def unprocessed(jobs: Jobs, job: Job) -> Iterator[bytes]:
    """The header, and every row that the job did not come to, as it was sent."""
    try:
        reader = reader_of(jobs, job)
    except Unreadable:
        yield from (content for _, _, content in jobs.pieces(job, UPLOAD))
        return
    yield written([reader.header] if reader.header else [], delimiter=job.delimiter, line_ending=job.line_ending)
    reader.skip(job.processed)
    for line in reader.raw_rest():
        yield line.encode()


def error_text(refused: Refused) -> str:
    """CODE:message:fields --"""
    code, message = OF_OTHERS.get(refused.code, (refused.code, refused.message))
    fields = f"{','.join(refused.fields)} " if refused.fields else ""
    return f"{code}:{message}:{fields}--"


def _header(jobs: Jobs, job: Job) -> list[str]:
    try:
        return reader_of(jobs, job).header
    except Unreadable:
        return []
