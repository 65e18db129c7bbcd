"""convertLead: three records from one, everything that hung on the lead, and nothing when it cannot be."""

import pytest
from emulator_http.world import ADMIN, SALES, SUPPORT
from emulator_soap.caller import Soap, errors, said

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

STATUS = "Closed - Converted"
LEAD = {
    "FirstName": "Ada",
    "LastName": "Bell",
    "Company": "Bell Works",
    "Email": "ada@bell.example",
    "Phone": "+1 555 0100",
    "Title": "CTO",
    "Street": "1 Long St",
    "City": "Austin",
    "State": "TX",
    "Country": "USA",
    "LeadSource": "Web",
    "Industry": "Technology",
}


def admin(org: Org) -> Caller:
    user_id = org.check_password(ADMIN, "demo")
    assert user_id
    return org.caller(user_id)


def lead(org: Org, **values: str) -> str:
    return org.insert(admin(org), "Lead", {**LEAD, **values})


def asked(lead_id: str, **more: str) -> str:
    """In the order of the WSDL."""
    order = (
        "accountId",
        "bypassAccountDedupeCheck",
        "contactId",
        "convertedStatus",
        "doNotCreateOpportunity",
        "leadId",
    )
    parts = {"convertedStatus": STATUS, "doNotCreateOpportunity": "false", "leadId": lead_id, **more}
    names = [*order, *(name for name in parts if name not in order)]
    inner = "".join(f"<urn:{name}>{parts[name]}</urn:{name}>" for name in names if name in parts)
    return f"<urn:convertLead><urn:leadConverts>{inner}</urn:leadConverts></urn:convertLead>"


async def test_a_lead_becomes_an_account_a_contact_and_an_opportunity(soap: Soap, org: Org) -> None:
    lead_id = lead(org)
    (result,) = await soap.call(asked(lead_id, opportunityName="Bell - New"))

    assert [part.tag for part in result] == ["accountId", "contactId", "leadId", "opportunityId", "success"]
    account = org.row("Account", said(result, "accountId") or "") or {}
    contact = org.row("Contact", said(result, "contactId") or "") or {}
    opportunity = org.row("Opportunity", said(result, "opportunityId") or "") or {}
    assert (account["Name"], account["Industry"], account["BillingCity"]) == ("Bell Works", "Technology", "Austin")
    assert (contact["Name"], contact["Email"], contact["MailingStreet"]) == (
        "Ada Bell",
        "ada@bell.example",
        "1 Long St",
    )
    assert contact["AccountId"] == opportunity["AccountId"] == account["Id"]
    assert (opportunity["Name"], opportunity["StageName"]) == ("Bell - New", "Prospecting")
    assert (opportunity["CloseDate"], opportunity["IsClosed"]) == ("2026-12-31", 0)
    converted = org.row("Lead", lead_id) or {}
    assert (converted["IsConverted"], converted["Status"], converted["ConvertedDate"]) == (1, STATUS, "2026-11-18")
    assert (converted["ConvertedAccountId"], converted["ConvertedContactId"], converted["ConvertedOpportunityId"]) == (
        account["Id"],
        contact["Id"],
        opportunity["Id"],
    )
    roles = 'SELECT ContactId, IsPrimary FROM "OpportunityContactRole" WHERE OpportunityId = ?'
    assert org.connection.execute(roles, (opportunity["Id"],)).fetchall() == [(contact["Id"], 1)]


async def test_activities_and_memberships_go_with_the_contact(soap: Soap, org: Org) -> None:
    lead_id, user = lead(org), admin(org)
    task = org.insert(user, "Task", {"Subject": "Call", "WhoId": lead_id})
    campaign = org.insert(user, "Campaign", {"Name": "Spring"})
    member = org.insert(user, "CampaignMember", {"CampaignId": campaign, "LeadId": lead_id})
    (result,) = await soap.call(asked(lead_id))

    moved = org.row("Task", task) or {}
    assert (moved["WhoId"], moved["WhatId"]) == (said(result, "contactId"), said(result, "opportunityId"))
    assert moved["AccountId"] == said(result, "accountId")
    assert (org.row("CampaignMember", member) or {})["ContactId"] == said(result, "contactId")
    counted = org.row("Campaign", campaign) or {}
    assert (counted["NumberOfConvertedLeads"], counted["NumberOfContacts"], counted["NumberOfOpportunities"]) == (
        1,
        1,
        1,
    )


