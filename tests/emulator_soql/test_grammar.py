"""What is SOQL and what is not, whatever the org."""

# ruff: noqa: S608 (queries are the subject, and only the emulated org sees them)

import pytest
from emulator_soql.samples import ACCEPTED

from salesforce_emulator.errors import Refused
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.tree import (
    And,
    Call,
    Comparison,
    DateLiteral,
    Fields,
    Literal,
    Membership,
    Multipicklist,
    Not,
    Or,
    Path,
    Query,
    Selected,
    Subquery,
    Typeof,
)


@pytest.mark.parametrize("soql", ACCEPTED)
def test_a_query_of_the_grammar_is_read(soql: str) -> None:
    assert parse(soql).items


NESTED_SEMI_JOIN = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions."
)

# Each with the text of the error and, where it points into the query, the column (1-based).
REJECTED: list[tuple[str, str, int | None]] = [
    ("", "SOQL statements cannot be empty or null", None),
    ("   \n", "SOQL statements cannot be empty or null", None),
    ("FROM Account", "unexpected token: 'FROM'", 1),
    ("SELECT", "unexpected token: '<EOF>'", 7),
    ("SELECT FROM Account", "unexpected token: 'FROM'", 8),
    ("SELECT Id", "unexpected token: '<EOF>'", 10),
    ("SELECT Id FROM", "unexpected token: '<EOF>'", 15),
    ("SELECT Id, FROM Account", "unexpected token: 'FROM'", 12),
    ("SELECT , Id FROM Account", "unexpected token: ','", 8),
    ("SELECT * FROM Account", "line 1:7 no viable alternative at character '*'", None),
    ("SELECT Id FROM Account;", "line 1:22 no viable alternative at character ';'", None),
    ("SELECT Id FROM Account -- x", "line 1:23 no viable alternative at input '-'", None),
    ("SELECT Id FROM Account WHERE", "unexpected token: '<EOF>'", 29),
    ("SELECT Id FROM Account WHERE Name", "unexpected token: '<EOF>'", 34),
    ("SELECT Id FROM Account WHERE Name =", "unexpected token: '<EOF>'", 36),
    ("SELECT Id FROM Account WHERE Name = Acme", "unexpected token: 'Acme'", 37),
    ('SELECT Id FROM Account WHERE Name = "Acme"', "line 1:36 no viable alternative at character '\"'", None),
    ("SELECT Id FROM Account WHERE Name = 'Acme", "line 1:41 mismatched character '<EOF>' expecting '''", None),
    ("SELECT Id FROM Account WHERE Name = 'O'Neil'", "line 1:44 mismatched character '<EOF>' expecting '''", None),
    ("SELECT Id FROM Account WHERE Name = 'a\\qb'", "line 1:39 no viable alternative at character 'q'", None),
    ("SELECT Id FROM Account WHERE Name = '\\u00g1'", "line 1:38 no viable alternative at character 'u'", None),
    ("SELECT Id FROM Account WHERE Name = '\\uD800'", "Invalid unicode escape in string literal", 37),
    ("SELECT Id FROM Account WHERE Name == 'a'", "unexpected token: '='", 36),
    ("SELECT Id FROM Account WHERE Name IS NULL", "unexpected token: 'IS'", 35),
    ("SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3", "unexpected token: 'OR'", 46),
    ("SELECT Id FROM Account WHERE A = 1 OR B = 2 AND C = 3", "unexpected token: 'AND'", 45),
    ("SELECT Id FROM Account WHERE (A = 1 AND B = 2 OR C = 3)", "unexpected token: 'OR'", 47),
    ("SELECT Id FROM Account WHERE (A = 1", "unexpected token: '<EOF>'", 36),
    ("SELECT Id FROM Account WHERE (A = 1 B = 2)", "expecting a right parentheses, found 'B'", 37),
    ("SELECT Id FROM Account WHERE A = 1)", "unexpected token: ')'", 35),
    ("SELECT Id FROM Account WHERE AND A = 1", "unexpected token: 'AND'", 30),
    ("SELECT Id FROM Account WHERE A = 1 AND", "unexpected token: '<EOF>'", 39),
    ("SELECT Id FROM Account WHERE A IN ()", "unexpected token: ')'", 36),
    ("SELECT Id FROM Account WHERE A IN 'a'", "unexpected token: ''a''", 35),
    ("SELECT Id FROM Account WHERE A IN ('a' 'b')", "expecting a right parentheses, found 'b'", 40),
    ("SELECT Id FROM Account WHERE A NOT LIKE 'a'", "unexpected token: 'NOT'", 32),
    ("SELECT Id FROM Account WHERE A INCLUDES (5)", "unexpected token: '5'", 42),
    ("SELECT Id FROM Account WHERE A BETWEEN 1 AND 2", "unexpected token: 'BETWEEN'", 32),
    ("SELECT Id FROM Account WHERE Name = :name", "Bind variables only allowed in Apex code", 37),
    ("SELECT Id FROM Account WHERE Name IN :names", "Bind variables only allowed in Apex code", 38),
    ("SELECT Id FROM Account LIMIT :n", "Bind variables only allowed in Apex code", 30),
    ("SELECT Id FROM Account WITH SECURITY_ENFORCED", "unexpected token: 'SECURITY_ENFORCED'", 29),
    ("SELECT Id FROM Account WITH USER_MODE", "unexpected token: 'USER_MODE'", 29),
    ("SELECT Id FROM Account WITH SYSTEM_MODE", "unexpected token: 'SYSTEM_MODE'", 29),
    ("SELECT COUNT(), Id FROM Account", "unexpected token: ','", 15),
    ("SELECT Id, COUNT() FROM Account", "unexpected token: ')'", 18),
    ("SELECT COUNT() c FROM Account", "unexpected token: 'c'", 16),
    ("SELECT COUNT() FROM Account ORDER BY Name", "Ordered field must be grouped or aggregated: Name", 38),
    ("SELECT COUNT() FROM A GROUP BY Name", "Grouped query cannot use COUNT() without a field", 23),
    ("SELECT Name n FROM Account", "Only aggregate expressions use field aliasing", 8),
    ("SELECT Id Name FROM Account", "Only aggregate expressions use field aliasing", 8),
    ("SELECT Id, (SELECT COUNT(Id) FROM Contacts) FROM Account", "only root queries support aggregate expressions", 13),
    ("SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account", "only root queries support aggregate expressions", 13),
    ("SELECT COUNT(Id) FROM Account LIMIT 5",
     "Non-grouped query that uses overall aggregate functions cannot also use LIMIT", 37),
    ("SELECT Id FROM Account HAVING COUNT(Id) > 1", "unexpected token: 'HAVING'", 24),
    ("SELECT COUNT(Id) FROM A GROUP BY ROLLUP(A, B, C, D)", "GROUP BY ROLLUP allows at most 3 fields", 50),
    ("SELECT COUNT(Id) FROM A GROUP BY CUBE(A, B, C, D)", "GROUP BY CUBE allows at most 3 fields", 48),
    ("SELECT Name, (SELECT Id FROM Contacts) FROM A GROUP BY Name",
     "Grouped query cannot use child relationships in the SELECT list", 14),
    ("SELECT FIELDS(ALL) FROM Account", "The SOQL FIELDS function must have a LIMIT of at most 200", 8),
    ("SELECT FIELDS(ALL) FROM Account LIMIT 201", "The SOQL FIELDS function must have a LIMIT of at most 200", 8),
    ("SELECT FIELDS(CUSTOM) FROM Account", "The SOQL FIELDS function must have a LIMIT of at most 200", 8),
    ("SELECT FIELDS(BOGUS) FROM Account", "unexpected token: 'BOGUS'", 15),
    ("SELECT FIELDS(STANDARD) FROM Account GROUP BY Name",
     "The SOQL FIELDS function is not supported with GROUP BY or aggregates", 8),
    ("SELECT Id FROM Account LIMIT 5 OFFSET 2001", "Maximum SOQL offset allowed is 2000", 39),
    ("SELECT Id FROM Account LIMIT -1", "unexpected token: '-1'", 30),
    ("SELECT Id FROM Account LIMIT 1.5", "unexpected token: '1.5'", 30),
    ("SELECT Id FROM Account LIMIT ten", "unexpected token: 'ten'", 30),
    ("SELECT Id FROM Account LIMIT", "unexpected token: '<EOF>'", 29),
    ("SELECT Id FROM Account OFFSET 1 LIMIT 1", "unexpected token: 'LIMIT'", 33),
    ("SELECT Id FROM Account ORDER Name", "unexpected token: 'Name'", 30),
    ("SELECT Id FROM Account ORDER BY", "unexpected token: '<EOF>'", 32),
    ("SELECT Id FROM Account ORDER BY Name UP", "unexpected token: 'UP'", 38),
    ("SELECT Id FROM Account ORDER BY Name NULLS", "unexpected token: '<EOF>'", 43),
    ("SELECT Id FROM Account GROUP Name", "unexpected token: 'Name'", 30),
    ("SELECT Id FROM Account WHERE A = 1 WHERE B = 2", "unexpected token: 'WHERE'", 36),
    ("SELECT Id FROM Account extra words", "unexpected token: 'words'", 30),
    ("SELECT (SELECT Id FROM Contacts FROM Account", "expecting a right parentheses, found 'FROM'", 33),
    ("SELECT TYPEOF What ELSE Name END FROM Event", "unexpected token: 'ELSE'", 20),
    ("SELECT TYPEOF What WHEN Account THEN Name FROM Event", "unexpected token: 'FROM'", 43),
    ("SELECT CALENDAR_YEAR() FROM A", "unexpected token: ')'", 22),
    ("SELECT SUM(A, B) FROM A", "SUM takes 1 argument, found 2", 8),
    ("SELECT DISTANCE(A) FROM A", "DISTANCE takes 3 arguments, found 1", 8),
    ("SELECT Id FROM A ORDER BY DISTANCE(L, GEOLOCATION(91, 0), 'mi')", "invalid geolocation coordinate: 91", 51),
    ("SELECT Id FROM A WHERE D = 2026-13-01", "Invalid date: 2026-13-01", 28),
    ("SELECT Id FROM A WHERE D = 2026-02-30", "Invalid date: 2026-02-30", 28),
    ("SELECT Id FROM A WHERE D = 2026-01-01T25:00:00Z", "Invalid dateTime: 2026-01-01T25:00:00Z", 28),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS", "unexpected token: '<EOF>'", 39),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS:x", "unexpected token: 'x'", 40),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS:-5", "unexpected token: '-5'", 40),
    ("SELECT Id FROM A WHERE D = TODAY:5", "Bind variables only allowed in Apex code", 33),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C) OR D = 1",
     NESTED_SEMI_JOIN, 24),
    ("SELECT Id FROM A WHERE NOT Id IN (SELECT B FROM C)",
     NESTED_SEMI_JOIN, 28),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C) AND D IN (SELECT B FROM C) AND E IN (SELECT B FROM C)",
     "Maximum 2 semi join sub-selects are allowed in a query", 79),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C WHERE Id IN (SELECT D FROM E))",
     "Nesting of semi join sub-selects is not supported", 53),
    ("SELECT Id FROM A WHERE Id IN (SELECT B, C FROM D)",
     "Semi join sub-selects must select exactly one id or reference field", 38),
    ("SELECT Id FROM A WHERE Id IN (SELECT COUNT(B) FROM D)", "only root queries support aggregate expressions", 38),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C LIMIT 1)", "LIMIT is not allowed in semi join sub-selects", 31),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C ORDER BY B)",
     "ORDER BY is not allowed in semi join sub-selects", 31),
    ("SELECT Id FROM A WHERE Id IN (SELECT B FROM C FOR UPDATE)", "FOR is not allowed in semi join sub-selects", 31),
    ("SELECT " + "(SELECT " * 5 + "Id" + " FROM C)" * 5 + " FROM A",
     "SOQL relationship queries can have at most 5 levels of parent-to-child relationships", 40),
    ("SELECT " + ", ".join(["(SELECT Id FROM C)"] * 21) + " FROM A",
     "Maximum number of child relationship subqueries allowed is 20", 408),
]  # fmt: skip


