"""COUNT, GROUP BY, HAVING, ROLLUP and CUBE: rows that are sums of others."""

# ruff: noqa: S608 (queries are the subject, and only the emulated org sees them)

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]


def test_count_alone_gives_a_number_and_no_rows(ask: Ask) -> None:
    assert ask("SELECT COUNT() FROM Contact WHERE AccountId != null") == {"totalSize": 4, "done": True, "records": []}
    assert ask("SELECT COUNT() FROM Contact LIMIT 2")["totalSize"] == 2
    assert ask("SELECT count() FROM Contact LIMIT 10 OFFSET 4")["totalSize"] == 1


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert all(record.pop("attributes") == {"type": "AggregateResult"} for record in answer["records"])
    assert answer["totalSize"] == len(answer["records"])
    return answer["records"]


def test_aggregates_over_everything_are_one_row(ask: Ask) -> None:
    soql = (
        "SELECT COUNT(Id), COUNT(Amount) n, SUM(Amount), AVG(Amount), MIN(Amount) low, MAX(CloseDate),"
        " COUNT_DISTINCT(StageName), MIN(Name) FROM Opportunity WHERE Amount != 70000.5"
    )
    assert rows(ask(soql)) == [
        {
            "expr0": 7,
            "n": 6,
            "expr1": 66510.0,
            "expr2": 11085.0,
            "low": 10.0,
            "expr3": "2027-01-15",
            "expr4": 4,
            "expr5": "Acme one",
        }
    ]
    assert rows(ask("SELECT SUM(Amount), COUNT(Id) FROM Opportunity WHERE Name = 'x'")) == [{"expr0": None, "expr1": 0}]
    assert rows(ask("SELECT SUM(NumberOfEmployees) s, AVG(NumberOfEmployees) a, MAX(CreatedDate) m FROM Account")) == [
        {"s": 125, "a": pytest.approx(41.6667, abs=0.001), "m": "2026-11-22T09:00:00.000+0000"}
    ]


def test_groups_are_keyed_by_field_alias_or_expression(ask: Ask) -> None:
    soql = (
        "SELECT Account.Industry, StageName stage, COUNT(Id), SUM(Amount) FROM Opportunity WHERE IsClosed = false"
        " GROUP BY Account.Industry, StageName ORDER BY Account.Industry, StageName"
    )
    assert rows(ask(soql)) == [
        {"Industry": None, "stage": "Prospecting", "expr0": 1, "expr1": 10.0},
        {"Industry": "Banking", "stage": "Qualification", "expr0": 1, "expr1": 3000.0},
        {"Industry": "Energy", "stage": "Qualification", "expr0": 1, "expr1": 60000.0},
        {"Industry": "Technology", "stage": "Prospecting", "expr0": 2, "expr1": 1500.0},
    ]


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ("COUNT(Id) > 2", {"Prospecting"}),
        ("SUM(Amount) > 60000 AND COUNT(Id) = 2", {"Closed Won", "Qualification"}),
        ("SUM(Amount) = null", {"Closed Lost"}),
        ("StageName LIKE 'Closed%' OR COUNT(Id) = 3", {"Closed Won", "Closed Lost", "Prospecting"}),
        ("NOT COUNT(Id) IN (2, 3)", {"Closed Lost"}),
        ("MAX(CloseDate) > TODAY", {"Prospecting", "Qualification"}),
        ("COUNT_DISTINCT(AccountId) = 2", {"Prospecting", "Closed Won", "Qualification"}),
    ],
)
def test_having_leaves_the_groups_it_holds_for(ask: Ask, having: str, expected: set[str]) -> None:
    found = rows(ask(f"SELECT StageName FROM Opportunity GROUP BY StageName HAVING {having}"))
    assert {row["StageName"] for row in found} == expected


def test_groups_are_ordered_by_aggregates_and_cut(ask: Ask) -> None:
    soql = "SELECT StageName s, COUNT(Id) n FROM Opportunity GROUP BY StageName ORDER BY COUNT(Id) DESC, StageName"
    assert [(row["s"], row["n"]) for row in rows(ask(soql))] == [
        ("Prospecting", 3),
        ("Qualification", 2),
        ("Closed Won", 2),
        ("Closed Lost", 1),
    ]
    assert [row["s"] for row in rows(ask(f"{soql} LIMIT 1 OFFSET 1"))] == ["Qualification"]


