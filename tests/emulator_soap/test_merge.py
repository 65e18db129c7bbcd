"""merge, undelete and emptyRecycleBin."""

import pytest
from emulator_http.world import SALES
from emulator_soap.caller import Soap, errors, said
from emulator_soap.test_convert_lead import admin

from salesforce_emulator.org import Org


def merging(kind: str, master: str, *others: str, fields: str = "") -> str:
    losers = "".join(f"<urn:recordToMergeIds>{other}</urn:recordToMergeIds>" for other in others)
    return (
        '<urn:merge><urn:request><urn:masterRecord xsi:type="so:sObject">'
        f"<so:type>{kind}</so:type><so:Id>{master}</so:Id>{fields}</urn:masterRecord>{losers}</urn:request></urn:merge>"
    )


def listed(operation: str, *record_ids: str) -> str:
    return f"<urn:{operation}>" + "".join(f"<urn:ids>{one}</urn:ids>" for one in record_ids) + f"</urn:{operation}>"


async def test_cases_that_the_user_does_not_own_are_not_merged(soap: Soap, org: Org) -> None:
    nora = org.connection.execute("SELECT Id FROM \"User\" WHERE Username = 'nora.patel@demo.example'").fetchone()[0]
    master, other = (org.insert(admin(org), "Case", {"Subject": "Same", "OwnerId": nora}) for _ in range(2))
    (result,) = await soap.signed_in(SALES).call(merging("Case", master, other))
    assert errors(result)[0] == "INVALID_CROSS_REFERENCE_KEY"
    (result,) = await soap.call(merging("Case", master, other))
    assert said(result, "success") == "true"
    shares = 'SELECT count(*) FROM "CaseShare" WHERE CaseId = ? AND IsDeleted = 0'
    assert org.connection.execute(shares, (master,)).fetchone() == (1,)


async def test_what_hung_on_the_losers_hangs_on_the_master(soap: Soap, org: Org) -> None:
    user = admin(org)
    master, first, second = (
        org.insert(user, "Account", {"Name": name, "ERP_Id__c": key})
        for name, key in (("Acme", "E-1"), ("Acme Inc", "E-2"), ("ACME", "E-3"))
    )
    contact = org.insert(user, "Contact", {"LastName": "Bell", "AccountId": first})
    deal = org.insert(
        user,
        "Opportunity",
        {"Name": "Deal", "AccountId": second, "StageName": "Prospecting", "CloseDate": "2026-12-01"},
    )
    child = org.insert(user, "Account", {"Name": "Daughter", "ParentId": first})
    fields = "<so:ERP_Id__c>E-2</so:ERP_Id__c><so:Phone>555</so:Phone>"
    (result,) = await soap.call(merging("Account", master, first, second, fields=fields))

    assert (said(result, "id"), said(result, "success")) == (master, "true")
    assert [one.text for one in result.findall("mergedRecordIds")] == [first, second]
    assert {contact, deal, child} <= {one.text for one in result.findall("updatedRelatedIds")}
    row = org.row("Account", master) or {}
    assert (row["Name"], row["ERP_Id__c"], row["Phone"], row["IsDeleted"]) == ("Acme", "E-2", "555", 0)
    assert (org.row("Contact", contact) or {})["AccountId"] == master
    assert (org.row("Opportunity", deal) or {})["AccountId"] == master
    assert (org.row("Account", child) or {})["ParentId"] == master
    for loser in (first, second):
        gone = org.row("Account", loser) or {}
        assert (gone["IsDeleted"], gone["MasterRecordId"]) == (1, master)


async def test_a_parent_that_is_merged_into_its_child_leaves_no_circle(soap: Soap, org: Org) -> None:
    user = admin(org)
    parent = org.insert(user, "Account", {"Name": "Parent"})
    child = org.insert(user, "Account", {"Name": "Child", "ParentId": parent})
    (result,) = await soap.call(merging("Account", child, parent))

    assert said(result, "success") == "true"
    assert (org.row("Account", child) or {})["ParentId"] is None


