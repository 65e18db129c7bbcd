"""What the product knows of a SOQL statement before it sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.soql.parser import parse
from salesforce_mcp.errors import InvalidInput, InvalidQuery
from salesforce_mcp.salesforce.soql import (
    identifier,
    like_literal,
    quote_literal,
    read,
    tokens,
    without_side_effects,
)

TEXT = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
PAYLOADS = [
    "' OR Name != '",
    "\\' OR 1=1",
    "\\",
    "a'\nFROM User",
    "')) LIMIT 1",
    "‘’",
    "%_",
    "\\%",
    "\u2028",
    "'; DELETE",
]
MEANING = {"\\\\": "\\", "\\'": "'", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\b": "\b", "\\f": "\f"}


def meant_by(literal):
    """Read a literal as Salesforce does: an escape is a backslash and one character."""
    inside, text = literal[1:-1], ""
    while inside:
        taken = inside[:2] if inside[0] == "\\" else inside[0]
        text += MEANING.get(taken, taken)
        inside = inside[len(taken) :]
    return text


@given(TEXT)
def test_any_text_is_one_literal_that_means_the_text(text):
    literal = quote_literal(text)
    assert [(token.kind, token.text) for token in tokens(literal)] == [("text", literal)]
    assert meant_by(literal) == text


@given(TEXT)
def test_the_emulated_orgs_own_parser_reads_the_text_that_was_meant(text):
    query = parse(f"SELECT Id FROM Account WHERE Name = {quote_literal(text)} LIMIT 1")  # noqa: S608
    assert query.where.right.value == text


@pytest.mark.parametrize("text", PAYLOADS)
def test_an_attack_stays_inside_its_literal(text):
    statement = f"SELECT Id FROM Account WHERE Name = {quote_literal(text)}"  # noqa: S608
    assert [token.kind for token in tokens(statement)][-1] == "text"
    assert read(statement).main_object == "Account"


@given(TEXT)
def test_a_like_pattern_has_no_wildcards_but_ours(text):
    pattern = like_literal(text, before="%", after="%")
    assert len(list(tokens(pattern))) == 1
    inside = pattern[2:-2].replace("\\\\", "")
    assert inside.count("%") == inside.count("\\%")
    assert inside.count("_") == inside.count("\\_")


def test_nul_is_refused():
    with pytest.raises(InvalidInput):
        quote_literal("a\0b")


@pytest.mark.parametrize("name", ["Name", "Account.Owner.Name", "Budget__c", "ns__Thing__r.Name"])
def test_field_paths_are_identifiers(name):
    assert identifier(name) == name


@pytest.mark.parametrize("name", ["", "Name FROM User", "Name,Id", "a..b", "1a", "Name'", "(SELECT Id", "Na me", "é"])
def test_anything_else_is_no_identifier(name):
    with pytest.raises(InvalidInput):
        identifier(name)


@pytest.mark.parametrize(
    ("soql", "main", "names"),
    [
        ("SELECT Id, Name FROM Account", "Account", ["Id", "Name"]),
        ("select id,name from account limit 5", "account", ["id", "name"]),
        ("SELECT Name, Account.Owner.Name FROM Contact", "Contact", ["Name", "Account.Owner.Name"]),
        ("SELECT a.Name, a.Owner.Name FROM Account a", "Account", ["Name", "Owner.Name"]),
        ("SELECT a.Name FROM Account AS a WHERE a.Name = 'x'", "Account", ["Name"]),
        ("SELECT Account.Name FROM Account", "Account", ["Name"]),
        ("SELECT COUNT(Id) FROM Lead", "Lead", ["expr0"]),
        ("SELECT COUNT(Id) n, SUM(Amount), MAX(Amount) FROM Opportunity", "Opportunity", ["n", "expr0", "expr1"]),
        ("SELECT Account.Name, COUNT(Id) FROM Opportunity GROUP BY Account.Name", "Opportunity", ["Name", "expr0"]),
        ("SELECT LeadSource src FROM Lead GROUP BY LeadSource", "Lead", ["src"]),
        ("SELECT CALENDAR_YEAR(CloseDate) y, SUM(Amount) FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate)",
         "Opportunity", ["y", "expr0"]),
        ("SELECT toLabel(Status), FORMAT(Amount) a FROM Case", "Case", ["Status", "a"]),
        ("SELECT FIELDS(STANDARD), Extra__c FROM Account LIMIT 200", "Account", ["", "Extra__c"]),
        ("SELECT TYPEOF What WHEN Account THEN Phone, Name ELSE Id END, Subject FROM Task", "Task",
         ["What.Phone", "What.Name", "What.Id", "Subject"]),
        ("SELECT Id FROM Account WHERE Name = 'FROM, (SELECT' ORDER BY Name", "Account", ["Id"]),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'x')", "Account", ["Id"]),
        ("SELECT\n  Id ,\n  Account . Name\nFROM\n  Contact", "Contact", ["Id", "Account.Name"]),
        ("SELECT Id FROM Case WHERE CreatedDate > 2026-01-01T00:00:00+01:00 AND Hours__c >= -5.5e3", "Case", ["Id"]),
        ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:30 AND Amount__c > USD500.5", "Account", ["Id"]),
    ],
)  # fmt: skip
def test_the_object_and_the_columns_are_read_in_their_order(soql, main, names):
    statement = read(soql)
    assert (statement.main_object, [column.name for column in statement.columns]) == (main, names)


def test_child_queries_are_read_with_their_own_columns():
    statement = read("SELECT Name, (SELECT LastName, Owner.Name FROM Contacts WHERE Title LIKE '%(%') FROM Account")
    name, contacts = statement.columns
    assert statement.has_child_queries
    assert name.child is None
    assert (contacts.name, [column.name for column in contacts.child or ()]) == ("Contacts", ["LastName", "Owner.Name"])


def test_a_count_query_has_no_columns_but_a_count():
    assert read("SELECT COUNT() FROM Account").is_count
    assert not read("SELECT COUNT(Id) FROM Account").is_count


@pytest.mark.parametrize(
    "soql",
    [
        "",
        "   ",
        "DELETE FROM Account",
        "UPDATE Account SET Name = 'x'",
        "FIND {Acme}",
        "SELECT",
        "SELECT FROM Account",
        "SELECT Id,, Name FROM Account",
        "SELECT Id",
        "SELECT Id FROM",
        "SELECT Id FROM Account; DELETE FROM Account",
        "SELECT Id FROM Account WHERE Name = 'open",
        "SELECT Id FROM Account WHERE Name = ‘Acme’",
        'SELECT Id FROM Account WHERE Name = "Acme"',
        "SELECT Id FROM Account) SELECT Id FROM User",
        "SELECT Id FROM Account WHERE (Name = 'x'",
        "SELECT (SELECT Id FROM Contacts FROM Account",
        "SELECT Id FROM Account /* a comment */",
        "SELECT Id FROM Account WHERE Name = '" + "x" * 100_000 + "'",
    ],
)
def test_what_is_no_single_select_is_refused_before_it_is_sent(soql):
    with pytest.raises(InvalidQuery) as caught:
        read(soql)
    assert caught.value.hint or "characters" in caught.value.message


@pytest.mark.parametrize("soql", ["SELECT * FROM Account", "SELECT COUNT(*) FROM Account"])
def test_a_star_is_answered_with_what_soql_has_instead(soql):
    with pytest.raises(InvalidQuery) as caught:
        read(soql)
    assert "COUNT()" in caught.value.message


def test_a_refusal_names_the_row_and_the_column():
    with pytest.raises(InvalidQuery) as caught:
        read("SELECT Id\nFROM Account\nWHERE Name = ‘Acme’")
    assert "typographic" in caught.value.message
    assert "row 3, column 14" in caught.value.message


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    for soql in (text, f"SELECT {text}", f"SELECT Id FROM Account {text}"):  # noqa: S608
        try:
            read(soql)
        except InvalidQuery:
            continue


@pytest.mark.parametrize(
    ("soql", "sent"),
    [
        ("SELECT Id FROM Account FOR VIEW", "SELECT Id FROM Account"),
        ("SELECT Id FROM Account LIMIT 5 FOR REFERENCE", "SELECT Id FROM Account LIMIT 5"),
        ("SELECT Id FROM Account FOR UPDATE", "SELECT Id FROM Account"),
        ("SELECT Id FROM KA__kav UPDATE VIEWSTAT", "SELECT Id FROM KA__kav"),
        ("SELECT Id FROM Account FOR VIEW ALL ROWS", "SELECT Id FROM Account ALL ROWS"),
        ("SELECT Id FROM Account WHERE Name = ' FOR VIEW'", "SELECT Id FROM Account WHERE Name = ' FOR VIEW'"),
    ],
)
def test_a_query_leaves_no_trace_on_the_rows_it_reads(soql, sent):
    assert without_side_effects(soql) == sent
