"""The steps of one part: a Salesforce job opened, filled, closed, watched and accounted for. Each may run twice."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from salesforce_mcp import errors
from salesforce_mcp.bulk.csv_text import RowCount
from salesforce_mcp.bulk.ledger import KEPT_SECONDS, Load, Part
from salesforce_mcp.bulk.reading import read_rows
from salesforce_mcp.bulk.split import numbers_of, part_name
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import Conflict, Failure
from salesforce_mcp.salesforce.bulk import Bulk, BulkJob, Results

RESULTS: dict[str, Results] = {
    "successful": "successfulResults",
    "failed": "failedResults",
    "unprocessed": "unprocessedrecords",
}
_LISTED_FAILURES = 100
# Salesforce's clock and ours may differ by so much.
_SKEW = 60


async def open_job(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Open a Salesforce job for the part, or find the one that a lost answer left behind."""
    load, part = await _at(workshop, task)
    if part.salesforce_job or part.collected or await workshop.ledger.is_cancelled(load.id):
        return passed(task)
    bulk, now = (await workshop.org_of(load.owner)).bulk, workshop.now()
    tried_before = part.intent_at
    if not tried_before:
        part = await workshop.ledger.change_part(part, intent_at=now)
    job = await _orphan(workshop, bulk, load, since=tried_before) if tried_before else None
    job = job or await bulk.open(load.object, load.operation, external_id=load.external_id)
    if not await workshop.ledger.claim(part, job.id, expires_at=now + KEPT_SECONDS):
        job = await bulk.open(load.object, load.operation, external_id=load.external_id)
        await workshop.ledger.claim(part, job.id, expires_at=now + KEPT_SECONDS)
    kept = await workshop.ledger.amend_part(
        part, lambda one: one if one.salesforce_job else replace(one, salesforce_job=job.id)
    )
    if kept.salesforce_job != job.id:
        await bulk.abort(job.id)  # the same step, run beside this one, was first
    return passed(task)


