"""/services/async: Bulk API 1.0, with jobs in XML and content in CSV.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_quickstart.htm
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from salesforce_emulator.access import Caller
from salesforce_emulator.bulk import classic, export, orders
from salesforce_emulator.bulk.classic import STATES, ClassicJob
from salesforce_emulator.bulk.jobs import COMPLETE, Job
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.versions import supported
from salesforce_emulator.site import Site, site_of
from salesforce_emulator.soap.envelope import elements, read_document

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
XML = "application/xml;charset=UTF-8"
CSV = "text/csv;charset=UTF-8"
# What the newer API calls otherwise.
CODES = {
    "INVALIDENTITY": "InvalidEntity",
    "INVALIDJOB": "InvalidJob",
    "INVALIDOPERATION": "InvalidOperation",
    "FEATURENOTENABLED": "FeatureNotEnabled",
    "REQUEST_LIMIT_EXCEEDED": "ExceededQuota",
    "NOT_EMULATED": "NOT_EMULATED",
}
ORDERED = ("operation", "object", "externalIdFieldName", "concurrencyMode", "contentType", "assignmentRuleId")


async def classic_jobs(request: Request) -> Response:
    """Every request below /services/async/{version}/job."""
    site, content = site_of(request), await request.body()
    try:
        return _answer(site, request, content)
    except Refused as refused:
        code = CODES.get(refused.code, refused.code if refused.code[1:2].islower() else "ClientInputError")
        status = refused.status if refused.status in {403, 404, 501} else 400
        message = refused.message.removeprefix(f"{code} : ")
        return _xml("error", {"exceptionCode": code, "exceptionMessage": message}, status=status)


def _answer(site: Site, request: Request, content: bytes) -> Response:
    version = supported(f"v{request.path_params['version']}")
    session = site.sessions.find(request.headers.get("x-sfdc-session", ""))
    if session is None:
        raise Refused(400, "InvalidSessionId", "Invalid session id")
    site.usage.count()
    site.bulk.wake()
    caller = site.org.caller(session.user_id)
    match request.method, request.path_params["rest"].split("/"):
        case "POST", ["job"]:
            order = _order(site, caller, _said(request, content))
            return _job(site, site.bulk.classic.create(caller, order, version=version), status=201)
        case "GET", ["job", job_id]:
            return _job(site, site.bulk.classic.find(caller, job_id))
        case "POST", ["job", job_id]:
            state = _said(request, content).get("state", "")
            return _job(site, site.bulk.classic.end(caller, site.bulk.classic.find(caller, job_id), state))
        case method, ["job", job_id, "batch", *rest]:
            return _batches(site, caller, (method, *rest), site.bulk.classic.find(caller, job_id), content)
    raise Refused(404, "InvalidUrl", "Destination URL not found. Please use a valid URL")


def _batches(site: Site, caller: Caller, asked: tuple[str, ...], job: ClassicJob, content: bytes) -> Response:
    known = site.bulk.classic
    match asked:
        case ("POST",):
            batch = known.add_batch(caller, job, content)
            site.bulk.wake()
            return _xml("batchInfo", _described(job, batch), status=201)
        case ("GET",):
            each = "".join(f"<batchInfo>{elements(_described(job, batch))}</batchInfo>" for batch in known.batches(job))
            return _document("batchInfoList", each)
        case ("GET", batch_id):
            return _xml("batchInfo", _described(job, known.batch(job, batch_id)))
        case ("GET", batch_id, "result"):
            batch = _complete(known.batch(job, batch_id))
            if job.reads:
                return _document("result-list", elements({"result": batch.id}))
            return StreamingResponse(classic.results(site.bulk.jobs, batch), headers={"Content-Type": CSV})
        case ("GET", batch_id, "result", _) if job.reads:
            batch = _complete(known.batch(job, batch_id))
            page = export.page_of(batch, "", batch.processed)
            return StreamingResponse(export.content_of(site.bulk.jobs, batch, page), headers={"Content-Type": CSV})
    raise Refused(404, "InvalidUrl", "Destination URL not found. Please use a valid URL")


def _order(site: Site, caller: Caller, said: Mapping[str, str]) -> dict[str, str]:
    if said.get("contentType", "XML") != "CSV":
        raise NotEmulated(f"Bulk API 1.0 with the content type {said.get('contentType', 'XML')} (/services/async)")
    concurrency = said.get("concurrencyMode") or "Parallel"
    if said.get("operation") in orders.QUERIES:
        name = orders.entity(site.org, caller, said.get("object", "")).name
        return {"operation": said["operation"], "object": name, "external_id": "", "concurrency": concurrency}
    known = {name: value for name, value in said.items() if name in ORDERED and value}
    return {**orders.ingest_order(site.org, caller, known), "concurrency": concurrency}


def _said(request: Request, content: bytes) -> dict[str, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {"application/xml", "text/xml"}:
        raise NotEmulated(f"Bulk API 1.0 jobs in {media_type or 'an unnamed format'} (/services/async)")
    return {one.tag: (one.text or "").strip() for one in read_document(content.strip())}


def _complete(batch: Job) -> Job:
    if batch.state != COMPLETE:
        raise Refused(400, "InvalidBatch", f"Batch not completed: it is {STATES[batch.state]}")
    return batch


def _job(site: Site, job: ClassicJob, *, status: int = 200) -> Response:
    batches = site.bulk.classic.batches(job)
    states = [STATES[batch.state] for batch in batches]
    said = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.created_by,
        "createdDate": job.created,
        "systemModstamp": max([job.created, *(batch.changed for batch in batches)]),
        "state": job.state,
        **({"externalIdFieldName": job.external_id} if job.external_id else {}),
        "concurrencyMode": job.concurrency,
        "contentType": "CSV",
        "numberBatchesQueued": states.count("Queued"),
        "numberBatchesInProgress": states.count("InProgress"),
        "numberBatchesCompleted": states.count("Completed"),
        "numberBatchesFailed": states.count("Failed"),
        "numberBatchesTotal": len(states),
        "numberRecordsProcessed": sum(batch.processed for batch in batches),
        "numberRetries": 0,
        "apiVersion": job.version,
        "numberRecordsFailed": sum(batch.failed for batch in batches),
    }
    return _xml("jobInfo", said, status=status)


def _described(job: ClassicJob, batch: Job) -> dict[str, object]:
    return {
        "id": batch.id,
        "jobId": job.id,
        "state": STATES[batch.state],
        **({"stateMessage": batch.error} if batch.error else {}),
        "createdDate": batch.created,
        "systemModstamp": batch.changed,
        "numberRecordsProcessed": batch.processed,
        "numberRecordsFailed": batch.failed,
        "totalProcessingTime": batch.milliseconds,
    }


def _xml(name: str, said: Mapping[str, object], *, status: int = 200) -> Response:
    return _document(name, elements(said), status=status)


def _document(name: str, inner: str, *, status: int = 200) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{NAMESPACE}">{inner}</{name}>'
    return Response(text, status, media_type=XML)
