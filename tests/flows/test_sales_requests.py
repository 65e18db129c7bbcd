"""What people ask a salesperson's assistant for. Each docstring is the request."""

import pypdfium2
import pytest
from flows.asking import asking, insert
from server.world import ADMIN, SALES, World
from tools_sales.deals import products, with_lines


async def test_open_deals_of_a_size(world: World) -> None:
    """open opportunities over $50K"""
    soql = (
        "SELECT Name, Amount, StageName FROM Opportunity WHERE IsClosed = FALSE AND Amount > 50000 ORDER BY Amount DESC"
    )
    async with asking(world, calls=1) as ask:
        told = await ask("executeQuery", soql=soql)
    query = 'SELECT count(*) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 AND Amount > 50000'
    assert told["totalSize"] == len(told["rows"]) == world.rows(query)[0][0] > 0


async def test_a_new_company(world: World) -> None:
    """a new account for Acme Corporation"""
    async with asking(world, calls=1) as ask:
        told = await ask("createRecord", objectName="Account", record={"Name": "Acme Corporation"})
    assert world.rows('SELECT Name FROM "Account" WHERE Id = ?', told["id"]) == [("Acme Corporation",)]


async def test_a_lead_is_qualified_and_handed_over(world: World) -> None:
    """lead status to qualified and assigned to John"""
    lead, name = world.rows("SELECT Id, Name FROM \"Lead\" WHERE Status = 'Working - Contacted' LIMIT 1")[0]
    async with asking(world, calls=2) as ask:
        found = await ask.first(f"SELECT Id FROM Lead WHERE Name = '{name}' AND IsConverted = FALSE")  # noqa: S608
        await ask("assignLead", leadIds=[found], status="Qualified", assignTo="John")
    query = 'SELECT l.Status, u.Name FROM "Lead" l JOIN "User" u ON u.Id = l.OwnerId WHERE l.Id = ?'
    assert world.rows(query, lead) == [("Qualified", "John Miller")]


async def test_people_at_companies_of_a_kind_and_place(world: World) -> None:
    """all contacts at technology companies in California"""
    where = "Account.Industry = 'Technology' AND Account.BillingState IN ('CA', 'California')"
    async with asking(world, calls=1) as ask:
        told = await ask("executeQuery", soql=f"SELECT Name, Account.Name FROM Contact WHERE {where}")  # noqa: S608
    query = (
        'SELECT count(*) FROM "Contact" c JOIN "Account" a ON a.Id = c.AccountId WHERE c.IsDeleted = 0 '
        "AND a.Industry = 'Technology' AND a.BillingState IN ('CA', 'California')"
    )
    assert told["totalSize"] == len(told["rows"]) == world.rows(query)[0][0] > 0


async def test_a_group_of_companies(world: World) -> None:
    """enterprise account with hierarchy"""
    operations = [
        {"operation": "create", "objectName": "Account", "referenceId": reference, "record": record}
        for reference, record in [
            ("top", {"Name": "Quillon Holding", "Industry": "Energy"}),
            ("europe", {"Name": "Quillon Europe", "ParentId": "@{top.id}"}),
            ("spain", {"Name": "Quillon Spain", "ParentId": "@{europe.id}"}),
        ]
    ]
    async with asking(world, calls=1) as ask:
        await ask("executeComposite", operations=operations)
    query = (
        'SELECT a.Name, p.Name FROM "Account" a LEFT JOIN "Account" p ON p.Id = a.ParentId'
        " WHERE a.Name LIKE 'Quillon%' ORDER BY a.Id"
    )
    assert world.rows(query) == [
        ("Quillon Holding", None),
        ("Quillon Europe", "Quillon Holding"),
        ("Quillon Spain", "Quillon Europe"),
    ]