async def upload(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load, part = await _at(workshop, task)
    if part.salesforce_job and not part.uploaded and not await workshop.ledger.is_cancelled(load.id):
        content = await workshop.uploads.read(part_name(load, part.number))
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise Conflict("The file of this part is not the one that was noted", code="FILE_CHANGED")
        await (await workshop.org_of(load.owner)).bulk.upload(part.salesforce_job, content)
        await workshop.ledger.change_part(part, uploaded=True)
    return passed(task)


async def close(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load, part = await _at(workshop, task)
    if part.salesforce_job and not part.closed:
        bulk = (await workshop.org_of(load.owner)).bulk
        if await workshop.ledger.is_cancelled(load.id):
            await bulk.abort(part.salesforce_job)
        else:
            await bulk.close(part.salesforce_job)
        await workshop.ledger.change_part(part, closed=True, parked=False)
    return passed(task, polls=0, seconds=1)


async def poll(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """How far Salesforce is; asked ever more rarely, and not for ever in one execution."""
    load, part = await _at(workshop, task)
    polls = int(task["polls"]) + 1
    answer = passed(task, polls=polls, seconds=0)
    if part.collected or not part.salesforce_job:
        return {**answer, "state": "ended"}
    bulk = (await workshop.org_of(load.owner)).bulk
    job = await bulk.read(part.salesforce_job)
    if not job.has_ended and await workshop.ledger.is_cancelled(load.id):
        await bulk.abort(part.salesforce_job)
    await workshop.ledger.change_part(part, processed=job.processed, refused=job.failed, message=job.error)
    if job.has_ended:
        return {**answer, "state": "ended"}
    if polls >= workshop.most_polls:
        await workshop.ledger.change_part(part, parked=True)
        return {**answer, "state": "parked"}
    pause = workshop.pause(
        since=part.intent_at,
        left=part.rows - job.processed,
        gained=job.processed - part.processed,
        seconds=int(task.get("seconds", 0)),  # a workflow that was begun before a deployment does not say
    )
    return {**answer, "state": "working", "seconds": pause}


async def collect(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch the accounts of the part, and count what is in them."""
    load, part = await _at(workshop, task)
    if part.collected:
        return passed(task)
    if not part.salesforce_job:  # aborted before it was opened
        rows = workshop.uploads.pieces(part_name(load, part.number))
        await workshop.uploads.keep(result_name(load, part.number, "unprocessed"), rows)
        await workshop.ledger.change_part(part, collected=True, unprocessed=part.rows)
        return passed(task)
    bulk, counts = (await workshop.org_of(load.owner)).bulk, Counter[str]()
    for kind, resource in RESULTS.items():
        count = RowCount()
        async with bulk.results(part.salesforce_job, resource) as pieces:
            await workshop.uploads.keep(result_name(load, part.number, kind), count.counting(pieces))
        counts[kind] = count.rows
    failures, reasons = await _failures(workshop, load, part) if counts["failed"] else ([], Counter[str]())
    await workshop.ledger.change_part(
        part,
        collected=True,
        parked=False,
        succeeded=counts["successful"],
        failed=counts["failed"],
        unprocessed=counts["unprocessed"],
        failures=failures,
        reasons=dict(reasons.most_common(50)),
    )
    return passed(task)


_PERHAPS_WRITTEN = "Salesforce may have written rows of this part; compare before you load them again."


async def give_up(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Note why a part cannot go on. What Salesforce has of it is told where it can still be learned."""
    _, part = await _at(workshop, task)
    message = said_by(task)
    if part.closed:
        message = f"{message.removesuffix('.')}. {_PERHAPS_WRITTEN}"
    # Nor does it wait any more: Finish would begin one execution after the other for it.
    await workshop.ledger.change_part(part, message=message, parked=False)
    return passed(task, state="given_up")


def result_name(load: Load, number: int, kind: str) -> str:
    return f"{load.folder}/{kind}/{number:05}.csv"


def said_by(task: Mapping[str, Any]) -> str:
    """The failure of a step in words. One that nobody expected keeps its words to itself."""
    kind = getattr(errors, str(task.get("error", "")), None)
    if not (isinstance(kind, type) and issubclass(kind, Failure)):
        return "A step failed unexpectedly."
    try:
        return str(json.loads(task["cause"])["errorMessage"])[:500]
    except (ValueError, LookupError, TypeError):
        return str(task["error"])


async def _at(workshop: Workshop, task: Mapping[str, Any]) -> tuple[Load, Part]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    return load, await workshop.ledger.part(load.id, int(task["part"]))


def passed(task: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """References only: what is known of the part stays in the ledger."""
    return {"job": task["job"], "owner": task["owner"], "part": task["part"], **more}


async def _orphan(workshop: Workshop, bulk: Bulk, load: Load, *, since: int) -> BulkJob | None:
    """The job that was opened for this part, if its answer was lost: ours, new, open, no other part's, the only one."""
    found = [
        job
        for job in await bulk.jobs()
        if job.state == "Open"
        and (job.object, job.operation, job.external_id) == (load.object, load.operation, load.external_id)
        and job.created_by[:15] == load.owner.rpartition("/")[2][:15]
        and _moment(job.created) >= since - _SKEW
        and not await workshop.ledger.is_claimed(job.id)
    ]
    return found[0] if len(found) == 1 else None


def _moment(text: str) -> float:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    except ValueError:
        return 0.0


async def _failures(workshop: Workshop, load: Load, part: Part) -> tuple[list[dict[str, Any]], Counter[str]]:
    """The first failed rows with their numbers, and every reason counted."""
    first: dict[tuple[str, ...], list[str]] = {}
    reasons: Counter[str] = Counter()

    def count(failed: Iterator[list[str]]) -> None:
        for at, row in enumerate(islice(failed, 1, None)):
            reasons[row[1].partition(":")[0][:80]] += 1
            if at < _LISTED_FAILURES:
                first.setdefault(tuple(row[2:]), []).append(row[1])

    def find(rows: Iterator[list[str]]) -> list[dict[str, Any]]:
        """Salesforce gives back the values of a row, in no order: its number is where it was sent."""
        header, listed = next(rows), list[dict[str, Any]]()
        for number, row in zip(numbers_of(part), rows, strict=False):
            if waiting := first.get(tuple(row)):
                listed.append({"row": number, **_reason(waiting.pop(0), header)})
        return listed

    await read_rows(workshop.uploads.pieces(result_name(load, part.number, "failed")), count)
    return await read_rows(workshop.uploads.pieces(part_name(load, part.number)), find), reasons


def _reason(error: str, header: list[str]) -> dict[str, Any]:
    """STATUS_CODE:message:field,field -- as data."""
    code, _, rest = error.partition(":")
    message, _, fields = rest.rpartition(":")
    named = [name.strip() for name in fields.removesuffix("--").strip().rstrip("-").split(",") if name.strip()]
    known = {name.lower() for name in header}
    if not all(name.lower() in known or name.isidentifier() for name in named):
        message, named = rest, []
    return {"code": code[:80], "message": (message or rest)[:300], **({"fields": named} if named else {})}
