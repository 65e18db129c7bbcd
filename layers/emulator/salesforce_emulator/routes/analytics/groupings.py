"""What a report groups by: a column, or a span of time that its date falls into."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.analytics.columns import Column, ReportType
from salesforce_emulator.routes.analytics.labels import label_of

SPANS = {
    "Year": ("CALENDAR_YEAR",),
    "Quarter": ("CALENDAR_YEAR", "CALENDAR_QUARTER"),
    "Month": ("CALENDAR_YEAR", "CALENDAR_MONTH"),
    "FiscalYear": ("FISCAL_YEAR",),
    "FiscalQuarter": ("FISCAL_YEAR", "FISCAL_QUARTER"),
}
MONTHS_OF = {"Year": 12, "FiscalYear": 12, "Quarter": 3, "FiscalQuarter": 3, "Month": 1}
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Grouping:
    column: Column
    span: str  # None, Day, Month …
    descending: bool
    sort_aggregate: str | None

    @property
    def is_date(self) -> bool:
        return self.column.field.type in {"date", "datetime"}

    def expressions(self) -> list[str]:
        """What the query groups by."""
        path = self.column.path
        if self.span in SPANS:
            zoned = f"convertTimezone({path})" if self.column.field.type == "datetime" else path
            return [f"{function}({zoned})" for function in SPANS[self.span]]
        if self.column.field.type == "datetime":
            return [f"DAY_ONLY(convertTimezone({path}))"]
        return [path]

    def key_of(self, value: Any, zone: str) -> Key:
        """The group that a row's value belongs to, as the query would say it."""
        if not self.is_date or value is None:
            return (value,) if self.span not in SPANS else (None,) * len(SPANS[self.span])
        day = date.fromisoformat(value) if self.column.field.type == "date" else _local(value, zone)
        if self.span not in SPANS:
            return (day.isoformat(),)
        months = MONTHS_OF[self.span]
        return (day.year,) if months == 12 else (day.year, (day.month - 1) // months + 1)

    def shown(self, key: Key, zone: str) -> dict[str, Any]:
        """The label and the value of a group."""
        if key[0] is None:
            return {"label": "-", "value": None}
        if self.span not in SPANS:
            kind = "date" if self.is_date else self.column.kind
            return {"label": label_of(kind, key[0], zone), "value": key[0]}
        months = MONTHS_OF[self.span]
        first = date(int(key[0]), (int(key[1]) - 1) * months + 1 if len(key) > 1 else 1, 1)
        calendar = "FY" if self.span.startswith("Fiscal") else "CY"
        names = {12: f"{calendar}{first.year}", 3: f"Q{key[-1]} {calendar}{first.year}", 1: f"{first:%B %Y}"}
        return {"label": names[months], "value": first.isoformat()}


def groupings(kind: ReportType, asked: Any) -> list[Grouping]:
    if not isinstance(asked or [], list):
        raise Refused(400, "BAD_REQUEST", "Groupings must be a list")
    return [_grouping(kind, one if isinstance(one, dict) else {}) for one in asked or []]


def _grouping(kind: ReportType, asked: dict[str, Any]) -> Grouping:
    column = kind.column(asked.get("name"))
    span = str(asked.get("dateGranularity") or "None")
    if span not in {"None", "Day", *SPANS}:
        raise NotEmulated(f"report groupings by {span}")
    if not (column.field.groupable or column.field.type == "datetime"):
        raise Refused(400, "BAD_REQUEST", f"The column {column.name} cannot be grouped by")
    is_date = column.field.type in {"date", "datetime"}
    return Grouping(column, span if is_date else "None", asked.get("sortOrder") == "Desc", asked.get("sortAggregate"))


def _local(value: str, zone: str) -> date:
    return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).date()
