"""Bulk query jobs: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm"""

from salesforce_emulator.bulk import export, orders
from salesforce_emulator.bulk.jobs import ABORTED, COMPLETE, OPEN, QUERY, RUNNING, UPLOADED, Job, described, detailed
from salesforce_emulator.errors import Refused
from salesforce_emulator.limits import ALLOCATIONS
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call
from salesforce_emulator.routes.ingest_jobs import CSV, listed, wanted_state
from salesforce_emulator.soql.parser import parse

SINCE = 47
PAGES_SINCE = 58
PARALLEL_ROWS, PARALLEL_PAGES = 10_000, 5


def create(call: Call) -> Answer:
    """POST /jobs/query"""
    if call.number < SINCE:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    jobs = call.site.bulk.jobs
    if jobs.queries_today() >= ALLOCATIONS["DailyBulkV2QueryJobs"]:
        raise Refused(400, "EXCEEDEDQUOTA", "ExceededQuota : DailyBulkV2QueryJobs Limit exceeded.")
    order = orders.query_order(call.json_object)
    plan = call.site.queries.plan(
        call.caller,
        order["query"],
        version=call.version,
        all_rows=order["operation"] == "queryAll",
        now=call.org.now(),
    )
    orders.entity(call.org, call.caller, plan.object.name)
    export.check_query(call.org.schema, export.rows_of(plan), parse(order["query"]))
    job = jobs.create(call.caller, QUERY, version=call.version, state=UPLOADED, object=plan.object.name, **order)
    call.site.bulk.wake()
    return Answer(200, described(job))


def every(call: Call) -> Answer:
    """GET /jobs/query?queryLocator="""
    return listed(call, QUERY, "query")


def read(call: Call) -> Answer:
    """GET /jobs/query/{id}"""
    call.site.bulk.wake()
    return Answer(200, detailed(_job(call)))


def change(call: Call) -> Answer:
    """PATCH /jobs/query/{id} {"state": "Aborted"}"""
    job, state = _job(call), wanted_state(call, (ABORTED,))
    return Answer(200, described(call.site.bulk.jobs.move(job, state, possible=frozenset({OPEN, UPLOADED, RUNNING}))))


def delete(call: Call) -> Answer:
    """DELETE /jobs/query/{id}"""
    call.site.bulk.jobs.delete(_job(call))
    return NO_CONTENT


def results(call: Call) -> Answer:
    """GET /jobs/query/{id}/results?locator=&maxRecords="""
    job = _complete(call)
    most = call.query.get("maxRecords", "") or str(export.PAGE)
    if not most.isdecimal() or not int(most):
        raise Refused(400, "INVALID_FIELD", f"maxRecords must be a whole number above 0, not {most!r}")
    page = export.page_of(job, call.query.get("locator", ""), int(most))
    headers = {
        "Content-Type": CSV,
        "Sforce-Locator": page.locator,
        "Sforce-NumberOfRecords": str(page.rows),
    }
    return Answer(200, headers=headers, pieces=export.content_of(call.site.bulk.jobs, job, page))


def result_pages(call: Call) -> Answer:
    """GET /jobs/query/{id}/resultPages: links that can be followed at the same time."""
    if call.number < PAGES_SINCE:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    job = _complete(call)
    base = call.url("jobs", "query", job.id)
    first = export.page_of(job, call.query.get("locator", ""), PARALLEL_ROWS).first
    starts = list(range(first, max(job.processed, 1), PARALLEL_ROWS))
    links = [
        f"{base}/results?{f'locator={export.locator_of(start)}&' if start else ''}maxRecords={PARALLEL_ROWS}"
        for start in starts[:PARALLEL_PAGES]
    ]
    more = starts[PARALLEL_PAGES:]
    return Answer(
        200,
        {
            # The guide writes resultUrl, the OpenAPI document resultLink.
            "resultPages": [{"resultUrl": link, "resultLink": link} for link in links],
            "nextRecordsUrl": f"{base}/resultPages?locator={export.locator_of(more[0])}" if more else None,
            "done": not more,
        },
    )


def _job(call: Call) -> Job:
    return call.site.bulk.jobs.find(call.caller, QUERY, call.names["job"])


def _complete(call: Call) -> Job:
    """Results are read with the version of the API that the job was made with."""
    job = _job(call)
    if job.version != call.version:
        message = f"The job was created with API version {job.version}: get its results with the same version"
        raise Refused(409, "INVALIDVERSION", message)
    if job.state != COMPLETE:
        raise Refused(400, "INVALIDJOBSTATE", f"Invalid Job State: there are no results while the job is {job.state}")
    return job
