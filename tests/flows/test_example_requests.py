"""What people ask for in plain language, each in at most four calls on the plain URL."""

from typing import Any

from server.world import SALES, SUPPORT, World

MOST_CALLS = 4


async def ask(world: World, *calls: tuple[str, dict[str, Any]], username: str = SALES) -> list[dict[str, Any]]:
    assert len(calls) <= MOST_CALLS
    answers = []
    async with world.client(username) as client:
        for name, arguments in calls:
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content[0].text
            answers.append(result.structured_content)
    return answers


async def test_open_opportunities_over_fifty_thousand(world: World) -> None:
    soql = (
        "SELECT Name, Amount, StageName FROM Opportunity WHERE IsClosed = FALSE AND Amount > 50000 ORDER BY Amount DESC"
    )
    (told,) = await ask(world, ("executeQuery", {"soql": soql}))
    query = 'SELECT count(*) FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 AND Amount > 50000'
    assert told["totalSize"] == world.rows(query)[0][0] > 0


async def test_a_new_account_for_acme_corporation(world: World) -> None:
    (told,) = await ask(world, ("createRecord", {"objectName": "Account", "record": {"Name": "Acme Corporation"}}))
    assert world.rows('SELECT Name FROM "Account" WHERE Id = ?', told["id"]) == [("Acme Corporation",)]


async def test_contacts_at_technology_companies_in_california(world: World) -> None:
    where = "Account.Industry = 'Technology' AND Account.BillingState IN ('CA', 'California')"
    (told,) = await ask(world, ("executeQuery", {"soql": f"SELECT Name, Account.Name FROM Contact WHERE {where}"}))  # noqa: S608
    query = (
        'SELECT count(*) FROM "Contact" c JOIN "Account" a ON a.Id = c.AccountId WHERE c.IsDeleted = 0 '
        "AND a.Industry = 'Technology' AND a.BillingState IN ('CA', 'California')"
    )
    assert told["totalSize"] == world.rows(query)[0][0]


async def test_a_report_of_the_cases_created_this_week(world: World) -> None:
    found, told = await ask(
        world,
        ("listReports", {"search": "cases created this week"}),
        ("getReport", {"report": "Cases Created This Week"}),
        username=SUPPORT,
    )
    assert found["returned"] == 1
    assert told["totals"]["Record Count"] == len(told["rows"]) > 0


async def test_a_contact_added_to_an_existing_account(world: World) -> None:
    account, name = world.rows('SELECT Id, Name FROM "Account" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0]
    quoted = name.replace("'", "\\'")
    contact = {"objectName": "Contact", "record": {"LastName": "Newman", "AccountId": account}}
    found, made = await ask(
        world,
        ("executeQuery", {"soql": f"SELECT Id FROM Account WHERE Name = '{quoted}'"}),  # noqa: S608
        ("createRecord", contact),
    )
    assert [account] in found["rows"]
    assert world.rows('SELECT AccountId FROM "Contact" WHERE Id = ?', made["id"]) == [(account,)]


async def test_contacts_by_title_and_company(world: World) -> None:
    soql = "SELECT Name, Title, Account.Name FROM Contact WHERE Title LIKE '%Director%' AND Account.Name LIKE '%a%'"
    (told,) = await ask(world, ("executeQuery", {"soql": soql}))
    assert all("director" in row[1].lower() for row in told["rows"])


async def test_a_support_case_from_an_e_mail_is_escalated_to_the_next_tier(world: World) -> None:
    mail = {"fromAddress": "a@new.example", "subject": "Down", "body": "The line stands still"}
    (opened,) = await ask(world, ("createCaseFromEmail", mail), username=SUPPORT)
    escalation = {"case": opened["caseId"], "reason": "Line down", "to": "Escalations"}
    (told,) = await ask(world, ("escalateCase", escalation), username=SUPPORT)
    assert told["IsEscalated"] is True
    query = 'SELECT g.Name FROM "Case" c JOIN "Group" g ON g.Id = c.OwnerId WHERE c.Id = ?'
    assert world.rows(query, opened["caseId"]) == [("Escalations",)]


async def test_articles_by_category_and_keyword(world: World) -> None:
    category = {"category": "Controllers", "words": "controller"}
    (told,) = await ask(world, ("searchKnowledge", category), username="admin@demo.example")
    assert told["rows"]


async def test_an_article_from_a_case(world: World) -> None:
    number = world.rows('SELECT CaseNumber FROM "Case" WHERE IsClosed = 1 LIMIT 1')[0][0]
    (told,) = await ask(world, ("writeArticle", {"case": number}), username="admin@demo.example")
    assert world.rows('SELECT PublishStatus FROM "Knowledge__kav" WHERE Id = ?', told["versionId"]) == [("Draft",)]


async def test_the_return_of_a_campaign(world: World) -> None:
    (told,) = await ask(world, ("getCampaignPerformance", {"campaign": "Trade Show"}))
    assert "roi" in told["columns"]
    assert told["rows"]
