"""What one run of a report has in place of the report's own filters and dates.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_filter_reference.htm
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import shown

_OPERATORS = (
    *("equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual"),
    *("contains", "notContain", "startsWith", "includes", "excludes", "within"),
)
_SIGNS = {
    "=": "equals",
    "==": "equals",
    "!=": "notEqual",
    "<>": "notEqual",
    "<": "lessThan",
    ">": "greaterThan",
    "<=": "lessOrEqual",
    ">=": "greaterOrEqual",
}
_COUNTED = re.compile(r"(LAST|NEXT)_(\d+)_(DAY|WEEK|MONTH|QUARTER|YEAR)S?")


class ReportFilter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    column: str = Field(description="As show=columns tells")
    operator: str = Field(default="equals", description="notEqual, lessThan, greaterOrEqual, contains, startsWith …")
    value: str


async def overrides(
    org: Salesforce, identifier: str, filters: Sequence[ReportFilter] | None, logic: str, period: str, column: str
) -> dict[str, Any]:
    if logic and filters is None:
        raise InvalidInput("filterLogic without filters", fields=["filterLogic"], hint="Give the filters too.")
    span = span_of(period) if period else {}
    named = [one.column for one in filters or ()] + ([column] if column else [])
    known = _Columns({})
    if (span and not column) or not all(map(_is_api_name, named)):
        known = _Columns(await org.resource("analytics", "reports", identifier, "describe"))
    changes: dict[str, Any] = {}
    if filters is not None:
        changes["reportFilters"] = [_filter(one, known, f"filters[{at}]") for at, one in enumerate(filters)]
        changes["reportBooleanFilter"] = logic or None
    if span:
        changes["standardDateFilter"] = {
            "column": known.named(column, parameter="dateColumn") if column else known.date_column(),
            **span,
        }
    return changes


def _filter(one: ReportFilter, known: "_Columns", parameter: str) -> dict[str, str]:
    by_lower = {operator.lower(): operator for operator in _OPERATORS}
    operator = _SIGNS.get(one.operator.strip()) or by_lower.get(one.operator.strip().lower())
    if operator is None:
        raise InvalidInput(
            f"{shown(one.operator)} is no operator of a report's filter",
            fields=[f"{parameter}.operator"],
            hint=f"There are {', '.join(_OPERATORS)}.",
        )
    return {
        "column": known.named(one.column, parameter=f"{parameter}.column"),
        "operator": operator,
        "value": one.value,
    }


def _is_api_name(column: str) -> bool:
    """STAGE_NAME, Account.Tier__c: no label that people read is written so."""
    return column.isupper() or "." in column or column.endswith("__c")


class _Columns:
    """The columns of a report's type, by their names and by the labels that people know them by."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._labels: dict[str, str] = {}
        for name, label in self._every():
            self._labels.setdefault(label, name)

    def named(self, given: str, *, parameter: str) -> str:
        if _is_api_name(given):
            return given
        by_lower = {label.lower(): name for label, name in self._labels.items()}
        by_lower |= {name.lower(): name for name in self._labels.values()}
        if found := by_lower.get(given.lower()):
            return found
        meant = nearest(given, self._labels)
        raise InvalidInput(
            f"The report has no column {shown(given)}",
            fields=[parameter],
            hint=f"Did you mean {' or '.join(meant)}?" if meant else "getReport with show=columns lists them.",
        )

    def date_column(self) -> str:
        """The one that the report's own date range is about."""
        own = (self._told["reportMetadata"].get("standardDateFilter") or {}).get("column")
        if own:
            return str(own)
        dates = [name for name, column in self._filterable() if column["dataType"] in ("date", "datetime")]
        raise InvalidInput(
            "The report has no date range of its own",
            code="INVALID_ARGUMENTS",
            fields=["dateColumn"],
            hint=f"Give dateColumn: {', '.join(dates[:15])}.",
        )

    def _every(self) -> Iterable[tuple[str, str]]:
        """Names and labels, those that the report shows first: of two with one label, they are meant."""
        if not self._told:
            return
        labels = self._told["reportExtendedMetadata"].get("detailColumnInfo") or {}
        yield from ((name, str(column.get("label") or name)) for name, column in labels.items())
        yield from ((name, str(column["label"])) for name, column in self._filterable())

    def _filterable(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        for category in self._told["reportTypeMetadata"]["categories"]:
            yield from category["columns"].items()


def span_of(period: str) -> dict[str, str | None]:
    """A duration by its name, as people write it too: last month, last 30 days; or a first and a last day."""
    first, dots, last = period.partition("..")
    if not dots:
        name = "_".join(period.upper().split())
        return {"durationValue": _COUNTED.sub(r"\1_N_\3S:\2", name), "startDate": None, "endDate": None}
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError as error:
        raise InvalidInput(
            f"{shown(period)} is no span of days", fields=["period"], hint="Write it as 2026-01-01..2026-03-31."
        ) from error
    if end < start:
        raise InvalidInput(f"{shown(period)} ends before it begins", fields=["period"], hint="Turn the days round.")
    return {"durationValue": "CUSTOM", "startDate": start.isoformat(), "endDate": end.isoformat()}
