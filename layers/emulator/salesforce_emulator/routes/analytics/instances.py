"""Reports run in the background: https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_instances_summaryasync.htm"""

from datetime import datetime, timedelta
from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp
from salesforce_emulator.routes.analytics import reports
from salesforce_emulator.routes.analytics.metadata import changed
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call

KEPT_FOR = timedelta(hours=24)
PREFIX = "0LG"


def create(call: Call) -> Answer:
    """POST /analytics/reports/{id}/instances: the answer to the first look is ready."""
    row, metadata = reports.kept(call)
    body = changed(metadata, call.json_object if call.content.strip() else {})
    details = call.flag("includeDetails") or bool(call.content.strip() and body["hasDetailRows"] is True)
    record_id = ids.make(PREFIX, call.org.next_number(PREFIX))
    now = stamp(call.org.now()).replace("Z", "+0000")
    kept = {"ownerId": call.caller.user_id, "requestDate": now, "completionDate": now, "hasDetailRows": details}
    try:
        kept |= {"status": "Success", "result": reports.ran(call, row, body, details=details)}
    except Refused as refused:
        kept |= {"status": "Error", "error": refused.message}
    definitions.put(call.org, record_id, kept, parent_id=row["Id"])
    asked = {**_entry(call, row["Id"], record_id, kept), "completionDate": None, "status": "New"}
    return Answer(200, asked)


def every(call: Call) -> Answer:
    """GET /analytics/reports/{id}/instances"""
    row, _ = reports.kept(call)
    found = {key: one for key, one in definitions.below(call.org, row["Id"]).items() if _visible(call, one)}
    return Answer(200, [_entry(call, row["Id"], key, one) for key, one in reversed(found.items())])


def read(call: Call) -> Answer:
    """GET /analytics/reports/{id}/instances/{instance}"""
    row, instance_id, kept = _found(call)
    shown = {name: kept[name] for name in ("ownerId", "requestDate", "completionDate", "status")}
    told = {"id": instance_id, **shown, "queryable": False, "type": "ReportInstance"}
    told |= {"reportId": row["Id"], "reportName": row["Name"]}
    if kept["status"] == "Error":
        return Answer(200, {"attributes": {**told, "errorMessage": kept["error"]}})
    return Answer(200, {**kept["result"], "attributes": told})


def delete(call: Call) -> Answer:
    """DELETE /analytics/reports/{id}/instances/{instance}"""
    _, instance_id, _ = _found(call)
    definitions.remove(call.org, instance_id)
    return NO_CONTENT


def _found(call: Call) -> tuple[dict[str, Any], str, dict[str, Any]]:
    row, _ = reports.kept(call)
    known = ids.canonical(call.names["instance"]) or ""
    kept = definitions.below(call.org, row["Id"]).get(known)
    if kept is None or not _visible(call, kept):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return row, known, kept


def _visible(call: Call, kept: dict[str, Any]) -> bool:
    """One's own, for a day: it holds what its owner was allowed to see."""
    requested: datetime = moment(kept["requestDate"])
    return kept["ownerId"] == call.caller.user_id and call.org.now() - requested < KEPT_FOR


def _entry(call: Call, report_id: str, instance_id: str, kept: dict[str, Any]) -> dict[str, Any]:
    shown = {name: kept[name] for name in ("completionDate", "hasDetailRows", "ownerId", "requestDate", "status")}
    url = call.url("analytics", "reports", report_id, "instances", instance_id)
    return {"id": instance_id, **shown, "queryable": False, "url": url}
