"""What the platform works out by itself."""

from datetime import timedelta

import pytest
from emulator.conftest import NOW
from emulator.witness import ids, refused, values

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 1000}
FROM_STAGE = ("Probability", "IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", "ExpectedRevenue")


def entry(org: Org, code: str, book: str = "Standard Price Book") -> str:
    query = """SELECT e.Id FROM "PricebookEntry" e JOIN "Pricebook2" b ON b.Id = e.Pricebook2Id
        WHERE e.ProductCode = ? AND b.Name = ?"""
    return ids(org, query, code, book)[0]


def add_line(org: Org, caller: Caller, deal: str, **more: object) -> str:
    body = {"OpportunityId": deal, "PricebookEntryId": entry(org, "EC-100"), "Quantity": 2}
    return org.insert(caller, "OpportunityLineItem", body | more)


def test_a_persons_name_is_put_together(org: Org, admin: Caller) -> None:
    contact = org.insert(admin, "Contact", {"FirstName": "Ann", "LastName": "Berg"})
    assert values(org, "Contact", contact, "Name") == {"Name": "Ann Berg"}
    org.update(admin, "Contact", contact, {"FirstName": None, "LastName": "Dahl"})
    assert values(org, "Contact", contact, "Name") == {"Name": "Dahl"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("Prospecting", (10.0, 0, 0, "Pipeline", "Pipeline", 100.0)),
        ("Proposal/Price Quote", (75.0, 0, 0, "BestCase", "Best Case", 750.0)),
        ("Negotiation/Review", (90.0, 0, 0, "Forecast", "Commit", 900.0)),
        ("Closed Won", (100.0, 1, 1, "Closed", "Closed", 1000.0)),
        ("Closed Lost", (0.0, 1, 0, "Omitted", "Omitted", 0.0)),
    ],
)
def test_the_stage_decides_the_rest(org: Org, sales: Caller, stage: str, expected: tuple[object, ...]) -> None:
    made = org.insert(sales, "Opportunity", DEAL | {"StageName": stage})
    moved = org.insert(sales, "Opportunity", DEAL)
    org.update(sales, "Opportunity", moved, {"StageName": stage.upper()})
    for record_id in (made, moved):
        assert values(org, "Opportunity", record_id, *FROM_STAGE) == dict(zip(FROM_STAGE, expected, strict=True))
        assert values(org, "Opportunity", record_id, "StageName") == {"StageName": stage}


def test_what_the_caller_says_of_probability_wins_until_the_stage_changes(org: Org, admin: Caller) -> None:
    deal = org.insert(admin, "Opportunity", DEAL | {"Probability": 35, "ForecastCategoryName": "Commit"})
    assert values(org, "Opportunity", deal, *FROM_STAGE[:1], "ForecastCategory", "ExpectedRevenue") == {
        "Probability": 35.0,
        "ForecastCategory": "Forecast",
        "ExpectedRevenue": 350.0,
    }
    org.update(admin, "Opportunity", deal, {"Amount": 2000})
    assert values(org, "Opportunity", deal, "Probability", "ExpectedRevenue") == {
        "Probability": 35.0,
        "ExpectedRevenue": 700.0,
    }
    org.update(admin, "Opportunity", deal, {"StageName": "Qualification"})
    assert values(org, "Opportunity", deal, "Probability") == {"Probability": 10.0}


def test_the_close_date_gives_the_fiscal_period_and_counts_pushes(org: Org, admin: Caller) -> None:
    deal = org.insert(admin, "Opportunity", DEAL | {"CloseDate": "2026-08-15"})
    assert values(org, "Opportunity", deal, "Fiscal", "FiscalYear", "FiscalQuarter") == {
        "Fiscal": "2026 3",
        "FiscalYear": 2026,
        "FiscalQuarter": 3,
    }
    org.update(admin, "Opportunity", deal, {"CloseDate": "2026-10-15"})
    org.update(admin, "Opportunity", deal, {"CloseDate": "2026-10-20"})
    assert values(org, "Opportunity", deal, "Fiscal", "PushCount") == {"Fiscal": "2026 4", "PushCount": 1}


