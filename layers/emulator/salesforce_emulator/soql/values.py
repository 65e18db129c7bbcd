"""The right side of a condition, in the form in which the org's tables hold its kind."""

from decimal import Decimal

from salesforce_emulator import ids
from salesforce_emulator.soql.dates import days, local_today, midnight
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.sql import Bound
from salesforce_emulator.soql.tree import DateLiteral, Literal, Value

_LITERALS = {
    "id": {"text"},
    "text": {"text"},
    "number": {"number", "currency"},
    "boolean": {"boolean"},
    "date": {"date"},
    "datetime": {"datetime"},
    "time": {"time"},
}
_TYPE_NAMES = {"datetime": "dateTime", "id": "ID", "reference": "ID"}
_LARGEST_INTEGER = 2**63 - 1


def bind(environment: Environment, operand: Operand, literal: Value) -> Bound:
    """The value to compare with; None is null, which the empty text is too."""
    if isinstance(literal, DateLiteral):
        raise _wrong_type(environment, operand, literal)
    if literal.kind == "null" or (literal.value == "" and operand.kind in {"id", "text"}):
        return None
    if literal.kind not in _LITERALS[operand.kind]:
        raise _wrong_type(environment, operand, literal)
    value = literal.value
    if operand.kind == "id":
        return _id(environment, literal)
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) <= _LARGEST_INTEGER
        return int(value) if whole else float(value)
    return int(value) if isinstance(value, bool) else value


def date_range(environment: Environment, operand: Operand, literal: DateLiteral) -> tuple[str, str]:
    """The first moment of a date literal and the first after it."""
    if operand.kind not in {"date", "datetime"}:
        raise _wrong_type(environment, operand, literal)
    zone = environment.caller.time_zone
    try:
        first, end = days(literal, today=local_today(environment.now, zone), fiscal_start=environment.fiscal_start)
        if operand.kind == "date":
            return first.isoformat(), end.isoformat()
        return midnight(first, zone), midnight(end, zone)
    except (OverflowError, ValueError):
        message = f"date literal out of range: {literal.name}:{literal.n}"
        raise environment.source.refused(literal.offset, message, "NUMBER_OUTSIDE_VALID_RANGE") from None


def _id(environment: Environment, literal: Literal) -> str:
    found = ids.canonical(str(literal.value))
    if found is None:
        message = f"invalid ID field: {literal.value}"
        raise environment.source.refused(literal.offset, message, "INVALID_QUERY_FILTER_OPERATOR")
    return found


def _wrong_type(environment: Environment, operand: Operand, value: Value) -> Exception:
    textual = operand.kind in {"id", "text"}
    name = "string" if operand.kind == "text" else _TYPE_NAMES.get(operand.type, operand.type)
    quotes = "should be enclosed in quotes" if textual else "should not be enclosed in quotes"
    message = f"value of filter criterion for field '{operand.name}' must be of type {name} and {quotes}"
    return environment.source.refused(value.offset, message, "INVALID_FIELD")
