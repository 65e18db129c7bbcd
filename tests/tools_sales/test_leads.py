"""Leads: each verb is one call, and what it says is what the org holds afterwards."""

from typing import Any

import pytest
from server.world import READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of

NOWHERE = "00QE0000000zzzz"
OPEN_LEAD = (
    "SELECT Id, Company, LastName FROM \"Lead\" WHERE IsConverted = 0 AND Status = 'Qualified' AND IsDeleted = 0"
)


def lead_ids(world: World, count: int) -> list[str]:
    return [str(row[0]) for row in world.rows(f"{OPEN_LEAD} ORDER BY Id LIMIT {count}")]


async def test_a_lead_is_converted_in_two_calls(world: World) -> None:
    lead, company, last_name = world.rows(OPEN_LEAD)[0]
    result, calls = await calls_of(world, "convertLead", {"leadId": lead, "opportunityName": "Big & <new>"})
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    made = result.structured_content
    stored = world.rows(
        "SELECT IsConverted, Status, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId"
        ' FROM "Lead" WHERE Id = ?',
        lead,
    )
    assert stored == [(1, "Closed - Converted", made["accountId"], made["contactId"], made["opportunityId"])]
    assert world.rows('SELECT Name FROM "Account" WHERE Id = ?', made["accountId"]) == [(company,)]
    assert world.rows('SELECT LastName FROM "Contact" WHERE Id = ?', made["contactId"]) == [(last_name,)]
    assert world.rows('SELECT Name FROM "Opportunity" WHERE Id = ?', made["opportunityId"]) == [("Big & <new>",)]


