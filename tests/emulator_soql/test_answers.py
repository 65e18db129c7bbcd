"""The answers of REST, key by key."""

# ruff: noqa: S608 (queries are the subject, and only the emulated org sees them)

from collections.abc import Callable
from typing import Any

import pytest
from emulator_soql.world import ACME, ADMIN, ANN, BOB, CASES, CID, DEALS, LABS, PLACES, QUEUE, REP, TASKS, key

from salesforce_emulator.access import Caller
from salesforce_emulator.queries import Queries

Ask = Callable[..., dict[str, Any]]


def attributes(kind: str, record_id: str, version: str = "68.0") -> dict[str, str]:
    return {"type": kind, "url": f"/services/data/v{version}/sobjects/{kind}/{record_id}"}


def name_of(kind: str, record_id: str) -> dict[str, str]:
    return {"type": "Name", "url": f"/services/data/v68.0/sobjects/{kind}/{record_id}"}


def test_a_record_has_its_attributes_then_the_fields_in_the_order_asked_for(ask: Ask) -> None:
    answer = ask(
        "SELECT name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, Industry, id FROM account LIMIT 1"
    )
    assert answer == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": attributes("Account", ACME),
                "Name": "Acme",
                "AnnualRevenue": 1000000.0,
                "NumberOfEmployees": 100,
                "IsDeleted": False,
                "CreatedDate": "2026-11-22T09:00:00.000+0000",
                "Industry": "Technology",
                "Id": ACME,
            }
        ],
    }
    assert list(answer) == ["totalSize", "done", "records"]
    assert list(answer["records"][0])[:3] == ["attributes", "Name", "AnnualRevenue"]
    assert isinstance(answer["records"][0]["AnnualRevenue"], float)


def test_the_version_asked_for_is_in_every_url(queries: Queries, caller: Caller) -> None:
    answer = queries.query(caller, "SELECT Name, Owner.Name FROM Account LIMIT 1", version="59.0")
    assert answer["records"][0]["attributes"] == attributes("Account", ACME, "59.0")
    assert answer["records"][0]["Owner"]["attributes"] == attributes("User", ADMIN, "59.0")


def test_parents_are_records_within_and_null_where_there_is_none(ask: Ask) -> None:
    soql = "SELECT LastName, Account.Name, Account.Parent.Name, Account.Owner.Name, ReportsTo.LastName FROM Contact"
    records = {record["LastName"]: record for record in ask(soql)["records"]}
    assert records["Cole"] == {
        "attributes": attributes("Contact", CID),
        "LastName": "Cole",
        "Account": {
            "attributes": attributes("Account", LABS),
            "Name": "acme labs",
            "Parent": {"attributes": attributes("Account", ACME), "Name": "Acme"},
            "Owner": {"attributes": attributes("User", REP), "Name": "Ray Rep"},
        },
        "ReportsTo": None,
    }
    assert records["Ellis"]["Account"] is None
    assert records["Baker"]["ReportsTo"] == {"attributes": attributes("Contact", ANN), "LastName": "Able"}


def test_children_are_an_answer_within_and_null_where_there_are_none(ask: Ask) -> None:
    answer = ask("SELECT Name, (SELECT FirstName FROM Contacts ORDER BY FirstName DESC) FROM Account ORDER BY Name")
    first, *_, last = answer["records"]
    assert first["Contacts"] == {
        "totalSize": 2,
        "done": True,
        "records": [
            {"attributes": attributes("Contact", BOB), "FirstName": "Bob"},
            {"attributes": attributes("Contact", ANN), "FirstName": "Ann"},
        ],
    }
    assert last["Contacts"] is None


def test_limit_and_offset_of_a_subquery_count_per_parent(ask: Ask) -> None:
    soql = "SELECT Name, (SELECT Name FROM Opportunities ORDER BY Name LIMIT {}) FROM Account ORDER BY Name LIMIT 2"
    both = [
        [deal["Name"] for deal in record["Opportunities"]["records"]] for record in ask(soql.format("1"))["records"]
    ]
    assert both == [["Acme one"], ["Labs one"]]
    later = ask(soql.format("5 OFFSET 1"))["records"]
    assert [[deal["Name"] for deal in record["Opportunities"]["records"]] for record in later] == [
        ["Acme three", "Acme two"],
        ["Labs two"],
    ]


