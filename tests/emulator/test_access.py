import pytest
from emulator.witness import ids, refused, state, told, values

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

CLOSED = (
    "Unable to create/update fields: {}. Please check the security settings of this field"
    " and verify that it is read/write for your profile or permission set."
)


def account(org: Org) -> str:
    return ids(org, "SELECT Id FROM \"Account\" WHERE Name = 'Initech'")[0]


@pytest.mark.parametrize("name", ["admin", "sales", "support", "readonly"])
def test_a_demo_user_signs_in_with_the_demo_password_and_no_other(org: Org, name: str) -> None:
    username = f"{name}@demo.example"
    assert org.check_password(username, "demo")
    assert org.check_password(username.upper(), "demo")
    assert org.check_password(username, "Demo") is None
    assert org.check_password(username, "") is None


def test_nobody_signs_in_who_is_unknown_inactive_or_without_a_password(org: Org, admin: Caller) -> None:
    assert org.check_password("nobody@demo.example", "demo") is None
    assert org.check_password("john.miller@demo.example", "demo") is None
    (sales_id,) = ids(org, "SELECT Id FROM \"User\" WHERE Username = 'sales@demo.example'")
    org.update(admin, "User", sales_id, {"IsActive": False})
    assert org.check_password("sales@demo.example", "demo") is None


def test_passwords_are_not_kept_as_text(org: Org) -> None:
    rows = org.connection.execute("SELECT salt, hash FROM _password").fetchall()
    assert len(rows) == 4
    assert len({salt for salt, _ in rows}) == 4
    assert all(b"demo" not in kept for _, kept in rows)


def test_a_hidden_field_is_not_read_not_asked_for_and_not_written(org: Org, sales: Caller) -> None:
    before, record_id = state(org), account(org)
    assert "Internal_Margin__c" not in org.read(sales, "Account", record_id)
    asked = refused(lambda: org.read(sales, "Account", record_id, ["Name", "Internal_Margin__c"]))
    assert told(asked) == {
        "status": 400,
        "code": "INVALID_FIELD",
        "message": "No such column 'Internal_Margin__c' on sobject of type Account",
        "fields": None,
    }
    for act in (
        lambda: org.update(sales, "Account", record_id, {"Internal_Margin__c": 5}),
        lambda: org.insert(sales, "Account", {"Name": "New", "Internal_Margin__c": 5}),
    ):
        assert told(refused(act)) == {
            "status": 400,
            "code": "INVALID_FIELD_FOR_INSERT_UPDATE",
            "message": CLOSED.format("Internal_Margin__c"),
            "fields": ["Internal_Margin__c"],
        }
    assert state(org) == before


def test_a_hidden_field_cannot_be_told_from_one_that_does_not_exist_on_reading(org: Org, sales: Caller) -> None:
    hidden = refused(lambda: org.read(sales, "Account", account(org), ["Internal_Margin__c"])).message
    missing = refused(lambda: org.read(sales, "Account", account(org), ["Internal_Margin2__c"])).message
    assert hidden.replace("Margin__c", "Margin2__c") == missing


def test_json_never_holds_a_hidden_field_even_of_a_whole_row(org: Org, sales: Caller) -> None:
    one, row = org.schema.known("Account"), org.row("Account", account(org))
    assert row
    assert row["Internal_Margin__c"] is not None
    assert "Internal_Margin__c" not in org.json_record(sales, one, row, "68.0")
    assert "Internal_Margin__c" not in org.json_record(sales, one, row, "68.0", ["Name", "Internal_Margin__c"])


def test_a_field_that_is_open_to_read_only_is_read_and_not_written(org: Org, sales: Caller) -> None:
    record_id = account(org)
    assert org.read(sales, "Account", record_id, ["ERP_Id__c"])["ERP_Id__c"].startswith("ERP-")
    assert refused(lambda: org.update(sales, "Account", record_id, {"ERP_Id__c": "X"})).code == (
        "INVALID_FIELD_FOR_INSERT_UPDATE"
    )


@pytest.mark.parametrize("verb", ["insert", "update", "delete"])
def test_who_may_only_look_changes_nothing(org: Org, reader: Caller, verb: str) -> None:
    before, record_id = state(org), account(org)
    acts = {
        "insert": lambda: org.insert(reader, "Account", {"Name": "New"}),
        "update": lambda: org.update(reader, "Account", record_id, {"Name": "New"}),
        "delete": lambda: org.delete(reader, "Account", record_id),
    }
    assert told(refused(acts[verb])) == {
        "status": 403,
        "code": "INSUFFICIENT_ACCESS_OR_READONLY",
        "message": "insufficient access rights on object id",
        "fields": None,
    }
    assert state(org) == before


def test_an_object_that_may_not_be_read_does_not_exist(org: Org, support: Caller) -> None:
    (deal,) = ids(org, 'SELECT Id FROM "Opportunity" LIMIT 1')
    for act in (
        lambda: org.read(support, "Opportunity", deal),
        lambda: org.insert(support, "Opportunity", {"Name": "x"}),
        lambda: org.describe(support, "Opportunity", "68.0"),
        lambda: org.read(support, "Nothing__c", deal),
    ):
        refusal = refused(act)
        assert (refusal.status, refusal.code) == (404, "NOT_FOUND")
        assert refusal.message == "The requested resource does not exist"


def test_a_reference_to_what_may_not_be_read_is_refused(org: Org, support: Caller) -> None:
    (deal,) = ids(org, 'SELECT Id FROM "Opportunity" LIMIT 1')
    assert told(refused(lambda: org.insert(support, "Task", {"Subject": "Call", "WhatId": deal}))) == {
        "status": 400,
        "code": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "message": f"insufficient access rights on cross-reference id: {deal[:15]}",
        "fields": [],
    }


def test_a_permission_set_adds_to_the_profile(org: Org, admin: Caller, sales: Caller) -> None:
    assert not sales.can_create("Invoice__c")
    (set_id,) = ids(org, "SELECT Id FROM \"PermissionSet\" WHERE Name = 'Finance_Insight'")
    org.insert(admin, "PermissionSetAssignment", {"PermissionSetId": set_id, "AssigneeId": sales.user_id})
    more = org.caller(sales.user_id)
    assert more.can_create("Invoice__c")
    assert more.can_see("Account", "Internal_Margin__c")
    assert not more.can_write("Account", "Internal_Margin__c")
    assert org.read(more, "Account", account(org), ["Internal_Margin__c"])["Internal_Margin__c"] is not None


def test_configuration_is_read_by_all_and_written_by_administrators(org: Org, admin: Caller, sales: Caller) -> None:
    assert sales.can_read("User")
    assert not sales.can_edit("User")
    assert admin.can_edit("User")
    org.update(admin, "User", sales.user_id, {"Title": "Boss"})
    assert values(org, "User", sales.user_id, "Title") == {"Title": "Boss"}
    assert refused(lambda: org.update(sales, "User", sales.user_id, {"Title": "Chief"})).status == 403
