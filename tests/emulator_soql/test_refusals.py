"""What a query may not ask of this org, and how it is told so."""

# ruff: noqa: S608 (queries are the subject, and only the emulated org sees them)

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.queries import Queries

Ask = Callable[..., dict[str, Any]]

FIELD = (
    "No such column '{}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' "
    "after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
)
OBJECT = (
    "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' "
    "after the entity name. Please reference your WSDL or the describe call for the appropriate names."
)
PARENT = (
    "Didn't understand relationship '{}' in field path. If you are attempting to use a custom relationship, be sure to "
    "append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the "
    "appropriate names."
)
CHILDREN = (
    "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a custom "
    "relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the "
    "describe call for the appropriate names."
)
QUOTED = "value of filter criterion for field '{}' must be of type {} and should not be enclosed in quotes"
UNQUOTED = "value of filter criterion for field '{}' must be of type {} and should be enclosed in quotes"
IS_FIELD, IS_TYPE, IS_QUERY = "INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY"
IS_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"

REFUSED: list[tuple[str, str, str, int]] = [
    ("SELECT Id, Foo FROM Account", IS_FIELD, FIELD.format("Foo", "Account"), 12),
    ("SELECT Id FROM Account WHERE Foo = 1", IS_FIELD, FIELD.format("Foo", "Account"), 30),
    ("SELECT Id FROM Account ORDER BY Foo", IS_FIELD, FIELD.format("Foo", "Account"), 33),
    ("SELECT COUNT(Id) FROM Account GROUP BY Foo", IS_FIELD, FIELD.format("Foo", "Account"), 40),
    ("SELECT Id, Account.Foo FROM Contact", IS_FIELD, FIELD.format("Foo", "Account"), 12),
    ("SELECT Id, (SELECT Foo FROM Contacts) FROM Account", IS_FIELD, FIELD.format("Foo", "Contact"), 20),
    ("SELECT Id FROM Account WHERE Id IN (SELECT Foo FROM Contact)", IS_FIELD, FIELD.format("Foo", "Contact"), 44),
    ("SELECT Id, Foo.Name FROM Account", IS_FIELD, PARENT.format("Foo"), 12),
    ("SELECT Id, Owner.Foo.Name FROM Account", IS_FIELD, PARENT.format("Foo"), 12),
    ("SELECT Id FROM Account WHERE Foo__r.Name = 'x'", IS_FIELD, PARENT.format("Foo__r"), 30),
    ("SELECT Owner.Manager.Foo FROM Case", IS_FIELD, PARENT.format("Manager"), 8),
    ("SELECT Owner.Department FROM Case", IS_FIELD, FIELD.format("Department", "Name"), 8),
    ("select count() from XYZZY", IS_TYPE, OBJECT.format("XYZZY"), 21),
    ("SELECT Id FROM Account.Contacts", IS_TYPE, OBJECT.format("Account.Contacts"), 16),
    ("SELECT Id FROM Contact c, x.Account a", IS_TYPE, OBJECT.format("x.Account"), 27),
    ("SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Nope)", IS_TYPE, OBJECT.format("Nope"), 52),
    ("SELECT Id, (SELECT Id FROM Contactz) FROM Account", IS_TYPE, CHILDREN.format("Contactz"), 28),
    ("SELECT Id, (SELECT Id FROM Contact) FROM Account", IS_TYPE, CHILDREN.format("Contact"), 28),
    ("SELECT Id, id FROM Account", IS_FIELD, "duplicate field selected: Id", 12),
    ("SELECT Id, Owner.Name, owner.name FROM Account", IS_FIELD, "duplicate field selected: Name", 24),
    ("SELECT FIELDS(STANDARD), Name FROM Account", IS_FIELD, "duplicate field selected: Name", 26),
    ("SELECT Amount, FORMAT(Amount) FROM Opportunity", IS_FIELD, "duplicate field selected: Amount", 16),
    ("SELECT Id FROM Account WHERE Description = 'x'", IS_FIELD,
     "field 'Description' can not be filtered in a query call", 30),
    ("SELECT Id FROM Account WHERE Description = null", IS_FIELD,
     "field 'Description' can not be filtered in a query call", 30),
    ("SELECT Id FROM Account WHERE BillingAddress = 'x'", IS_FIELD,
     "field 'BillingAddress' can not be filtered in a query call", 30),
    ("SELECT Id FROM Place__c WHERE Secret__c = 'hush'", IS_FIELD,
     "field 'Secret__c' can not be filtered in a query call", 31),
    ("SELECT Id FROM Account ORDER BY Description", IS_FIELD,
     "field 'Description' can not be sorted in a query call", 33),
    ("SELECT Id FROM Contact ORDER BY Languages__c", IS_FIELD,
     "field 'Languages__c' can not be sorted in a query call", 33),
    ("SELECT COUNT(Id) FROM Account GROUP BY Description", IS_FIELD,
     "field 'Description' can not be grouped in a query call", 40),
    ("SELECT COUNT(Id) FROM Contact GROUP BY Languages__c", IS_FIELD,
     "field 'Languages__c' can not be grouped in a query call", 40),
    ("SELECT Id FROM Opportunity WHERE CloseDate = '2026-01-01'", IS_FIELD, QUOTED.format("CloseDate", "date"), 46),
    ("SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z", IS_FIELD,
     QUOTED.format("CloseDate", "date"), 46),
    ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", IS_FIELD, QUOTED.format("CreatedDate", "dateTime"), 44),
    ("SELECT Id FROM Account WHERE AnnualRevenue > '5'", IS_FIELD, QUOTED.format("AnnualRevenue", "currency"), 46),
    ("SELECT Id FROM Account WHERE NumberOfEmployees > TODAY", IS_FIELD, QUOTED.format("NumberOfEmployees", "int"), 50),
    ("SELECT Id FROM Account WHERE IsDeleted = 'true'", IS_FIELD, QUOTED.format("IsDeleted", "boolean"), 42),
    ("SELECT Id FROM Account WHERE Name = 5", IS_FIELD, UNQUOTED.format("Name", "string"), 37),
    ("SELECT Id FROM Account WHERE Name IN ('a', 5)", IS_FIELD, UNQUOTED.format("Name", "string"), 44),
    ("SELECT Id FROM Account WHERE Name LIKE TODAY", IS_FIELD, UNQUOTED.format("Name", "string"), 40),
    ("SELECT Id FROM Account WHERE Name = TODAY", IS_FIELD, UNQUOTED.format("Name", "string"), 37),
    ("SELECT Id FROM Account WHERE Id = 5", IS_FIELD, UNQUOTED.format("Id", "ID"), 35),
    ("SELECT Id FROM Account WHERE Id = 'abc'", IS_OPERATOR, "invalid ID field: abc", 35),
    ("SELECT Id FROM Account WHERE ParentId IN ('001')", IS_OPERATOR, "invalid ID field: 001", 43),
    ("SELECT Id FROM Account WHERE Id LIKE '001%'", IS_OPERATOR, "invalid operator on id field", 30),
    ("SELECT Id FROM Account WHERE AnnualRevenue LIKE '1%'", IS_OPERATOR, "invalid operator on currency field", 30),
    ("SELECT Id FROM Account WHERE IsDeleted > false", IS_OPERATOR, "invalid operator on boolean field", 30),
    ("SELECT Id FROM Account WHERE Name INCLUDES ('a')", IS_OPERATOR,
     "invalid operator includes on string field", 30),
    ("SELECT Id FROM Contact WHERE Languages__c LIKE 'a%'", IS_OPERATOR, "invalid operator on multipicklist field", 30),
    ("SELECT Id FROM Contact WHERE Languages__c IN ('a')", IS_OPERATOR, "invalid operator on multipicklist field", 30),
    ("SELECT Name, COUNT(Id) FROM Account", IS_QUERY, "Field must be grouped or aggregated: Name", 8),
    ("SELECT Name, COUNT(Id) FROM Account GROUP BY Industry", IS_QUERY, "Field must be grouped or aggregated: Name", 8),
    ("SELECT Owner.Name, COUNT(Id) FROM Account GROUP BY OwnerId", IS_QUERY,
     "Field must be grouped or aggregated: Owner.Name", 8),
    ("SELECT CALENDAR_YEAR(CreatedDate) FROM Account", IS_QUERY, "Field must be grouped or aggregated: CreatedDate", 8),
    ("SELECT COUNT(Id) FROM Account GROUP BY Industry ORDER BY Name", IS_QUERY,
     "Ordered field must be grouped or aggregated: Name", 58),
    ("SELECT COUNT(Id) FROM Account GROUP BY Industry HAVING Name = 'x'", IS_QUERY,
     "Field must be grouped or aggregated: Name", 56),
    ("SELECT Industry, Industry FROM Account GROUP BY Industry", IS_QUERY, "duplicate alias: Industry", 18),
    ("SELECT COUNT(Id) n, SUM(AnnualRevenue) n FROM Account", IS_QUERY, "duplicate alias: n", 21),
    ("SELECT Industry, GROUPING(Industry) FROM Account GROUP BY Industry", IS_QUERY,
     "GROUPING needs a field of GROUP BY ROLLUP or GROUP BY CUBE: Industry", 18),
    ("SELECT SUM(Name) FROM Account", IS_QUERY, "field Name does not support aggregate operator SUM", 8),
    ("SELECT AVG(CloseDate) FROM Opportunity", IS_QUERY, "field CloseDate does not support aggregate operator AVG", 8),
    ("SELECT MIN(IsDeleted) FROM Account", IS_QUERY, "field IsDeleted does not support aggregate operator MIN", 8),
    ("SELECT COUNT(BillingAddress) FROM Account", IS_QUERY,
     "field BillingAddress does not support aggregate operator COUNT", 8),
    ("SELECT Id FROM Account WHERE COUNT(Id) > 1", IS_QUERY, "Aggregate expressions are not allowed here: COUNT", 30),
    ("SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 1", IS_QUERY,
     "field Name does not support function CALENDAR_YEAR", 30),
    ("SELECT Id FROM Opportunity WHERE HOUR_IN_DAY(CloseDate) = 1", IS_QUERY,
     "field CloseDate does not support function HOUR_IN_DAY", 34),
    ("SELECT Id FROM Account WHERE convertTimezone(CreatedDate) = TODAY", IS_QUERY,
     "The convertTimezone function can only be used within a date function", 30),
    ("SELECT Id FROM Account WHERE FORMAT(Name) = 'x'", IS_QUERY,
     "The FORMAT function can only be used in the SELECT list", 30),
    ("SELECT FORMAT(BillingAddress) FROM Account", IS_QUERY,
     "field BillingAddress does not support function FORMAT", 8),
    ("SELECT FORMAT(VersionData) FROM ContentVersion", IS_QUERY,
     "field VersionData does not support function FORMAT", 8),
    ("SELECT toLabel(Name) FROM Account", IS_QUERY, "field Name does not support function toLabel", 8),
    ("SELECT convertCurrency(NumberOfEmployees) FROM Account", IS_QUERY,
     "field NumberOfEmployees does not support function convertCurrency", 8),
    ("SELECT Id FROM Account ORDER BY DISTANCE(Name, GEOLOCATION(1, 1), 'mi')", IS_QUERY,
     "field Name does not support function DISTANCE", 42),
    ("SELECT Id FROM Account ORDER BY DISTANCE(BillingAddress, GEOLOCATION(1, 1), 'm')", IS_QUERY,
     "DISTANCE measures in 'mi' or 'km', not in 'm'", 33),
    ("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account", IS_QUERY,
     "A field path can have at most 5 levels of child-to-parent relationships", 8),
    ("SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Opportunity)", IS_QUERY,
     "The selected field 'Id' in the subquery and the left operand field in the where expression in the outer query "
     "'AccountId' should point to the same object type", 30),
    ("SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)", IS_QUERY,
     "The left operand field in the where expression for outer query should be an id field, cannot use: 'Name'", 30),
    ("SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)", IS_QUERY,
     "The selected field in a semi join sub-select should be an id or reference field, cannot use: 'Name'", 44),
    ("SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)", IS_QUERY,
     "The inner and outer selects should not be on the same object type", 37),
    ("SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)", IS_QUERY,
     "Entity 'Task' is not supported for semi join inner selects", 56),
    ("SELECT Name FROM Organization USING SCOPE mine", IS_QUERY, "invalid scope 'mine' for entity 'Organization'", 18),
    ("SELECT Id FROM Account USING SCOPE bogus", IS_QUERY, "invalid scope 'bogus' for entity 'Account'", 16),
    ("SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact", IS_FIELD,
     "'Account' does not refer to several object types, as TYPEOF needs", 15),
    ("SELECT TYPEOF What WHEN Contact THEN Name END FROM Task", IS_TYPE, OBJECT.format("Contact"), 20),
    ("SELECT TYPEOF What WHEN Account THEN Foo END FROM Task", IS_FIELD, FIELD.format("Foo", "Account"), 38),
    ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_YEARS:99999", "NUMBER_OUTSIDE_VALID_RANGE",
     "date literal out of range: LAST_N_YEARS:99999", 44),
    ("SELECT Id FROM Account WHERE AnnualRevenue > 1e999", "NUMBER_OUTSIDE_VALID_RANGE", "invalid number: 1e999", 46),
]  # fmt: skip


