"""Knowledge, from the case that taught it to the shelf; and what was promised and how it was liked."""

import pytest
from server.world import READ_ONLY, World

from salesforce_emulator import ids

ALL = "/mcp/x/service"
ONLINE = "SELECT KnowledgeArticleId, Title, UrlName FROM \"Knowledge__kav\" WHERE PublishStatus = 'Online' LIMIT 1"


def calls(world: World) -> list[str]:
    """Without what is kept for the next call."""
    return [one for one in world.salesforce_requests if "describe" not in one and not one.endswith("/sobjects")]


def articles(world: World) -> int:
    return int(world.rows('SELECT count(*) FROM "Knowledge__kav" WHERE IsDeleted = 0')[0][0])


async def test_articles_are_found_by_words_and_by_category(world: World) -> None:
    category, version = world.rows(
        'SELECT DataCategoryName, ParentId FROM "Knowledge__DataCategorySelection" ORDER BY Id LIMIT 1'
    )[0]
    title = world.rows('SELECT Title FROM "Knowledge__kav" WHERE Id = ?', version)[0][0]
    async with world.client(path=ALL) as client:
        words = await client.call_tool("searchKnowledge", {"words": title})
        shelf = await client.call_tool("searchKnowledge", {"category": category})
        both = await client.call_tool("searchKnowledge", {"category": category, "words": title.split()[0]})
        none = await client.call_tool("searchKnowledge", {"words": "qqqq zzzz (AND) {x}"})
        newest = await client.call_tool("searchKnowledge", {"limit": 3})
    for each in (words, shelf, both):
        assert not each.is_error, each.content[0].text
        assert title in each.content[0].text
    assert none.structured_content["rows"] == []
    assert "fewer or other words" in none.content[0].text
    assert newest.structured_content["returned"] == 3
    assert len(calls(world)) == 7  # the categories are looked up


ANSWER = "Why a dashboard shows no values"


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("My dashboard shows no values, why?", ""),
        ("How do I find out what is wrong with the dashboard on my portal?", "These have some"),
        ("dashboard", ""),
        ('"dashboard" (values)!', ""),
        ("what about the dashboard", ""),
    ],
)
async def test_a_question_as_people_ask_it_finds_the_article(world: World, question: str, note: str) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("searchKnowledge", {"words": question})
    told = result.structured_content
    assert told["rows"][0][told["columns"].index("Title")] == ANSWER, result.content[0].text
    assert note in told.get("note", "")
    assert ("note" in told) == bool(note)
    assert len(calls(world)) == 1


