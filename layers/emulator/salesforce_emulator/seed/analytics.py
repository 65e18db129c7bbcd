"""The reports and dashboards that an org starts with."""

import re
from typing import Any

from salesforce_emulator import definitions
from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.schema.loader import load_texts

FORMATS = {"TABULAR": "Tabular", "SUMMARY": "Summary", "MATRIX": "Matrix"}
TYPES = load_texts("routes/analytics/report_types.toml")
TEXTS = load_texts("seed/analytics.toml")
OF_GROUPING = {"dateGranularity": "None", "sortAggregate": None, "sortOrder": "Asc"}


def fill(org: Org, root: Caller) -> None:
    folders = {one["Name"]: org.add(root, "Folder", dict(one)) for one in TEXTS["folders"]}
    reports = {one["name"]: _report(org, root, one, folders) for one in TEXTS["reports"]}
    for one in TEXTS["dashboards"]:
        _dashboard(org, root, one, folders["Company Dashboards"], reports)


def _report(org: Org, root: Caller, text: dict[str, Any], folders: dict[str, str]) -> str:
    kind, shape = text["reportType"], text.get("reportFormat", "TABULAR")
    folder, developer_name = folders[text["folder"]], text["name"].replace(" ", "_")
    row = {"Name": text["name"], "DeveloperName": developer_name, "Description": text.get("description")}
    row |= {"OwnerId": folder, "FolderName": text["folder"], "Format": FORMATS[shape]}
    record_id = org.add(root, "Report", row)
    metadata = {name: value for name, value in text.items() if name not in {"folder", "reportType"}}
    for side in ("groupingsDown", "groupingsAcross"):
        metadata[side] = [{**OF_GROUPING, **one} for one in text.get(side, [])]
    dates = text.get("standardDateFilter")
    metadata |= {"id": record_id, "developerName": developer_name, "folderId": folder, "reportFormat": shape}
    metadata["standardDateFilter"] = dates and {"startDate": None, "endDate": None, **dates}
    metadata["reportType"] = {"label": TYPES[kind]["label"], "type": kind}
    definitions.put(org, record_id, metadata)
    return record_id


def _dashboard(org: Org, root: Caller, text: dict[str, Any], folder: str, reports: dict[str, str]) -> None:
    title = text["title"]
    row = {"Title": title, "DeveloperName": re.sub(r"\W+", "_", title), "Description": text["description"]}
    row |= {"FolderId": folder, "FolderName": "Company Dashboards", "RunningUserId": root.user_id}
    dashboard_id = org.add(root, "Dashboard", row)
    for header, report, visualization in text["components"]:
        values = {"Name": header, "DashboardId": dashboard_id, "CustomReportId": reports[report]}
        shown = {"header": header, "title": report, "reportId": reports[report], "visualization": visualization}
        component_id = org.add(root, "DashboardComponent", values)
        definitions.put(org, component_id, shown, parent_id=dashboard_id)
