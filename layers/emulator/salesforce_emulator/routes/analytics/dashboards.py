"""Dashboards: https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_example_get_list.htm"""

import re
from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.routes.analytics import reports
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call

TYPES = {"SpecifiedUser": "Specified user", "LoggedInUser": "Logged in user", "MyTeamUser": "My team user"}


def every(call: Call) -> Answer:
    """GET /analytics/dashboards"""
    call.find_object("Dashboard")
    found = call.org.connection.execute('SELECT Id, Title FROM "Dashboard" WHERE IsDeleted = 0 ORDER BY Title')
    return Answer(200, [_entry(call, record_id, title) for record_id, title in found])


def _entry(call: Call, record_id: str, title: str) -> dict[str, Any]:
    url = call.url("analytics", "dashboards", record_id)
    return {"id": record_id, "name": title, "statusUrl": f"{url}/status", "url": url}


def describe(call: Call) -> Answer:
    """GET /analytics/dashboards/{id}/describe"""
    return Answer(200, _described(call, _row(call)))


def read(call: Call) -> Answer:
    """GET /analytics/dashboards/{id}: every component's report, run now"""
    row = _row(call)
    return Answer(200, _results(call, row, list(_components(call, row))))


def read_some(call: Call) -> Answer:
    """POST /analytics/dashboards/{id} {"componentIds": […]}"""
    row = _row(call)
    asked = call.json_object.get("componentIds") if call.content.strip() else None
    there = _components(call, row)
    if asked is None:
        return Answer(200, _results(call, row, list(there)))
    wanted = [ids.canonical(str(one)) for one in asked] if isinstance(asked, list) else []
    if not wanted or any(one not in there for one in wanted):
        raise Refused(400, "BAD_REQUEST", "componentIds must be ids of components of this dashboard")
    return Answer(200, _results(call, row, [one for one in there if one in wanted]))


def status(call: Call) -> Answer:
    """GET /analytics/dashboards/{id}/status"""
    row = _row(call)
    refreshed = _refreshed(call, row)
    idle = [{"componentId": one, "refreshDate": refreshed, "refreshStatus": "IDLE"} for one in _components(call, row)]
    return Answer(200, {"componentStatus": idle})


def refresh(call: Call) -> Answer:
    """PUT /analytics/dashboards/{id}"""
    row = _row(call)
    call.org.connection.execute(
        'UPDATE "Dashboard" SET LastViewedDate = ? WHERE Id = ?', (stamp(call.org.now()), row["Id"])
    )
    return Answer(201, {"statusUrl": call.url("analytics", "dashboards", row["Id"], "status")})


def create(call: Call) -> Answer:
    """POST /analytics/dashboards?cloneId={id} {"name", "folderId"}"""
    source = call.query.get("cloneId")
    if not source:
        raise NotEmulated("dashboards that are no copy of another (POST /analytics/dashboards without cloneId)")
    row, name = _row(call, source), call.json_object.get("name")
    _may_change(call)
    if not isinstance(name, str) or not name or len(name) > 80:
        raise Refused(400, "BAD_REQUEST", "A name of at most 80 characters is required", ["name"])
    folder = call.json_object.get("folderId") or row["FolderId"]
    with call.org.transaction():
        copied = {"Title": name, "DeveloperName": re.sub(r"\W+", "_", name, flags=re.ASCII)[:80], "FolderId": folder}
        same = {one: row[one] for one in ("FolderName", "Description", "Type", "RunningUserId")}
        record_id = call.org.add(call.caller, "Dashboard", {**same, **copied})
        for component in _components(call, row).values():
            add_component(call, record_id, component)
        definitions.put(call.org, record_id, definitions.get(call.org, row["Id"]) or {})
    return Answer(201, _described(call, call.org.row("Dashboard", record_id) or {}))