async def test_where_no_article_has_all_words_the_one_with_most_is_first(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("searchKnowledge", {"words": "reset firmware of the gateway, portal"})
    told = result.structured_content
    titles = [row[told["columns"].index("Title")] for row in told["rows"]]
    assert titles[0] == "Update the firmware of a gateway"
    assert "Reset a controller to its factory settings" in titles
    assert "No article has all of reset, firmware, gateway, portal." in told["note"]


@pytest.mark.parametrize("category", ["Controllers", "controllers", "Products:Controllers"])
async def test_a_category_lists_its_articles_which_can_be_read(world: World, category: str) -> None:
    query = (
        'SELECT v.Id FROM "Knowledge__kav" v JOIN "Knowledge__DataCategorySelection" s ON s.ParentId = v.Id'
        " WHERE s.DataCategoryName = 'Controllers' AND v.PublishStatus = 'Online'"
    )
    stored = {row[0] for row in world.rows(query)}
    async with world.client() as client:
        result = await client.call_tool("searchKnowledge", {"category": category})
        rows = [
            dict(zip(result.structured_content["columns"], row, strict=True))
            for row in result.structured_content["rows"]
        ]
        read = await client.call_tool("getRecord", {"objectName": "Knowledge__kav", "recordId": rows[0]["Id"]})
    assert {row["Id"] for row in rows} == stored
    assert all(row["Summary"] for row in rows)
    assert "Answer__c" in read.content[0].text


async def test_words_are_looked_for_in_the_whole_text_of_a_category(world: World) -> None:
    async with world.client(path=ALL) as client:
        inside = await client.call_tool("searchKnowledge", {"category": "Controllers", "words": "blinks blue"})
        above = await client.call_tool("searchKnowledge", {"category": "Products", "words": "blinks blue"})
        beside = await client.call_tool("searchKnowledge", {"category": "Platform", "words": "blinks blue"})
    title = "Update the firmware of a gateway"
    assert title in inside.content[0].text
    assert title in above.content[0].text
    assert beside.structured_content["rows"] == []


@pytest.mark.parametrize(
    ("given", "parameter", "told"),
    [
        ({"category": "Billing"}, "category", "Controllers, Platform, Analytics, Services"),
        ({"language": "English"}, "language", "en_US, de, fr"),
        ({"status": "Published"}, "status", "'Online', 'Draft' or 'Archived'"),
    ],
)
async def test_what_no_article_has_is_an_error_that_names_what_there_is(
    world: World, given: dict[str, str], parameter: str, told: str
) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("searchKnowledge", given)
    assert result.is_error
    assert told in result.content[0].text
    assert parameter in result.content[0].text


async def test_a_case_becomes_a_published_article_linked_to_it(world: World) -> None:
    query = 'SELECT Id, CaseNumber, Subject, Description FROM "Case" c WHERE IsClosed = 1 AND EXISTS '
    case, number, subject, description = world.rows(
        query + '(SELECT 1 FROM "CaseComment" WHERE ParentId = c.Id) LIMIT 1'  # noqa: S608 - the test's own
    )[0]
    async with world.client(path=ALL) as client:
        result = await client.call_tool(
            "writeArticle", {"case": number, "articleTitle": "How we solved it", "status": "online"}
        )
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    stored = world.rows('SELECT Title, PublishStatus, Answer__c FROM "Knowledge__kav" WHERE Id = ?', told["versionId"])
    assert stored[0][:2] == ("How we solved it", "Online")
    assert stored[0][2].startswith(description)
    assert len(stored[0][2]) > len(description)
    assert world.rows('SELECT KnowledgeArticleId FROM "CaseArticle" WHERE CaseId = ?', case)[-1] == (told["articleId"],)
    assert told["linkedTo"] == number
    assert subject
    assert len(calls(world)) == 3


async def test_an_article_written_by_hand_is_a_draft_in_one_call(world: World) -> None:
    given = {"articleTitle": "Überdruck: what now?", "body": "<p>Open the valve</p>", "summary": "s"}
    async with world.client(path=ALL) as client:
        result = await client.call_tool("writeArticle", given)
        again = await client.call_tool("writeArticle", given)
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    stored = world.rows('SELECT PublishStatus, UrlName, Summary FROM "Knowledge__kav" WHERE Id = ?', told["versionId"])
    assert stored == [("Draft", told["urlName"], "s")]
    assert again.structured_content["code"] == "DUPLICATE_VALUE"
    assert len(calls(world)) == 2


async def test_a_published_article_is_changed_over_a_draft(world: World) -> None:
    article, _, name = world.rows(ONLINE)[0]
    async with world.client(path=ALL) as client:
        draft = await client.call_tool("writeArticle", {"article": name, "body": "better"})
        online = world.rows(f"{ONLINE[:-8]} AND KnowledgeArticleId = ?", article)
        final = await client.call_tool(
            "writeArticle", {"article": article, "articleTitle": "Better title", "status": "online"}
        )
    assert not draft.is_error, draft.content[0].text
    assert draft.structured_content["status"] == "Draft"
    assert online
    assert not final.is_error, final.content[0].text
    assert final.structured_content["versionId"] == draft.structured_content["versionId"]
    query = "SELECT Title, Answer__c FROM \"Knowledge__kav\" WHERE KnowledgeArticleId = ? AND PublishStatus = 'Online'"
    assert world.rows(query, article) == [("Better title", "better")]
    assert len(calls(world)) == 6


async def test_an_article_is_archived_and_taken_back(world: World) -> None:
    article = world.rows(ONLINE)[0][0]
    status = 'SELECT PublishStatus FROM "Knowledge__kav" WHERE KnowledgeArticleId = ? AND IsLatestVersion = 1'
    async with world.client(path=ALL) as client:
        archived = await client.call_tool("writeArticle", {"article": article, "status": "archived"})
        assert world.rows(status, article) == [("Archived",)]
        back = await client.call_tool("writeArticle", {"article": article, "status": "draft"})
        wrong = await client.call_tool("writeArticle", {"article": article, "status": "archived"})
    assert not archived.is_error
    assert back.structured_content["status"] == "Draft"
    assert wrong.is_error
    assert world.rows(status, article) == [("Draft",)]


async def test_what_is_archived_goes_online_again_in_one_call(world: World) -> None:
    article, title, _ = world.rows(ONLINE)[0]
    async with world.client(path=ALL) as client:
        await client.call_tool("writeArticle", {"article": title, "status": "archived"})
        again = await client.call_tool("writeArticle", {"article": title.upper(), "status": "online"})
    assert again.structured_content["status"] == "Online", again.content[0].text
    assert world.rows(f"{ONLINE[:-8]} AND KnowledgeArticleId = ?", article)


async def test_an_article_is_named_as_people_name_it(world: World) -> None:
    article, title, _ = world.rows(ONLINE)[0]
    number = world.rows('SELECT ArticleNumber FROM "KnowledgeArticle" WHERE Id = ?', article)[0][0]
    async with world.client(path=ALL) as client:
        by_number = await client.call_tool("writeArticle", {"article": number.lstrip("0"), "status": "online"})
        by_title = await client.call_tool("writeArticle", {"article": title, "status": "online"})
        twin = {"articleTitle": title, "body": "b", "record": {"UrlName": "a-twin"}}
        made = await client.call_tool("writeArticle", twin)
        either = await client.call_tool("writeArticle", {"article": title, "status": "archived"})
    assert by_number.structured_content["articleId"] == by_title.structured_content["articleId"] == article
    assert sorted(either.structured_content["candidates"]) == sorted([article, made.structured_content["articleId"]])


async def test_an_article_is_linked_to_the_case_it_answers(world: World) -> None:
    article, _, name = world.rows(ONLINE)[0]
    case, number = world.rows('SELECT Id, CaseNumber FROM "Case" ORDER BY Id DESC LIMIT 1')[0]
    async with world.client(path=ALL) as client:
        result = await client.call_tool("writeArticle", {"article": name, "case": number})
        nothing = await client.call_tool("writeArticle", {"article": "000999999", "case": number})
        nowhere = await client.call_tool("writeArticle", {"article": name, "case": "99999999"})
    assert not result.is_error, result.content[0].text
    assert result.structured_content["linkedTo"] == number
    assert world.rows('SELECT KnowledgeArticleId FROM "CaseArticle" WHERE CaseId = ?', case) == [(article,)]
    assert "article '000999999'" in nothing.content[0].text
    assert "case '99999999'" in nowhere.content[0].text
    assert len(calls(world)) == 5


async def test_usage_shows_the_most_read_first(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("searchKnowledge", {"orderBy": "views"})
    told = result.structured_content
    views = [dict(zip(told["columns"], row, strict=True))["ArticleTotalViewCount"] for row in told["rows"]]
    assert views == sorted(views, reverse=True)
    assert len(calls(world)) == 1


async def test_what_a_limit_leaves_out_is_said(world: World) -> None:
    online = world.rows("SELECT count(*) FROM Knowledge__kav WHERE PublishStatus = 'Online' AND Language = 'en_US'")[0][
        0
    ]
    async with world.client() as client:
        few = await client.call_tool("searchKnowledge", {"limit": online - 1})
        all_of_them = await client.call_tool("searchKnowledge", {"limit": online})
    assert len(few.structured_content["rows"]) == online - 1
    assert "more than these" in few.structured_content["more"]
    assert few.structured_content["more"] in few.content[0].text
    assert "more" not in all_of_them.structured_content
    assert len(all_of_them.structured_content["rows"]) == online


async def test_a_search_without_a_word_is_not_taken_for_a_search_of_everything(world: World) -> None:
    async with world.client(path=ALL) as client:
        result = await client.call_tool("searchKnowledge", {"words": "x ?"})
    assert result.is_error
    assert result.structured_content["fields"] == ["words"]


@pytest.mark.parametrize(
    ("name", "given", "named"),
    [
        ("writeArticle", {"articleTitle": "only a title"}, "articleTitle and body"),
        ("writeArticle", {"case": "99999999"}, "no case '99999999'"),
        ("writeArticle", {"articleTitle": "t", "body": "b", "case": "99999999"}, "no case '99999999'"),
        ("writeArticle", {"articleTitle": "???", "body": "b"}, "urlName"),
        ("writeArticle", {"articleTitle": "t", "body": "b", "record": {"Nope__c": 1}}, "Nope__c"),
        ("writeArticle", {"article": "000999999", "body": "b"}, "no article '000999999'"),
        ("writeArticle", {"article": ids.make("ka0", 99_999), "body": "b"}, "no article"),
        ("writeArticle", {"article": "000999999"}, "Nothing to do"),
        ("writeArticle", {"article": "000999999", "status": "online"}, "no article"),
    ],
)
async def test_what_cannot_be_done_changes_nothing(
    world: World, name: str, given: dict[str, object], named: str
) -> None:
    before = articles(world), world.rows('SELECT count(*) FROM "CaseArticle"')
    async with world.client(path=ALL) as client:
        result = await client.call_tool(name, given)
    assert result.is_error
    assert named in result.content[0].text
    assert (articles(world), world.rows('SELECT count(*) FROM "CaseArticle"')) == before


async def test_who_may_only_read_writes_no_article(world: World) -> None:
    before = articles(world)
    async with world.client(READ_ONLY, path=ALL) as client:
        result = await client.call_tool("writeArticle", {"articleTitle": "t", "body": "b"})
    assert result.is_error
    assert articles(world) == before


async def test_a_milestone_is_seen_and_reached(world: World) -> None:
    query = (
        'SELECT m.Id, c.CaseNumber, t.Name FROM "CaseMilestone" m JOIN "Case" c ON c.Id = m.CaseId '
        'JOIN "MilestoneType" t ON t.Id = m.MilestoneTypeId WHERE m.IsCompleted = 0 AND c.IsClosed = 0 LIMIT 1'
    )
    milestone, number, name = world.rows(query)[0]
    async with world.client(path=ALL) as client:
        seen = await client.call_tool("getCaseMilestones", {"case": number})
        result = await client.call_tool("completeMilestone", {"case": number, "milestone": name})
        assert len(calls(world)) == 2
        again = await client.call_tool("completeMilestone", {"case": number, "milestone": milestone})
    assert name in seen.content[0].text
    assert "TimeRemainingInMins" in seen.structured_content["columns"]
    assert not result.is_error, result.content[0].text
    assert result.structured_content["IsCompleted"] is True
    assert world.rows('SELECT IsCompleted FROM "CaseMilestone" WHERE Id = ?', milestone) == [(1,)]
    assert again.structured_content["code"] == "NOT_FOUND"
    assert f"Reached already: {name}." in again.structured_content["hint"]


async def test_a_milestone_is_not_reached_in_the_future(world: World) -> None:
    before = world.writes()
    given = {"case": "1", "milestone": "First Response", "completedAt": "2999-01-01T00:00:00Z"}
    async with world.client(path=ALL) as client:
        result = await client.call_tool("completeMilestone", given)
    assert "in the future" in result.content[0].text
    assert world.writes() == before


async def test_a_milestone_that_is_not_there_is_told_with_those_that_are(world: World) -> None:
    query = (
        'SELECT c.CaseNumber, t.Name FROM "CaseMilestone" m JOIN "Case" c ON c.Id = m.CaseId '
        'JOIN "MilestoneType" t ON t.Id = m.MilestoneTypeId WHERE m.IsCompleted = 0 AND c.IsClosed = 0'
    )
    number, name = world.rows(query)[0]
    bare = world.rows('SELECT CaseNumber FROM "Case" WHERE Id NOT IN (SELECT CaseId FROM "CaseMilestone")')[0][0]
    before = world.writes()
    async with world.client(path=ALL) as client:
        wrong = await client.call_tool("completeMilestone", {"case": number, "milestone": "1st answer"})
        none = await client.call_tool("completeMilestone", {"case": bare, "milestone": name})
        nowhere = await client.call_tool("completeMilestone", {"case": "99999999", "milestone": name})
    assert wrong.structured_content["fields"] == ["milestone"]
    assert "Open on this case:" in wrong.structured_content["hint"]
    assert name in wrong.structured_content["hint"]
    assert "There is none." in none.structured_content["hint"]
    assert "no case '99999999'" in nowhere.content[0].text
    assert world.writes() == before
