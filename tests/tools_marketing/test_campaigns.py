"""Campaigns from their beginning to their return; people in them, one by one accounted for."""

# ruff: noqa: S608 - the statements are the test's own

import pytest
from server.world import ADMIN, READ_ONLY, SALES, World

from salesforce_emulator import ids

ALL = "/mcp/x/all"


def calls(world: World) -> int:
    return len(world.salesforce_requests)


def campaign(world: World) -> str:
    return str(world.rows('SELECT Id FROM "Campaign" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0])


def outsiders(world: World, object_name: str, column: str, number: int) -> list[str]:
    inside = f'SELECT {column} FROM "CampaignMember" WHERE CampaignId = ? AND {column} IS NOT NULL'
    converted = " AND IsConverted = 0" if object_name == "Lead" else ""
    query = f'SELECT Id FROM "{object_name}" WHERE IsDeleted = 0{converted} AND Id NOT IN ({inside}) LIMIT {number}'
    return [row[0] for row in world.rows(query, campaign(world))]


async def test_a_campaign_begins_with_its_own_statuses_in_one_call(world: World) -> None:
    given = {
        "name": "Spring Webinar",
        "type": "Webinar",
        "startDate": "2027-03-01",
        "endDate": "2027-03-31",
        "budgetedCost": 5000,
        "record": {"ExpectedRevenue": 90000},
        "memberStatuses": [{"label": "Registered"}, {"label": "Attended", "responded": True}],
    }
    async with world.client(path=ALL) as client:
        result = await client.call_tool("createCampaign", given)
    assert not result.is_error, result.content[0].text
    made = result.structured_content["campaignId"]
    stored = world.rows(
        'SELECT Name, Type, StartDate, EndDate, BudgetedCost, ExpectedRevenue, IsActive FROM "Campaign" WHERE Id = ?',
        made,
    )
    assert stored == [("Spring Webinar", "Webinar", "2027-03-01", "2027-03-31", 5000.0, 90000.0, 1)]
    labels = world.rows(
        'SELECT Label, HasResponded FROM "CampaignMemberStatus" WHERE CampaignId = ? ORDER BY SortOrder', made
    )
    assert labels == [("Sent", 0), ("Responded", 1), ("Registered", 0), ("Attended", 1)]
    told = result.structured_content
    assert told["columns"] == ["memberStatus", "default", "responded"]
    assert told["rows"] == [
        ["Sent", True, False],
        ["Responded", False, True],
        ["Registered", False, False],
        ["Attended", False, True],
    ]
    assert calls(world) == 1


async def test_a_new_member_gets_the_status_that_was_made_the_default(world: World) -> None:
    statuses = [{"label": "Invited", "default": True}, {"label": "responded", "responded": True}, "Sent"]
    lead = outsiders(world, "Lead", "LeadId", 1)
    async with world.client(path=ALL) as client:
        made = await client.call_tool("createCampaign", {"name": "Fair", "memberStatuses": statuses})
        campaign_id = made.structured_content["campaignId"]
        await client.call_tool("addCampaignMembers", {"campaignId": campaign_id, "people": lead})
    assert made.structured_content["rows"] == [
        ["Sent", False, False],
        ["Responded", False, True],
        ["Invited", True, False],
    ]
    assert world.rows('SELECT Status FROM "CampaignMember" WHERE CampaignId = ?', campaign_id) == [("Invited",)]


@pytest.mark.parametrize(
    "statuses",
    [
        [{"label": "Invited"}, {"label": "invited"}],
        [{"label": "A", "default": True}, {"label": "B", "default": True}],
        [{"label": "Sent", "responded": True}],
        [{"label": "Responded"}],
        [{"label": "Responded", "responded": True, "default": True}],
    ],
)
async def test_statuses_that_a_campaign_cannot_have_make_none(world: World, statuses: list[dict[str, object]]) -> None:
    before = world.writes()
    async with world.client(path=ALL) as client:
        result = await client.call_tool("createCampaign", {"name": "Fair", "memberStatuses": statuses})
    assert result.structured_content["fields"] == ["memberStatuses"]
    assert world.writes() == before
    assert calls(world) == 0


async def test_what_cannot_be_reckoned_is_empty_with_its_reason(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    bare = world.org.insert(admin, "Campaign", {"Name": "Bare", "ActualCost": 0})
    paid = world.org.insert(admin, "Campaign", {"Name": "Paid", "ActualCost": 500})
    contact = world.rows('SELECT Id FROM "Contact" WHERE IsDeleted = 0')[0][0]
    world.org.insert(admin, "CampaignMember", {"CampaignId": paid, "ContactId": contact})
    judged = ("responseRate", "costPerLead", "costPerResponse", "roi", "lacking")
    told = {}
    async with world.client(path=ALL) as client:
        for one in (bare, paid):
            content = (await client.call_tool("getCampaignPerformance", {"campaign": one})).structured_content
            told[one] = [dict(zip(content["columns"], content["rows"][0], strict=True))[name] for name in judged]
    assert told[bare] == [None, None, None, None, "no members, no leads, no responses, no cost"]
    assert told[paid] == [0, None, None, -1, "no leads, no responses"]


async def test_a_campaign_that_cannot_be_leaves_nothing(world: World) -> None:
    before = world.rows('SELECT count(*) FROM "Campaign"')
    async with world.client(path=ALL) as client:
        backwards = await client.call_tool(
            "createCampaign", {"name": "x", "startDate": "2027-02-01", "endDate": "2027-01-01"}
        )
        unknown = await client.call_tool("createCampaign", {"name": "x", "record": {"Budget": 1}})
        missing = await client.call_tool("createCampaign", {})
    assert "would end before it starts" in backwards.content[0].text
    assert unknown.structured_content["code"] == "INVALID_FIELD"
    assert "name is missing" in missing.content[0].text
    async with world.client(READ_ONLY, path=ALL) as client:
        denied = await client.call_tool("createCampaign", {"name": "x"})
    assert denied.is_error
    assert world.rows('SELECT count(*) FROM "Campaign"') == before


async def test_leads_and_contacts_come_in_and_members_change_their_status(world: World) -> None:
    into = campaign(world)
    leads, contacts = outsiders(world, "Lead", "LeadId", 3), outsiders(world, "Contact", "ContactId", 2)
    async with world.client(path=ALL) as client:
        first = await client.call_tool("addCampaignMembers", {"campaignId": into, "people": [*leads, *contacts]})
        used = calls(world)
        again = await client.call_tool(
            "addCampaignMembers", {"campaignId": into, "people": [leads[0][:15], contacts[0]], "status": "responded"}
        )
    assert not first.is_error, first.content[0].text
    assert first.structured_content == {"added": 5, "changed": 0, "unchanged": 0}
    assert again.structured_content == {"added": 0, "changed": 2, "unchanged": 0}
    assert used <= 2
    assert calls(world) - used <= 2
    query = 'SELECT Status, HasResponded FROM "CampaignMember" WHERE CampaignId = ? AND (LeadId = ? OR ContactId = ?)'
    assert world.rows(query, into, leads[0], contacts[0]) == [("Responded", 1), ("Responded", 1)]
    assert world.rows(query, into, leads[1], "") == [("Sent", 0)]


async def test_a_person_who_cannot_come_in_is_told_and_the_others_are_in(world: World) -> None:
    into, (lead, *_) = campaign(world), outsiders(world, "Lead", "LeadId", 1)
    ghost = ids.make("00Q", 999_999)
    async with world.client(path=ALL) as client:
        result = await client.call_tool("addCampaignMembers", {"campaignId": into, "people": [lead, ghost]})
    told = result.structured_content
    assert result.is_error
    assert (told["added"], told["failed"]) == (1, 1)
    assert told["failures"][0]["person"] == ghost
    assert told["failures"][0]["error"]["code"]
    assert world.rows('SELECT count(*) FROM "CampaignMember" WHERE LeadId = ? AND CampaignId = ?', lead, into) == [(1,)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"status": "Dancing"}, "It has Sent, Responded"),
        ({"people": []}, "people"),
        ({"people": ["001E00000000001IAA"]}, "neither a lead nor a contact"),
        ({"campaignId": ids.make("701", 99_999)}, "NOT_FOUND"),
        ({"campaignId": "Spring"}, "record id"),
    ],
)
async def test_members_that_make_no_sense_change_nothing(world: World, change: dict[str, object], named: str) -> None:
    before = world.rows('SELECT count(*) FROM "CampaignMember"')
    given = {"campaignId": campaign(world), "people": outsiders(world, "Lead", "LeadId", 1), **change}
    async with world.client(path=ALL) as client:
        result = await client.call_tool("addCampaignMembers", given)
    assert result.is_error
    assert named in result.content[0].text
    assert world.rows('SELECT count(*) FROM "CampaignMember"') == before


