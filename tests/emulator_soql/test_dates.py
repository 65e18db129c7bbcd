"""Date literals, by the calendar and by the caller's clock."""

from datetime import date, timedelta

import pytest
from emulator_soql.conftest import make_caller

from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries
from salesforce_emulator.soql.dates import days, midnight
from salesforce_emulator.soql.tree import DateLiteral

# Wednesday, in the third quarter
TODAY = date(2026, 8, 19)

RANGES = {
    "YESTERDAY": ("2026-08-18", "2026-08-19"),
    "TODAY": ("2026-08-19", "2026-08-20"),
    "TOMORROW": ("2026-08-20", "2026-08-21"),
    "LAST_WEEK": ("2026-08-09", "2026-08-16"),
    "THIS_WEEK": ("2026-08-16", "2026-08-23"),
    "NEXT_WEEK": ("2026-08-23", "2026-08-30"),
    "LAST_MONTH": ("2026-07-01", "2026-08-01"),
    "THIS_MONTH": ("2026-08-01", "2026-09-01"),
    "NEXT_MONTH": ("2026-09-01", "2026-10-01"),
    "LAST_90_DAYS": ("2026-05-21", "2026-08-20"),
    "NEXT_90_DAYS": ("2026-08-20", "2026-11-18"),
    "LAST_N_DAYS:1": ("2026-08-18", "2026-08-20"),
    "LAST_N_DAYS:0": ("2026-08-19", "2026-08-20"),
    "NEXT_N_DAYS:2": ("2026-08-20", "2026-08-22"),
    "N_DAYS_AGO:3": ("2026-08-16", "2026-08-17"),
    "LAST_N_WEEKS:2": ("2026-08-02", "2026-08-16"),
    "NEXT_N_WEEKS:2": ("2026-08-23", "2026-09-06"),
    "N_WEEKS_AGO:2": ("2026-08-02", "2026-08-09"),
    "LAST_N_MONTHS:9": ("2025-11-01", "2026-08-01"),
    "NEXT_N_MONTHS:5": ("2026-09-01", "2027-02-01"),
    "N_MONTHS_AGO:8": ("2025-12-01", "2026-01-01"),
    "THIS_QUARTER": ("2026-07-01", "2026-10-01"),
    "LAST_QUARTER": ("2026-04-01", "2026-07-01"),
    "NEXT_QUARTER": ("2026-10-01", "2027-01-01"),
    "LAST_N_QUARTERS:3": ("2025-10-01", "2026-07-01"),
    "NEXT_N_QUARTERS:2": ("2026-10-01", "2027-04-01"),
    "N_QUARTERS_AGO:3": ("2025-10-01", "2026-01-01"),
    "THIS_YEAR": ("2026-01-01", "2027-01-01"),
    "LAST_YEAR": ("2025-01-01", "2026-01-01"),
    "NEXT_YEAR": ("2027-01-01", "2028-01-01"),
    "LAST_N_YEARS:2": ("2024-01-01", "2026-01-01"),
    "NEXT_N_YEARS:2": ("2027-01-01", "2029-01-01"),
    "N_YEARS_AGO:2": ("2024-01-01", "2025-01-01"),
    "THIS_FISCAL_QUARTER": ("2026-07-01", "2026-10-01"),
    "LAST_FISCAL_QUARTER": ("2026-04-01", "2026-07-01"),
    "NEXT_FISCAL_QUARTER": ("2026-10-01", "2027-01-01"),
    "LAST_N_FISCAL_QUARTERS:2": ("2026-01-01", "2026-07-01"),
    "NEXT_N_FISCAL_QUARTERS:1": ("2026-10-01", "2027-01-01"),
    "N_FISCAL_QUARTERS_AGO:1": ("2026-04-01", "2026-07-01"),
    "THIS_FISCAL_YEAR": ("2026-01-01", "2027-01-01"),
    "LAST_FISCAL_YEAR": ("2025-01-01", "2026-01-01"),
    "NEXT_FISCAL_YEAR": ("2027-01-01", "2028-01-01"),
    "LAST_N_FISCAL_YEARS:1": ("2025-01-01", "2026-01-01"),
    "NEXT_N_FISCAL_YEARS:1": ("2027-01-01", "2028-01-01"),
    "N_FISCAL_YEARS_AGO:1": ("2025-01-01", "2026-01-01"),
}


def literal(text: str) -> DateLiteral:
    name, _, n = text.partition(":")
    return DateLiteral(name, int(n) if n else None, 0)