async def test_a_lead_joins_an_account_without_an_opportunity_for_another_owner(world: World) -> None:
    lead = lead_ids(world, 1)[0]
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    about = {"leadId": lead, "accountId": account, "createOpportunity": False, "owner": "Maria Lopez"}
    result, calls = await calls_of(world, "convertLead", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    assert result.structured_content["accountId"] == account
    assert "opportunityId" not in result.structured_content
    owner = world.rows(
        'SELECT u.Name FROM "Contact" c JOIN "User" u ON u.Id = c.OwnerId WHERE c.Id = ?',
        result.structured_content["contactId"],
    )
    assert owner == [("Maria Lopez",)]


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"leadId": NOWHERE}, SALES, "INVALID_CROSS_REFERENCE_KEY"),
        ({"leadId": "not an id"}, SALES, "MALFORMED_ID"),
        ({}, SALES, "INVALID_ARGUMENTS"),
        ({"leadId": "", "convertedStatus": "Sold"}, SALES, "MALFORMED_ID"),
        ({"leadId": "LEAD", "convertedStatus": "Sold"}, SALES, "INVALID_INPUT"),
        ({"leadId": "LEAD", "owner": "Nobody Atall"}, SALES, "NO_SUCH_PERSON"),
        ({"leadId": "LEAD"}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_what_cannot_be_converted_stays_a_lead(world: World, more: dict[str, Any], user: str, code: str) -> None:
    lead = lead_ids(world, 1)[0]
    before = world.writes()
    arguments = {name: lead if value == "LEAD" else value for name, value in more.items()}
    result, _ = await calls_of(world, "convertLead", arguments, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code
    assert world.writes() == before


async def test_a_status_of_converted_leads_is_taken_in_any_capitals_and_others_are_told_which_there_are(
    world: World,
) -> None:
    first, second = lead_ids(world, 2)
    wrong, _ = await calls_of(world, "convertLead", {"leadId": first, "convertedStatus": "converted"})
    assert wrong.structured_content["hint"] == "There is Closed - Converted. Nothing was changed."
    right, _ = await calls_of(world, "convertLead", {"leadId": second, "convertedStatus": "CLOSED - converted"})
    assert right.structured_content["status"] == "Closed - Converted"
    assert world.rows('SELECT Status FROM "Lead" WHERE Id = ?', second) == [("Closed - Converted",)]


async def test_a_contact_without_its_account_and_ids_of_another_kind_are_told_before_anything_is_sent(
    world: World,
) -> None:
    lead = lead_ids(world, 1)[0]
    contact, account = world.rows('SELECT Id, AccountId FROM "Contact" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0]
    for given, field, said in (
        ({"leadId": lead, "contactId": contact}, "accountId", "contactId needs accountId"),
        (
            {"leadId": contact},
            "leadId",
            f"{contact} is the id of a record of Contact; leadId takes that of a record of",
        ),
        ({"leadId": lead, "accountId": contact}, "accountId", "is the id of a record of Contact; accountId takes"),
        ({"leadId": "Jo O'Hara"}, "leadId", "is not a record id"),
    ):
        result, calls = await calls_of(world, "convertLead", given)
        assert calls == 0
        assert result.structured_content["fields"] == [field]
        assert said in result.structured_content["message"]
    assert account
    query = result.structured_content["hint"].partition("with: ")[2].removesuffix(".")
    async with world.client(SALES) as client:
        assert not (await client.call_tool("executeQuery", {"soql": query})).is_error


async def test_a_converted_lead_is_not_converted_again(world: World) -> None:
    converted = world.rows('SELECT Id FROM "Lead" WHERE IsConverted = 1 LIMIT 1')[0][0]
    before = world.writes()
    result, _ = await calls_of(world, "convertLead", {"leadId": converted})
    assert result.structured_content["code"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert world.writes() == before


async def test_leads_are_qualified_and_assigned_by_name_in_one_step(world: World) -> None:
    leads = lead_ids(world, 3)
    about = {"leadIds": leads, "assignTo": "John Miller", "status": "Working - Contacted", "rating": "Hot"}
    result, calls = await calls_of(world, "assignLead", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    for lead in leads:
        stored = world.rows(
            'SELECT l.Status, l.Rating, u.Name FROM "Lead" l JOIN "User" u ON u.Id = l.OwnerId WHERE l.Id = ?', lead
        )
        assert stored == [("Working - Contacted", "Hot", "John Miller")]
    assert result.structured_content["changed"] == 3


async def test_a_first_name_is_enough_where_it_fits_one_person_and_a_queue_is_found_too(world: World) -> None:
    lead = lead_ids(world, 1)[0]
    first, _ = await calls_of(world, "assignLead", {"leadIds": [lead], "assignTo": "John"})
    assert not first.is_error, first.content[0].text
    second, _ = await calls_of(world, "assignLead", {"leadIds": [lead], "assignTo": "New Leads"})
    assert not second.is_error, second.content[0].text
    queue = world.rows("SELECT Id FROM \"Group\" WHERE Name = 'New Leads'")[0][0]
    assert world.rows('SELECT OwnerId FROM "Lead" WHERE Id = ?', lead) == [(queue,)]


async def test_one_bad_lead_leaves_all_as_they_were(world: World) -> None:
    leads = lead_ids(world, 2)
    before = world.rows('SELECT Id, Status, OwnerId FROM "Lead" ORDER BY Id')
    result, _ = await calls_of(world, "assignLead", {"leadIds": [*leads, NOWHERE], "status": "Working - Contacted"})
    assert result.is_error
    assert "leadIds[2]" in result.structured_content["message"]
    assert "Nothing was changed" in result.structured_content["hint"]
    assert world.rows('SELECT Id, Status, OwnerId FROM "Lead" ORDER BY Id') == before


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"assignTo": "M"}, SALES, "AMBIGUOUS_NAME"),
        ({"assignTo": "Bob Former"}, SALES, "NO_SUCH_PERSON"),
        ({"status": "Sold"}, SALES, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({}, SALES, "INVALID_INPUT"),
        ({"status": "Qualified", "assignTo": "John", "useAssignmentRule": True}, SALES, "INVALID_INPUT"),
        ({"status": "Working - Contacted"}, SUPPORT, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_what_cannot_be_assigned_is_explained(world: World, more: dict[str, Any], user: str, code: str) -> None:
    before = world.writes()
    result, _ = await calls_of(world, "assignLead", {"leadIds": lead_ids(world, 1), **more}, user=user)
    assert result.structured_content["code"] == code
    assert world.writes() == before


async def test_a_locked_lead_is_reported_and_stays(world: World) -> None:
    lead = lead_ids(world, 1)[0]
    world.faults.lock_rows()
    result, _ = await calls_of(world, "assignLead", {"leadIds": [lead], "status": "Working - Contacted"})
    assert result.structured_content["code"] == "UNABLE_TO_LOCK_ROW"
    assert world.rows('SELECT Status FROM "Lead" WHERE Id = ?', lead) == [("Qualified",)]


async def test_scores_are_made_of_reasons_and_the_best_come_first(world: World) -> None:
    result, calls = await calls_of(world, "scoreLeads", {})
    assert calls <= 2
    told = result.structured_content
    scores = [row[4] for row in told["rows"]]
    assert scores == sorted(scores, reverse=True)
    assert max(scores) > min(scores)
    for row in told["rows"]:
        points = sum(int(reason.rpartition(" ")[2]) for reason in row[6])
        assert row[4] == max(0, min(100, points))


async def test_points_can_be_weighed_otherwise(world: World) -> None:
    leads = lead_ids(world, 5)
    result, _ = await calls_of(world, "scoreLeads", {"leadIds": leads, "points": {"Phone": 0, "businessemail": 50}})
    assert {row[0] for row in result.structured_content["rows"]} == set(leads)
    assert not any("phone" in reason for row in result.structured_content["rows"] for reason in row[6])
    wrong, _ = await calls_of(world, "scoreLeads", {"points": {"luck": 5}})
    assert wrong.is_error
    assert "businessEmail" in wrong.structured_content["hint"]


async def test_the_orgs_own_rule_routes_leads(world: World) -> None:
    leads = [str(row[0]) for row in world.rows(f"{OPEN_LEAD} AND LeadSource = 'Web' ORDER BY Id LIMIT 2")]
    result, calls = await calls_of(world, "assignLead", {"leadIds": leads, "useAssignmentRule": True})
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    owners = world.rows(
        'SELECT DISTINCT g.Name FROM "Lead" l JOIN "Group" g ON g.Id = l.OwnerId WHERE l.Id IN (?, ?)', *leads
    )
    assert len(leads) == 2
    assert owners == [("New Leads",)]


async def test_a_lead_becomes_a_contact_there_is_and_no_second_one(world: World) -> None:
    lead = lead_ids(world, 1)[0]
    contact, account = world.rows('SELECT Id, AccountId FROM "Contact" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0]
    before = world.rows('SELECT count(*) FROM "Contact"')
    about = {"leadId": lead, "accountId": account, "contactId": contact}
    result, calls = await calls_of(world, "convertLead", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    assert result.structured_content["contactId"] == contact
    assert world.rows('SELECT count(*) FROM "Contact"') == before
    stranger = world.rows('SELECT Id FROM "Contact" WHERE AccountId <> ? AND IsDeleted = 0 LIMIT 1', account)[0][0]
    other, _ = await calls_of(world, "convertLead", {**about, "leadId": lead_ids(world, 1)[0], "contactId": stranger})
    assert other.structured_content["code"] == "INVALID_CROSS_REFERENCE_KEY"


async def test_a_duplicate_stops_a_conversion_until_it_is_allowed(world: World) -> None:
    lead, company, _ = world.rows(OPEN_LEAD)[0]
    caller = world.org.caller(world.site.user_id(SALES))
    world.org.insert(caller, "Account", {"Name": company})
    world.org.duplicates.actions["Account"] = "block"
    before = world.writes()
    stopped, _ = await calls_of(world, "convertLead", {"leadId": lead})
    assert stopped.structured_content["code"] == "DUPLICATES_DETECTED"
    assert "allowDuplicates" in stopped.structured_content["hint"]
    assert world.writes() == before
    allowed, _ = await calls_of(world, "convertLead", {"leadId": lead, "allowDuplicates": True})
    assert not allowed.is_error, allowed.content[0].text


async def test_the_orgs_own_score_stands_beside_ours(world: World) -> None:
    lead = lead_ids(world, 1)[0]
    result, _ = await calls_of(world, "scoreLeads", {"leadIds": [lead]})
    told = dict(zip(result.structured_content["columns"], result.structured_content["rows"][0], strict=True))
    assert told["orgScore"] == world.rows('SELECT Score__c FROM "Lead" WHERE Id = ?', lead)[0][0]


async def test_open_leads_that_are_not_scored_are_not_passed_over_in_silence(world: World) -> None:
    whole, _ = await calls_of(world, "scoreLeads", {})
    assert "note" not in whole.structured_content
    caller = world.org.caller(world.site.user_id(SALES))
    for number in range(200):
        world.org.insert(caller, "Lead", {"LastName": f"L{number}", "Company": "Many"})
    result, _ = await calls_of(world, "scoreLeads", {"minimumScore": 100})
    assert result.structured_content["leadsRead"] == 200
    assert "Only the 200 newest open leads were read" in result.structured_content["note"]