async def test_a_person_at_a_company_there_is(world: World) -> None:
    """contact added to an existing account"""
    account, name = world.rows('SELECT Id, Name FROM "Account" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0]
    quoted = name.replace("'", "\\'")
    async with asking(world, calls=2) as ask:
        found = await ask.first(f"SELECT Id FROM Account WHERE Name = '{quoted}'")  # noqa: S608
        made = await ask("createRecord", objectName="Contact", record={"LastName": "Newman", "AccountId": found})
    assert world.rows('SELECT AccountId, LastName FROM "Contact" WHERE Id = ?', made["id"]) == [(account, "Newman")]


async def test_people_by_what_they_are_and_where(world: World) -> None:
    """contacts by title and company"""
    title, company = world.rows(
        'SELECT c.Title, a.Name FROM "Contact" c JOIN "Account" a ON a.Id = c.AccountId'
        " WHERE c.Title LIKE '%Director%' AND c.IsDeleted = 0 AND a.Name NOT LIKE '%''%' LIMIT 1"
    )[0]
    soql = f"SELECT Name, Title, Account.Name FROM Contact WHERE Title LIKE '%Director%' AND Account.Name = '{company}'"  # noqa: S608
    async with asking(world, calls=1) as ask:
        told = await ask("executeQuery", soql=soql)
    assert title in [row[1] for row in told["rows"]]
    assert {row[2] for row in told["rows"]} == {company}
    assert all("Director" in row[1] for row in told["rows"])


async def test_a_qualified_lead_becomes_a_deal(world: World) -> None:
    """opportunity from a qualified lead"""
    async with asking(world, calls=2) as ask:
        lead = await ask.first("SELECT Id FROM Lead WHERE Status = 'Qualified' AND IsConverted = FALSE LIMIT 1")
        told = await ask("convertLead", leadId=lead, opportunityName="Fresh deal")
    assert world.rows('SELECT IsConverted, ConvertedOpportunityId FROM "Lead" WHERE Id = ?', lead) == [
        (1, told["opportunityId"])
    ]
    assert world.rows('SELECT Name FROM "Opportunity" WHERE Id = ?', told["opportunityId"]) == [("Fresh deal",)]


async def test_a_deal_gets_its_products(world: World) -> None:
    """products with pricing on an opportunity"""
    deal = insert(world, "Opportunity", user=SALES, Name="Bare deal", StageName="Prospecting", CloseDate="2026-12-31")
    (first, _, price), (second, *_) = products(world, 2)
    lines = [{"product": first, "quantity": 2}, {"product": second, "quantity": 1, "unitPrice": 99.5}]
    async with asking(world, calls=2) as ask:
        found = await ask.first("SELECT Id FROM Opportunity WHERE Name = 'Bare deal'")
        told = await ask("addProducts", recordId=found, products=lines)
    query = 'SELECT Quantity, UnitPrice FROM "OpportunityLineItem" WHERE OpportunityId = ? ORDER BY Quantity DESC'
    assert world.rows(query, deal) == [(2, price), (1, 99.5)]
    assert told["Amount"] == pytest.approx(2 * price + 99.5)


async def test_what_will_come_in(world: World) -> None:
    """opportunity forecast"""
    async with asking(world, calls=1) as ask:
        told = await ask("getPipelineForecast", groupBy="category", period="all")
    is_open = world.rows('SELECT sum(Amount) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0')[0][0]
    assert told["openAmount"] == pytest.approx(is_open)
    assert {"Pipeline", "Commit"} & {row[0] for row in told["rows"]}


async def test_an_offer_for_a_deal(world: World) -> None:
    """quote from an opportunity"""
    deal = await with_lines(world, 5)
    async with asking(world, calls=2) as ask:
        found = await ask.first("SELECT Id FROM Opportunity WHERE Name = 'Deal'")
        told = await ask("createQuote", opportunityId=found)
    amount = world.rows('SELECT Amount FROM "Opportunity" WHERE Id = ?', deal)[0][0]
    assert world.rows('SELECT OpportunityId, LineItemCount, GrandTotal FROM "Quote" WHERE Id = ?', told["id"]) == [
        (deal, 5, pytest.approx(amount))
    ]


async def test_an_offer_on_paper(world: World) -> None:
    """quote as PDF"""
    name, number = world.rows('SELECT Name, QuoteNumber FROM "Quote" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0]
    async with asking(world, calls=2) as ask:
        quote = await ask.first(f"SELECT Id FROM Quote WHERE QuoteNumber = '{number}'")  # noqa: S608
        told = await ask("generateQuotePdf", quoteId=quote)
    content = world.rows('SELECT Document FROM "QuoteDocument" WHERE Id = ?', told["documentId"])[0][0]
    document = pypdfium2.PdfDocument(content)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert number in text
    assert name.split(" - ")[0] in text


async def test_how_far_an_offer_is(world: World) -> None:
    """quote approval status"""
    quote, name = world.rows("SELECT Id, Name FROM \"Quote\" WHERE Name NOT LIKE '%''%' ORDER BY Id DESC LIMIT 1")[0]
    async with world.client(SALES, path="/mcp/x/sales") as client:
        await client.call_tool("decideApproval", {"recordId": quote, "action": "submit", "comments": "Large discount"})
    async with asking(world, calls=2) as ask:
        found = await ask.first(f"SELECT Id FROM Quote WHERE Name = '{name}' ORDER BY CreatedDate DESC")  # noqa: S608
        told = await ask("getApprovalStatus", recordId=found)
    assert told["status"] == "Pending"
    assert told["approvals"][0]["waitingFor"] == ["Maria Lopez"]
    assert "Large discount" in told["approvals"][0]["steps"][0]


async def test_a_call_and_what_comes_next(world: World) -> None:
    """sales call logged with next steps"""
    deal, name = world.rows("SELECT Id, Name FROM \"Opportunity\" WHERE IsClosed = 0 AND Name NOT LIKE '%''%' LIMIT 1")[
        0
    ]
    async with asking(world, calls=2) as ask:
        found = await ask.first(f"SELECT Id FROM Opportunity WHERE Name = '{name}'")  # noqa: S608
        told = await ask("logCall", subject="Price talk", relatedToId=found, nextStep="Send the quote")
    tasks = world.rows('SELECT Id, Subject, Status FROM "Task" WHERE WhatId = ? ORDER BY Status', deal)
    assert {(told["callId"], "Price talk", "Completed"), (told["followUpId"], "Send the quote", "Not Started")} <= set(
        tasks
    )


async def test_the_next_meeting(world: World) -> None:
    """follow-up meeting"""
    contact, name = world.rows("SELECT Id, Name FROM \"Contact\" WHERE Name NOT LIKE '%''%' ORDER BY Id LIMIT 1")[0]
    async with asking(world, calls=2) as ask:
        found = await ask.first(f"SELECT Id FROM Contact WHERE Name = '{name}' ORDER BY Id")  # noqa: S608
        told = await ask("scheduleMeeting", subject="Follow-up", start="2026-12-01T10:00", contactOrLeadId=found)
    stored = world.rows('SELECT Subject, WhoId, StartDateTime FROM "Event" WHERE Id = ?', told["id"])
    ten_in_los_angeles = "2026-12-01T18:00:00.000Z"
    assert stored == [("Follow-up", contact, ten_in_los_angeles)]


@pytest.mark.parametrize("username", [SALES, ADMIN])
async def test_every_tool_that_the_requests_need_is_listed_on_the_plain_url(world: World, username: str) -> None:
    async with world.client(username) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert {"convertLead", "createQuote", "generateQuotePdf", "getApprovalStatus", "scheduleMeeting"} <= names
    assert len(names) <= 45
