"""Bulk jobs: begun, watched, stopped, done again for what failed."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.bulk.again import rows_to_retry
from salesforce_mcp.bulk.awaited import awaited_file, require_confirmed
from salesforce_mcp.bulk.ending import is_export, start
from salesforce_mcp.bulk.ledger import ENDED, PREPARING, Load
from salesforce_mcp.bulk.orders import Order, content_of, place, require_one_source
from salesforce_mcp.bulk.preview import preview
from salesforce_mcp.bulk.report import brief, report_of
from salesforce_mcp.errors import Conflict
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.bulk.workplace import (
    DELETING,
    Columns,
    Csv,
    Delimiter,
    JobId,
    Operation,
    PlanId,
    Rows,
    UploadId,
    files_of,
    require_right,
    workshop_of,
)
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

# A job that was noted but not begun for so long was left behind by a crash between the two.
_FORGOTTEN_SECONDS = 60


async def _asked(
    objectName: str, operation: str, planId: str | None, ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    return confirmed(ctx, f"{operation.capitalize()} all {objectName} records of the preview?" if planId else "")


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def createBulkJob(
    objectName: ObjectName,
    operation: Operation,
    org: Org,
    calling: Calling,
    csv: Csv = None,
    rows: Rows = None,
    uploadId: UploadId = None,
    soql: str | None = None,
    externalIdField: str | None = None,
    columns: Columns = None,
    delimiter: Delimiter = None,
    planId: PlanId = None,
    *,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any]:
    """Insert, update, upsert or delete many records. Columns are matched to fields; #N/A clears a field, empty leaves
    it. Few rows are done at once; else getBulkJob takes the jobId. Use previewImport first. Deletes and soql take a
    planId: without it you get a preview and one."""
    confirmation.require()
    require_right(calling, operation)
    require_writable(objectName)
    if uploadId and calling.workplace:
        awaited = await awaited_file(calling.workplace.store, uploadId, owner=calling.subject)
        require_confirmed(awaited, object_name=objectName, operation=operation)
    order = Order(
        owner=calling.subject,
        object=objectName,
        operation=operation,
        external_id=externalIdField or "",
        csv=csv,
        rows=rows,
        upload=uploadId,
        soql=soql,
        delimiter=delimiter or "",
        columns=columns or {},
    )
    # What lies behind an upload link was seen and confirmed on its page; what a query selects nobody has seen.
    if (operation in DELETING or soql) and not uploadId:
        require_one_source(order)
        content = await content_of(workshop_of(calling, org), org, order)
        # A query may select others by then: the plan holds for as many as were shown.
        shown = asdict(order) | {"records": content.count}
        if planId is None:
            told = preview(order, content, await org.describe(objectName))
            plan = await calling.plans.propose(subject=calling.subject, tool="createBulkJob", arguments=shown)
            return {**told, "planId": plan} if told["ready"] else told
        await calling.plans.redeem(planId, subject=calling.subject, tool="createBulkJob", arguments=shown)
    return await placed(calling, org, order)


@tool(Effect.READS)
async def getBulkJob(
    org: Org,
    calling: Calling,
    jobId: Annotated[JobId | None, Field(description="All of the last seven days when left out")] = None,
) -> dict[str, Any] | Table:
    """How far a job is, how fast, which rows failed and why, and where its result files are."""
    return await (_reported(calling, org, jobId) if jobId else _mine(calling, org))


async def _mine(calling: Caller, org: Salesforce) -> Table:
    """The newest first."""
    loads = await workshop_of(calling, org).ledger.loads(calling.subject)
    columns = ["jobId", "operation", "objectName", "state", "rows", "succeeded", "failed", "createdAt"]
    return Table(columns, [brief(load) for load in loads[:200]], total_size=len(loads))


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def changeBulkJob(
    jobId: JobId, action: Literal["abort", "retryFailedRows"], org: Org, calling: Calling
) -> dict[str, Any]:
    """Stop a job (what is written stays written; getBulkJob tells which rows were not); or load its failed and
    unreached rows again as a new job, once their cause is mended."""
    load = await workshop_of(calling, org).ledger.load(calling.subject, jobId)
    return await (_aborted(calling, org, load) if action == "abort" else _retried(calling, org, load))


async def _retried(calling: Caller, org: Salesforce, load: Load) -> dict[str, Any]:
    workshop = workshop_of(calling, org)
    require_right(calling, load.operation)
    require_writable(load.object)
    if load.state not in ENDED or is_export(load):
        raise Conflict("Only a job of rows that has ended has failed rows", hint="See getBulkJob.")
    order = Order(
        owner=calling.subject,
        object=load.object,
        operation=load.operation,
        external_id=load.external_id,
        upload=await rows_to_retry(workshop, load),
        delimiter="comma",
    )
    return await placed(calling, org, order)


async def _aborted(calling: Caller, org: Salesforce, load: Load) -> dict[str, Any]:
    if load.state in ENDED:
        raise Conflict(f"The job has ended already: {load.state}", code="JOB_ENDED", hint="See getBulkJob.")
    await stop(calling, org, load)
    return {"jobId": load.id, "aborting": True}


async def stop(calling: Caller, org: Salesforce, load: Load) -> None:
    """The workflow begins no further part; what Salesforce is at work on is aborted there."""
    ledger = workshop_of(calling, org).ledger
    await ledger.cancel(load)
    kind = "query" if is_export(load) else "ingest"
    for part in await ledger.parts(load.id):
        if part.salesforce_job and not part.collected:
            await org.bulk.abort(part.salesforce_job, kind=kind)  # type: ignore[arg-type]


async def placed(calling: Caller, org: Salesforce, order: Order) -> dict[str, Any]:
    load = await place(workshop_of(calling, org), org, order)
    return await _reported(calling, org, load.id)


async def _reported(calling: Caller, org: Salesforce, job: str) -> dict[str, Any]:
    _, report = await standing(calling, org, job)
    return report


async def standing(calling: Caller, org: Salesforce, job: str) -> tuple[Load, dict[str, Any]]:
    """A job of the caller and what is to be told of it."""
    workshop = workshop_of(calling, org)
    load = await workshop.ledger.load(calling.subject, job)
    now = workshop.now()
    if load.state == PREPARING and load.parts is None and now - load.created_at > _FORGOTTEN_SECONDS:
        await start(workshop, load)
    parts = await workshop.ledger.parts(load.id)
    return load, report_of(load, parts, now=now, file_of=files_of(calling))
