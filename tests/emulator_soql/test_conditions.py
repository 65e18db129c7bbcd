"""Which rows a WHERE clause leaves."""

# ruff: noqa: S608 (queries are the subject, and only the emulated org sees them)

from collections.abc import Callable
from typing import Any

import pytest
from emulator_soql.world import ACME, BOLT, CASES, DEALS, LABS

Names = Callable[[str], list[Any]]

ACCOUNTS = {"Acme", "acme labs", "Bolt_100%", "O'Neil", "Zeta"}

ON_ACCOUNT = [
    # text is compared without regard to case
    ("Name = 'ACME'", {"Acme"}),
    ("Name = 'O\\'Neil'", {"O'Neil"}),
    ("Name != 'acme'", ACCOUNTS - {"Acme"}),
    ("Name > 'b'", {"Bolt_100%", "O'Neil", "Zeta"}),
    ("Name <= 'ACME LABS'", {"Acme", "acme labs"}),
    # null
    ("Industry = null", {"Zeta"}),
    ("Industry = ''", {"Zeta"}),
    ("Industry != null", ACCOUNTS - {"Zeta"}),
    ("Industry != 'Technology'", {"Bolt_100%", "O'Neil", "Zeta"}),
    ("NOT Industry = 'Technology'", {"Bolt_100%", "O'Neil", "Zeta"}),
    ("AnnualRevenue != 250000", ACCOUNTS - {"O'Neil"}),
    ("AnnualRevenue > null", set()),
    ("AnnualRevenue < 99999999", {"Acme", "acme labs", "O'Neil"}),
    ("Industry IN ('Banking', null)", {"O'Neil", "Zeta"}),
    ("Industry NOT IN ('Banking')", ACCOUNTS - {"O'Neil"}),
    ("Industry NOT IN ('Banking', null)", ACCOUNTS - {"O'Neil", "Zeta"}),
    ("(NOT Industry LIKE '%n%')", {"Zeta"}),
    # LIKE
    ("Name LIKE 'acme%'", {"Acme", "acme labs"}),
    ("Name LIKE '%E%'", {"Acme", "acme labs", "O'Neil", "Zeta"}),
    ("Name LIKE 'Z_ta'", {"Zeta"}),
    ("Name LIKE 'Bolt\\_100\\%'", {"Bolt_100%"}),
    ("Name LIKE 'Bolt\\_1__\\%'", {"Bolt_100%"}),
    ("Name LIKE '%\\%%'", {"Bolt_100%"}),
    ("Name LIKE 'acm'", set()),
    ("Name LIKE '%\\'%'", {"O'Neil"}),
    # numbers
    ("AnnualRevenue = 1000000", {"Acme"}),
    ("AnnualRevenue = 1000000.0", {"Acme"}),
    ("AnnualRevenue = 1e6", {"Acme"}),
    ("AnnualRevenue >= USD500000", {"Acme", "acme labs"}),
    ("NumberOfEmployees IN (5, 20)", {"acme labs", "Zeta"}),
    ("NumberOfEmployees < 20.5", {"acme labs", "Zeta"}),
    ("NumberOfEmployees = 99999999999999999999999", set()),
    # booleans
    ("IsDeleted = false", ACCOUNTS),
    ("IsDeleted = null", ACCOUNTS),
    ("IsDeleted != true", ACCOUNTS),
    ("IsDeleted = true", set()),
    ("Parent.IsDeleted = false", ACCOUNTS),
    ("Owner.IsActive = true", ACCOUNTS - {"O'Neil"}),
    # ids in both forms
    (f"Id = '{ACME}'", {"Acme"}),
    (f"Id = '{ACME[:15]}'", {"Acme"}),
    (f"Id IN ('{ACME[:15]}', '{LABS}')", {"Acme", "acme labs"}),
    (f"Id != '{ACME}'", ACCOUNTS - {"Acme"}),
    (f"ParentId = '{ACME}'", {"acme labs"}),
    ("ParentId = null", ACCOUNTS - {"acme labs"}),
    (f"Id >= '{BOLT}'", {"Bolt_100%", "O'Neil", "Zeta"}),
    # parents
    ("Parent.Name = 'acme'", {"acme labs"}),
    ("Parent.Name = null", ACCOUNTS - {"acme labs"}),
    ("Parent.Name != 'x'", ACCOUNTS),
    ("Owner.Manager.Name = 'Big Boss'", ACCOUNTS - {"O'Neil"}),
    ("Owner.Profile.Name = 'Sales Rep'", {"acme labs", "Bolt_100%"}),
    ("Account.Name = 'Zeta'", {"Zeta"}),
    # chains
    ("Industry = 'Technology' AND Rating = 'Hot'", {"Acme"}),
    ("Rating = 'Hot' OR Rating = 'Cold'", {"Acme", "O'Neil"}),
    ("Industry != null AND (Rating = 'Hot' OR Rating = null)", {"Acme", "Bolt_100%"}),
    ("NOT (Rating = 'Hot' OR Rating = 'Cold')", {"acme labs", "Bolt_100%", "Zeta"}),
    ("NOT NOT Rating = 'Hot'", {"Acme"}),
    # semi-joins and anti-joins
    ("Id IN (SELECT AccountId FROM Contact)", {"Acme", "acme labs", "O'Neil"}),
    ("Id NOT IN (SELECT AccountId FROM Contact)", {"Bolt_100%", "Zeta"}),
    ("Id IN (SELECT AccountId FROM Contact WHERE Title = 'CEO')", {"Acme"}),
    ("Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true AND Account.Industry = 'Technology')",
     {"Acme", "acme labs"}),
    ("Id IN (SELECT AccountId FROM Contact) AND Id NOT IN (SELECT AccountId FROM Opportunity WHERE StageName = "
     "'Closed Lost')", {"acme labs", "O'Neil"}),
    ("OwnerId IN (SELECT Id FROM User WHERE Name LIKE 'Ray%')", {"acme labs", "Bolt_100%"}),
    ("ParentId NOT IN (SELECT AccountId FROM Contact)", ACCOUNTS - {"acme labs"}),
    # functions
    ("CALENDAR_YEAR(CreatedDate) = 2025", {"O'Neil"}),
    ("CALENDAR_YEAR(convertTimezone(CreatedDate)) = 2025", {"O'Neil", "Zeta"}),
    ("DAY_ONLY(CreatedDate) = 2026-01-01", {"Zeta"}),
    ("DAY_ONLY(CreatedDate) = TODAY", {"Acme", "acme labs"}),
    ("DAY_ONLY(convertTimezone(CreatedDate)) = TODAY", {"Acme"}),
    ("HOUR_IN_DAY(CreatedDate) IN (3, 23)", {"O'Neil", "Zeta"}),
    ("toLabel(Rating) = 'warm'", {"acme labs"}),
    ("DISTANCE(BillingAddress, GEOLOCATION(37.77, -122.42), 'mi') < 20", {"Acme", "acme labs"}),
    ("DISTANCE(BillingAddress, GEOLOCATION(37.77, -122.42), 'km') > 3000", {"O'Neil"}),
]  # fmt: skip