@pytest.mark.parametrize(("soql", "code", "message", "column"), REFUSED)
def test_a_query_that_the_org_cannot_answer_is_refused_with_the_platforms_words(
    ask: Ask, soql: str, code: str, message: str, column: int
) -> None:
    with pytest.raises(Refused) as refused:
        ask(soql)
    assert (refused.value.status, refused.value.code) == (400, code)
    *_, row, text = refused.value.message.split("\n")
    assert (row, text) == (f"ERROR at Row:1:Column:{column}", message)


def test_the_whole_pointer_block_of_an_unknown_object(ask: Ask) -> None:
    with pytest.raises(Refused) as refused:
        ask("select count() from XYZZY")
    assert refused.value.message == (
        "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n" + OBJECT.format("XYZZY")
    )


@pytest.mark.parametrize(
    "where",
    [
        "",
        " WHERE Id = '06A000000000001'",
        " WHERE LinkedEntityId != null",
        " WHERE ContentDocumentId = null OR Id = null",
    ],
)
def test_content_document_link_needs_a_filter(ask: Ask, where: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(f"SELECT Id FROM ContentDocumentLink{where}")
    assert refused.value.code == "MALFORMED_QUERY"
    assert refused.value.message == (
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
        "LinkedEntityId using the equals operator or multiple Id's using the IN operator."
    )


def test_content_document_link_is_found_by_what_it_links(ask: Ask) -> None:
    one = ask("SELECT LinkedEntityId FROM ContentDocumentLink WHERE LinkedEntityId = '001E00000000001'")
    two = ask("SELECT Id FROM ContentDocumentLink WHERE ContentDocumentId IN (SELECT Id FROM ContentDocument)")
    assert (one["totalSize"], two["totalSize"]) == (1, 1)


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id FROM Account WITH NETWORK = 'x'",
        "SELECT Id FROM Account USING SCOPE team",
        "SELECT Id FROM Account USING SCOPE my_team_territory",
    ],
)
def test_what_is_not_emulated_says_so(ask: Ask, soql: str) -> None:
    with pytest.raises(NotEmulated) as refused:
        ask(soql)
    assert (refused.value.status, refused.value.code) == (501, "NOT_EMULATED")


