"""Values as a report shows them to a person, in English."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo


def label_of(kind: str, value: Any, zone: str) -> str:
    if value is None:
        return "-"
    match kind:
        case "currency":
            return f"${value:,.2f}".removesuffix(".00")
        case "percent":
            return f"{value:g}%"
        case "double":
            return f"{value:,.2f}".removesuffix(".00")
        case "int" | "long":
            return f"{value:,}"
        case "boolean":
            return str(value).lower()
        case "date":
            return _day(date.fromisoformat(value))
        case "datetime":
            local = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
            return f"{_day(local.date())} {local.strftime('%I:%M %p').lstrip('0')}"
    return str(value)


def _day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"