@pytest.mark.parametrize(("where", "expected"), ON_ACCOUNT)
def test_a_condition_leaves_the_accounts_it_holds_for(names: Names, where: str, expected: set[str]) -> None:
    found = names(f"SELECT Name FROM Account WHERE {where}")
    assert set(found) == expected
    assert len(found) == len(expected)


ON_OTHERS = [
    ("SELECT LastName FROM Contact WHERE Languages__c INCLUDES ('Spanish')", {"Able", "Cole"}),
    ("SELECT LastName FROM Contact WHERE Languages__c INCLUDES ('english;SPANISH')", {"Able"}),
    ("SELECT LastName FROM Contact WHERE Languages__c INCLUDES ('English;Spanish', 'French')", {"Able", "Cole"}),
    ("SELECT LastName FROM Contact WHERE Languages__c INCLUDES ('Engl')", set()),
    ("SELECT LastName FROM Contact WHERE Languages__c EXCLUDES ('Spanish')", {"Baker", "Dunn", "Ellis"}),
    ("SELECT LastName FROM Contact WHERE Languages__c = 'English'", {"Baker"}),
    ("SELECT LastName FROM Contact WHERE Languages__c = null", {"Dunn", "Ellis"}),
    ("SELECT LastName FROM Contact WHERE Account.Name = null", {"Ellis"}),
    ("SELECT LastName FROM Contact WHERE Account.Industry != 'Banking'", {"Able", "Baker", "Cole", "Ellis"}),
    ("SELECT LastName FROM Contact WHERE ReportsTo.Account.Owner.Name = 'Ada Admin'", {"Baker"}),
    ("SELECT c.LastName FROM Contact c WHERE c.Account.Name = 'Acme' AND c.Title = 'CTO'", {"Baker"}),
    ("SELECT LastName FROM Contact c, c.Account a, a.Parent p WHERE p.Name = 'Acme'", {"Cole"}),
    ("SELECT LastName FROM Contact WHERE Birthdate = 1980-05-06", {"Cole"}),
    ("SELECT LastName FROM Contact WHERE DAY_IN_MONTH(Birthdate) = 6", {"Cole"}),
    ("SELECT Name FROM Place__c WHERE Code__c = 'abc'", {"Root"}),
    ("SELECT Name FROM Place__c WHERE Code__c != 'abc'", {"Child", "Grandchild", "Lone"}),
    ("SELECT Name FROM Place__c WHERE Code__c IN ('ABC')", {"Child"}),
    ("SELECT Name FROM Place__c WHERE Opens__c < 09:00:00.000Z", {"Root"}),
    ("SELECT Name FROM Place__c WHERE Open__c = null", {"Child", "Grandchild", "Lone"}),
    ("SELECT Name FROM Place__c WHERE Open__c != null", {"Root"}),
    ("SELECT Name FROM Place__c WHERE Open__c != false", {"Root"}),
    ("SELECT Name FROM Place__c WHERE toLabel(Color__c) = 'red'", {"Child"}),
    ("SELECT Name FROM Place__c WHERE Parent__r.Parent__r.Name = 'Root'", {"Grandchild"}),
    ("SELECT Name FROM Place__c WHERE Score__c < 0", {"Grandchild"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate = TODAY", {"Child", "Grandchild"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate = YESTERDAY", {"Root"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate > TODAY", {"Lone"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate >= TODAY", {"Child", "Grandchild", "Lone"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate < TODAY", {"Root"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate <= TODAY", {"Root", "Child", "Grandchild"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate != TODAY", {"Root", "Lone"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate IN (YESTERDAY, TOMORROW)", {"Root", "Lone"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate NOT IN (YESTERDAY)", {"Child", "Grandchild", "Lone"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate = 2026-11-22T00:00:00-08:00", {"Child"}),
    ("SELECT Name FROM Place__c WHERE CreatedDate > 2026-11-22T08:00:00Z", {"Grandchild", "Lone"}),
    ("SELECT Subject FROM Task WHERE What.Type = 'Account'", {"Call", "Call again"}),
    ("SELECT Subject FROM Task WHERE What.Name = 'Acme one'", {"Email"}),
    ("SELECT Subject FROM Task WHERE What.Name = '00001001'", {"Send Quote"}),
    ("SELECT Subject FROM Task WHERE What.Type IN ('Case', 'Opportunity')", {"Email", "Send Quote"}),
    ("SELECT Subject FROM Task WHERE Who.Type = 'Lead'", {"Email"}),
    ("SELECT Subject FROM Task WHERE Who.Email LIKE 'ann@%'", {"Call"}),
    ("SELECT Subject FROM Task WHERE What.Name = null", {"Other"}),
    ("SELECT CaseNumber FROM Case WHERE Owner.Type = 'Queue'", set()),
    ("SELECT CaseNumber FROM Case WHERE Owner.Type = 'Group'", {"00001001", "00001003"}),
    ("SELECT CaseNumber FROM Case WHERE Owner.Name = 'Tier 2'", {"00001001", "00001003"}),
    ("SELECT CaseNumber FROM Case WHERE Owner.Profile.Name = 'Sales Rep'", {"00001002"}),
    ("SELECT Name FROM Opportunity WHERE StageName IN ('Closed Won') AND Account.Name LIKE 'acme%'",
     {"Acme two", "Labs two"}),
    ("SELECT Name FROM Opportunity WHERE Amount > 50000 AND IsClosed = false", {"Bolt one"}),
    ("SELECT Name FROM Account USING SCOPE mine", {"Acme", "Zeta"}),
    ("SELECT Name FROM Account USING SCOPE everything", ACCOUNTS),
    ("SELECT Title FROM ContentDocument WHERE Id IN (SELECT ContentDocumentId FROM ContentVersion)", {"Plan"}),
]  # fmt: skip


@pytest.mark.parametrize(("soql", "expected"), ON_OTHERS)
def test_a_query_finds_its_rows(names: Names, soql: str, expected: set[str]) -> None:
    assert set(names(soql)) == expected


def test_deleted_and_archived_rows_are_only_in_query_all(ask: Callable[..., dict[str, Any]]) -> None:
    accounts = "SELECT Name FROM Account WHERE Name = 'Gone'"
    assert ask(accounts)["totalSize"] == 0
    assert ask(accounts, all_rows=True)["totalSize"] == 1
    assert ask(f"{accounts} ALL ROWS")["totalSize"] == 1
    assert ask("SELECT Name FROM Account WHERE IsDeleted = true", all_rows=True)["totalSize"] == 1
    old = "SELECT Subject FROM Task WHERE Subject = 'Old'"
    assert ask(old)["totalSize"] == 0
    assert ask(old, all_rows=True)["totalSize"] == 1
    assert ask("SELECT COUNT() FROM Task")["totalSize"] == 5
    assert ask("SELECT COUNT() FROM Task", all_rows=True)["totalSize"] == 6


def test_a_thousand_values_are_as_good_as_one(names: Names) -> None:
    values = ", ".join(f"'n{n}'" for n in range(1_000))
    assert names(f"SELECT Name FROM Account WHERE Name IN ({values}, 'ACME')") == ["Acme"]
    assert len(names(f"SELECT Name FROM Account WHERE Name NOT IN ({values}, 'ACME')")) == 4


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Name", ["Acme", "acme labs", "Bolt_100%", "O'Neil", "Zeta"]),
        ("Name DESC", ["Zeta", "O'Neil", "Bolt_100%", "acme labs", "Acme"]),
        ("AnnualRevenue, Name", ["Bolt_100%", "Zeta", "O'Neil", "acme labs", "Acme"]),
        ("AnnualRevenue DESC, Name", ["Bolt_100%", "Zeta", "Acme", "acme labs", "O'Neil"]),
        ("AnnualRevenue NULLS LAST, Name", ["O'Neil", "acme labs", "Acme", "Bolt_100%", "Zeta"]),
        ("AnnualRevenue DESC NULLS LAST, Name", ["Acme", "acme labs", "O'Neil", "Bolt_100%", "Zeta"]),
        ("AnnualRevenue ASC NULLS FIRST, Name DESC", ["Zeta", "Bolt_100%", "O'Neil", "acme labs", "Acme"]),
        # a picklist has the order of its setup: Hot, Warm, Cold
        ("Rating NULLS LAST, Name", ["Acme", "acme labs", "O'Neil", "Bolt_100%", "Zeta"]),
        ("Rating DESC NULLS LAST, Name", ["O'Neil", "acme labs", "Acme", "Bolt_100%", "Zeta"]),
        # nulls of a reference stay on top whatever is asked for
        ("ParentId NULLS LAST, Name", ["Acme", "Bolt_100%", "O'Neil", "Zeta", "acme labs"]),
        ("Parent.Name NULLS LAST, Name", ["acme labs", "Acme", "Bolt_100%", "O'Neil", "Zeta"]),
        ("DISTANCE(BillingAddress, GEOLOCATION(42, -71), 'mi') NULLS LAST, Name",
         ["O'Neil", "acme labs", "Acme", "Bolt_100%", "Zeta"]),
        ("Name LIMIT 2", ["Acme", "acme labs"]),
        ("Name LIMIT 2 OFFSET 3", ["O'Neil", "Zeta"]),
        ("Name OFFSET 4", ["Zeta"]),
        ("Name LIMIT 0", []),
    ],
)  # fmt: skip
def test_rows_come_in_the_order_asked_for(names: Names, order: str, expected: list[str]) -> None:
    assert names(f"SELECT Name FROM Account ORDER BY {order}") == expected


def test_every_deal_and_case_is_somewhere(ask: Callable[..., dict[str, Any]]) -> None:
    assert ask("SELECT COUNT() FROM Opportunity")["totalSize"] == len(DEALS)
    assert ask("SELECT COUNT() FROM Case LIMIT 3")["totalSize"] == min(3, len(CASES))