async def test_a_member_of_the_same_campaign_is_counted_once_after_the_merge(soap: Soap, org: Org) -> None:
    user = admin(org)
    campaign = org.insert(user, "Campaign", {"Name": "Spring"})
    master, other = (org.insert(user, "Contact", {"LastName": name}) for name in ("Bell", "Bel"))
    for contact in (master, other):
        org.insert(user, "CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    await soap.call(merging("Contact", master, other))

    assert (org.row("Campaign", campaign) or {})["NumberOfContacts"] == 1


async def test_leads_and_cases_merge_too(soap: Soap, org: Org) -> None:
    user = admin(org)
    leads = [org.insert(user, "Lead", {"LastName": "Bell", "Company": "B"}) for _ in range(3)]
    cases = [org.insert(user, "Case", {"Subject": "Broken"}) for _ in range(2)]
    (of_leads,) = await soap.call(merging("Lead", *leads))
    (of_cases,) = await soap.call(merging("Case", *cases), path="u/39.0")

    assert [said(one, "success") for one in (of_leads, of_cases)] == ["true", "true"]
    assert [bool((org.row("Lead", one) or {})["IsDeleted"]) for one in leads] == [False, True, True]


@pytest.mark.parametrize(
    ("losers", "code"),
    [
        (["001000000000000AAA"], "INVALID_CROSS_REFERENCE_KEY"),
        (["003000000000000AAA"], "INVALID_FIELD"),
        (["nonsense"], "MALFORMED_ID"),
        ([], "INVALID_NUMBER_FOR_OPERATION"),
        (["master"], "DUPLICATE_VALUE"),
    ],
)
async def test_what_cannot_be_merged_stays_as_it_is(soap: Soap, org: Org, losers: list[str], code: str) -> None:
    master = org.insert(admin(org), "Account", {"Name": "Acme"})
    before = "\n".join(org.connection.iterdump())
    given = [master if one == "master" else one for one in losers]
    (result,) = await soap.call(merging("Account", master, *given))

    assert (errors(result)[0], said(result, "success")) == (code, "false")
    assert "\n".join(org.connection.iterdump()) == before


async def test_who_may_not_delete_may_not_merge(soap: Soap, org: Org) -> None:
    master, other = (org.insert(admin(org), "Account", {"Name": name}) for name in "AB")
    (result,) = await soap.signed_in(SALES).call(merging("Account", master, other))

    assert errors(result)[0] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert (org.row("Account", other) or {})["IsDeleted"] == 0


async def test_undelete_brings_a_record_back_with_its_children(soap: Soap, org: Org) -> None:
    user = admin(org)
    account = org.insert(user, "Account", {"Name": "Acme"})
    contact = org.insert(user, "Contact", {"LastName": "Bell", "AccountId": account})
    org.delete(user, "Account", account)
    done, refused, bent = await soap.call(listed("undelete", account, "001000000000000AAA", "x"))

    assert (said(done, "id"), said(done, "success")) == (account, "true")
    assert errors(refused) == ("UNDELETE_FAILED", "Entity is not in the recycle bin")
    assert errors(bent)[0] == "MALFORMED_ID"
    assert (org.row("Contact", contact) or {})["IsDeleted"] == 0


async def test_an_emptied_recycle_bin_gives_nothing_back(soap: Soap, org: Org) -> None:
    user = admin(org)
    account = org.insert(user, "Account", {"Name": "Acme"})
    contact = org.insert(user, "Contact", {"LastName": "Bell", "AccountId": account})
    org.delete(user, "Account", account)
    (done,) = await soap.call(listed("emptyRecycleBin", account))
    (again,) = await soap.call(listed("emptyRecycleBin", account))
    (back,) = await soap.call(listed("undelete", account))

    assert said(done, "success") == "true"
    assert (errors(again)[0], errors(back)[0]) == ("RECORD_NOT_FOUND", "UNDELETE_FAILED")
    assert (org.row("Account", account), org.row("Contact", contact)) == (None, None)


async def test_no_session_is_a_fault(soap: Soap) -> None:
    answer = await Soap(soap.client, soap.site, "wrong").post(listed("undelete", "001000000000000AAA"))

    assert answer.status_code == 500
    assert "sf:INVALID_SESSION_ID" in answer.text


async def test_more_than_two_hundred_are_a_fault(soap: Soap) -> None:
    answer = await soap.post(listed("undelete", *["001000000000000AAA"] * 201))

    assert (answer.status_code, "EXCEEDED_ID_LIMIT" in answer.text) == (500, True)


async def test_the_enterprise_wsdl_says_the_type_as_an_attribute(soap: Soap, org: Org) -> None:
    master, other = (org.insert(admin(org), "Account", {"Name": name}) for name in "AB")
    operation = merging("Account", master, other, fields="<so:fieldsToNull>Phone</so:fieldsToNull>")
    operation = operation.replace("<so:type>Account</so:type>", "").replace("so:sObject", "so:Account")
    (result,) = await soap.call(operation, path="c/60.0")

    assert said(result, "success") == "true"


async def test_soap_calls_count_as_requests(soap: Soap) -> None:
    before = soap.site.usage.used
    await soap.call("<urn:getServerTimestamp/>")
    assert soap.site.usage.used == before + 1
    soap.site.faults.spend_limit()
    answer = await soap.post("<urn:getServerTimestamp/>")

    assert (answer.status_code, "sf:REQUEST_LIMIT_EXCEEDED" in answer.text) == (500, True)