def test_each_step_of_an_opportunity_is_remembered_and_a_new_name_is_none(org: Org, admin: Caller) -> None:
    deal = org.insert(admin, "Opportunity", DEAL)
    org.update(admin, "Opportunity", deal, {"Name": "Renamed"})
    org.update(admin, "Opportunity", deal, {"StageName": "Closed Won", "Amount": 1200})
    steps = org.connection.execute(
        'SELECT StageName, Amount, PrevAmount, Probability FROM "OpportunityHistory"'
        " WHERE OpportunityId = ? ORDER BY Id",
        (deal,),
    ).fetchall()
    assert steps == [("Prospecting", 1000.0, None, 10.0), ("Closed Won", 1200.0, 1000.0, 100.0)]
    assert values(org, "Opportunity", deal, "LastStageChangeDate")["LastStageChangeDate"]


def test_the_amount_follows_the_products_and_not_the_caller(org: Org, sales: Caller) -> None:
    deal = org.insert(sales, "Opportunity", DEAL)
    first = add_line(org, sales, deal)
    add_line(org, sales, deal, UnitPrice=1000, Discount=10)
    assert values(org, "Opportunity", deal, "Amount", "ExpectedRevenue", "HasOpportunityLineItem") == {
        "Amount": 2 * 1800.0 + 2 * 1000 * 0.9,
        "ExpectedRevenue": 540.0,
        "HasOpportunityLineItem": 1,
    }
    org.update(sales, "Opportunity", deal, {"Amount": 5, "NextStep": "Call"})
    assert values(org, "Opportunity", deal, "Amount", "NextStep") == {"Amount": 5400.0, "NextStep": "Call"}
    org.update(sales, "OpportunityLineItem", first, {"Quantity": 1})
    assert values(org, "Opportunity", deal, "Amount") == {"Amount": 3600.0}
    org.delete(sales, "OpportunityLineItem", first)
    assert values(org, "Opportunity", deal, "Amount", "TotalOpportunityQuantity") == {
        "Amount": 1800.0,
        "TotalOpportunityQuantity": 2.0,
    }


def test_a_line_takes_product_price_and_price_book_from_its_entry(org: Org, sales: Caller) -> None:
    deal = org.insert(sales, "Opportunity", DEAL)
    line = add_line(org, sales, deal)
    row = values(org, "OpportunityLineItem", line, "ProductCode", "ListPrice", "UnitPrice", "TotalPrice", "Name")
    assert row == {
        "ProductCode": "EC-100",
        "ListPrice": 1800.0,
        "UnitPrice": 1800.0,
        "TotalPrice": 3600.0,
        "Name": "Deal Edge Controller EC-100",
    }
    assert values(org, "Opportunity", deal, "Pricebook2Id")["Pricebook2Id"]
    other = entry(org, "EC-100", "Partner Price Book")
    refusal = refused(lambda: add_line(org, sales, deal, PricebookEntryId=other))
    assert refusal.code == "FIELD_INTEGRITY_EXCEPTION"
    assert "different pricebook than the one assigned to the opportunity" in refusal.message


def test_a_line_can_name_the_product_or_the_total(org: Org, sales: Caller) -> None:
    deal = org.insert(sales, "Opportunity", DEAL)
    product = ids(org, "SELECT Id FROM \"Product2\" WHERE ProductCode = 'SP-10'")[0]
    body = {"OpportunityId": deal, "Product2Id": product, "Quantity": 4, "TotalPrice": 1000}
    line = org.insert(sales, "OpportunityLineItem", body)
    assert values(org, "OpportunityLineItem", line, "UnitPrice", "ListPrice") == {
        "UnitPrice": 250.0,
        "ListPrice": 450.0,
    }


def test_a_price_of_ones_own_needs_a_standard_price_and_there_is_one_price_in_a_book(org: Org, admin: Caller) -> None:
    product = org.insert(admin, "Product2", {"Name": "Crate", "IsActive": True})
    partner = ids(org, "SELECT Id FROM \"Pricebook2\" WHERE Name = 'Partner Price Book'")[0]
    body = {"Product2Id": product, "Pricebook2Id": partner, "UnitPrice": 5, "IsActive": True}
    refusal = refused(lambda: org.insert(admin, "PricebookEntry", body))
    assert (refusal.code, refusal.message) == (
        "STANDARD_PRICE_NOT_DEFINED",
        "Before creating a custom price, create a standard price.",
    )
    standard = ids(org, 'SELECT Id FROM "Pricebook2" WHERE IsStandard = 1')[0]
    org.insert(admin, "PricebookEntry", body | {"Pricebook2Id": standard})
    org.insert(admin, "PricebookEntry", body)
    assert refused(lambda: org.insert(admin, "PricebookEntry", body)).code == "DUPLICATE_VALUE"