@pytest.mark.parametrize(("soql", "message", "column"), REJECTED)
def test_a_query_outside_the_grammar_is_refused_where_it_goes_wrong(
    soql: str, message: str, column: int | None
) -> None:
    with pytest.raises(Refused) as refused:
        parse(soql)
    assert refused.value.status == 400
    assert refused.value.code in {"MALFORMED_QUERY", "NUMBER_OUTSIDE_VALID_RANGE"}
    assert refused.value.message.split("\n")[-1] == message
    if column is None:
        assert "ERROR at" not in refused.value.message
        return
    blank, fragment, caret, row, _ = refused.value.message.split("\n")
    assert (blank, row) == ("", f"ERROR at Row:1:Column:{column}")
    assert fragment in soql
    assert caret == " " * (len(caret) - 1) + "^"
    assert fragment[len(caret) - 1 :] == soql[column - 1 :][: len(fragment) - len(caret) + 1]


def test_an_error_on_a_later_line_names_its_row() -> None:
    with pytest.raises(Refused) as refused:
        parse("SELECT Id\nFROM Account\nWHERE Name ~ 'a'")
    assert refused.value.message == "line 3:11 no viable alternative at character '~'"
    with pytest.raises(Refused) as refused:
        parse("SELECT Id\nFROM Account\nWHERE Name LIKE LIKE")
    assert refused.value.message == (
        "\nWHERE Name LIKE LIKE\n                ^\nERROR at Row:3:Column:17\nunexpected token: 'LIKE'"
    )