def test_text_groups_without_regard_to_case(ask: Ask) -> None:
    assert [row["n"] for row in rows(ask("SELECT COUNT(Id) n FROM Contact GROUP BY Title ORDER BY COUNT(Id)"))] == [
        1,
        2,
        2,
    ]


def test_rollup_adds_a_subtotal_for_each_level(ask: Ask) -> None:
    soql = (
        "SELECT Account.Name, StageName, COUNT(Id) n, GROUPING(Account.Name) a, GROUPING(StageName) s FROM Opportunity"
        " WHERE Account.Industry = 'Technology' GROUP BY ROLLUP(Account.Name, StageName)"
        " ORDER BY GROUPING(Account.Name), Account.Name, GROUPING(StageName), StageName"
    )
    assert [tuple(row.values()) for row in rows(ask(soql))] == [
        ("Acme", "Prospecting", 1, 0, 0),
        ("Acme", "Closed Won", 1, 0, 0),
        ("Acme", "Closed Lost", 1, 0, 0),
        ("Acme", None, 3, 0, 1),
        ("acme labs", "Prospecting", 1, 0, 0),
        ("acme labs", "Closed Won", 1, 0, 0),
        ("acme labs", None, 2, 0, 1),
        (None, None, 5, 1, 1),
    ]


def test_cube_adds_a_subtotal_for_each_combination(ask: Ask) -> None:
    soql = (
        "SELECT Account.Name, StageName, COUNT(Id) n FROM Opportunity WHERE Account.Industry = 'Technology'"
        " GROUP BY CUBE(Account.Name, StageName)"
    )
    found = {tuple(row.values()) for row in rows(ask(soql))}
    assert len(found) == 5 + 2 + 3 + 1
    assert {("Acme", None, 3), ("acme labs", None, 2), (None, "Prospecting", 2), (None, "Closed Won", 2),
            (None, "Closed Lost", 1), (None, None, 5)} <= found  # fmt: skip


def test_the_grand_total_of_nothing_is_no_row(ask: Ask) -> None:
    assert rows(ask("SELECT Name, COUNT(Id) FROM Account WHERE Name = 'x' GROUP BY ROLLUP(Name)")) == []


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("CALENDAR_YEAR", {2025: 1, 2026: 4}),
        ("CALENDAR_QUARTER", {1: 1, 4: 4}),
        ("CALENDAR_MONTH", {1: 1, 10: 1, 11: 2, 12: 1}),
        ("DAY_IN_MONTH", {1: 1, 15: 1, 22: 2, 31: 1}),
        ("DAY_IN_WEEK", {1: 2, 4: 1, 5: 2}),
        ("DAY_IN_YEAR", {1: 1, 288: 1, 326: 2, 365: 1}),
        ("DAY_ONLY", {"2025-12-31": 1, "2026-01-01": 1, "2026-10-15": 1, "2026-11-22": 2}),
        ("FISCAL_YEAR", {2025: 1, 2026: 4}),
        ("FISCAL_QUARTER", {1: 1, 4: 4}),
        ("FISCAL_MONTH", {1: 1, 10: 1, 11: 2, 12: 1}),
        ("HOUR_IN_DAY", {0: 1, 3: 1, 7: 1, 9: 1, 23: 1}),
        ("WEEK_IN_MONTH", {1: 1, 3: 1, 4: 2, 5: 1}),
        ("WEEK_IN_YEAR", {1: 1, 42: 1, 47: 2, 53: 1}),
    ],
)
def test_a_date_function_groups_moments_in_utc(ask: Ask, function: str, expected: dict[Any, int]) -> None:
    soql = f"SELECT {function}(CreatedDate) part, COUNT(Id) n FROM Account GROUP BY {function}(CreatedDate)"
    assert {row["part"]: row["n"] for row in rows(ask(soql))} == expected


def test_convert_timezone_groups_in_the_callers_own_day(ask: Ask) -> None:
    day = "DAY_ONLY(convertTimezone(CreatedDate))"
    soql = f"SELECT {day} d, COUNT(Id) n FROM Account GROUP BY {day}"
    assert {row["d"]: row["n"] for row in rows(ask(soql))} == {
        "2025-12-31": 2,
        "2026-10-14": 1,
        "2026-11-21": 1,
        "2026-11-22": 1,
    }