def test_a_quote_takes_its_account_and_sums_its_lines(org: Org, sales: Caller) -> None:
    account = ids(org, 'SELECT Id FROM "Account" LIMIT 1')[0]
    deal = org.insert(sales, "Opportunity", DEAL | {"AccountId": account})
    add_line(org, sales, deal)
    quote = org.insert(sales, "Quote", {"Name": "Q", "OpportunityId": deal, "Tax": 100, "ShippingHandling": 20})
    body = {"QuoteId": quote, "PricebookEntryId": entry(org, "EC-100"), "Quantity": 2, "Discount": 25}
    line = org.insert(sales, "QuoteLineItem", body)
    assert values(org, "Quote", quote, "AccountId", "Subtotal", "TotalPrice", "GrandTotal", "Discount") == {
        "AccountId": account,
        "Subtotal": 3600.0,
        "TotalPrice": 2700.0,
        "GrandTotal": 2820.0,
        "Discount": 25.0,
    }
    assert values(org, "Quote", quote, "QuoteNumber")["QuoteNumber"].startswith("0000")
    org.delete(sales, "QuoteLineItem", line)
    assert values(org, "Quote", quote, "LineItemCount", "GrandTotal") == {"LineItemCount": 0, "GrandTotal": 120.0}


def test_a_case_is_numbered_closes_and_reopens(org: Org, support: Caller) -> None:
    first, second = (org.insert(support, "Case", {"Subject": "Help"}) for _ in range(2))
    numbers = [int(values(org, "Case", one, "CaseNumber")["CaseNumber"]) for one in (first, second)]
    assert numbers[1] == numbers[0] + 1
    assert values(org, "Case", first, "Status", "Priority", "IsClosed", "ClosedDate") == {
        "Status": "New",
        "Priority": "Medium",
        "IsClosed": 0,
        "ClosedDate": None,
    }
    org.update(support, "Case", first, {"Status": "Closed"})
    assert values(org, "Case", first, "IsClosed", "ClosedDate") == {
        "IsClosed": 1,
        "ClosedDate": "2026-11-18T20:30:00.000Z",
    }
    org.update(support, "Case", first, {"Status": "Working"})
    assert values(org, "Case", first, "IsClosed", "ClosedDate") == {"IsClosed": 0, "ClosedDate": None}


def test_a_refused_insert_gives_its_number_back(org: Org, admin: Caller) -> None:
    first = org.insert(admin, "Case", {"Subject": "A"})
    refused(lambda: org.insert(admin, "Case", {"Subject": "B", "Status": "Nonsense"}))
    second = org.insert(admin, "Case", {"Subject": "C"})
    numbers = [int(values(org, "Case", one, "CaseNumber")["CaseNumber"]) for one in (first, second)]
    assert numbers[1] == numbers[0] + 1


def test_a_case_shows_its_contact_and_follows_it(org: Org, admin: Caller) -> None:
    account = ids(org, 'SELECT Id FROM "Account" LIMIT 1')[0]
    contact = org.insert(admin, "Contact", {"LastName": "B", "AccountId": account, "Email": "b@x.example"})
    case = org.insert(admin, "Case", {"Subject": "Help", "ContactId": contact, "Comments": "Called back"})
    assert values(org, "Case", case, "AccountId", "ContactEmail") == {
        "AccountId": account,
        "ContactEmail": "b@x.example",
    }
    org.update(admin, "Contact", contact, {"Email": "c@x.example"})
    assert values(org, "Case", case, "ContactEmail") == {"ContactEmail": "c@x.example"}
    assert ids(org, 'SELECT CommentBody FROM "CaseComment" WHERE ParentId = ?', case) == ["Called back"]


