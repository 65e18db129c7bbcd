"""The steps of an export: one query job of Salesforce, its pages kept as files. Each may run twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_mcp.bulk.ledger import RUNNING, Load, Part
from salesforce_mcp.bulk.workshop import LONGEST_PAUSE, Workshop

# Pages are fetched for so long, and then the workflow is told how far it is.
_SECONDS = 300


async def open_export(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    part = Part(job=load.id, number=0, rows=0, first=1)
    await workshop.ledger.add_part(load, part)
    part = await workshop.ledger.part(load.id, 0)
    if not part.salesforce_job and not await workshop.ledger.is_cancelled(load.id):
        bulk = (await workshop.org_of(load.owner)).bulk
        # Reading twice harms nobody: an export whose answer was lost is opened again.
        job = await bulk.open_export(load.soql, all_rows=load.operation == "queryAll")
        await workshop.ledger.amend_part(part, lambda one: one if one.salesforce_job else _with_job(one, job.id))
    await workshop.ledger.change(load, lambda now: now if now.parts else replace(now, state=RUNNING, parts=1))
    return _passed(task, polls=0, seconds=1)


async def poll_export(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load, part = await _at(workshop, task)
    polls = int(task["polls"]) + 1
    answer = _passed(task, polls=polls, seconds=min(LONGEST_PAUSE, 2 ** min(polls, 6)))
    if not part.salesforce_job:
        return {**answer, "state": "ended"}
    bulk = (await workshop.org_of(load.owner)).bulk
    job = await bulk.read(part.salesforce_job, kind="query")
    if not job.has_ended and await workshop.ledger.is_cancelled(load.id):
        await bulk.abort(part.salesforce_job, kind="query")
    complete = job.state == "JobComplete"
    message = job.error if complete or not job.has_ended else job.error or f"Salesforce ended the export: {job.state}"
    parked = not job.has_ended and polls >= workshop.most_polls
    await workshop.ledger.change_part(
        part, processed=job.processed, message=message, parked=parked, collected=job.has_ended and not complete
    )
    return {**answer, "state": "ended" if job.has_ended else "parked" if parked else "working"}


async def pages(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch pages one after the other; each is noted when it is kept, so that nothing is fetched twice."""
    load, part = await _at(workshop, task)
    started = asyncio.get_running_loop().time()
    while part.salesforce_job and not part.collected:
        page = await (await workshop.org_of(load.owner)).bulk.export_page(part.salesforce_job, part.locator)
        await workshop.uploads.write(page_name(load, part.pages), page.content)
        number = part.pages
        part = await workshop.ledger.amend_part(
            part,
            lambda one, number=number, page=page: _with_page(one, number, page),  # type: ignore[misc]
        )
        if not part.collected and asyncio.get_running_loop().time() - started > _SECONDS:
            return _passed(task, state="more")
    return _passed(task, state="done")


def page_name(load: Load, number: int) -> str:
    return f"{load.folder}/rows/{number:05}.csv"


def _with_job(part: Part, salesforce_job: str) -> Part:
    return replace(part, salesforce_job=salesforce_job)


def _with_page(part: Part, number: int, page: Any) -> Part:
    if part.pages != number:
        return part  # the same page, fetched beside this one, is noted already
    return replace(
        part,
        pages=number + 1,
        locator=page.locator,
        succeeded=part.succeeded + page.rows,
        collected=not page.locator,
    )


async def _at(workshop: Workshop, task: Mapping[str, Any]) -> tuple[Load, Part]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    return load, await workshop.ledger.part(load.id, 0)


def _passed(task: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"job": task["job"], "owner": task["owner"], "round": task["round"], **more}