HIDDEN = [
    "SELECT AnnualRevenue FROM Account",
    "SELECT Id FROM Account WHERE AnnualRevenue > 1",
    "SELECT Id FROM Account WHERE Name = 'a' OR (NOT AnnualRevenue = null)",
    "SELECT Id FROM Account ORDER BY AnnualRevenue",
    "SELECT COUNT(Id) FROM Account GROUP BY AnnualRevenue",
    "SELECT SUM(AnnualRevenue) FROM Account",
    "SELECT MAX(AnnualRevenue) m FROM Account GROUP BY Name HAVING MAX(AnnualRevenue) > 1",
    "SELECT FORMAT(AnnualRevenue) f FROM Account",
    "SELECT convertCurrency(AnnualRevenue) FROM Account",
    "SELECT Account.AnnualRevenue FROM Contact",
    "SELECT a.AnnualRevenue FROM Contact c, c.Account a",
    "SELECT Id FROM Contact WHERE Account.AnnualRevenue > 1",
    "SELECT Id FROM Contact ORDER BY Account.Parent.AnnualRevenue",
    "SELECT Id, (SELECT AnnualRevenue FROM ChildAccounts) FROM Account",
    "SELECT Id, (SELECT Id FROM ChildAccounts WHERE AnnualRevenue > 1) FROM Account",
    "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE AnnualRevenue > 1)",
]


