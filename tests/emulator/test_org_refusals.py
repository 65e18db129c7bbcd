"""Every refusal of a write: its status, code, text and fields, and that nothing was left behind."""

from typing import Any

import pytest
from emulator.witness import ids, refused, state, told

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
READ_ONLY = (
    "Unable to create/update fields: {}. Please check the security settings of this field"
    " and verify that it is read/write for your profile or permission set."
)
JSON = (
    "Cannot deserialize instance of {} from {} value{} or request may be missing a required field at [line:1, column:2]"
)
NOWHERE = "001E0zzzzzzzzzz"

INSERTS: list[tuple[str, dict[str, Any], str, str, list[str] | None]] = [
    ("Account", {}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"]),
    ("Account", {"Name": ""}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"]),
    ("Account", {"Name": None}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"]),
    (
        "Opportunity",
        {"Amount": 5},
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [Name, StageName, CloseDate]",
        ["Name", "StageName", "CloseDate"],
    ),
    ("Account", {"Name": "A", "Foo": 1}, "INVALID_FIELD", "No such column 'Foo' on sobject of type Account", None),
    (
        "Account",
        {"Name": "A", "CreatedDate": "2026-01-01T00:00:00Z"},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        READ_ONLY.format("CreatedDate"),
        ["CreatedDate"],
    ),
    (
        "Contact",
        {"LastName": "A", "Name": "B", "IsDeleted": True},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        READ_ONLY.format("Name, IsDeleted"),
        ["Name", "IsDeleted"],
    ),
    (
        "Account",
        {"Name": "A", "BillingAddress": {"city": "X"}},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        READ_ONLY.format("BillingAddress"),
        ["BillingAddress"],
    ),
    ("Account", {"Name": "A", "Id": NOWHERE}, "INVALID_FIELD", "cannot specify Id in an insert call: Account", ["Id"]),
    (
        "Opportunity",
        DEAL | {"Amount": "abc"},
        "JSON_PARSER_ERROR",
        JSON.format("currency", "VALUE_STRING", " abc"),
        None,
    ),
    ("Opportunity", DEAL | {"Amount": True}, "JSON_PARSER_ERROR", JSON.format("currency", "VALUE_TRUE", " true"), None),
    (
        "Opportunity",
        DEAL | {"Amount": "1_0"},
        "JSON_PARSER_ERROR",
        JSON.format("currency", "VALUE_STRING", " 1_0"),
        None,
    ),
    (
        "Opportunity",
        DEAL | {"CloseDate": "2026-02-30"},
        "JSON_PARSER_ERROR",
        JSON.format("date", "VALUE_STRING", " 2026-02-30"),
        None,
    ),
    ("Account", {"Name": 5}, "JSON_PARSER_ERROR", JSON.format("string", "VALUE_NUMBER_INT", " 5"), None),
    ("Account", {"Name": ["A"]}, "JSON_PARSER_ERROR", JSON.format("string", "START_ARRAY", ""), None),
    ("Account", {"Name": {"a": 1}}, "JSON_PARSER_ERROR", JSON.format("string", "START_OBJECT", ""), None),
    (
        "Account",
        {"Name": "A", "NumberOfEmployees": 1.5},
        "JSON_PARSER_ERROR",
        JSON.format("int", "VALUE_NUMBER_FLOAT", " 1.5"),
        None,
    ),
    (
        "Lead",
        {"LastName": "A", "Company": "B", "IsUnreadByOwner": "yes"},
        "JSON_PARSER_ERROR",
        JSON.format("boolean", "VALUE_STRING", " yes"),
        None,
    ),
    (
        "Account",
        {"Name": "A", "NumberOfEmployees": 10**9},
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Employees: value outside of valid range on numeric field: 1000000000",
        ["NumberOfEmployees"],
    ),
    (
        "Account",
        {"Name": "x" * 256},
        "STRING_TOO_LONG",
        f"Account Name: data value too large: {'x' * 255}… (max length=255)",
        ["Name"],
    ),
    (
        "Contact",
        {"LastName": "A", "Email": "123"},
        "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: 123",
        ["Email"],
    ),
    (
        "Opportunity",
        DEAL | {"StageName": "Xyz"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Stage: bad value for restricted picklist field: Xyz",
        ["StageName"],
    ),
    (
        "Contact",
        {"LastName": "A", "Languages__c": "English;Klingon"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Languages: bad value for restricted picklist field: Klingon",
        ["Languages__c"],
    ),
    ("Contact", {"LastName": "A", "AccountId": "abc"}, "MALFORMED_ID", "malformed id abc", ["AccountId"]),
    (
        "Contact",
        {"LastName": "A", "AccountId": "003E00000000001IAA"},
        "MALFORMED_ID",
        "Account ID: id value of incorrect type: 003E00000000001IAA",
        ["AccountId"],
    ),
    (
        "Contact",
        {"LastName": "A", "AccountId": NOWHERE},
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        [],
    ),
    (
        "Contact",
        {"LastName": "A", "Account": {"ERP_Id__c": "none"}},
        "INVALID_FIELD",
        "Foreign key external ID: none not found for field ERP_Id__c in entity Account",
        None,
    ),
    (
        "Opportunity",
        DEAL | {"RecordTypeId": "012E00000000001"},
        "INVALID_CROSS_REFERENCE_KEY",
        "Record Type ID: this ID value isn't valid for the user: 012E00000000001IAA",
        ["RecordTypeId"],
    ),
    (
        "Support_Tier__mdt",
        {"Label": "x"},
        "INVALID_TYPE_FOR_OPERATION",
        "entity type cannot be inserted: Support Tier",
        None,
    ),
    (
        "OpportunityHistory",
        {},
        "INVALID_TYPE_FOR_OPERATION",
        "entity type cannot be inserted: Opportunity History",
        None,
    ),
    (
        "Event",
        {"Subject": "x"},
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [ActivityDateTime]",
        ["ActivityDateTime"],
    ),
    (
        "Event",
        {"Subject": "x", "StartDateTime": "2026-11-18T10:00:00Z"},
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [DurationInMinutes]",
        ["DurationInMinutes"],
    ),
    (
        "ContentVersion",
        {"Title": "x"},
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [PathOnClient, VersionData]",
        ["PathOnClient", "VersionData"],
    ),
]


@pytest.mark.parametrize(("name", "body", "code", "message", "fields"), INSERTS)
def test_a_bad_insert_is_refused_in_the_platforms_words_and_leaves_no_trace(
    org: Org, admin: Caller, name: str, body: dict[str, Any], code: str, message: str, fields: list[str] | None
) -> None:
    before = state(org)
    refusal = refused(lambda: org.insert(admin, name, body))
    assert told(refusal) == {"status": 400, "code": code, "message": message, "fields": fields}
    assert state(org) == before


def test_a_body_that_names_the_id_of_what_it_updates_is_refused(org: Org, admin: Caller) -> None:
    (record_id,) = ids(org, 'SELECT Id FROM "Account" LIMIT 1')
    refusal = refused(lambda: org.update(admin, "Account", record_id, {"Id": record_id, "Name": "A"}))
    assert told(refusal) == {
        "status": 400,
        "code": "INVALID_FIELD",
        "message": "The Id field should not be specified in the sobject data.",
        "fields": None,
    }


def test_a_required_field_cannot_be_emptied(org: Org, admin: Caller) -> None:
    (record_id,) = ids(org, 'SELECT Id FROM "Account" LIMIT 1')
    before = state(org)
    refusal = refused(lambda: org.update(admin, "Account", record_id, {"Name": "", "Phone": "1"}))
    assert (refusal.code, refusal.fields) == ("REQUIRED_FIELD_MISSING", ["Name"])
    assert state(org) == before


def test_a_unique_value_that_another_record_has_is_refused(org: Org, admin: Caller) -> None:
    first = org.insert(admin, "Account", {"Name": "A", "ERP_Id__c": "Same"})
    before = state(org)
    for act in (
        lambda: org.insert(admin, "Account", {"Name": "B", "ERP_Id__c": "same"}),
        lambda: org.update(admin, "Account", ids(org, 'SELECT Id FROM "Account"')[0], {"ERP_Id__c": "Same"}),
    ):
        assert told(refused(act)) == {
            "status": 400,
            "code": "DUPLICATE_VALUE",
            "message": f"duplicate value found: ERP_Id__c duplicates value on record with id: {first[:15]}",
            "fields": ["ERP_Id__c"],
        }
    assert state(org) == before
    org.update(admin, "Account", first, {"ERP_Id__c": "Same", "Name": "A2"})


def test_a_case_sensitive_unique_value_may_differ_in_case(org: Org, admin: Caller) -> None:
    org.insert(admin, "Wide__c", {"Name": "A", "Key__c": "Same"})
    org.insert(admin, "Wide__c", {"Name": "B", "Key__c": "same"})
    assert refused(lambda: org.insert(admin, "Wide__c", {"Name": "C", "Key__c": "same"})).code == "DUPLICATE_VALUE"


@pytest.mark.parametrize("record_id", ["abc", "001E0zzzzzzzzzz", "001E0zzzzzzzzzzAAA", "003E00000000001IAA", ""])
def test_an_id_behind_which_there_is_nothing_is_not_found(org: Org, admin: Caller, record_id: str) -> None:
    before = state(org)
    for act in (
        lambda: org.read(admin, "Account", record_id),
        lambda: org.update(admin, "Account", record_id, {"Name": "A"}),
        lambda: org.delete(admin, "Account", record_id),
    ):
        assert told(refused(act)) == {
            "status": 404,
            "code": "NOT_FOUND",
            "message": f"Provided external ID field does not exist or is not accessible: {record_id}",
            "fields": None,
        }
    assert state(org) == before


def test_a_deleted_record_says_that_it_is_deleted(org: Org, admin: Caller) -> None:
    record_id = org.insert(admin, "Account", {"Name": "A"})
    org.delete(admin, "Account", record_id)
    for act in (
        lambda: org.read(admin, "Account", record_id),
        lambda: org.update(admin, "Account", record_id, {"Name": "B"}),
        lambda: org.delete(admin, "Account", record_id),
    ):
        refusal = refused(act)
        assert (refusal.status, refusal.code, refusal.message) == (404, "ENTITY_IS_DELETED", "entity is deleted")
    pointing = refused(lambda: org.insert(admin, "Contact", {"LastName": "A", "AccountId": record_id}))
    assert (pointing.status, pointing.code) == (400, "ENTITY_IS_DELETED")


def test_a_converted_lead_is_not_changed_any_more(org: Org, admin: Caller) -> None:
    lead = ids(org, 'SELECT Id FROM "Lead" WHERE IsConverted = 1')[0]
    refusal = refused(lambda: org.update(admin, "Lead", lead, {"Title": "Boss"}))
    assert (refusal.code, refusal.message) == ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def test_nothing_becomes_its_own_parent(org: Org, admin: Caller) -> None:
    top = org.insert(admin, "Account", {"Name": "Top"})
    middle = org.insert(admin, "Account", {"Name": "Middle", "ParentId": top})
    low = org.insert(admin, "Account", {"Name": "Low", "ParentId": middle})
    for parent in (top, middle, low):
        refusal = refused(lambda parent=parent: org.update(admin, "Account", top, {"ParentId": parent}))
        assert (refusal.code, refusal.fields) == ("CIRCULAR_DEPENDENCY", ["ParentId"])


def test_nobody_who_left_gets_new_records(org: Org, admin: Caller) -> None:
    (gone,) = ids(org, 'SELECT Id FROM "User" WHERE IsActive = 0')
    refusal = refused(lambda: org.insert(admin, "Account", {"Name": "A", "OwnerId": gone}))
    assert refusal.code == "INACTIVE_OWNER_OR_USER"


def test_a_username_belongs_to_one_user(org: Org, admin: Caller) -> None:
    profile = ids(org, 'SELECT Id FROM "Profile"')[0]
    person = {"Username": "Sales@demo.example", "LastName": "X", "Email": "x@demo.example", "Alias": "x"}
    person |= {"ProfileId": profile, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8"}
    refusal = refused(lambda: org.insert(admin, "User", person | {"LanguageLocaleKey": "en_US"}))
    assert (refusal.code, refusal.fields) == ("DUPLICATE_USERNAME", ["Username"])
