"""Date literals as half-open ranges of days, in the caller's time zone.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salesforce_emulator.soql.literals import stored_datetime
from salesforce_emulator.soql.tree import DateLiteral

_COUNTED = re.compile(r"(?:(LAST|NEXT)_N_(FISCAL_)?([A-Z]+)S|N_(FISCAL_)?([A-Z]+)S_AGO)")
_PLAIN = re.compile(r"(LAST|THIS|NEXT)_(FISCAL_)?([A-Z]+)")
_STEPS = {"LAST": -1, "THIS": 0, "NEXT": 1}
_DAYS = {"YESTERDAY": (-1, 0), "TODAY": (0, 1), "TOMORROW": (1, 2), "LAST_90_DAYS": (-90, 1), "NEXT_90_DAYS": (1, 91)}


def days(literal: DateLiteral, *, today: date, fiscal_start: int = 1) -> tuple[date, date]:
    """The first day of the literal, and the first day after it. OverflowError when there is no such day."""
    if literal.name in _DAYS:
        first, end = _DAYS[literal.name]
        return today + timedelta(first), today + timedelta(end)
    if literal.n is not None:
        return _counted(literal, today, fiscal_start)
    match = _PLAIN.fullmatch(literal.name)
    if match is None:
        raise ValueError(literal.name)
    step = _STEPS[match[1]]
    month = fiscal_start if match[2] else 1
    return _start(today, match[3], step, month), _start(today, match[3], step + 1, month)


def _counted(literal: DateLiteral, today: date, fiscal_start: int) -> tuple[date, date]:
    match, n = _COUNTED.fullmatch(literal.name), literal.n or 0
    if match is None:
        raise ValueError(literal.name)
    unit = match[3] or match[5]
    month = fiscal_start if match[2] or match[4] else 1
    if match[1] == "NEXT":
        return _start(today, unit, 1, month), _start(today, unit, n + 1, month)
    if match[1] == "LAST":
        # LAST_N_DAYS goes on until today; the longer units end before the running one.
        return _start(today, unit, -n, month), _start(today, unit, 1 if unit == "DAY" else 0, month)
    return _start(today, unit, -n, month), _start(today, unit, 1 - n, month)


def _start(today: date, unit: str, step: int, first_month: int) -> date:
    """The first day of the unit that lies `step` units from today's."""
    if unit == "DAY":
        return today + timedelta(step)
    if unit == "WEEK":  # begins on Sunday in en_US
        return today - timedelta((today.weekday() + 1) % 7) + timedelta(weeks=step)
    length = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    months = today.year * 12 + today.month - first_month
    months = (months // length + step) * length + first_month - 1
    if not 12 <= months < 9999 * 12:
        raise OverflowError(f"no such {unit}")
    return date(months // 12, months % 12 + 1, 1)


def midnight(day: date, zone: str) -> str:
    """The moment when a day begins in a time zone, as the org's tables hold moments."""
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return stored_datetime(local.astimezone(UTC))


def local_today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
