"""What people ask for about cases, knowledge and clean records. Each docstring is the request."""

from flows.asking import asking, insert
from server.world import ADMIN, SUPPORT, World


async def test_the_week_in_cases(world: World) -> None:
    """a report of the cases created this week"""
    async with asking(world, calls=2, username=SUPPORT) as ask:
        found = await ask("listReports", search="cases created this week")
        told = await ask("getReport", report="Cases Created This Week")
    assert found["returned"] == 1
    assert told["totals"]["Record Count"] == len(told["rows"]) > 0


async def test_a_customer_writes(world: World) -> None:
    """support case from an e-mail"""
    contact, address = world.rows(
        'SELECT Id, Email FROM "Contact" WHERE Email IS NOT NULL AND IsDeleted = 0 GROUP BY Email'
        " HAVING count(*) = 1 LIMIT 1"
    )[0]
    async with asking(world, calls=1, username=SUPPORT) as ask:
        told = await ask("createCaseFromEmail", fromAddress=address, subject="Down", body="The line stands still")
    stored = world.rows('SELECT Subject, Origin, ContactId FROM "Case" WHERE Id = ?', told["caseId"])
    assert stored == [("Down", "Email", contact)]
    assert world.rows('SELECT TextBody FROM "EmailMessage" WHERE ParentId = ?', told["caseId"]) == [
        ("The line stands still",)
    ]


async def test_the_next_tier_takes_over(world: World) -> None:
    """case escalated"""
    case, number = world.rows(
        'SELECT c.Id, c.CaseNumber FROM "Case" c JOIN "User" u ON u.Id = c.OwnerId WHERE u.Username = ?'
        " AND c.IsClosed = 0 AND c.IsEscalated = 0 LIMIT 1",
        SUPPORT,
    )[0]
    async with asking(world, calls=1, username=SUPPORT) as ask:
        told = await ask("escalateCase", case=number, reason="Line down", to="Escalations")
    assert told["IsEscalated"] is True
    query = 'SELECT c.IsEscalated, g.Name FROM "Case" c JOIN "Group" g ON g.Id = c.OwnerId WHERE c.Id = ?'
    assert world.rows(query, case) == [(1, "Escalations")]


async def test_what_was_learned_is_kept(world: World) -> None:
    """article from a case"""
    case, number = world.rows('SELECT Id, CaseNumber FROM "Case" WHERE IsClosed = 1 ORDER BY Id LIMIT 1')[0]
    async with asking(world, calls=1, username=ADMIN) as ask:
        told = await ask("writeArticle", case=number)
    assert world.rows('SELECT PublishStatus FROM "Knowledge__kav" WHERE Id = ?', told["versionId"]) == [("Draft",)]
    assert (told["articleId"],) in world.rows('SELECT KnowledgeArticleId FROM "CaseArticle" WHERE CaseId = ?', case)


async def test_what_is_known_already(world: World) -> None:
    """articles by category and keyword"""
    category, title = world.rows(
        'SELECT s.DataCategoryName, v.Title FROM "Knowledge__DataCategorySelection" s'
        " JOIN \"Knowledge__kav\" v ON v.Id = s.ParentId WHERE v.PublishStatus = 'Online' ORDER BY s.Id LIMIT 1"
    )[0]
    async with asking(world, calls=1, username=SUPPORT) as ask:
        told = await ask("searchKnowledge", category=category, words=title.split()[0])
    assert title in [row[told["columns"].index("Title")] for row in told["rows"]]


async def test_two_entries_of_one_company_become_one(world: World) -> None:
    """merge duplicate account records"""
    kept = insert(world, "Account", Name="Zenith Motors Inc.", Website="https://www.zenith.example")
    gone = insert(world, "Account", Name="ZENITH MOTORS", Website="zenith.example", Fax="555 1")
    contact = insert(world, "Contact", LastName="Moved", AccountId=gone)
    async with asking(world, calls=3, username=ADMIN) as ask:
        found = await ask("findDuplicates", objectName="Account")
        assert {kept, gone} in [{row[1], row[3]} for row in found["rows"]]
        pair = {"objectName": "Account", "masterId": kept, "duplicateIds": [gone]}
        preview = await ask("mergeRecords", **pair)
        assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id = ?', gone) == [(0,)]
        await ask("mergeRecords", **pair, planId=preview["planId"])
    assert world.rows('SELECT Fax FROM "Account" WHERE Id = ?', kept) == [("555 1",)]
    assert world.rows('SELECT IsDeleted, MasterRecordId FROM "Account" WHERE Id = ?', gone) == [(1, kept)]
    assert world.rows('SELECT AccountId FROM "Contact" WHERE Id = ?', contact) == [(kept,)]


async def test_the_surest_pair_of_people_is_merged(world: World) -> None:
    """duplicates found and merged"""
    async with asking(world, calls=3, username=ADMIN) as ask:
        found = await ask("findDuplicates", objectName="Contact")
        surest = found["rows"][0]
        pair = {"objectName": "Contact", "masterId": surest[1], "duplicateIds": [surest[3]]}
        preview = await ask("mergeRecords", **pair)
        await ask("mergeRecords", **pair, planId=preview["planId"])
    assert surest[5]  # the reasons
    query = 'SELECT IsDeleted, MasterRecordId FROM "Contact" WHERE Id = ?'
    assert world.rows(query, surest[3]) == [(1, surest[1])]
    assert world.rows(query, surest[1]) == [(0, None)]


async def test_addresses_as_the_post_writes_them(world: World) -> None:
    """addresses standardized"""
    account = insert(
        world,
        "Account",
        Name="Untidy",
        BillingStreet="1  Main St ",
        BillingCity="San Jose",
        BillingState="california",
        BillingPostalCode="95112",
        BillingCountry="usa",
    )
    about = {"objectName": "Account", "recordIds": [account]}
    stored = 'SELECT BillingStreet, BillingState, BillingCountry FROM "Account" WHERE Id = ?'
    async with asking(world, calls=2, username=ADMIN) as ask:
        proposed = await ask("standardizeAddresses", **about)
        assert world.rows(stored, account)[0][1] == "california"
        await ask("standardizeAddresses", **about, planId=proposed["planId"])
    assert world.rows(stored, account) == [("1 Main St", "CA", "United States")]


async def test_the_return_of_a_campaign(world: World) -> None:
    async with asking(world, calls=1) as ask:
        told = await ask("getCampaignPerformance", campaign="Trade Show")
    spent = world.rows("SELECT sum(ActualCost) FROM \"Campaign\" WHERE Name LIKE '%Trade Show%' AND IsDeleted = 0")
    assert sum(row[told["columns"].index("ActualCost")] or 0 for row in told["rows"]) == spent[0][0]
    assert any(row[told["columns"].index("roi")] is not None for row in told["rows"])
