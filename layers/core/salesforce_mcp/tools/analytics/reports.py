"""Reports: found, described, run."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import is_record_of, record_id
from salesforce_mcp.salesforce.soql import like_literal
from salesforce_mcp.tools.analytics import facts
from salesforce_mcp.tools.analytics.dashboards import dashboard
from salesforce_mcp.tools.analytics.finding import identified
from salesforce_mcp.tools.analytics.overrides import ReportFilter, overrides
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table, compact_json, row_text
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

ReportName = Annotated[str, Field(description="Name or id", min_length=1)]
_HEAD_BYTES = 3_000


@tool(Effect.READS)
async def listReports(
    org: Org,
    caller: Calling,
    search: Annotated[str, Field(description="Part of a name")] = "",
    folder: str = "",
    kind: Literal["report", "dashboard"] = "report",
    cursor: Cursor = None,
) -> Table:
    """Reports or dashboards this user may see; reports by last run."""
    name, named_by = ("Report", "Name") if kind == "report" else ("Dashboard", "Title")
    conditions = [
        *(f"{named_by} LIKE {like_literal(word, before='%')}" for word in search.split()),
        *([f"FolderName LIKE {like_literal(folder, before='%')}"] if folder else []),
    ]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "LastRunDate DESC NULLS LAST, Name" if kind == "report" else "Title"
    more = "Format, LastRunDate, " if kind == "report" else ""
    soql = f"SELECT Id, {named_by}, FolderName, {more}Description FROM {name}{where} ORDER BY {order}"  # noqa: S608
    return await Rows(org, caller, soql).read(cursor)


@tool(Effect.READS)
async def getReport(
    report: ReportName,
    org: Org,
    caller: Calling,
    kind: Literal["report", "dashboard"] = "report",
    filters: Annotated[list[ReportFilter] | None, Field(max_length=20, description="In place of its own")] = None,
    filterLogic: Annotated[str, Field(description="Such as 1 AND (2 OR 3)")] = "",
    period: Annotated[str, Field(description="THIS_WEEK, LAST_N_DAYS:30 or 2026-01-01..2026-03-31")] = "",
    dateColumn: str = "",
    show: Literal["records", "groups", "columns"] = "records",
    runId: Annotated[str, Field(description="start: run a long report in the background; then the id told")] = "",
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Run a report as this user: totals, groups, and its records as flat rows; or what its columns and filters
    are; or the figures of a dashboard."""
    if kind == "dashboard" or is_record_of("01Z", report):
        return await dashboard(org, report)
    identifier = await identified(org, report, name="Report", prefix="00O")
    if show == "columns":
        return await _described(org, identifier)
    details = show == "records"
    if runId and runId != "start":
        run = await org.resource("analytics", "reports", identifier, "instances", record_id(runId))
        if run["attributes"].get("status") != "Success":
            return {"runId": runId, "status": run["attributes"].get("status"), "note": "Ask again in a minute"}
        return _result(run, caller, details=details, cursor=cursor)
    changes = await overrides(org, identifier, filters, filterLogic, period, dateColumn)
    if runId:
        body = {"reportMetadata": {**changes, "hasDetailRows": details}}
        started = await org.invoke("POST", "analytics", "reports", identifier, "instances", body=body, only_reads=True)
        return {"runId": started["id"], "status": started["status"], "note": "Call getReport with this runId"}
    path, params = ("analytics", "reports", identifier), {"includeDetails": str(details).lower()}
    if changes:
        body = {"reportMetadata": changes}
        run = await org.invoke("POST", *path, params=params, body=body, only_reads=True)
    else:
        run = await org.resource(*path, params=params)
    return _result(run, caller, details=details, cursor=cursor)


async def _described(org: Salesforce, identifier: str) -> dict[str, Any]:
    """What a report shows, its filters, date range and groups, and the columns it can be filtered by."""
    told = await org.resource("analytics", "reports", identifier, "describe")
    metadata, known = told["reportMetadata"], told["reportExtendedMetadata"]
    labels = known.get("detailColumnInfo") or {}
    used = [*(metadata.get("groupingsDown") or ()), *(metadata.get("groupingsAcross") or ())]
    filterable = [
        [name, column["label"], column["dataType"]]
        for category in told["reportTypeMetadata"]["categories"]
        for name, column in category["columns"].items()
        if column.get("filterable")
    ]
    return {
        "id": metadata["id"],
        "name": metadata["name"],
        "format": metadata["reportFormat"],
        "reportType": metadata["reportType"]["label"],
        "shows": {name: (labels.get(name) or {}).get("label", name) for name in metadata["detailColumns"]},
        "groupedBy": [one["name"] for one in used],
        "filters": metadata.get("reportFilters") or [],
        **({"filterLogic": metadata["reportBooleanFilter"]} if metadata.get("reportBooleanFilter") else {}),
        **({"dateRange": metadata["standardDateFilter"]} if metadata.get("standardDateFilter") else {}),
        **Table(("column", "label", "type"), filterable, len(filterable)).as_data(),
    }


def _result(run: Mapping[str, Any], caller: Caller, *, details: bool, cursor: str | None) -> dict[str, Any]:
    metadata = run["reportMetadata"]
    head: dict[str, Any] = {"reportId": metadata["id"], "report": metadata["name"], "totals": facts.totals(run)}
    if run.get("allData") is False:
        head["note"] = "Salesforce shows the first 2,000 records of a report: filter it, or use executeQuery"
    grouped = facts.groups(run)
    if not details:
        return {**head, **(grouped or Table((), (), 0)).as_data()}
    if grouped is not None and cursor is None:
        head["groups"] = grouped.as_data()
    return {**head, **_page(facts.records(run), head, caller, cursor).as_data()}


def _page(table: Table, head: Mapping[str, Any], caller: Caller, cursor: str | None) -> Table:
    """The rows that fit, from the cursor on. Salesforce has no pages of a report: for the next it is run again."""
    digest = hashlib.sha256(compact_json([head["reportId"], list(table.columns)]).encode()).hexdigest()[:12]
    skip = _skipped(caller, cursor, digest)
    left = caller.result_tokens * BYTES_PER_TOKEN - _HEAD_BYTES - len(compact_json(head).encode())
    end = skip
    while end < len(table.rows) and (left := left - len(row_text(clean(table.rows[end])).encode()) - 1) >= 0:
        end += 1
    sealed = None
    if end < len(table.rows):
        sealed = caller.cursors.seal({"report": digest, "s": end}, owner=caller.subject)
    return Table(table.columns, table.rows[skip:end], len(table.rows), sealed)


def _skipped(caller: Caller, cursor: str | None, digest: str) -> int:
    if not cursor:
        return 0
    told = caller.cursors.open(cursor, owner=caller.subject)
    if told.get("report") != digest:
        raise InvalidInput("The cursor belongs to another report", code="INVALID_CURSOR", fields=["cursor"])
    return int(told["s"])
