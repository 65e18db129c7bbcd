"""Records become a table, and nothing of them is lost."""

from hypothesis import given
from hypothesis import strategies as st

from salesforce_mcp.salesforce.page import page_of, pages_by_object
from salesforce_mcp.salesforce.soql import read


def record(kind="Account", **fields):
    return {"attributes": {"type": kind, "url": "/services/data/v68.0/…"}, **fields}


def answer(*records, **more):
    return {"totalSize": len(records), "done": True, "records": list(records), **more}


def page(soql, *records, **more):
    return page_of(answer(*records, **more), read(soql))


def test_columns_stand_once_in_the_order_of_the_select_clause():
    found = page("SELECT name, Id FROM Account", record(Id="1", Name="Acme"), record(Id="2", Name=None))
    assert found.columns == ("Name", "Id")
    assert found.rows == (("Acme", "1"), (None, "2"))
    assert found.total_size == 2


def test_a_parents_fields_stand_beside_the_records_own():
    contact = record("Contact", Id="1", Account=record(Name="Acme", Owner=record("User", Name="Ann")))
    found = page(
        "SELECT Id, Account.Name, Account.Owner.Name FROM Contact", contact, record("Contact", Id="2", Account=None)
    )
    assert found.columns == ("Id", "Account.Name", "Account.Owner.Name")
    assert found.rows == (("1", "Acme", "Ann"), ("2", None, None))


def test_parents_that_are_all_empty_keep_their_columns():
    found = page("SELECT Id, account.Name FROM Contact", record("Contact", Id="1", Account=None))
    assert found.columns == ("Id", "account.Name")
    assert found.rows == (("1", None),)


def test_without_the_statement_an_empty_parent_is_one_empty_column():
    found = page_of(answer(record("Contact", Id="1", Account=None)))
    assert (found.columns, found.rows) == (("Id", "Account"), (("1", None),))


def test_children_are_a_table_in_their_cell():
    contacts = answer(
        record("Contact", LastName="Roe", Owner=record("User", Name="Ann")),
        record("Contact", LastName="Doe", Owner=None),
    )
    found = page(
        "SELECT Name, (SELECT Owner.Name, LastName FROM Contacts) FROM Account",
        record(Name="Acme", Contacts=contacts),
        record(Name="Bolt", Contacts=None),
    )
    assert found.columns == ("Name", "Contacts")
    assert found.rows[0][1] == {"columns": ["Owner.Name", "LastName"], "rows": [["Ann", "Roe"], [None, "Doe"]]}
    assert found.rows[1][1] is None


def test_children_that_go_on_say_where():
    contacts = {
        "totalSize": 900,
        "done": False,
        "nextRecordsUrl": "/services/data/v68.0/query/01gX-500",
        "records": [record(Id="1")],
    }
    (row,) = page("SELECT (SELECT Id FROM Contacts) FROM Account", record(Contacts=contacts)).rows
    assert row[0] == {"columns": ["Id"], "rows": [["1"]], "totalSize": 900, "cursor": "01gX-500"}


def test_aggregates_are_called_by_alias_or_number():
    row = {"attributes": {"type": "AggregateResult"}, "Name": "Acme", "n": 3, "expr0": 5.0}
    found = page("SELECT Account.Name, SUM(Amount), COUNT(Id) n FROM Opportunity GROUP BY Account.Name", row)
    assert (found.columns, found.rows) == (("Name", "expr0", "n"), (("Acme", 5.0, 3),))


def test_a_count_query_is_a_table_of_one_number():
    found = page_of({"totalSize": 17, "done": True, "records": []}, read("SELECT COUNT() FROM Account"))
    assert (found.columns, found.rows, found.total_size) == (("COUNT()",), ((17,),), 1)


def test_fields_functions_take_the_records_order_in_their_place():
    found = page(
        "SELECT Zeta__c, FIELDS(STANDARD), Alpha__c FROM Account", record(Id="1", Name="A", Alpha__c=1, Zeta__c=2)
    )
    assert found.columns == ("Zeta__c", "Id", "Name", "Alpha__c")


def test_no_rows_still_have_columns():
    assert page("SELECT Id, Owner.Name FROM Account").columns == ("Id", "Owner.Name")


def test_a_compound_address_is_one_value():
    address = {"city": "Berlin", "country": None}
    assert page("SELECT BillingAddress FROM Account", record(BillingAddress=address)).rows == ((address,),)


def test_branches_of_a_typeof_that_no_row_took_are_left_out():
    task = record("Task", Subject="Call", What=record(Name="Acme", Phone="1"))
    found = page(
        "SELECT Subject, TYPEOF What WHEN Account THEN Name, Phone WHEN Case THEN CaseNumber END FROM Task", task
    )
    assert found.columns[:3] == ("Subject", "What.Name", "What.Phone")
    assert found.rows[0][:3] == ("Call", "Acme", "1")


def test_the_cursor_is_the_last_segment_of_the_next_address_and_nothing_else_of_it():
    found = page(
        "SELECT Id FROM Account",
        record(Id="1"),
        nextRecordsUrl="https://evil.example/services/data/v68.0/query/01gX-2000",
    )
    assert found.cursor == "01gX-2000"


def test_search_results_are_a_table_an_object():
    found = pages_by_object([record(Id="1"), record("Contact", Id="2", Email="e"), record(Id="3")])
    assert list(found) == ["Account", "Contact"]
    assert found["Account"].rows == (("1",), ("3",))
    assert found["Contact"].columns == ("Id", "Email")


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
names = st.sampled_from(["Id", "Name", "Amount", "Title", "Phone"])
parents = st.sampled_from(["Account", "Owner", "Parent"])
own_fields = st.dictionaries(names, leaves, max_size=4).map(lambda fields: record(**fields))
records = st.recursive(
    own_fields,
    lambda inner: st.builds(
        lambda own, up: {**own, **up}, own_fields, st.dictionaries(parents, st.none() | inner, max_size=2)
    ),
    max_leaves=6,
)


def leaves_of(found, path=()):
    for name, value in found.items():
        if isinstance(value, dict):
            yield from leaves_of(value, (*path, name)) if name != "attributes" else ()
        elif value is not None:
            yield ".".join((*path, name)), value


@given(
    st.lists(records, min_size=1, max_size=5),
    st.sampled_from(["Id", "Name, Account.Name", "Owner.Parent.Title, Phone", "FIELDS(ALL)"]),
)
def test_every_value_of_every_record_is_in_its_row(found, selected):
    told = page(f"SELECT {selected} FROM Contact", *found)  # noqa: S608
    assert len(told.columns) == len(set(told.columns))
    for source, row in zip(found, told.rows, strict=True):
        cells = dict(zip(told.columns, row, strict=True))
        assert {path: value for path, value in cells.items() if value is not None} == dict(leaves_of(source))
