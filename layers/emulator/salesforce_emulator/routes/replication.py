"""What was changed or deleted in a span of time: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm"""

from datetime import UTC, datetime, timedelta

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call

LONGEST = timedelta(days=30)
KEPT = timedelta(days=15)


def updated(call: Call) -> Answer:
    """GET /sobjects/X/updated/?start=…&end=…"""
    start, end = _span(call)
    ids = call.org.updated_between(call.caller, call.object.name, start, end)
    return Answer(200, {"ids": list(ids), "latestDateCovered": _written(end)})


def deleted(call: Call) -> Answer:
    """GET /sobjects/X/deleted/?start=…&end=…"""
    start, end = _span(call)
    rows = [
        {"deletedDate": _written(moment), "id": record_id}
        for record_id, moment in call.org.deleted_between(call.caller, call.object.name, start, end)
    ]
    return Answer(
        200,
        {
            "deletedRecords": rows,
            "earliestDateAvailable": _written(call.org.now() - KEPT),
            "latestDateCovered": _written(end),
        },
    )


def _span(call: Call) -> tuple[datetime, datetime]:
    """Seconds are ignored, as documented."""
    start, end = _moment(call, "start"), _moment(call, "end")
    if start >= end:
        raise Refused(400, "INVALID_REPLICATION_DATE", "startDate before endDate")
    if end - start > LONGEST:
        raise Refused(400, "INVALID_REPLICATION_DATE", "The span from start to end must be 30 days or less")
    return start, end


def _moment(call: Call, name: str) -> datetime:
    # A plus sign that was not escaped arrives as a space.
    text = call.query.get(name, "").strip().replace(" ", "+")
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused(
            400, "INVALID_REPLICATION_DATE", f"{name} must be an ISO 8601 time, such as 2026-11-22T00:00:00Z"
        ) from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(second=0, microsecond=0)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"