def test_a_record_type_is_chosen_by_default_and_narrows_restricted_picklists(org: Org, sales: Caller) -> None:
    deal = org.insert(sales, "Opportunity", DEAL)
    kinds = dict(org.connection.execute('SELECT DeveloperName, Id FROM "RecordType"').fetchall())
    assert values(org, "Opportunity", deal, "RecordTypeId") == {"RecordTypeId": kinds["New_Business"]}
    body = DEAL | {"RecordTypeId": kinds["Renewal"]}
    refusal = refused(lambda: org.insert(sales, "Opportunity", body))
    assert refusal.code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert refusal.message == "Stage: bad value for restricted picklist field: Prospecting"
    assert org.insert(sales, "Opportunity", body | {"StageName": "Qualification"})


def test_a_campaign_counts_members_answers_and_deals(org: Org, admin: Caller) -> None:
    campaign = org.insert(admin, "Campaign", {"Name": "Fair"})
    assert ids(org, 'SELECT Label FROM "CampaignMemberStatus" WHERE CampaignId = ? ORDER BY SortOrder', campaign) == [
        "Sent",
        "Responded",
    ]
    lead = org.insert(admin, "Lead", {"LastName": "L", "Company": "Firm"})
    contact = ids(org, 'SELECT Id FROM "Contact" LIMIT 1')[0]
    member = org.insert(admin, "CampaignMember", {"CampaignId": campaign, "LeadId": lead})
    org.insert(admin, "CampaignMember", {"CampaignId": campaign, "ContactId": contact, "Status": "Responded"})
    org.insert(admin, "Opportunity", DEAL | {"CampaignId": campaign})
    org.insert(admin, "Opportunity", DEAL | {"CampaignId": campaign, "StageName": "Closed Won"})
    counted = ("NumberOfLeads", "NumberOfContacts", "NumberOfResponses", "NumberOfOpportunities")
    assert tuple(values(org, "Campaign", campaign, *counted).values()) == (1, 1, 1, 2)
    assert values(org, "Campaign", campaign, "AmountAllOpportunities", "AmountWonOpportunities") == {
        "AmountAllOpportunities": 2000.0,
        "AmountWonOpportunities": 1000.0,
    }
    assert values(org, "CampaignMember", member, "CompanyOrAccount", "Status") == {
        "CompanyOrAccount": "Firm",
        "Status": "Sent",
    }
    twice = refused(lambda: org.insert(admin, "CampaignMember", {"CampaignId": campaign, "LeadId": lead}))
    assert (twice.code, twice.message) == ("DUPLICATE_VALUE", "Already a campaign member.")
    org.delete(admin, "CampaignMember", member)
    assert values(org, "Campaign", campaign, "NumberOfLeads") == {"NumberOfLeads": 0}


def test_one_status_of_a_campaign_is_the_default_and_one_at_least_a_response(org: Org, admin: Caller) -> None:
    campaign = org.insert(admin, "Campaign", {"Name": "Fair"})
    sent, responded = ids(
        org, 'SELECT Id FROM "CampaignMemberStatus" WHERE CampaignId = ? ORDER BY SortOrder', campaign
    )
    body = {"CampaignId": campaign, "Label": "Invited", "IsDefault": True, "SortOrder": 9}
    invited = org.insert(admin, "CampaignMemberStatus", body)
    defaults = 'SELECT Id FROM "CampaignMemberStatus" WHERE CampaignId = ? AND IsDefault = 1'
    assert ids(org, defaults, campaign) == [invited]
    for status, change in ((invited, {"IsDefault": False}), (responded, {"HasResponded": False})):
        refusal = refused(lambda: org.update(admin, "CampaignMemberStatus", status, change))  # noqa: B023 - called at once
        assert (refusal.code, refusal.fields) == ("FIELD_INTEGRITY_EXCEPTION", list(change))
    org.update(admin, "CampaignMemberStatus", sent, {"IsDefault": True, "HasResponded": True})
    org.update(admin, "CampaignMemberStatus", responded, {"HasResponded": False})
    assert ids(org, defaults, campaign) == [sent]