async def test_without_an_opportunity_its_id_is_nil(soap: Soap, org: Org) -> None:
    before = org.record_count("Opportunity")
    (result,) = await soap.call(asked(lead(org), doNotCreateOpportunity="true"))

    assert (said(result, "opportunityId"), said(result, "success")) == (None, "true")
    assert org.record_count("Opportunity") == before


async def test_an_account_that_is_there_is_used_and_keeps_what_it_says(soap: Soap, org: Org) -> None:
    account = org.insert(admin(org), "Account", {"Name": "Bell Holdings", "Phone": "1"})
    (result,) = await soap.call(asked(lead(org), accountId=account))

    row = org.row("Account", account) or {}
    assert said(result, "accountId") == account
    assert (row["Name"], row["Phone"], row["Industry"]) == ("Bell Holdings", "1", "Technology")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"convertedStatus": "Qualified"}, "INVALID_STATUS"),
        ({"leadId": "00Q000000000000EAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"leadId": "nonsense"}, "MALFORMED_ID"),
        ({"accountId": "001000000000000AAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"ownerId": "005000000000000AAA"}, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
async def test_what_cannot_be_is_an_error_of_the_row_and_changes_nothing(
    soap: Soap, org: Org, more: dict[str, str], code: str
) -> None:
    lead_id = lead(org)
    before = "\n".join(org.connection.iterdump())
    (result,) = await soap.call(asked(lead_id, **more))

    assert (errors(result)[0], said(result, "success")) == (code, "false")
    assert "\n".join(org.connection.iterdump()) == before


async def test_a_contact_of_another_account_is_refused(soap: Soap, org: Org) -> None:
    user = admin(org)
    one, other = (org.insert(user, "Account", {"Name": name}) for name in ("One", "Other"))
    contact = org.insert(user, "Contact", {"LastName": "Bell", "AccountId": other})
    (result,) = await soap.call(asked(lead(org), accountId=one, contactId=contact))

    assert errors(result)[0] == "INVALID_CROSS_REFERENCE_KEY"


async def test_a_converted_lead_is_not_converted_again(soap: Soap, org: Org) -> None:
    lead_id = lead(org)
    await soap.call(asked(lead_id))
    (result,) = await soap.call(asked(lead_id))

    assert errors(result) == ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


async def test_who_may_not_convert_hears_it(soap: Soap, org: Org) -> None:
    lead_id = lead(org)
    (refused,) = await soap.signed_in(SUPPORT).call(asked(lead_id))
    (done,) = await soap.signed_in(SALES).call(asked(lead_id))

    assert errors(refused)[0] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert said(done, "success") == "true"


async def test_all_or_none_takes_back_the_good_with_the_bad(soap: Soap, org: Org) -> None:
    good = lead(org)
    both = asked(good).replace("</urn:convertLead>", "") + asked("00Q000000000000EAA").replace("<urn:convertLead>", "")
    header = "<urn:AllOrNoneHeader><urn:allOrNone>true</urn:allOrNone></urn:AllOrNoneHeader>"
    results = await soap.call(both, headers=header)

    assert [errors(one)[0] for one in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "INVALID_CROSS_REFERENCE_KEY",
    ]
    assert (org.row("Lead", good) or {})["IsConverted"] == 0


async def test_a_duplicate_stops_the_conversion_unless_it_is_passed_over(soap: Soap, org: Org) -> None:
    org.duplicates.actions["Account"] = "block"
    org.insert(admin(org), "Account", {"Name": "Bell Works, Inc."})
    lead_id = lead(org)
    (refused,) = await soap.call(asked(lead_id))
    (done,) = await soap.call(asked(lead_id, bypassAccountDedupeCheck="true"))

    assert errors(refused) == ("DUPLICATES_DETECTED", "Use one of these records?")
    assert said(done, "success") == "true"


async def test_records_within_a_conversion_are_not_emulated(soap: Soap, org: Org) -> None:
    operation = asked(lead(org), accountRecord="<so:Name>Other</so:Name>")
    answer = await soap.post(operation)

    assert (answer.status_code, "NOT_EMULATED" in answer.text) == (500, True)
