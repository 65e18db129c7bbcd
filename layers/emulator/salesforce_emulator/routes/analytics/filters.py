"""A report's filters as a SOQL condition: the query engine decides what they mean."""

import re
from datetime import date, timedelta
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.analytics.columns import Column, ReportType
from salesforce_emulator.routes.conditional import as_date, quoted, value_of

MOST = 20
TOKEN = re.compile(r"\s*(\d+|\(|\)|AND|OR|NOT)", re.IGNORECASE)
SPAN = re.compile(r"(LAST|NEXT)_(\d+)_DAYS")
COMPARED = {"lessThan": "<", "greaterThan": ">", "lessOrEqual": "<=", "greaterOrEqual": ">="}
OPEN = {
    "open": "IsClosed = false",
    "closed": "IsClosed = true",
    "closedwon": "IsWon = true",
    "closedlost": "IsClosed = true AND IsWon = false",
}


def condition(kind: ReportType, metadata: dict[str, Any], user_id: str) -> str:
    """What follows WHERE; "" when the report takes every row."""
    parts = [_filters(kind, metadata), _dates(kind, metadata.get("standardDateFilter"))]
    parts.append(_scope(kind, metadata, user_id))
    parts += [_standard(one) for one in metadata.get("standardFilters") or []]
    return " AND ".join(f"({one})" for one in parts if one)


def _filters(kind: ReportType, metadata: dict[str, Any]) -> str:
    filters = metadata.get("reportFilters") or []
    if len(filters) > MOST:
        raise Refused(400, "BAD_REQUEST", f"A report can have at most {MOST} filters")
    if metadata.get("crossFilters"):
        raise NotEmulated("cross filters of reports")
    told = [_filter(kind, one) for one in filters]
    logic = metadata.get("reportBooleanFilter")
    return _combined(str(logic), told) if logic else " AND ".join(f"({one})" for one in told)


def _combined(logic: str, told: list[str]) -> str:
    """1 AND (2 OR 3): each number is a filter."""
    at, pieces, used = 0, [], set()
    while logic[at:].strip():
        found = TOKEN.match(logic, at)
        if found is None:
            raise _bad_logic(logic)
        word, at = found[1], found.end()
        if word.isdecimal():
            if not 0 < int(word) <= len(told):
                raise _bad_logic(logic)
            used.add(int(word))
            word = f"({told[int(word) - 1]})"
        pieces.append(word)
    if len(used) != len(told) or [one.lower() for one in pieces].count("(") != pieces.count(")"):
        raise _bad_logic(logic)
    return " ".join(pieces)


def _bad_logic(logic: str) -> Refused:
    return Refused(400, "BAD_REQUEST", f"The filter logic is not valid: {logic}")


def _filter(kind: ReportType, one: Any) -> str:
    if not isinstance(one, dict):
        raise Refused(400, "BAD_REQUEST", "Each filter must be an object with column, operator and value")
    column = kind.column(one.get("column"))
    operator, value = one.get("operator"), one.get("value")
    values = [part.strip() for part in str("" if value is None else value).split(",")]
    given = [part for part in values if part] or [""]
    if not column.field.filterable:
        raise Refused(400, "BAD_REQUEST", f"The column {column.name} cannot be filtered")
    return compare(column, str(operator), given)


def compare(column: Column, operator: str, given: list[str]) -> str:
    path = column.path
    if operator in {"contains", "startsWith", "notContain"}:
        patterns = [("" if operator == "startsWith" else "%") + _escaped(one) + "%" for one in given]
        joined = " OR ".join(f"{path} LIKE {quoted(one)}" for one in patterns)
        return f"NOT ({joined})" if operator == "notContain" else joined
    if operator in {"includes", "excludes"}:
        return f"{path} {operator.upper()} ({', '.join(map(quoted, given))})"
    if operator in COMPARED:
        return _ordered(column, COMPARED[operator], given[0])
    if operator == "equals":
        return " OR ".join(_equal(column, one) for one in given)
    if operator == "notEqual":
        return " AND ".join(f"(NOT ({_equal(column, one)}))" for one in given)
    if operator == "within":
        raise NotEmulated("distance filters of reports")
    raise Refused(400, "BAD_REQUEST", f"The filter operator {operator} is not valid for the column {column.name}")


def _equal(column: Column, given: str) -> str:
    day = as_date(given) if column.field.type == "datetime" else None
    if day:
        return f"DAY_ONLY({column.path}) = {day}"
    return f"{column.path} = {value_of(column.field, given)}"


def _ordered(column: Column, sign: str, given: str) -> str:
    day = as_date(given) if column.field.type == "datetime" else None
    if day:
        return f"DAY_ONLY({column.path}) {sign} {day}"
    return f"{column.path} {sign} {value_of(column.field, given)}"


def _escaped(text: str) -> str:
    return text.replace("%", r"\%").replace("_", r"\_")


def _dates(kind: ReportType, asked: Any) -> str:
    if not isinstance(asked, dict) or not asked.get("column"):
        return ""
    column, duration = kind.column(asked["column"]), str(asked.get("durationValue") or "CUSTOM")
    if duration in {"ALL_TIME", "ALL", "all_time"}:
        return ""
    if duration != "CUSTOM":
        return f"{column.path} = {SPAN.sub(_span, duration)}"
    start, end = (as_date(str(asked.get(name) or "")) for name in ("startDate", "endDate"))
    path = f"DAY_ONLY({column.path})" if column.field.type == "datetime" else column.path
    after = f"{path} >= {start}" if start else ""
    before = f"{path} < {date.fromisoformat(end) + timedelta(days=1)}" if end else ""
    return " AND ".join(one for one in (after, before) if one)


def _span(found: re.Match[str]) -> str:
    return f"{found[1]}_N_DAYS:{found[2]}"


def _scope(kind: ReportType, metadata: dict[str, Any], user_id: str) -> str:
    scope = str(metadata.get("scope") or "organization")
    if scope in {"organization", "all", "everything"}:
        return ""
    if scope in {"user", "mine"} and kind.object.field("OwnerId"):
        return f"OwnerId = '{user_id}'"
    raise NotEmulated(f"reports of the scope {scope}")


def _standard(one: Any) -> str:
    name, value = (str(one.get(key)) for key in ("name", "value")) if isinstance(one, dict) else ("", "")
    if value in {"all", "ALL", ">0"}:
        return ""
    if name == "open" and value in OPEN:
        return OPEN[value]
    raise NotEmulated(f"the standard filter {name} = {value} of reports")
