"""From a JSON value to a stored one, or the refusal that the platform gives for it."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.schema.model import Field

EMAIL = re.compile(r"[^\s@<>,;:\"\\()\[\]]+@[^\s@<>,;:\"\\()\[\]]+\.[A-Za-z0-9-]{2,}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})")
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,3})?Z?")
LARGEST_INT = 2**31 - 1


def stored(field: Field, value: Any) -> Any:
    """Check one value against its field's type and return it as the database keeps it; null and "" are both nothing."""
    if value is None or value == "":
        return False if field.type == "boolean" else None
    read: Callable[[Field, Any], Any] = READERS.get(field.type, _text)
    return read(field, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _unreadable(field, value)
    if field.length and len(value) > field.length:
        raise Refused(
            400,
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {_shortened(value)} (max length={field.length})",
            [field.name],
        )
    return value


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not EMAIL.fullmatch(text):
        raise Refused(400, "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name])
    return text


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _unreadable(field, value)


def _number(field: Field, value: Any) -> float:
    number = _numeric(field, value)
    if abs(number) >= 10 ** max(field.precision - field.scale, 1):
        raise _out_of_range(field, value)
    return round(number, field.scale)


def _whole(field: Field, value: Any) -> int:
    number = _numeric(field, value)
    if number != int(number):
        raise _unreadable(field, value)
    if abs(number) > LARGEST_INT or (field.precision and abs(number) >= 10**field.precision):
        raise _out_of_range(field, value)
    return int(number)


def _numeric(field: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _unreadable(field, value)
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise _unreadable(field, value)
    try:
        number = float(value)
    except OverflowError as error:
        raise _out_of_range(field, value) from error
    if not isfinite(number):
        raise _out_of_range(field, value)
    return number


def _date(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise _unreadable(field, value)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _unreadable(field, value) from error


def _datetime(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not DATETIME.fullmatch(value):
        raise _unreadable(field, value)
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(field, value) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _time(field: Field, value: Any) -> str:
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _unreadable(field, value)
    hours, minutes, seconds, fraction = found.groups()
    return f"{hours}:{minutes}:{seconds}.{(fraction or '.')[1:].ljust(3, '0')}Z"


def _blob(field: Field, value: Any) -> bytes:
    if isinstance(value, bytes):
        return value  # from a multipart body
    try:
        return b64decode(_text(field, value), validate=True)
    except ValueError as error:
        raise _unreadable(field, _shortened(value)) from error


def _reference(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _unreadable(field, value)
    found = ids.canonical(value)
    if found is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {_shortened(value)}", [field.name])
    return found


def _picklist(field: Field, value: Any) -> str:
    text = _text(field, value)
    return text if not field.restricted_picklist else _known_value(field, text)


def _multipicklist(field: Field, value: Any) -> str:
    """Chosen values come back in the order of their setup."""
    chosen = [one.strip() for one in _text(field, value).split(";") if one.strip()]
    if field.restricted_picklist:
        chosen = [_known_value(field, one) for one in chosen]
    order = {one.value: place for place, one in enumerate(field.picklist)}
    return ";".join(sorted(dict.fromkeys(chosen), key=lambda one: order.get(one, len(order))))


def _known_value(field: Field, text: str) -> str:
    for one in field.picklist:
        if one.active and one.value.lower() == text.lower():
            return one.value
    raise bad_picklist_value(field, text)


def bad_picklist_value(field: Field, text: str) -> Refused:
    return Refused(
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{field.label}: bad value for restricted picklist field: {_shortened(text)}",
        [field.name],
    )


def _out_of_range(field: Field, value: Any) -> Refused:
    return Refused(
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{field.label}: value outside of valid range on numeric field: {_shortened(str(value))}",
        [field.name],
    )


def _unreadable(field: Field, value: Any) -> Refused:
    """Jackson's sentence, as the platform passes it on. The org does not know where in the body the value stood."""
    said = "" if isinstance(value, dict | list) else f" {_shortened(_json_word(value))}"
    kind = "id" if field.type == "reference" else field.type
    return Refused(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {_token(value)} value{said}"
        " or request may be missing a required field at [line:1, column:2]",
    )


def _token(value: Any) -> str:
    match value:
        case bool():
            return "VALUE_TRUE" if value else "VALUE_FALSE"
        case int():
            return "VALUE_NUMBER_INT"
        case float():
            return "VALUE_NUMBER_FLOAT"
        case dict():
            return "START_OBJECT"
        case list():
            return "START_ARRAY"
    return "VALUE_STRING"


def _json_word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= 255 else text[:255] + "…"


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "email": _email,
    "boolean": _boolean,
    "currency": _number,
    "double": _number,
    "percent": _number,
    "int": _whole,
    "long": _whole,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "base64": _blob,
    "reference": _reference,
    "id": _reference,
    "picklist": _picklist,
    "multipicklist": _multipicklist,
}