def test_subqueries_nest_five_levels_with_the_root(ask: Ask) -> None:
    soql = (
        "SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name FROM Places__r) FROM Places__r)"
        " FROM Places__r) FROM Places__r WHERE Parent__c = null) FROM Account WHERE Name = 'Acme'"
    )
    root = ask(soql)["records"][0]["Places__r"]["records"][0]
    child = root["Places__r"]["records"][0]
    grandchild = child["Places__r"]["records"][0]
    assert (root["Name"], child["Name"], grandchild["Name"]) == ("Root", "Child", "Grandchild")
    assert grandchild["Places__r"] is None
    assert grandchild["attributes"] == attributes("Place__c", PLACES[2])


def test_children_of_a_polymorphic_reference(ask: Ask) -> None:
    record = ask("SELECT (SELECT Subject, Who.Name FROM Tasks) FROM Account WHERE Name = 'Acme'")["records"][0]
    assert record["Tasks"]["records"] == [
        {
            "attributes": attributes("Task", TASKS[0]),
            "Subject": "Call",
            "Who": {"attributes": name_of("Contact", ANN), "Name": "Ann Able"},
        }
    ]


def test_a_reference_to_several_types_is_a_name(ask: Ask) -> None:
    record = ask(f"SELECT Owner.Name, Owner.Type, Owner.Id FROM Case WHERE Id = '{CASES[0]}'")["records"][0]
    assert record["Owner"] == {
        "attributes": name_of("Group", QUEUE),
        "Name": "Tier 2",
        "Type": "Group",
        "Id": QUEUE,
    }


def test_typeof_gives_each_type_its_own_fields(ask: Ask) -> None:
    soql = (
        "SELECT Subject, TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Opportunity THEN Amount, Account.Name"
        " ELSE Name, Type END FROM Task"
    )
    records = {record["Subject"]: record["What"] for record in ask(soql)["records"]}
    assert records["Call"] == {
        "attributes": attributes("Account", ACME),
        "Phone": "(415) 555-0100",
        "Owner": {"attributes": attributes("User", ADMIN), "Name": "Ada Admin"},
    }
    assert records["Email"] == {
        "attributes": attributes("Opportunity", DEALS[0]),
        "Amount": 1000.0,
        "Account": {"attributes": attributes("Account", ACME), "Name": "Acme"},
    }
    assert records["Send Quote"] == {"attributes": name_of("Case", CASES[0]), "Name": "00001001", "Type": "Case"}
    assert records["Other"] is None


def test_compound_fields_are_put_together(ask: Ask) -> None:
    records = ask("SELECT BillingAddress, ShippingAddress FROM Account ORDER BY Name LIMIT 1")["records"]
    assert records[0]["BillingAddress"] == {
        "city": "San Francisco",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": 37.77,
        "longitude": -122.42,
        "postalCode": None,
        "state": "CA",
        "street": "1 Main St",
    }
    assert records[0]["ShippingAddress"] is None
    places = ask("SELECT Where__c FROM Place__c ORDER BY Count__c NULLS LAST")["records"]
    assert [place["Where__c"] for place in places[:2]] == [{"latitude": 37.0, "longitude": -122.0}, None]
    contact = ask("SELECT Account.BillingAddress FROM Contact WHERE LastName = 'Dunn'")["records"][0]
    assert contact["Account"]["BillingAddress"]["city"] == "Boston"


def test_a_blob_is_shown_as_the_url_to_read_it_at(ask: Ask) -> None:
    record = ask("SELECT VersionData FROM ContentVersion")["records"][0]
    version = key("068", 1)
    assert record["VersionData"] == f"/services/data/v68.0/sobjects/ContentVersion/{version}/VersionData"


def test_time_and_multipicklist_are_text(ask: Ask) -> None:
    assert ask("SELECT Opens__c FROM Place__c WHERE Name = 'Root'")["records"][0]["Opens__c"] == "08:00:00.000Z"
    contact = ask("SELECT Languages__c FROM Contact WHERE LastName = 'Cole'")["records"][0]
    assert contact["Languages__c"] == "French;German;Spanish"


