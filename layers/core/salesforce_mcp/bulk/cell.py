"""A value of a file and the field it is for: whether it can be right, and how JSON writes it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

NOTHING = "#N/A"
_NUMBERS = {"int", "long", "double", "currency", "percent"}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
# One way only to read a text, so that a long cell of dots takes no longer than any other.
_EMAIL = re.compile(r"[^@\s]+@[^@\s][^@\s.]*\.[^@\s]+")


def problem_of(field: Mapping[str, Any], text: str, *, creating: bool) -> str:
    """Why Salesforce will not take this value; empty when nothing speaks against it."""
    name, kind = field["name"], str(field.get("type", ""))
    needed = not field.get("nillable", True) and not field.get("defaultedOnCreate", False) and kind != "boolean"
    if text in ("", NOTHING):
        return f"{name}: is required" if needed and (creating or text == NOTHING) else ""
    if kind == "boolean" and text.lower() not in _TRUTHS:
        return f"{name}: is not true or false"
    if kind in _NUMBERS and _number(text) is None:
        return f"{name}: is not a number"
    if kind == "date" and not _is_moment(text, date.fromisoformat):
        return f"{name}: is not a date such as 2026-11-22"
    if kind == "datetime" and not _is_moment(text.replace("Z", "+00:00"), datetime.fromisoformat):
        return f"{name}: is not a time such as 2026-11-22T09:30:00Z"
    if kind == "email" and not _EMAIL.fullmatch(text.strip()):
        return f"{name}: is not an e-mail address"
    if kind in {"reference", "id"} and not _RECORD_ID.fullmatch(text):
        return f"{name}: is not a record id"
    return _of_text(field, text)


def _of_text(field: Mapping[str, Any], text: str) -> str:
    name, longest = field["name"], int(field.get("length") or 0)
    if field.get("type") == "picklist" and field.get("restrictedPicklist"):
        values = [str(entry["value"]) for entry in field.get("picklistValues") or [] if entry.get("active", True)]
        if text not in values:
            return f"{name}: is not one of {', '.join(values[:8])}"
    if field.get("type") in {"string", "textarea", "phone", "url", "email"} and 0 < longest < len(text):
        return f"{name}: has {len(text)} characters, {longest} are allowed"
    return ""


def as_json(field: Mapping[str, Any] | None, text: str) -> Any:
    """The value as the REST API takes it. What cannot be right goes as it is, for Salesforce to say so."""
    if text == NOTHING:
        return None
    kind = str(field.get("type", "")) if field else ""
    if kind == "boolean":
        return _TRUTHS.get(text.lower(), text)
    if kind in _NUMBERS:
        number = _number(text)
        return text if number is None else number
    return text


def as_text(value: Any, *, absent: str = "") -> str:
    """A value of JSON as a file holds it; `absent` stands for null."""
    if value is None:
        return absent
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def problem_of_kind(value: Any) -> str:
    """Why a value of JSON fits into no cell; empty when it does."""
    if isinstance(value, (Mapping, list)):
        return "is a list or an object; a value is a text, a number, true, false or null"
    return ""


def _number(text: str) -> float | int | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _is_moment(text: str, read: Any) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
