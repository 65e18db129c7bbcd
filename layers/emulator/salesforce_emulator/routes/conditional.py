"""Values that reports and list views compare with, as SOQL says them."""

import re
from datetime import UTC, date, datetime

from salesforce_emulator.errors import Refused
from salesforce_emulator.schema.model import Field

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
DATE_LITERAL = re.compile(r"[A-Z0-9_]*[A-Z](:\d+)?")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def quoted(text: str) -> str:
    """A SOQL text literal; LIKE's own escapes stay."""
    escaped = re.sub(r"\\(?![%_])", r"\\\\", text).replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"


def as_date(text: str) -> str | None:
    """2026-11-22 or 11/22/2026"""
    american = US_DATE.fullmatch(text)
    year_first = f"{american[3]}-{int(american[1]):02}-{int(american[2]):02}" if american else text
    if not ISO_DATE.fullmatch(year_first):
        return None
    try:
        return date.fromisoformat(year_first).isoformat()
    except ValueError:
        return None


def value_of(field: Field, given: str) -> str:
    """A value as it was typed, as the literal that the field's type asks for."""
    if given == "" or given.lower() == "null":
        return "null"
    if field.type == "boolean":
        return "true" if given.lower() in {"true", "1", "yes"} else "false"
    if field.type in {"currency", "double", "percent", "int", "long"}:
        number = given.replace("$", "").replace(",", "").rstrip("%")
        if not NUMBER.fullmatch(number):
            raise Refused(400, "BAD_REQUEST", f"{given!r} is not a number, which {field.label} must be")
        return number
    if field.type in {"date", "datetime"}:
        return _moment(field, given)
    return quoted(given)


def _moment(field: Field, given: str) -> str:
    day = as_date(given)
    if day:
        return day if field.type == "date" else f"{day}T00:00:00Z"
    if DATE_LITERAL.fullmatch(given):
        return given
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise Refused(400, "BAD_REQUEST", f"{given!r} is not a date, which {field.label} must be") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