def test_presentation_functions_keep_the_fields_place_or_take_an_alias(ask: Ask) -> None:
    record = ask(
        "SELECT Amount, FORMAT(Amount) shown, FORMAT(CloseDate), convertCurrency(Amount) same, Account.Name,"
        " toLabel(Account.Industry), FORMAT(CreatedDate) made FROM Opportunity WHERE Name = 'Labs two'"
    )["records"][0]
    record["Account"].pop("attributes")
    record.pop("attributes")
    assert record == {
        "Amount": 70000.5,
        "shown": "$70,000.50",
        "CloseDate": "11/22/2025",
        "same": 70000.5,
        "Account": {"Name": "acme labs", "Industry": "Technology"},
        "made": "11/1/2026, 2:00 AM",
    }
    place = ask(
        "SELECT toLabel(Color__c), FORMAT(Count__c) n, Color__c raw__c FROM Place__c"
        " GROUP BY Color__c, Count__c HAVING Count__c = 1"
    )
    assert place["records"] == [{"attributes": {"type": "AggregateResult"}, "expr0": "Green", "n": "1", "raw__c": "g"}]


def test_distance_is_an_unnamed_expression(ask: Ask) -> None:
    soql = "SELECT Name, DISTANCE(Where__c, GEOLOCATION(38, -122), '{}') FROM Place__c WHERE Name = 'Root'"
    kilometres = ask(soql.format("km"))["records"][0]["expr0"]
    assert kilometres == pytest.approx(111.19, abs=0.05)
    assert ask(soql.format("mi"))["records"][0]["expr0"] == pytest.approx(kilometres / 1.609344)


def test_fields_gives_every_field_of_a_group(ask: Ask) -> None:
    standard = ask("SELECT FIELDS(STANDARD) FROM Account WHERE Name = 'Acme'")["records"][0]
    custom = ask("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1")["records"][0]
    both = ask("SELECT FIELDS(ALL) FROM Account LIMIT 1")["records"][0]
    assert {"Id", "Name", "BillingAddress", "BillingCity", "CreatedDate"} <= set(standard)
    assert all(name.endswith("__c") or name == "attributes" for name in custom)
    assert set(both) == set(standard) | set(custom)
    assert ask("SELECT FIELDS(CUSTOM), Id FROM Account LIMIT 1")["records"][0]["Id"] == ACME


def test_column_metadata_names_the_columns(queries: Queries, caller: Caller) -> None:
    answer = queries.column_metadata(
        caller, "SELECT Id, Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account"
    )
    assert (answer["entityName"], answer["keyPrefix"], answer["idSelected"], answer["groupBy"]) == (
        "Account",
        "001",
        True,
        False,
    )
    identifier, name, owner, contacts = answer["columnMetadata"]
    assert identifier == {
        "aggregate": False,
        "apexType": "Id",
        "booleanType": False,
        "columnName": "Id",
        "custom": False,
        "displayName": "Id",
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
    assert (name["apexType"], name["textType"], name["insertable"]) == ("String", True, True)
    assert (owner["columnName"], [column["columnName"] for column in owner["joinColumns"]]) == ("Owner", ["Name"])
    assert (contacts["columnName"], contacts["aggregate"]) == ("Contacts", True)
    grouped = queries.column_metadata(caller, "SELECT COUNT(Id), SUM(AnnualRevenue) s FROM Account GROUP BY Industry")
    assert [(one["columnName"], one["aggregate"], one["apexType"]) for one in grouped["columnMetadata"]] == [
        ("expr0", True, "Integer"),
        ("s", True, "Double"),
    ]


def test_explain_names_the_index_that_leads(queries: Queries, caller: Caller) -> None:
    soql = f"SELECT Id FROM Account WHERE Id = '{ACME}' AND Rating = 'Hot'"
    answer = queries.explain(caller, soql)
    assert answer["sourceQuery"] == soql
    first, last = answer["plans"]
    assert set(first) == {
        "cardinality",
        "fields",
        "leadingOperationType",
        "notes",
        "relativeCost",
        "sobjectCardinality",
        "sobjectType",
    }
    assert (first["leadingOperationType"], first["fields"], first["sobjectType"]) == ("Index", ["Id"], "Account")
    assert last["leadingOperationType"] == "TableScan"
    assert [note["fields"] for note in last["notes"]] == [["IsDeleted"], ["Rating"]]