async def test_the_performance_of_campaigns_adds_up(world: World) -> None:
    async with world.client(SALES) as client:
        every = await client.call_tool("getCampaignPerformance", {})
        one = await client.call_tool("getCampaignPerformance", {"campaign": campaign(world)})
        named = await client.call_tool("getCampaignPerformance", {"campaign": "trade show"})
        none = await client.call_tool("getCampaignPerformance", {"campaign": "no such thing"})
        latest = await client.call_tool("getCampaignPerformance", {"limit": 1})
    assert (len(latest.structured_content["rows"]), latest.structured_content["more"][:15]) == (1, "There are more ")
    told = every.structured_content
    assert len(told["rows"]) == world.rows('SELECT count(*) FROM "Campaign" WHERE IsDeleted = 0')[0][0]
    row = dict(zip(one.structured_content["columns"], one.structured_content["rows"][0], strict=True))
    query = (
        "SELECT NumberOfLeads, NumberOfContacts, NumberOfResponses, AmountWonOpportunities, "
        'coalesce(nullif(ActualCost, 0), BudgetedCost) FROM "Campaign" WHERE Id = ?'
    )
    leads, contacts, responses, won, cost = world.rows(query, campaign(world))[0]
    assert row["responseRate"] == pytest.approx(responses / (leads + contacts), abs=1e-4)
    assert row["costPerLead"] == pytest.approx(cost / leads, abs=0.01)
    assert row["roi"] == pytest.approx((won - cost) / cost, abs=1e-4)
    assert "Trade Show" in named.content[0].text
    assert none.structured_content["code"] == "NOT_FOUND"
    assert calls(world) <= 6  # one describe, five queries


