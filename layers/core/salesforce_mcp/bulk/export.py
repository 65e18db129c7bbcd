"""The steps of an export: one query job of Salesforce, its pages kept as files. Each may run twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_mcp.bulk.ledger import RUNNING, Load, Part
from salesforce_mcp.bulk.workshop import Workshop

# Pages are fetched for so long, and then the workflow is told how far it is.
_SECONDS = 300


async def open_export(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    part = Part(job=load.id, number=0, rows=0, first=1, intent_at=workshop.now())
    part = await workshop.ledger.add_part(load, part)
    if not part.salesforce_job and not await workshop.ledger.is_cancelled(load.id):
        bulk = (await workshop.org_of(load.owner)).bulk
        # Reading twice harms nobody: an export whose answer was lost is opened again.
        job = await bulk.open_export(load.soql, all_rows=load.operation == "queryAll")
        await workshop.ledger.amend_part(
            part, lambda one: one if one.salesforce_job else replace(one, salesforce_job=job.id)
        )
    await workshop.ledger.change(load, lambda now: now if now.parts else replace(now, state=RUNNING, parts=1))
    return _passed(task, polls=0, seconds=1)


async def poll_export(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load, part = await _at(workshop, task)
    polls = int(task["polls"]) + 1
    answer = _passed(task, polls=polls, seconds=workshop.pause(since=part.intent_at))
    if not part.salesforce_job:
        return {**answer, "state": "ended"}
    bulk = (await workshop.org_of(load.owner)).bulk
    job = await bulk.read(part.salesforce_job, kind="query")
    if not job.has_ended and await workshop.ledger.is_cancelled(load.id):
        await bulk.abort(part.salesforce_job, kind="query")
    complete = job.state == "JobComplete"
    message = job.error if complete or not job.has_ended else job.error or f"Salesforce ended the export: {job.state}"
    parked = not job.has_ended and polls >= workshop.most_polls
    failed = job.has_ended and not complete
    await workshop.ledger.amend_part(
        part,
        # A look that comes late must not have pages fetched again that are there.
        lambda now: replace(
            now, processed=job.processed, message=message, parked=parked, collected=now.collected or failed
        ),
    )
    return {**answer, "state": "ended" if job.has_ended else "parked" if parked else "working"}


async def pages(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch some pages at a time; they are noted when they are kept, so that none is counted twice."""
    load, part = await _at(workshop, task)
    started = workshop.clock.now()
    while part.salesforce_job and not part.collected:
        part = await _next_pages(workshop, load, part)
        if not part.collected and workshop.clock.now() - started > _SECONDS:
            return _passed(task, state="more")
    return _passed(task, state="done")


async def _next_pages(workshop: Workshop, load: Load, part: Part) -> Part:
    bulk = (await workshop.org_of(load.owner)).bulk
    links = await bulk.export_links(part.salesforce_job, part.locator)

    async def keep(number: int, asked: Mapping[str, str]) -> int:
        async with bulk.export_page(part.salesforce_job, asked) as page:
            await workshop.uploads.keep(page_name(load, number), page.pieces)
            return page.rows

    keeping = [keep(part.pages + at, asked) for at, asked in enumerate(links.pages)]
    kept = await asyncio.gather(*keeping, return_exceptions=True)
    for failure in kept:
        if isinstance(failure, BaseException):
            raise failure
    following = replace(
        part,
        pages=part.pages + len(kept),
        locator=links.locator,
        succeeded=part.succeeded + sum(rows for rows in kept if isinstance(rows, int)),
        collected=not links.locator,
    )
    # The same pages, fetched beside these, may be noted already.
    return await workshop.ledger.amend_part(part, lambda now: following if now.pages == part.pages else now)


def page_name(load: Load, number: int) -> str:
    return f"{load.folder}/rows/{number:05}.csv"


async def _at(workshop: Workshop, task: Mapping[str, Any]) -> tuple[Load, Part]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    return load, await workshop.ledger.part(load.id, 0)


def _passed(task: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"job": task["job"], "owner": task["owner"], "round": task["round"], **more}
