"""Reports: https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_reports_examples.htm"""

import re
from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.routes import recent
from salesforce_emulator.routes.analytics import columns
from salesforce_emulator.routes.analytics.metadata import changed, extended, type_metadata
from salesforce_emulator.routes.analytics.running import Plan, plan, run
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call

MOST_LISTED = 200
FORMATS = {"TABULAR": "Tabular", "SUMMARY": "Summary", "MATRIX": "Matrix"}
SHEET = "spreadsheetml"


def every(call: Call) -> Answer:
    """GET /analytics/reports"""
    found = call.org.connection.execute(
        'SELECT Id, Name FROM "Report" WHERE IsDeleted = 0 ORDER BY LastViewedDate DESC, Name LIMIT ?', (MOST_LISTED,)
    )
    call.find_object("Report")
    return Answer(200, [_entry(call, record_id, name) for record_id, name in found])


def _entry(call: Call, record_id: str, name: str) -> dict[str, Any]:
    url = call.url("analytics", "reports", record_id)
    return {"describeUrl": f"{url}/describe", "id": record_id, "instancesUrl": f"{url}/instances"} | {
        "name": name,
        "url": url,
    }


def describe(call: Call) -> Answer:
    """GET /analytics/reports/{id}/describe"""
    row, metadata = kept(call)
    understood = plan(call, metadata)
    body = {"attributes": attributes(call, row), "reportExtendedMetadata": extended(understood)}
    return Answer(200, body | {"reportMetadata": metadata, "reportTypeMetadata": type_metadata(understood.kind)})


def read(call: Call) -> Answer:
    """GET /analytics/reports/{id}?includeDetails=true"""
    row, metadata = kept(call)
    _refuse_sheet(call)
    return Answer(200, ran(call, row, metadata, details=call.flag("includeDetails")))


def run_changed(call: Call) -> Answer:
    """POST /analytics/reports/{id}: run with other metadata, which is not kept."""
    row, metadata = kept(call)
    _refuse_sheet(call)
    body = changed(metadata, call.json_object if call.content.strip() else {})
    return Answer(200, ran(call, row, body, details=call.flag("includeDetails")))


def run_unsaved(call: Call) -> Answer:
    """POST /analytics/reports/query"""
    metadata = changed({}, _with_metadata(call))
    understood = plan(call, metadata)
    details = call.flag("includeDetails") or metadata["hasDetailRows"] is True
    body = _result(call, understood, metadata, details=details)
    return Answer(200, {"attributes": {"type": "Report"} | _nobody()} | body)


def ran(call: Call, row: dict[str, Any], metadata: dict[str, Any], *, details: bool) -> dict[str, Any]:
    """Run a report that is kept: the whole answer."""
    now = stamp(call.org.now())
    call.org.connection.execute(
        'UPDATE "Report" SET LastRunDate = ?, LastViewedDate = ? WHERE Id = ?', (now, now, row["Id"])
    )
    return {"attributes": attributes(call, row), **_result(call, plan(call, metadata), metadata, details=details)}


def _result(call: Call, understood: Plan, metadata: dict[str, Any], *, details: bool) -> dict[str, Any]:
    told = {"reportExtendedMetadata": extended(understood), "reportMetadata": {**metadata, "hasDetailRows": details}}
    return run(call, understood, details=details) | told


def create(call: Call) -> Answer:
    """POST /analytics/reports, or with ?cloneId= a copy"""
    source = call.query.get("cloneId")
    row, metadata = kept(call, source) if source else ({}, {})
    metadata = changed(metadata, _with_metadata(call))
    _may_change(call)
    understood = plan(call, metadata)
    if not metadata["name"]:
        raise Refused(400, "BAD_REQUEST", "The report name is required", ["name"])
    if source and metadata["name"] == row["Name"]:
        raise Refused(400, "BAD_REQUEST", "A copy needs a name of its own", ["name"])
    values = {"DeveloperName": _developer_name(metadata["name"]), "OwnerId": metadata["folderId"]}
    with call.org.transaction():
        record_id = call.org.add(call.caller, "Report", {**_stored(metadata), **_given(values)})
        _keep(call, record_id, metadata, developer_name=values["DeveloperName"])
    recent.remember(call, "Report", record_id)
    body = {"attributes": attributes(call, call.org.row("Report", record_id) or {})}
    body |= {"reportExtendedMetadata": extended(understood), "reportTypeMetadata": type_metadata(understood.kind)}
    return Answer(200, body | {"reportMetadata": definitions.get(call.org, record_id)})