@pytest.mark.parametrize("length", [4_000, 4_001])
def test_a_text_literal_has_at_most_4000_characters(length: int) -> None:
    soql = f"SELECT Id FROM Account WHERE Name = '{'x' * length}'"
    if length <= 4_000:
        assert parse(soql)
        return
    with pytest.raises(Refused, match="String literal is longer than 4000 characters"):
        parse(soql)


def test_a_query_has_at_most_100000_characters() -> None:
    fits = "SELECT Id FROM Account".ljust(100_000)
    assert parse(fits)
    with pytest.raises(Refused, match="cannot be longer than 100000"):
        parse(fits + " ")


def only(soql: str) -> Query:
    return parse(soql)


def test_a_path_keeps_its_names_and_offset() -> None:
    item = only("SELECT Id, Account.Owner.Name FROM Contact").items[1]
    assert item == Selected(Path(("Account", "Owner", "Name"), 11), None, 11)


def test_functions_nest() -> None:
    item = only("SELECT DAY_ONLY(convertTimezone(CreatedDate)) d FROM Case GROUP BY Id").items[0]
    inner = Call("CONVERTTIMEZONE", (Path(("CreatedDate",), 32),), 16)
    assert item == Selected(Call("DAY_ONLY", (inner,), 7), "d", 7)


