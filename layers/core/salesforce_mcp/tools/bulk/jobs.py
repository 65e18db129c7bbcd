"""Bulk jobs: begun, watched, stopped, done again for what failed."""

from typing import Any

from salesforce_mcp.bulk.again import rows_to_retry
from salesforce_mcp.bulk.ending import is_export, start
from salesforce_mcp.bulk.ledger import ENDED, PREPARING
from salesforce_mcp.bulk.orders import Order, place
from salesforce_mcp.bulk.report import brief, report_of
from salesforce_mcp.errors import Conflict
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.bulk.workplace import (
    Columns,
    Csv,
    Delimiter,
    JobId,
    Operation,
    Rows,
    UploadId,
    public_url,
    require_right,
    workshop_of,
)
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

# A job that was noted but not begun for so long was left behind by a crash between the two.
_FORGOTTEN_SECONDS = 60


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
) -> dict[str, Any]:
    """Insert, update, upsert or delete many records. Columns are matched to fields; #N/A clears a field, empty leaves
    it. Few rows are done at once; else the answer has a jobId for getBulkJob. Use previewImport first."""
    require_right(calling, operation)
    require_writable(objectName)
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
    return await placed(calling, org, order)


@tool(Effect.READS)
async def getBulkJob(jobId: JobId, org: Org, calling: Calling) -> dict[str, Any]:
    """How far a job is, how fast, which rows failed and why, and where its result files are."""
    return await _reported(calling, org, jobId)


@tool(Effect.READS)
async def listBulkJobs(org: Org, calling: Calling) -> Table:
    """Your bulk jobs of the last seven days, the newest first."""
    loads = await workshop_of(calling, org).ledger.loads(calling.subject)
    columns = ["jobId", "operation", "objectName", "state", "rows", "succeeded", "failed", "createdAt"]
    return Table(columns, [brief(load) for load in loads[:200]], total_size=len(loads))


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def retryFailedRows(jobId: JobId, org: Org, calling: Calling) -> dict[str, Any]:
    """Load the rows again that failed or were not reached, as a new job. Mend their cause first."""
    workshop = workshop_of(calling, org)
    load = await workshop.ledger.load(calling.subject, jobId)
    require_right(calling, load.operation)
    if load.state not in ENDED or is_export(load):
        raise Conflict("Only a job of rows that has ended has failed rows", hint="See getBulkJob.")
    order = Order(
        owner=calling.subject,
        object=load.object,
        operation=load.operation,
        external_id=load.external_id,
        csv=await rows_to_retry(workshop, load),
        delimiter="comma",
    )
    return await placed(calling, org, order)


@tool(Effect.WRITES)
async def abortBulkJob(jobId: JobId, org: Org, calling: Calling) -> dict[str, Any]:
    """Stop a job. What is written stays written; getBulkJob tells which rows were not."""
    workshop = workshop_of(calling, org)
    load = await workshop.ledger.load(calling.subject, jobId)
    if load.state in ENDED:
        raise Conflict(f"The job has ended already: {load.state}", code="JOB_ENDED", hint="See getBulkJob.")
    await workshop.ledger.cancel(load)
    kind = "query" if is_export(load) else "ingest"
    for part in await workshop.ledger.parts(load.id):
        if part.salesforce_job and not part.collected:
            await org.bulk.abort(part.salesforce_job, kind=kind)  # type: ignore[arg-type]
    return {"jobId": load.id, "aborting": True}


async def placed(calling: Caller, org: Salesforce, order: Order) -> dict[str, Any]:
    load = await place(workshop_of(calling, org), org, order)
    return await _reported(calling, org, load.id)


async def _reported(calling: Caller, org: Salesforce, job: str) -> dict[str, Any]:
    workshop = workshop_of(calling, org)
    load = await workshop.ledger.load(calling.subject, job)
    now = workshop.now()
    if load.state == PREPARING and load.parts is None and now - load.created_at > _FORGOTTEN_SECONDS:
        await start(workshop, load)
    parts = await workshop.ledger.parts(load.id)
    return report_of(load, parts, now=now, public_url=public_url(calling))