async def test_quiet_leads_are_nurtured_with_a_task_each(world: World) -> None:
    into = campaign(world)
    given = {"campaignId": into, "quietDays": 0, "followUp": "Say hello", "dueDate": "2027-01-15", "limit": 3}
    async with world.client(path=ALL) as client:
        result = await client.call_tool("nurtureLeads", given)
    assert not result.is_error, result.content[0].text
    rows = result.structured_content["rows"]
    assert len(rows) == 3
    assert calls(world) == 2
    for lead, _name, _company, member, task in rows:
        assert world.rows('SELECT CampaignId, LeadId FROM "CampaignMember" WHERE Id = ?', member) == [(into, lead)]
        owner = world.rows('SELECT OwnerId FROM "Lead" WHERE Id = ?', lead)[0][0]
        due, subject, who, its = world.rows(
            'SELECT ActivityDate, Subject, WhoId, OwnerId FROM "Task" WHERE Id = ?', task
        )[0]
        assert (due, subject, who) == ("2027-01-15", "Say hello", lead)
        assert its == owner or owner.startswith("00G")


async def test_nobody_is_nurtured_where_nobody_fits_or_nobody_may(world: World) -> None:
    before = world.rows('SELECT count(*) FROM "CampaignMember"'), world.rows('SELECT count(*) FROM "Task"')
    given = {"campaignId": campaign(world), "quietDays": 0, "followUp": "x"}
    async with world.client(ADMIN, path=ALL) as client:
        nobody = await client.call_tool("nurtureLeads", {**given, "status": "No such status"})
        nowhere = await client.call_tool("nurtureLeads", {**given, "campaignId": ids.make("701", 99_999)})
    async with world.client(READ_ONLY, path=ALL) as client:
        denied = await client.call_tool("nurtureLeads", given)
    assert "Open - Not Contacted" in nobody.structured_content["hint"]
    assert nowhere.structured_content["code"] == "NOT_FOUND"
    assert denied.is_error
    assert (world.rows('SELECT count(*) FROM "CampaignMember"'), world.rows('SELECT count(*) FROM "Task"')) == before
