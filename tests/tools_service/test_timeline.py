"""The story of a case, from everywhere it is kept, in one query."""

from server.world import ADMIN, READ_ONLY, SUPPORT, World

ALL = "/mcp/x/all"


def case_with_mail(world: World) -> tuple[str, str]:
    query = 'SELECT c.Id, c.CaseNumber FROM "Case" c JOIN "EmailMessage" m ON m.ParentId = c.Id WHERE c.IsClosed = 1'
    found: tuple[str, str] = world.rows(f"{query} LIMIT 1")[0]  # type: ignore[assignment]
    return found


async def test_everything_that_happened_stands_in_order(world: World) -> None:
    case, number = case_with_mail(world)
    support = world.org.caller(world.site.user_id(SUPPORT))
    world.org.insert(support, "CaseComment", {"ParentId": case, "CommentBody": "y" * 1500, "IsPublished": True})
    task = {"WhatId": case, "Subject": "Call back", "Status": "Not Started", "Priority": "Normal"}
    world.org.insert(support, "Task", task)
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("getCaseTimeline", {"case": number})
        again = await client.call_tool("getCaseTimeline", {"case": case, "limit": 2})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    assert (told["Id"], told["CaseNumber"]) == (case, number)
    assert told["columns"] == ["at", "kind", "who", "what", "text"]
    moments = [row[0] for row in told["rows"]]
    assert moments == sorted(moments)
    assert {"comment", "e-mail", "task"} <= {row[1] for row in told["rows"]}
    long = next(row for row in told["rows"] if row[1] == "comment" and row[3] == "public" and row[4][0] == "y")
    assert long[4].endswith("… (900 more characters)")
    assert len(again.structured_content["rows"]) == 2
    assert "events older than these 2" in again.structured_content["more"]
    assert "more" not in told
    assert world.salesforce_requests.count("GET /services/data/v68.0/query") == 2
    assert len(world.salesforce_requests) <= 3  # the describe is kept


async def test_a_mail_without_a_date_stands_where_it_was_kept_and_a_number_needs_no_zeros(world: World) -> None:
    mail = {"fromAddress": "who@mail.example", "subject": "Help", "body": "It broke"}
    async with world.client(SUPPORT, path=ALL) as client:
        made = (await client.call_tool("createCaseFromEmail", mail)).structured_content
        read = await client.call_tool("getCaseTimeline", {"case": made["CaseNumber"].lstrip("0")})
    told = read.structured_content
    assert told["Id"] == made["caseId"]
    assert all(row[0] for row in told["rows"])
    assert "e-mail" in {row[1] for row in told["rows"]}
    assert [row[4] for row in told["rows"] if row[3] == "created"] in ([], [None])


async def test_who_may_not_see_the_case_sees_nothing_of_it(world: World) -> None:
    async with world.client(ADMIN, path=ALL) as client:
        bad = await client.call_tool("getCaseTimeline", {"case": "00001001", "limit": 0})
    assert "limit" in bad.content[0].text
    async with world.client(READ_ONLY, path=ALL) as client:
        result = await client.call_tool("getCaseTimeline", {"case": case_with_mail(world)[1]})
    assert not result.is_error


async def test_open_milestones_of_all_cases_or_of_one(world: World) -> None:
    number = world.rows(
        'SELECT c.CaseNumber FROM "Case" c JOIN "User" u ON u.Id = c.OwnerId WHERE u.Username = ? LIMIT 1', SUPPORT
    )[0][0]
    async with world.client(SUPPORT, path=ALL) as client:
        everywhere = await client.call_tool("getCaseMilestones", {})
        one = await client.call_tool("getCaseMilestones", {"case": number})
        assert len(world.salesforce_requests) <= 3
        none = await client.call_tool("completeMilestone", {"case": number, "milestone": "No such promise"})
    assert not everywhere.is_error
    assert not one.is_error, one.content[0].text
    assert none.structured_content["code"] == "NOT_FOUND"
    assert f"open milestone 'No such promise' on case '{number}'" in none.content[0].text
    assert len(world.salesforce_requests) <= 5  # what could have been meant is asked for, too