@pytest.mark.parametrize("soql", HIDDEN)
def test_a_hidden_field_is_as_unknown_as_one_that_does_not_exist(queries: Queries, rep: Caller, soql: str) -> None:
    with pytest.raises(Refused) as hidden:
        queries.query(rep, soql, version="68.0")
    with pytest.raises(Refused) as unknown:
        queries.query(rep, soql.replace("AnnualRevenue", "AnnualRevenux"), version="68.0")
    assert (hidden.value.status, hidden.value.code) == (400, "INVALID_FIELD")
    assert hidden.value.message.replace("AnnualRevenue", "AnnualRevenux") == unknown.value.message
    assert FIELD.format("AnnualRevenue", "Account") in hidden.value.message


@pytest.mark.parametrize(
    ("soql", "relationship"),
    [
        ("SELECT Owner.Name FROM Account", "Owner"),
        ("SELECT Account.Owner.Name FROM Contact", "Owner"),
        ("SELECT Id FROM Opportunity WHERE Account.Name = 'x'", "Account"),
        ("SELECT Id FROM Opportunity ORDER BY Account.Name", "Account"),
        ("SELECT What.Name FROM Task", "What"),
        ("SELECT TYPEOF What WHEN Opportunity THEN Name END FROM Task", "What"),
        ("SELECT Campaign.Name FROM Opportunity", "Campaign"),
    ],
)
def test_a_path_through_a_hidden_reference_is_not_understood(
    queries: Queries, rep: Caller, soql: str, relationship: str
) -> None:
    with pytest.raises(Refused) as refused:
        queries.query(rep, soql, version="68.0")
    assert refused.value.code == "INVALID_FIELD"
    assert refused.value.message.endswith(PARENT.format(relationship))