@pytest.mark.parametrize(("text", "expected"), RANGES.items())
def test_a_date_literal_is_a_range_of_days(text: str, expected: tuple[str, str]) -> None:
    first, end = days(literal(text), today=TODAY)
    assert (first.isoformat(), end.isoformat()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THIS_FISCAL_YEAR", ("2026-02-01", "2027-02-01")),
        ("THIS_FISCAL_QUARTER", ("2026-08-01", "2026-11-01")),
        ("LAST_FISCAL_QUARTER", ("2026-05-01", "2026-08-01")),
        ("N_FISCAL_YEARS_AGO:1", ("2025-02-01", "2026-02-01")),
        ("THIS_YEAR", ("2026-01-01", "2027-01-01")),
        ("THIS_QUARTER", ("2026-07-01", "2026-10-01")),
    ],
)
def test_a_fiscal_year_may_begin_in_another_month(text: str, expected: tuple[str, str]) -> None:
    first, end = days(literal(text), today=TODAY, fiscal_start=2)
    assert (first.isoformat(), end.isoformat()) == expected


def test_each_range_of_today_holds_today() -> None:
    for offset in range(0, 800, 3):
        today = date(2024, 1, 1) + timedelta(offset)
        for text in ("TODAY", "THIS_WEEK", "THIS_MONTH", "THIS_QUARTER", "THIS_YEAR", "THIS_FISCAL_YEAR"):
            first, end = days(literal(text), today=today)
            assert first <= today < end
        assert days(literal("THIS_WEEK"), today=today)[0].isoweekday() == 7
        assert days(literal("LAST_WEEK"), today=today)[1] == days(literal("THIS_WEEK"), today=today)[0]


def test_there_is_no_day_beyond_the_calendar() -> None:
    for text in ("LAST_N_DAYS:99999999", "NEXT_N_WEEKS:99999999", "N_MONTHS_AGO:99999", "NEXT_N_YEARS:8000"):
        with pytest.raises(OverflowError):
            days(literal(text), today=TODAY)


@pytest.mark.parametrize(
    ("day", "zone", "moment"),
    [
        (date(2026, 1, 15), "America/Los_Angeles", "2026-01-15T08:00:00.000Z"),
        (date(2026, 7, 15), "America/Los_Angeles", "2026-07-15T07:00:00.000Z"),
        (date(2026, 1, 15), "Asia/Kolkata", "2026-01-14T18:30:00.000Z"),
        (date(2026, 1, 15), "GMT", "2026-01-15T00:00:00.000Z"),
    ],
)
def test_a_day_begins_at_the_callers_midnight(day: date, zone: str, moment: str) -> None:
    assert midnight(day, zone) == moment


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/Los_Angeles", {"Child", "Grandchild"}),
        ("GMT", {"Root", "Child"}),
        ("Asia/Tokyo", {"Root", "Child"}),
        ("Pacific/Kiritimati", {"Grandchild", "Lone"}),
    ],
)
def test_today_is_the_callers_today(org: Org, zone: str, expected: set[str]) -> None:
    answer = Queries(org).query(
        make_caller(zone=zone), "SELECT Name FROM Place__c WHERE CreatedDate = TODAY", version="68.0"
    )
    assert {record["Name"] for record in answer["records"]} == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("CloseDate = TODAY", {"Acme one"}),
        ("CloseDate = YESTERDAY", {"Acme two"}),
        ("CloseDate > TODAY AND CloseDate = THIS_MONTH", {"Labs one"}),
        ("CloseDate = LAST_MONTH", {"Acme three"}),
        ("CloseDate = THIS_FISCAL_QUARTER", {"Acme one", "Acme two", "Acme three", "Labs one", "Oneil one"}),
        ("CloseDate = LAST_YEAR", {"Labs two"}),
        ("CloseDate = NEXT_N_MONTHS:2", {"Oneil one", "Bolt one"}),
        ("CloseDate < LAST_MONTH", {"Labs two", "Nobody"}),
        ("CloseDate <= LAST_MONTH AND CloseDate > N_DAYS_AGO:100", {"Acme three"}),
        ("CloseDate NOT IN (THIS_YEAR, NEXT_YEAR)", {"Labs two"}),
    ],
)
def test_date_fields_compare_by_day(org: Org, where: str, expected: set[str]) -> None:
    soql = f"SELECT Name FROM Opportunity WHERE {where}"  # noqa: S608
    answer = Queries(org).query(make_caller(), soql, version="68.0")
    assert {record["Name"] for record in answer["records"]} == expected


def test_fiscal_functions_follow_the_organization(org: Org) -> None:
    organization = org.schema.object("Organization")
    assert organization is not None
    if organization.field("FiscalYearStartMonth") is None:
        return
    org.connection.execute(
        "INSERT INTO \"Organization\" (Id, Name, FiscalYearStartMonth) VALUES ('00DE00000000001EAA', 'Demo', 2)"
    )
    soql = (
        "SELECT FISCAL_YEAR(CloseDate) y, FISCAL_QUARTER(CloseDate) q, FISCAL_MONTH(CloseDate) m FROM Opportunity"
        " WHERE Name = 'Nobody' GROUP BY FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate), FISCAL_MONTH(CloseDate)"
    )
    record = Queries(org).query(make_caller(), soql, version="68.0")["records"][0]
    assert (record["y"], record["q"], record["m"]) == (2026, 4, 12)