def update(call: Call) -> Answer:
    """PATCH /analytics/reports/{id}"""
    row, metadata = kept(call)
    _may_change(call)
    metadata = changed(metadata, _with_metadata(call))
    plan(call, metadata)
    with call.org.transaction():
        call.org.change(call.caller, "Report", row["Id"], _stored(metadata))
        _keep(call, row["Id"], metadata, developer_name=row["DeveloperName"])
    return describe(call)


def delete(call: Call) -> Answer:
    """DELETE /analytics/reports/{id}"""
    row, _ = kept(call)
    call.org.delete(call.caller, "Report", row["Id"])
    return NO_CONTENT


def types(call: Call) -> Answer:
    """GET /analytics/reportTypes: by category"""
    categories: dict[str, list[dict[str, Any]]] = {}
    for one in columns.report_types(call):
        url = call.url("analytics", "report-types", one.name)
        entry = {"describeUrl": url, "isEnabled": True, "isHidden": False, **one.title()}
        categories.setdefault(one.category, []).append(entry)
    return Answer(200, [{"label": label, "reportTypes": found} for label, found in categories.items()])


def describe_type(call: Call) -> Answer:
    """GET /analytics/report-types/{type}"""
    kind = next((one for one in columns.report_types(call) if one.name == call.names["type"]), None)
    if kind is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    shown = {"reportMetadata": changed({"reportType": kind.title()}, {}), "reportTypeMetadata": type_metadata(kind)}
    return Answer(200, {"attributes": {"type": "ReportType", "reportType": kind.name}, **shown})


def kept(call: Call, given: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row and the metadata of a report that is there."""
    call.find_object("Report")
    known = ids.canonical(given if given is not None else call.names["id"])
    row = call.org.row("Report", known) if known else None
    metadata = definitions.get(call.org, row["Id"]) if row and not row["IsDeleted"] else None
    if row is None or metadata is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return row, metadata


def attributes(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    url = call.url("analytics", "reports", row["Id"])
    named = {"reportId": row["Id"], "reportName": row["Name"], "type": "Report"}
    return {"describeUrl": f"{url}/describe", "instancesUrl": f"{url}/instances", **named}


def _nobody() -> dict[str, Any]:
    return {"describeUrl": None, "instancesUrl": None, "reportId": None, "reportName": None}


def _with_metadata(call: Call) -> dict[str, Any]:
    if not isinstance(call.json_object.get("reportMetadata"), dict):
        raise Refused(400, "BAD_REQUEST", "The request body must have reportMetadata")
    return call.json_object


def _keep(call: Call, record_id: str, metadata: dict[str, Any], *, developer_name: str) -> None:
    definitions.put(call.org, record_id, {**metadata, "id": record_id, "developerName": developer_name})


def _stored(metadata: dict[str, Any]) -> dict[str, Any]:
    name = str(metadata["name"])
    if len(name) > 40:
        raise Refused(400, "BAD_REQUEST", "The report name can have at most 40 characters", ["name"])
    return {"Name": name, "Description": metadata["description"], "Format": FORMATS[metadata["reportFormat"]]}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _developer_name(name: str) -> str:
    return re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:76] or "Report"


def _refuse_sheet(call: Call) -> None:
    if SHEET in call.headers.get("accept", ""):
        raise NotEmulated("reports as spreadsheets")


def _may_change(call: Call) -> None:
    if not call.caller.can_delete("Report"):
        raise Refused(403, "FORBIDDEN", "You don't have sufficient privileges to perform this operation.")
