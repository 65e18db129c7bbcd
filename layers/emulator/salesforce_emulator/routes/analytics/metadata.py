"""The metadata of a report: what is kept, what a request may change, what describes the result."""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.analytics.columns import Column, ReportType
from salesforce_emulator.routes.analytics.running import Plan

PLAIN: dict[str, Any] = {
    "aggregates": ["RowCount"],
    "allowedInCustomDetailFormula": False,
    "buckets": [],
    "chart": None,
    "crossFilters": [],
    "currency": None,
    "customDetailFormula": {},
    "customSummaryFormula": {},
    "dashboardSetting": None,
    "description": None,
    "detailColumns": [],
    "developerName": None,
    "division": None,
    "folderId": None,
    "groupingsAcross": [],
    "groupingsDown": [],
    "hasDetailRows": True,
    "hasRecordCount": True,
    "historicalSnapshotDates": [],
    "id": None,
    "name": None,
    "presentationOptions": {"hasStackedSummaries": True, "historicalColumns": []},
    "reportBooleanFilter": None,
    "reportFilters": [],
    "reportFormat": "TABULAR",
    "reportType": None,
    "scope": "organization",
    "showGrandTotal": True,
    "showSubtotals": True,
    "sortBy": [],
    "standardDateFilter": None,
    "standardFilters": None,
    "supportsRoleHierarchy": False,
    "topRows": None,
    "userOrHierarchyFilterId": None,
}
FIXED = frozenset({"id"})


def changed(kept: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The kept metadata with what the request says instead; a part of it is enough."""
    given = body.get("reportMetadata", {})
    if not isinstance(given, dict):
        raise Refused(400, "BAD_REQUEST", "reportMetadata must be an object")
    unknown = sorted(set(given) - set(PLAIN))
    if unknown:
        raise Refused(400, "JSON_PARSER_ERROR", f'Unrecognized field "{unknown[0]}" at [line:1, column:2]')
    return {**PLAIN, **kept, **{name: value for name, value in given.items() if name not in FIXED}}


def extended(plan: Plan) -> dict[str, Any]:
    grouped = [(one, level) for side in (plan.down, plan.across) for level, one in enumerate(side)]
    return {
        "aggregateColumnInfo": {one.name: one.described() for one in plan.aggregates},
        "detailColumnInfo": {one.name: {"dataType": one.kind, "label": one.label} for one in plan.details},
        "groupingColumnInfo": {
            one.column.name: {"dataType": one.column.kind, "groupingLevel": level, "label": one.column.label}
            for one, level in grouped
        },
    }


def type_metadata(kind: ReportType) -> dict[str, Any]:
    columns = {column.name: _described(column) for column in kind.columns.values()}
    return {
        "categories": [{"columns": columns, "label": kind.category}],
        "dataTypeFilterOperatorMap": OPERATORS,
        "objects": [{"label": kind.object.label_plural, "name": kind.object.name}],
        "scopeInfo": {"defaultValue": "organization", "values": SCOPES},
        "standardDateFilterDurationGroups": [],
        "standardFilterInfos": {},
    }


def _described(column: Column) -> dict[str, Any]:
    return {
        "allowedInCustomDetailFormula": False,
        "dataType": column.kind,
        "filterValues": [{"label": one.label, "name": one.value} for one in column.field.picklist],
        "filterable": column.field.filterable,
        "isLookup": column.kind == "id",
        "label": column.label,
        "uniqueCountable": False,
    }


SCOPES = [{"label": "All", "value": "organization"}, {"label": "My", "value": "user"}]
EQUALITY = ["equals", "notEqual"]
ORDER = ["lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual"]
TEXT = ["contains", "notContain", "startsWith"]
TITLES = {
    "equals": "equals",
    "notEqual": "not equal to",
    "lessThan": "less than",
    "greaterThan": "greater than",
    "lessOrEqual": "less or equal",
    "greaterOrEqual": "greater or equal",
    "contains": "contains",
    "notContain": "does not contain",
    "startsWith": "starts with",
    "includes": "includes",
    "excludes": "excludes",
}
OPERATORS = {
    kind: [{"label": TITLES[name], "name": name} for name in names]
    for kind, names in {
        **dict.fromkeys(("currency", "double", "percent", "int", "date", "datetime"), EQUALITY + ORDER),
        **dict.fromkeys(("string", "textarea", "email", "phone", "url", "picklist"), EQUALITY + TEXT),
        "boolean": EQUALITY,
        "id": EQUALITY,
        "multipicklist": [*EQUALITY, "includes", "excludes"],
    }.items()
}
