"""The recycle bin: what goes with a record, what holds it back, and what comes back."""

from emulator.witness import ids, refused, state, told, values

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org


def family(org: Org, admin: Caller) -> dict[str, str]:
    account = org.insert(admin, "Account", {"Name": "Acme"})
    deal = {"Name": "D", "AccountId": account, "StageName": "Prospecting", "CloseDate": "2026-12-31"}
    made = {
        "Account": account,
        "Contact": org.insert(admin, "Contact", {"LastName": "Berg", "AccountId": account}),
        "Opportunity": org.insert(admin, "Opportunity", deal),
        "Invoice__c": org.insert(admin, "Invoice__c", {"Account__c": account}),
        "Task": org.insert(admin, "Task", {"Subject": "Call", "WhatId": account}),
    }
    made["child"] = org.insert(admin, "Account", {"Name": "Acme Child", "ParentId": account})
    return made


def test_children_that_belong_to_a_record_go_with_it_and_others_lose_their_reference(org: Org, admin: Caller) -> None:
    made = family(org, admin)
    org.delete(admin, "Account", made["Account"])
    for name in ("Account", "Contact", "Opportunity", "Task"):
        assert values(org, name, made[name], "IsDeleted") == {"IsDeleted": 1}, name
    assert values(org, "Invoice__c", made["Invoice__c"], "IsDeleted", "Account__c") == {
        "IsDeleted": 0,
        "Account__c": None,
    }
    assert values(org, "Account", made["child"], "IsDeleted", "ParentId") == {"IsDeleted": 0, "ParentId": None}
    query = 'SELECT IsDeleted FROM "OpportunityHistory" WHERE OpportunityId = ?'
    assert ids(org, query, made["Opportunity"]) == [1]


def test_undelete_brings_back_all_of_it_and_the_references(org: Org, admin: Caller) -> None:
    made = family(org, admin)
    org.delete(admin, "Account", made["Account"])
    org.undelete(admin, made["Account"][:15])
    for name in ("Account", "Contact", "Opportunity", "Task"):
        assert values(org, name, made[name], "IsDeleted") == {"IsDeleted": 0}, name
    assert values(org, "Invoice__c", made["Invoice__c"], "Account__c") == {"Account__c": made["Account"]}
    assert values(org, "Account", made["child"], "ParentId") == {"ParentId": made["Account"]}


def test_only_what_is_in_the_bin_comes_back_and_a_child_not_without_its_parent(org: Org, admin: Caller) -> None:
    made = family(org, admin)
    org.delete(admin, "Account", made["Account"])
    before = state(org)
    for record_id in (made["Contact"], made["child"], "001E0zzzzzzzzzzAAA", "nonsense"):
        refusal = refused(lambda record_id=record_id: org.undelete(admin, record_id))
        assert (refusal.code, refusal.message) == ("UNDELETE_FAILED", "Entity is not in the recycle bin")
    assert state(org) == before


def test_a_case_holds_back_its_account_and_nothing_is_deleted_by_half(org: Org, admin: Caller) -> None:
    made = family(org, admin)
    case = org.insert(admin, "Case", {"Subject": "Help", "ContactId": made["Contact"]})
    number = values(org, "Case", case, "CaseNumber")["CaseNumber"]
    before = state(org)
    refusal = refused(lambda: org.delete(admin, "Account", made["Account"]))
    assert told(refusal) == {
        "status": 400,
        "code": "DELETE_FAILED",
        "message": "Your attempt to delete Acme could not be completed because it is associated with the following"
        f" cases.: {number}\n",
        "fields": [],
    }
    assert state(org) == before


def test_a_price_on_a_sold_product_holds_it_back(org: Org, admin: Caller) -> None:
    product = ids(org, 'SELECT Product2Id FROM "OpportunityLineItem" LIMIT 1')[0]
    assert refused(lambda: org.delete(admin, "Product2", product)).code == "DELETE_FAILED"