def test_chains_are_flat_and_parentheses_group() -> None:
    where = only("SELECT Id FROM A WHERE a = 1 AND (b = 2 OR c = 3) AND NOT d = 4").where
    assert isinstance(where, And)
    assert [type(one) for one in where.conditions] == [Comparison, Or, Not]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("'it\\'s'", "text", "it's"),
        ("'\\u00e9\\uD83D\\uDE00'", "text", "é😀"),
        ("TRUE", "boolean", True),
        ("null", "null", None),
        ("2026-01-31", "date", "2026-01-31"),
        ("2026-01-31T10:00:00-08:00", "datetime", "2026-01-31T18:00:00.000Z"),
        ("2026-01-31T10:00:00.1239Z", "datetime", "2026-01-31T10:00:00.123Z"),
        ("09:05:00", "time", "09:05:00.000Z"),
    ],
)
def test_a_literal_becomes_the_value_that_the_org_stores(text: str, kind: str, value: object) -> None:
    where = only(f"SELECT Id FROM A WHERE x = {text}").where
    assert isinstance(where, Comparison)
    assert isinstance(where.right, Literal)
    assert (where.right.kind, where.right.value) == (kind, value)


def test_escaped_wildcards_stay_apart_from_wildcards() -> None:
    where = only("SELECT Id FROM A WHERE x LIKE 'a\\_b_c\\%%'").where
    assert isinstance(where, Comparison)
    assert isinstance(where.right, Literal)
    assert (where.right.value, where.right.pattern) == ("a_b_c%%", "a\\_b_c\\%%")


def test_every_clause_has_its_place() -> None:
    query = only(
        "SELECT Industry, COUNT(Id) n FROM Account USING SCOPE mine WHERE Name LIKE 'a%' GROUP BY CUBE(Industry)"
        " HAVING COUNT(Id) > 1 ORDER BY Industry DESC NULLS LAST LIMIT 7 OFFSET 3 FOR VIEW ALL ROWS"
    )
    assert query.scope == "mine"
    assert query.grouping is not None
    assert query.grouping.kind == "CUBE"
    assert query.having is not None
    assert (query.orderings[0].descending, query.orderings[0].nulls_last) == (True, True)
    assert query.limit is not None
    assert query.skip is not None
    assert (query.limit.number, query.skip.number) == (7, 3)
    assert (query.purposes, query.all_rows, query.is_aggregate, query.is_count) == (("VIEW",), True, True, False)


def test_items_of_each_kind_are_told_apart() -> None:
    query = only(
        "SELECT FIELDS(STANDARD), TYPEOF What WHEN Account THEN Id, Name ELSE Name END, (SELECT Id FROM X) FROM Task"
    )
    fields, what, subquery = query.items
    assert isinstance(fields, Fields)
    assert isinstance(what, Typeof)
    assert isinstance(subquery, Subquery)
    assert [str(path) for path in what.branches[0].paths] == ["Id", "Name"]
    assert [str(path) for path in what.otherwise] == ["Name"]


def test_conditions_of_each_kind_are_told_apart() -> None:
    query = only("SELECT Id FROM A WHERE a NOT IN (TODAY, 'x') AND b EXCLUDES ('c;d') AND e = LAST_N_DAYS:7")
    assert isinstance(query.where, And)
    membership, multipicklist, comparison = query.where.conditions
    assert isinstance(membership, Membership)
    assert membership.negated
    assert isinstance(multipicklist, Multipicklist)
    assert multipicklist.excludes
    assert isinstance(comparison, Comparison)
    assert comparison.right == DateLiteral("LAST_N_DAYS", 7, 76)