@pytest.mark.parametrize(
    ("soql", "message"),
    [
        ("SELECT Id FROM Campaign", OBJECT.format("Campaign")),
        ("SELECT COUNT() FROM Quote", OBJECT.format("Quote")),
        ("SELECT Id FROM Opportunity WHERE Id IN (SELECT OpportunityId FROM Quote)", OBJECT.format("Quote")),
        ("SELECT Id, (SELECT Id FROM Quotes) FROM Opportunity", CHILDREN.format("Quotes")),
        ("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", CHILDREN.format("Opportunities")),
    ],
)
def test_what_the_caller_may_not_read_is_unknown(queries: Queries, rep: Caller, soql: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        queries.query(rep, soql, version="68.0")
    assert refused.value.code == "INVALID_TYPE"
    assert refused.value.message.endswith(message)


def test_fields_all_leaves_out_what_the_caller_may_not_see(queries: Queries, rep: Caller, caller: Caller) -> None:
    soql = "SELECT FIELDS(ALL) FROM Account LIMIT 1"
    mine = set(queries.query(rep, soql, version="68.0")["records"][0])
    all_of_them = set(queries.query(caller, soql, version="68.0")["records"][0])
    assert all_of_them - mine == {"AnnualRevenue", "OwnerId"}


def test_column_metadata_does_not_tell_of_hidden_fields(queries: Queries, rep: Caller) -> None:
    with pytest.raises(Refused, match="No such column 'AnnualRevenue'"):
        queries.column_metadata(rep, "SELECT AnnualRevenue FROM Account")
    with pytest.raises(Refused, match="No such column 'AnnualRevenue'"):
        queries.explain(rep, "SELECT Id FROM Account WHERE AnnualRevenue > 5")
