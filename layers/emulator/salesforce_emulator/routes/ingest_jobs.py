"""Bulk ingest jobs: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm"""

from collections.abc import Iterator

from salesforce_emulator.bulk import ingest, orders
from salesforce_emulator.bulk.jobs import (
    ABORTED,
    ENDED,
    INGEST,
    LISTED,
    OPEN,
    RUNNING,
    UPLOADED,
    Job,
    described,
    detailed,
)
from salesforce_emulator.errors import Refused
from salesforce_emulator.limits import ALLOCATIONS
from salesforce_emulator.routes import blobs
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call, parse_json

SINCE = 41
LONGEST_PART = 100_000
CSV = "text/csv; charset=UTF-8"


def create(call: Call) -> Answer:
    """POST /jobs/ingest; with multipart/form-data the content comes at once."""
    if call.number < SINCE:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    jobs = call.site.bulk.jobs
    if jobs.batches_today() >= ALLOCATIONS["DailyBulkApiBatches"]:
        raise Refused(400, "EXCEEDEDQUOTA", "ExceededQuota : ApiBatchItems Limit exceeded.")
    if not blobs.is_multipart(call):
        order = orders.ingest_order(call.org, call.caller, call.json_object)
        return Answer(200, described(jobs.create(call.caller, INGEST, version=call.version, state=OPEN, **order)))
    body, content = _parts(call)
    order = orders.ingest_order(call.org, call.caller, body)
    job = jobs.create(call.caller, INGEST, version=call.version, state=OPEN, **order)
    jobs.add_piece(job, ingest.UPLOAD, content, number=0)
    job = jobs.change(job, uploaded=1, state=UPLOADED)
    call.site.bulk.wake()
    return Answer(200, described(job))


def every(call: Call) -> Answer:
    """GET /jobs/ingest?queryLocator="""
    return listed(call, INGEST, "ingest")


def read(call: Call) -> Answer:
    """GET /jobs/ingest/{id}"""
    call.site.bulk.wake()
    return Answer(200, detailed(_job(call)))


def change(call: Call) -> Answer:
    """PATCH /jobs/ingest/{id} {"state": "UploadComplete" | "Aborted"}"""
    job, state = _job(call), wanted_state(call, (UPLOADED, ABORTED))
    possible = frozenset({OPEN}) if state == UPLOADED else frozenset({OPEN, UPLOADED, RUNNING})
    job = call.site.bulk.jobs.move(job, state, possible=possible)
    call.site.bulk.wake()
    return Answer(200, described(job))


def delete(call: Call) -> Answer:
    """DELETE /jobs/ingest/{id}"""
    call.site.bulk.jobs.delete(_job(call))
    return NO_CONTENT


def successful(call: Call) -> Answer:
    """GET /jobs/ingest/{id}/successfulResults"""
    return _results(call, ingest.SUCCESSFUL)


def failed(call: Call) -> Answer:
    """GET /jobs/ingest/{id}/failedResults"""
    return _results(call, ingest.UNSUCCESSFUL)


def unprocessed(call: Call) -> Answer:
    """GET /jobs/ingest/{id}/unprocessedrecords"""
    return _csv(ingest.unprocessed(call.site.bulk.jobs, _ended(call)))


def listed(call: Call, kind: str, name: str) -> Answer:
    """One page of jobs; the locator is the last job of the page before."""
    if call.query.get("jobType", kind) != kind or call.flag("isPkChunkingEnabled"):
        return Answer(200, {"done": True, "nextRecordsUrl": None, "records": []})  # there are no such jobs here
    jobs = call.site.bulk.jobs.listed(call.caller, kind, after=call.query.get("queryLocator", ""))
    most = min(len(jobs), LISTED)
    following = f"{call.url('jobs', name)}?queryLocator={jobs[most - 1].id}" if most < len(jobs) else None
    records = [described(job) | {"jobType": job.kind} for job in jobs[:most]]
    return Answer(200, {"done": following is None, "nextRecordsUrl": following, "records": records})


def wanted_state(call: Call, possible: tuple[str, ...]) -> str:
    state = call.json_object.get("state")
    if state not in possible:
        raise Refused(400, "INVALIDJOBSTATE", f"Invalid Job State: {state}. Use {' or '.join(possible)}")
    return str(state)


def _job(call: Call) -> Job:
    return call.site.bulk.jobs.find(call.caller, INGEST, call.names["job"])


def _ended(call: Call) -> Job:
    job = _job(call)
    if job.state not in ENDED:
        raise Refused(400, "INVALIDJOBSTATE", f"Invalid Job State: there are no results while the job is {job.state}")
    return job


def _results(call: Call, kind: str) -> Answer:
    return _csv(ingest.results(call.site.bulk.jobs, _ended(call), kind))


def _csv(pieces: Iterator[bytes]) -> Answer:
    return Answer(200, headers={"Content-Type": CSV}, pieces=pieces)


def _parts(call: Call) -> tuple[dict[str, object], bytes]:
    found = {name: content for name, content, _ in blobs.parts_of(call)}
    if set(found) != {"job", "content"}:
        raise Refused(400, "INVALIDJOB", "InvalidJob : The multipart request must have the parts job and content")
    if len(found["content"].decode("utf-8", "replace")) > LONGEST_PART:
        message = f"The content of a multipart request is at most {LONGEST_PART} characters: upload it to the job"
        raise Refused(400, "CLIENTINPUTERROR", message)
    body = parse_json(found["job"])
    if not isinstance(body, dict):
        raise Refused(400, "JSON_PARSER_ERROR", "The part job must be a JSON object at [line:1, column:1]")
    return body, found["content"]
