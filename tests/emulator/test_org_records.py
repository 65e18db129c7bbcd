"""Records come in, change, are found and are read."""

from datetime import timedelta
from pathlib import Path

import pytest
from emulator.conftest import NOW
from emulator.witness import ids, refused, state, values

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org


def test_names_are_found_in_any_case_and_ids_in_both_forms(org: Org, admin: Caller) -> None:
    account = org.insert(admin, "ACCOUNT", {"name": "Acme", "BILLINGCITY": "Oslo"})
    contact = org.insert(admin, "contact", {"lastname": "Berg", "AccountId": account[:15]})
    assert len(account) == len(contact) == 18
    assert values(org, "Account", account, "Name", "BillingCity") == {"Name": "Acme", "BillingCity": "Oslo"}
    assert values(org, "Contact", contact, "AccountId") == {"AccountId": account}
    org.update(admin, "account", account[:15], {"NAME": "Acme 2"})
    assert org.read(admin, "Account", account, ["name"])["Name"] == "Acme 2"


def test_the_platform_writes_who_and_when(org: Org, admin: Caller, sales: Caller) -> None:
    with org.at(NOW - timedelta(days=2)):
        record_id = org.insert(sales, "Account", {"Name": "Acme"})
    org.update(admin, "Account", record_id, {"Phone": "1"})
    assert values(org, "Account", record_id, "OwnerId", "CreatedById", "LastModifiedById") == {
        "OwnerId": sales.user_id,
        "CreatedById": sales.user_id,
        "LastModifiedById": admin.user_id,
    }
    assert values(org, "Account", record_id, "CreatedDate", "LastModifiedDate", "SystemModstamp") == {
        "CreatedDate": "2026-11-16T20:30:00.000Z",
        "LastModifiedDate": "2026-11-18T20:30:00.000Z",
        "SystemModstamp": "2026-11-18T20:30:00.000Z",
    }


def test_values_are_kept_in_one_form(org: Org, admin: Caller) -> None:
    body = {
        "Name": "W",
        "Moment_1__c": "2026-11-22T14:33:07.5+02:00",
        "Hour_1__c": "14:33:07Z",
        "Flag_1__c": "true",
        "Whole_1__c": "12",
        "Money_1__c": "12.345",
        "Choices_1__c": "Blue;Red;Blue",
        "Text_1__c": "",
        "Day_1__c": "2026-11-22",
        "Flag_2__c": None,
    }
    record_id = org.insert(admin, "Wide__c", body)
    assert values(org, "Wide__c", record_id, *body) == {
        "Name": "W",
        "Moment_1__c": "2026-11-22T12:33:07.500Z",
        "Hour_1__c": "14:33:07.000Z",
        "Flag_1__c": 1,
        "Whole_1__c": 12,
        "Money_1__c": 12.35,
        "Choices_1__c": "Red;Blue",
        "Text_1__c": None,
        "Day_1__c": "2026-11-22",
        "Flag_2__c": 0,
    }


def test_json_shows_moments_numbers_booleans_and_addresses_as_the_api_does(org: Org, admin: Caller) -> None:
    body = {"Name": "Acme", "AnnualRevenue": 5000, "BillingCity": "Oslo", "BillingPostalCode": "0150"}
    record_id = org.insert(admin, "Account", body)
    row = org.read(admin, "Account", record_id)
    record = org.json_record(admin, org.schema.known("Account"), row, "66.0")
    assert next(iter(record)) == "attributes"
    assert record["attributes"] == {"type": "Account", "url": f"/services/data/v66.0/sobjects/Account/{record_id}"}
    assert record["CreatedDate"] == "2026-11-18T20:30:00.000+0000"
    assert (record["AnnualRevenue"], type(record["AnnualRevenue"])) == (5000.0, float)
    assert record["IsDeleted"] is False
    assert record["ShippingAddress"] is None
    assert record["BillingAddress"] == {
        "city": "Oslo",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": "0150",
        "state": None,
        "street": None,
    }


def test_only_the_fields_asked_for_are_read_and_an_address_brings_its_parts(org: Org, admin: Caller) -> None:
    record_id = org.insert(admin, "Account", {"Name": "Acme", "BillingCity": "Oslo"})
    row = org.read(admin, "Account", record_id, ["billingaddress", "Name"])
    assert len(row) == 1 + 1 + 8
    record = org.json_record(admin, org.schema.known("Account"), row, "68.0", ["BillingAddress", "Name"])
    assert list(record) == ["attributes", "BillingAddress", "Name"]
    assert record["BillingAddress"]["city"] == "Oslo"


def test_a_blob_is_shown_as_the_url_it_is_read_at(org: Org, sales: Caller) -> None:
    record_id = org.insert(sales, "ContentVersion", {"PathOnClient": "a.txt", "VersionData": "aGVsbG8="})
    row = org.read(sales, "ContentVersion", record_id)
    record = org.json_record(sales, org.schema.known("ContentVersion"), row, "68.0")
    assert record["VersionData"] == f"/services/data/v68.0/sobjects/ContentVersion/{record_id}/VersionData"
    assert org.content(sales, "ContentVersion", record_id, "versiondata") == b"hello"


def test_a_parent_can_be_named_by_its_external_id(org: Org, admin: Caller) -> None:
    account = org.insert(admin, "Account", {"Name": "Acme", "ERP_Id__c": "E-1"})
    contact = org.insert(admin, "Contact", {"LastName": "Berg", "Account": {"ERP_Id__c": "E-1"}})
    assert values(org, "Contact", contact, "AccountId") == {"AccountId": account}


