"""https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm"""

from salesforce_emulator.limits import allocations
from salesforce_emulator.routes.call import Answer, Call


def limits(call: Call) -> Answer:
    """GET /limits"""
    rows = sum(_counted(call).values())
    files = call.org.connection.execute('SELECT coalesce(sum(ContentSize), 0) FROM "ContentVersion"').fetchone()[0]
    jobs = call.site.bulk.jobs
    used = {"DailyBulkApiBatches": jobs.batches_today(), "DailyBulkV2QueryJobs": jobs.queries_today()}
    limits = allocations(call.site.usage, rows=rows, file_bytes=int(files), used=used)
    return Answer(200, limits, root="LimitsSnapshot")


def record_count(call: Call) -> Answer:
    """GET /limits/recordCount?sObjects=Account,Lead: unknown and empty objects are left out."""
    counted = _counted(call)
    if "sObjects" in call.query:
        wanted = {one.strip().lower() for one in call.query["sObjects"].split(",")}
        counted = {name: count for name, count in counted.items() if name.lower() in wanted}
    rows = [{"count": count, "name": name} for name, count in sorted(counted.items()) if count]
    return Answer(200, {"sObjects": rows}, root="RecordCounts")


def _counted(call: Call) -> dict[str, int]:
    readable = [one.name for one in call.org.schema if call.caller.can_read(one)]
    return {name: call.org.record_count(name) for name in readable}