def test_a_task_counts_for_the_account_behind_it(org: Org, sales: Caller) -> None:
    account = org.insert(sales, "Account", {"Name": "Acme"})
    contact = org.insert(sales, "Contact", {"LastName": "B", "AccountId": account})
    deal = org.insert(sales, "Opportunity", DEAL | {"AccountId": account})
    body = {"Subject": "Call", "WhatId": deal, "WhoId": contact, "Priority": "High", "ActivityDate": "2026-11-10"}
    task = org.insert(sales, "Task", body)
    assert values(org, "Task", task, "AccountId", "IsClosed", "IsHighPriority", "Status") == {
        "AccountId": account,
        "IsClosed": 0,
        "IsHighPriority": 1,
        "Status": "Not Started",
    }
    assert values(org, "Opportunity", deal, "HasOpenActivity", "HasOverdueTask") == {
        "HasOpenActivity": 1,
        "HasOverdueTask": 1,
    }
    org.update(sales, "Task", task, {"Status": "Completed"})
    for name, record_id in (("Account", account), ("Contact", contact), ("Opportunity", deal)):
        assert values(org, name, record_id, "LastActivityDate") == {"LastActivityDate": "2026-11-10"}
    assert values(org, "Task", task, "CompletedDateTime")["CompletedDateTime"] == "2026-11-18T20:30:00.000Z"


def test_an_event_needs_two_of_start_end_and_duration(org: Org, sales: Caller) -> None:
    start = {"Subject": "Demo", "StartDateTime": "2026-11-20T10:00:00Z"}
    by_length = org.insert(sales, "Event", start | {"DurationInMinutes": 90})
    by_end = org.insert(sales, "Event", start | {"EndDateTime": "2026-11-20T11:30:00Z"})
    for event in (by_length, by_end):
        assert values(org, "Event", event, "EndDateTime", "DurationInMinutes", "ActivityDate") == {
            "EndDateTime": "2026-11-20T11:30:00.000Z",
            "DurationInMinutes": 90,
            "ActivityDate": "2026-11-20",
        }


def test_a_file_makes_a_document_and_is_shared_where_it_was_published(org: Org, sales: Caller) -> None:
    account = ids(org, 'SELECT Id FROM "Account" LIMIT 1')[0]
    body = {"PathOnClient": "plan.pdf", "VersionData": "aGVsbG8=", "FirstPublishLocationId": account}
    version = org.insert(sales, "ContentVersion", body)
    row = values(org, "ContentVersion", version, "Title", "FileType", "ContentSize", "VersionNumber", "IsLatest")
    assert tuple(row.values()) == ("plan", "PDF", 5, "1", 1)
    document = values(org, "ContentVersion", version, "ContentDocumentId")["ContentDocumentId"]
    links = ids(org, 'SELECT LinkedEntityId FROM "ContentDocumentLink" WHERE ContentDocumentId = ?', document)
    assert links == [sales.user_id, account]
    second = org.insert(
        sales, "ContentVersion", {"PathOnClient": "plan.pdf", "VersionData": "aGk=", "ContentDocumentId": document}
    )
    assert values(org, "ContentVersion", version, "IsLatest") == {"IsLatest": 0}
    assert values(org, "ContentDocument", document, "LatestPublishedVersionId", "ContentSize") == {
        "LatestPublishedVersionId": second,
        "ContentSize": 2,
    }


def test_an_invoice_sums_its_lines(org: Org, admin: Caller) -> None:
    invoice = org.insert(admin, "Invoice__c", {})
    lines = [
        org.insert(admin, "Invoice_Line__c", {"Invoice__c": invoice, "Quantity__c": 2, "Unit_Price__c": price})
        for price in (5, 7.5)
    ]
    assert values(org, "Invoice__c", invoice, "Total__c") == {"Total__c": 25.0}
    org.delete(admin, "Invoice_Line__c", lines[0])
    assert values(org, "Invoice__c", invoice, "Total__c") == {"Total__c": 15.0}


def test_a_lead_starts_open_and_unread(org: Org, sales: Caller) -> None:
    with org.at(NOW - timedelta(days=1)):
        lead = org.insert(sales, "Lead", {"LastName": "L", "Company": "Firm"})
    assert values(org, "Lead", lead, "Status", "IsConverted", "IsUnreadByOwner", "OwnerId") == {
        "Status": "Open - Not Contacted",
        "IsConverted": 0,
        "IsUnreadByOwner": 1,
        "OwnerId": sales.user_id,
    }