def add_component(call: Call, dashboard_id: str, component: dict[str, Any]) -> None:
    values = {"Name": component["header"], "DashboardId": dashboard_id, "CustomReportId": component["reportId"]}
    component_id = call.org.add(call.caller, "DashboardComponent", values)
    definitions.put(call.org, component_id, component, parent_id=dashboard_id)


def delete(call: Call) -> Answer:
    """DELETE /analytics/dashboards/{id}"""
    row = _row(call)
    call.org.delete(call.caller, "Dashboard", row["Id"])
    return NO_CONTENT


def _row(call: Call, given: str | None = None) -> dict[str, Any]:
    call.find_object("Dashboard")
    known = ids.canonical(given if given is not None else call.names["id"])
    row = call.org.row("Dashboard", known) if known else None
    if row is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    if row["IsDeleted"]:
        raise Refused(404, "ENTITY_IS_DELETED", "entity is deleted")
    return row


def _may_change(call: Call) -> None:
    if not call.caller.can_delete("Dashboard"):
        raise Refused(403, "FORBIDDEN", "You don't have sufficient privileges to perform this operation.")


def _components(call: Call, row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return definitions.below(call.org, row["Id"])


def _refreshed(call: Call, row: dict[str, Any]) -> str:
    return str(row["LastViewedDate"] or stamp(call.org.now())).replace("Z", "+0000")


def _results(call: Call, row: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    components = _components(call, row)
    return {
        "attributes": {
            "dashboardId": row["Id"],
            "dashboardName": row["Title"],
            "statusUrl": call.url("analytics", "dashboards", row["Id"], "status"),
            "type": "Dashboard",
        },
        "componentData": [_component(call, row, one, components[one]) for one in wanted],
        "dashboardMetadata": _described(call, row),
    }


def _component(call: Call, row: dict[str, Any], component_id: str, component: dict[str, Any]) -> dict[str, Any]:
    result, error = None, None
    try:
        report, metadata = reports.kept(call, component["reportId"])
        result = reports.ran(call, report, metadata, details=False)
    except Refused as refused:
        error = refused
    return {
        "componentId": component_id,
        "reportResult": result,
        "status": {
            "dataStatus": "ERROR" if error else "DATA",
            "errorCode": error.code if error else None,
            "errorMessage": error.message if error else None,
            "errorSeverity": "Error" if error else None,
            "refreshDate": _refreshed(call, row),
            "refreshStatus": "IDLE",
        },
    }


def _described(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    url, components = call.url("analytics", "dashboards", row["Id"]), _components(call, row)
    user = call.org.row("User", row["RunningUserId"]) or {}
    return {
        "attributes": {
            "dashboardId": row["Id"],
            "dashboardName": row["Title"],
            "statusUrl": f"{url}/status",
            "type": "Dashboard",
        },
        "canChangeRunningUser": False,
        "canUseStickyFilter": False,
        "chartTheme": "light",
        "colorPalette": "unity",
        "components": [_title(key, one, at) for at, (key, one) in enumerate(components.items())],
        "dashboardType": row["Type"],
        "description": row["Description"],
        "developerName": row["DeveloperName"],
        "filters": [],
        "folderId": row["FolderId"],
        "id": row["Id"],
        "layout": {
            "components": [
                {"colspan": 4, "column": 4 * (at % 3), "row": 6 * (at // 3), "rowspan": 6}
                for at in range(len(components))
            ],
            "gridLayout": True,
            "numColumns": 12,
            "rowHeight": 36,
        },
        "maxFilterOptions": 50,
        "name": row["Title"],
        "runningUser": {"displayName": user.get("Name"), "id": row["RunningUserId"]},
    }


def _title(component_id: str, component: dict[str, Any], at: int) -> dict[str, Any]:
    properties = {"visualizationType": component["visualization"], "sort": None, "maxRows": None}
    named = {"header": component["header"], "title": component["title"], "footer": component.get("footer")}
    shown = {"componentData": at, "id": component_id, "properties": properties, "reportId": component["reportId"]}
    return {**shown, **named, "type": "Report"}