def test_upsert_creates_once_and_updates_afterwards(org: Org, admin: Caller) -> None:
    record_id, created = org.upsert(admin, "Account", "erp_id__c", "E-1", {"Name": "Acme"})
    assert created
    again, created = org.upsert(admin, "Account", "ERP_Id__c", "E-1", {"Phone": "1"})
    assert (again, created) == (record_id, False)
    assert values(org, "Account", record_id, "Name", "Phone", "ERP_Id__c") == {
        "Name": "Acme",
        "Phone": "1",
        "ERP_Id__c": "E-1",
    }


def test_upsert_refuses_what_is_no_key_several_matches_and_a_repeated_key(org: Org, admin: Caller) -> None:
    before = state(org)
    no_key = refused(lambda: org.upsert(admin, "Account", "Phone", "1", {"Name": "A"}))
    assert (no_key.status, no_key.message) == (
        404,
        "Provided external ID field does not exist or is not accessible: Phone",
    )
    repeated = refused(lambda: org.upsert(admin, "Account", "ERP_Id__c", "E-9", {"Name": "A", "erp_id__c": "E-9"}))
    assert repeated.message == "The ERP_Id__c field should not be specified in the sobject data."
    only = refused(lambda: org.upsert(admin, "Account", "ERP_Id__c", "E-9", {"Name": "A"}, update_only=True))
    assert (only.status, only.code) == (404, "NOT_FOUND")
    assert state(org) == before
    both = [org.insert(admin, "acme__Shipment__c", {"Name": n, "acme__Tracking_Number__c": "T"}) for n in ("A", "B")]
    several = refused(lambda: org.upsert(admin, "acme__Shipment__c", "acme__Tracking_Number__c", "T", {"Name": "C"}))
    assert (several.status, several.extra) == (300, {"ids": both})


def test_upsert_by_id_updates_and_never_invents_an_id(org: Org, admin: Caller) -> None:
    record_id = org.insert(admin, "Account", {"Name": "Acme"})
    assert org.upsert(admin, "Account", "Id", record_id[:15], {"Name": "B"}) == (record_id, False)
    assert refused(lambda: org.upsert(admin, "Account", "Id", "001E0zzzzzzzzzz", {"Name": "C"})).status == 404
    new_id, created = org.upsert(admin, "Account", "Id", None, {"Name": "D"})
    assert created
    assert new_id != record_id


def test_a_transaction_is_all_or_nothing_however_deep(org: Org, admin: Caller) -> None:
    before = state(org)

    def half_way() -> None:
        with org.transaction():
            org.insert(admin, "Account", {"Name": "A"})
            with org.transaction():
                org.insert(admin, "Account", {"Name": "B"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert state(org) == before
    with org.transaction():
        org.insert(admin, "Account", {"Name": "C"})
        refused(lambda: org.insert(admin, "Account", {}))
    assert ids(org, "SELECT Name FROM \"Account\" WHERE Name IN ('A', 'B', 'C')") == ["C"]


def test_a_copy_shares_nothing_with_its_original(org: Org, admin: Caller) -> None:
    before, other = state(org), org.copy()
    other.insert(admin, "Account", {"Name": "Only there"})
    assert state(org) == before
    assert other.organization_id == org.organization_id


def test_every_write_is_logged_with_who_what_and_when(org: Org, admin: Caller) -> None:
    (last,) = org.connection.execute("SELECT max(sequence) FROM _write_log").fetchone()
    record_id = org.insert(admin, "Account", {"Name": "A"})
    org.update(admin, "Account", record_id, {"Name": "B"})
    org.delete(admin, "Account", record_id)
    org.undelete(admin, record_id)
    rows = org.connection.execute(
        "SELECT at, user_id, object, record_id, operation FROM _write_log WHERE sequence > ? ORDER BY sequence", (last,)
    ).fetchall()
    stamp = "2026-11-18T20:30:00.000Z"
    assert rows == [
        (stamp, admin.user_id, "Account", record_id, verb) for verb in ("insert", "update", "delete", "undelete")
    ]


def test_what_changed_and_what_was_deleted_in_a_span_is_known(org: Org, admin: Caller) -> None:
    moment = NOW + timedelta(hours=2)
    with org.at(moment):
        kept = org.insert(admin, "Account", {"Name": "Kept"})
        gone = org.insert(admin, "Account", {"Name": "Gone"})
        org.delete(admin, "Account", gone)
    start, end = moment - timedelta(minutes=1), moment + timedelta(minutes=1)
    assert org.updated_between(admin, "Account", start, end) == [kept]
    assert org.deleted_between(admin, "Account", start, end) == [(gone, moment)]
    assert org.updated_between(admin, "Account", end, end + timedelta(hours=1)) == []


def test_the_count_leaves_deleted_records_out(org: Org, admin: Caller) -> None:
    before = org.record_count("Account")
    record_id = org.insert(admin, "Account", {"Name": "A"})
    assert org.record_count("Account") == before + 1
    org.delete(admin, "Account", record_id)
    assert org.record_count("Account") == before


def test_an_org_in_a_file_is_the_same_when_it_is_opened_again(tmp_path: Path, admin: Caller) -> None:
    path = str(tmp_path / "org.db")
    first = Org.create(path, clock=lambda: NOW, seed=False)
    record_id = first.insert(admin, "Account", {"Name": "Kept"})
    first.connection.close()
    second = Org.create(path, clock=lambda: NOW)
    assert values(second, "Account", record_id, "Name") == {"Name": "Kept"}
    assert second.insert(admin, "Account", {"Name": "Next"}) > record_id
    second.connection.close()