def test_a_detail_goes_with_its_master(org: Org, admin: Caller) -> None:
    invoice = org.insert(admin, "Invoice__c", {})
    line = org.insert(admin, "Invoice_Line__c", {"Invoice__c": invoice, "Quantity__c": 2, "Unit_Price__c": 5})
    org.delete(admin, "Invoice__c", invoice)
    assert values(org, "Invoice_Line__c", line, "IsDeleted") == {"IsDeleted": 1}


def test_users_profiles_and_custom_metadata_are_not_deleted_by_anybody(org: Org, admin: Caller) -> None:
    before = state(org)
    for name in ("User", "Profile", "Support_Tier__mdt"):
        (record_id, *_) = ids(org, f'SELECT Id FROM "{name}"')  # noqa: S608
        refusal = refused(lambda name=name, record_id=record_id: org.delete(admin, name, record_id))
        assert refusal.code == "INVALID_TYPE_FOR_OPERATION"
        assert refusal.message == f"entity type cannot be deleted: {org.schema.known(name).label}"
    assert state(org) == before


def test_a_deleted_unique_value_is_free_again(org: Org, admin: Caller) -> None:
    first = org.insert(admin, "Account", {"Name": "A", "ERP_Id__c": "E"})
    org.delete(admin, "Account", first)
    second, created = org.upsert(admin, "Account", "ERP_Id__c", "E", {"Name": "B"})
    assert created
    assert second != first


def test_a_queue_that_owns_cases_stays(org: Org, admin: Caller) -> None:
    (queue,) = ids(org, "SELECT Id FROM \"Group\" WHERE Name = 'Escalations'")
    assert refused(lambda: org.delete(admin, "Group", queue)).code == "DELETE_FAILED"


def test_a_record_whose_parent_was_deleted_meanwhile_comes_back_without_it_or_waits(org: Org, admin: Caller) -> None:
    made = family(org, admin)
    invoice = org.insert(admin, "Invoice__c", {"Account__c": made["Account"]})
    line = org.insert(admin, "Invoice_Line__c", {"Invoice__c": invoice})
    for name, record_id in (("Contact", made["Contact"]), ("Invoice_Line__c", line)):
        org.delete(admin, name, record_id)
    org.delete(admin, "Account", made["Account"])
    org.delete(admin, "Invoice__c", invoice)
    org.undelete(admin, made["Contact"])
    assert values(org, "Contact", made["Contact"], "IsDeleted", "AccountId") == {"IsDeleted": 0, "AccountId": None}
    before = state(org)
    assert refused(lambda: org.undelete(admin, line)).code == "UNDELETE_FAILED"
    assert state(org) == before
    org.undelete(admin, invoice)
    org.undelete(admin, line)
    assert values(org, "Invoice_Line__c", line, "IsDeleted") == {"IsDeleted": 0}


def test_what_belongs_to_two_records_comes_back_when_both_are_there(org: Org, admin: Caller) -> None:
    account = org.insert(admin, "Account", {"Name": "Acme"})
    body = {"PathOnClient": "a.txt", "VersionData": "aGk=", "FirstPublishLocationId": account}
    version = org.insert(admin, "ContentVersion", body)
    document = values(org, "ContentVersion", version, "ContentDocumentId")["ContentDocumentId"]
    (link,) = ids(org, 'SELECT Id FROM "ContentDocumentLink" WHERE LinkedEntityId = ?', account)
    org.delete(admin, "Account", account)
    org.delete(admin, "ContentDocument", document)
    org.undelete(admin, account)
    assert values(org, "ContentDocumentLink", link, "IsDeleted") == {"IsDeleted": 1}
    org.undelete(admin, document)
    assert values(org, "ContentDocumentLink", link, "IsDeleted") == {"IsDeleted": 0}


def test_a_queue_that_owns_an_article_stays(org: Org, admin: Caller) -> None:
    queue = org.insert(admin, "Group", {"Name": "Editors", "Type": "Queue"})
    (article,) = ids(org, 'SELECT Id FROM "Knowledge__kav" LIMIT 1')
    org.connection.execute('UPDATE "Knowledge__kav" SET OwnerId = ? WHERE Id = ?', (queue, article))
    assert refused(lambda: org.delete(admin, "Group", queue)).code == "DELETE_FAILED"
