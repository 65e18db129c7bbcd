"""Support requests, from the mail to the answer: one call of the model, whole or not at all."""

# ruff: noqa: S608 - the statements are the test's own

from typing import Any

import pytest
from server.world import ADMIN, READ_ONLY, SALES, SUPPORT, World

from salesforce_emulator import ids

OPEN_CASE = (
    'SELECT c.Id, CaseNumber FROM "Case" c JOIN "User" u ON u.Id = c.OwnerId'
    " WHERE IsDeleted = 0 AND IsClosed = 0 AND IsEscalated = 0 AND u.Username = 'support@demo.example' LIMIT 1"
)
ALL = "/mcp/x/all"
MAIL = {
    "fromAddress": "someone@new.example",
    "fromName": "Someone New",
    "subject": "The pump leaks",
    "body": "Since this morning it loses oil.\nWhat can we do?",
    "toAddress": "support@northwindcontrols.example",
}


def calls(world: World) -> int:
    return len(world.salesforce_requests)


def count(world: World, object_name: str) -> int:
    return int(world.rows(f'SELECT count(*) FROM "{object_name}" WHERE IsDeleted = 0')[0][0])


async def test_a_mail_becomes_a_case_of_its_sender_in_two_calls(world: World) -> None:
    query = 'SELECT Id, Email, AccountId FROM "Contact" WHERE Email IS NOT NULL AND IsDeleted = 0 GROUP BY Email'
    contact, address, account = world.rows(f"{query} HAVING count(*) = 1 LIMIT 1")[0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "fromAddress": address})
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    stored = world.rows(
        'SELECT Subject, Description, Origin, SuppliedEmail, SuppliedName, ContactId, AccountId FROM "Case" WHERE Id=?',
        told["caseId"],
    )
    assert stored == [(MAIL["subject"], MAIL["body"], "Email", address, "Someone New", contact, account)]
    mail = world.rows(
        'SELECT ParentId, Incoming, FromAddress, TextBody FROM "EmailMessage" WHERE Id = ?', told["emailMessageId"]
    )
    assert mail == [(told["caseId"], 1, address, MAIL["body"])]
    assert told["CaseNumber"] == world.rows('SELECT CaseNumber FROM "Case" WHERE Id = ?', told["caseId"])[0][0]
    assert calls(world) <= 2


async def test_a_stranger_s_mail_becomes_a_case_without_a_contact(world: World) -> None:
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"Priority": "High"}})
    stored = world.rows('SELECT ContactId, Priority FROM "Case" WHERE Id = ?', result.structured_content["caseId"])
    assert stored == [(None, "High")]


async def test_the_same_mail_makes_no_second_case(world: World) -> None:
    mail = {**MAIL, "messageId": "<abc'1@mail.example>"}
    async with world.client(SUPPORT, path=ALL) as client:
        first = await client.call_tool("createCaseFromEmail", mail)
        before = count(world, "Case"), count(world, "EmailMessage")
        second = await client.call_tool("createCaseFromEmail", mail)
    assert second.structured_content["caseId"] == first.structured_content["caseId"]
    assert second.structured_content["created"] is False
    assert (count(world, "Case"), count(world, "EmailMessage")) == before


async def test_a_case_that_a_rule_takes_out_of_sight_has_its_mail_all_the_same(world: World) -> None:
    """Cases are private, and Sue is no member of the queue to which the rule gives the gravest of them."""
    queue = world.rows("SELECT Id FROM \"Group\" WHERE Name = 'Escalations'")[0][0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"Severity__c": "S1"}})
    assert not result.is_error, result.content[0].text
    told = result.structured_content
    stored = (
        'SELECT c.OwnerId, m.TextBody FROM "Case" c JOIN "EmailMessage" m ON m.ParentId = c.Id WHERE c.CaseNumber = ?'
    )
    assert world.rows(stored, told["CaseNumber"]) == [(queue, MAIL["body"])]
    assert "not visible to you" in told["note"]
    assert calls(world) == 2


async def test_a_chosen_owner_is_not_taken_over_by_a_rule(world: World) -> None:
    owner = world.site.user_id(ADMIN)
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"OwnerId": owner}})
    assert not result.is_error, result.content[0].text
    case = result.structured_content["caseId"]
    assert world.rows('SELECT OwnerId FROM "Case" WHERE Id = ?', case) == [(owner,)]
    assert world.rows('SELECT count(*) FROM "EmailMessage" WHERE ParentId = ?', case) == [(1,)]


async def test_who_may_open_cases_and_not_change_them_opens_what_no_rule_takes_away(world: World) -> None:
    before = count(world, "Case"), count(world, "EmailMessage")
    async with world.client(SALES, path=ALL) as client:
        routed = await client.call_tool("createCaseFromEmail", MAIL)
        assert (count(world, "Case"), count(world, "EmailMessage")) == before
        kept = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"Origin": "Phone"}})
    assert routed.is_error
    assert not kept.is_error, kept.content[0].text
    assert kept.structured_content["OwnerId"] == world.site.user_id(SALES)
    assert (count(world, "Case"), count(world, "EmailMessage")) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(("subject", "kept"), [("", "(no subject)"), ("S" * 300, "S" * 255)], ids=["none", "long"])
async def test_a_subject_that_no_case_can_have_opens_one_all_the_same(world: World, subject: str, kept: str) -> None:
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "subject": subject})
    assert not result.is_error, result.content[0].text
    told = result.structured_content
    query = 'SELECT c.Subject, m.Subject FROM "Case" c JOIN "EmailMessage" m ON m.ParentId = c.Id WHERE c.Id = ?'
    assert world.rows(query, told["caseId"]) == [(kept, subject or None)]


async def test_a_sender_is_read_as_a_mail_s_header_writes_them(world: World) -> None:
    sender = {"fromAddress": '"Bell, Ada" <ada@bell.example>', "fromName": ""}
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, **sender})
    stored = 'SELECT SuppliedEmail, SuppliedName FROM "Case" WHERE Id = ?'
    assert world.rows(stored, result.structured_content["caseId"]) == [("ada@bell.example", "Bell, Ada")]


async def test_two_contacts_with_the_address_are_told_and_none_is_taken(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    twins = [world.org.insert(admin, "Contact", {"LastName": name, "Email": "twin@t.example"}) for name in ("A", "B")]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("createCaseFromEmail", {**MAIL, "fromAddress": "twin@t.example"})
    assert sorted(result.structured_content["contactCandidates"]) == sorted(twins)
    assert world.rows('SELECT ContactId FROM "Case" WHERE Id = ?', result.structured_content["caseId"]) == [(None,)]


async def test_a_mail_that_cannot_be_kept_leaves_no_case(world: World) -> None:
    before = count(world, "Case"), count(world, "EmailMessage")
    async with world.client(SUPPORT, path=ALL) as client:
        bad_field = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"Priorty": "High"}})
        bad_value = await client.call_tool("createCaseFromEmail", {**MAIL, "record": {"Severity__c": "S9"}})
        bad_address = await client.call_tool("createCaseFromEmail", {**MAIL, "fromAddress": "nobody"})
    assert bad_field.structured_content["code"] == "INVALID_FIELD"
    assert bad_value.structured_content["code"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert "fromAddress" in bad_address.content[0].text
    assert (count(world, "Case"), count(world, "EmailMessage")) == before


async def test_an_escalation_is_one_call_and_all_of_it(world: World) -> None:
    case, number = world.rows(OPEN_CASE)[0]
    queue = world.rows("SELECT Id FROM \"Group\" WHERE Name = 'Escalations'")[0][0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool(
            "escalateCase", {"case": number, "reason": "Line down", "to": "Escalations", "status": "Escalated"}
        )
    assert not result.is_error, result.content[0].text
    stored = world.rows('SELECT IsEscalated, Priority, Status, OwnerId FROM "Case" WHERE Id = ?', case)
    assert stored == [(1, "High", "Escalated", queue)]
    comments = world.rows(
        'SELECT CommentBody, IsPublished FROM "CaseComment" WHERE ParentId = ? ORDER BY CreatedDate DESC', case
    )
    assert comments[0] == ("Escalated: Line down", 0)
    # Cases are private, and Sue is no member of the queue.
    assert "no longer visible" in result.structured_content["note"]
    assert calls(world) == 1


async def test_who_still_sees_the_escalated_case_is_told_how_it_stands(world: World) -> None:
    number = world.rows(OPEN_CASE)[0][1]
    async with world.client(ADMIN, path=ALL) as client:
        result = await client.call_tool("escalateCase", {"case": number, "reason": "r", "to": "Escalations"})
    assert result.structured_content["Owner.Name"] == "Escalations"
    assert result.structured_content["IsEscalated"] is True


async def test_a_value_that_a_picklist_does_not_take_is_told_with_those_it_takes(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    before = world.writes()
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("escalateCase", {"case": case, "reason": "r", "status": "Tier 2"})
    assert result.structured_content["fields"] == ["Status"]
    assert "Status takes New, Working, Escalated, Closed." in result.structured_content["hint"]
    assert world.writes() == before


async def test_a_priority_is_one_that_the_org_has_even_where_salesforce_takes_any_word(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    before = world.writes()
    async with world.client(SUPPORT, path=ALL) as client:
        urgent = await client.call_tool("escalateCase", {"case": case, "reason": "r", "priority": "urgent"})
        assert world.writes() == before
        medium = await client.call_tool("escalateCase", {"case": case, "reason": "r", "priority": "medium"})
    assert "It takes High, Medium, Low." in urgent.structured_content["hint"]
    assert medium.structured_content["Priority"] == "Medium"


@pytest.mark.parametrize("said", ["#{}", "Case {}", "case #{}", " {} "])
async def test_a_case_is_named_as_people_name_it(world: World, said: str) -> None:
    case, number = world.rows(OPEN_CASE)[0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("addCaseComment", {"case": said.format(number.lstrip("0")), "text": "t"})
    assert result.structured_content["caseId"] == case


async def test_the_longest_reason_is_kept_whole(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    async with world.client(SUPPORT, path=ALL) as client:
        longest = await client.call_tool("escalateCase", {"case": case, "reason": "x" * 3989})
        longer = await client.call_tool("escalateCase", {"case": case, "reason": "x" * 3990})
    assert not longest.is_error, longest.content[0].text
    assert "3,989 characters" in longer.content[0].text


async def test_an_escalated_case_that_is_closed_is_said_to_be_so(world: World) -> None:
    number = world.rows('SELECT CaseNumber FROM "Case" WHERE IsClosed = 1')[0][0]
    async with world.client(path=ALL) as client:
        closed = await client.call_tool("escalateCase", {"case": number, "reason": "r"})
        reopened = await client.call_tool("escalateCase", {"case": number, "reason": "r", "status": "Working"})
    assert "give an open status" in closed.structured_content["note"]
    assert (reopened.structured_content["Status"], "note" in reopened.structured_content) == ("Working", False)


async def test_an_escalation_to_nowhere_changes_nothing(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    before = world.rows('SELECT * FROM "Case" WHERE Id = ?', case), count(world, "CaseComment")
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("escalateCase", {"case": case, "reason": "r", "to": "No such queue"})
    assert result.structured_content["code"] == "NOT_FOUND"
    assert "queue for cases 'No such queue'" in result.content[0].text
    queues = world.rows(
        'SELECT g.Name FROM "Group" g JOIN "QueueSobject" q ON q.QueueId = g.Id'
        " WHERE q.SobjectType = 'Case' ORDER BY g.Name"
    )
    assert f"Queues for cases: {', '.join(row[0] for row in queues)}." in result.structured_content["hint"]
    assert (world.rows('SELECT * FROM "Case" WHERE Id = ?', case), count(world, "CaseComment")) == before


async def test_a_person_named_as_the_next_tier_is_told_with_their_id(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    user, name = world.rows('SELECT Id, Name FROM "User" WHERE Username = ?', ADMIN)[0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("escalateCase", {"case": case, "reason": "r", "to": name.split()[0].lower()})
    assert result.structured_content["fields"] == ["to"]
    assert f"{name} {user}" in result.structured_content["hint"]


async def test_a_resolved_case_is_closed_with_its_resolution_in_one_call(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("resolveCase", {"case": case, "resolution": "Sealed it", "public": True})
    assert not result.is_error, result.content[0].text
    assert world.rows('SELECT Status, IsClosed FROM "Case" WHERE Id = ?', case) == [("Closed", 1)]
    comment = result.structured_content["commentId"]
    assert world.rows('SELECT CommentBody, IsPublished FROM "CaseComment" WHERE Id = ?', comment) == [("Sealed it", 1)]
    assert calls(world) == 1


async def test_a_status_that_is_not_closed_resolves_nothing(world: World) -> None:
    case, _ = world.rows(OPEN_CASE)[0]
    before = world.writes()
    async with world.client(SUPPORT, path=ALL) as client:
        result = await client.call_tool("resolveCase", {"case": case, "resolution": "r", "status": "Working"})
    assert result.structured_content["code"] == "NOT_FOUND"
    assert "closed case status 'Working'" in result.content[0].text
    assert "Closed statuses: Closed." in result.structured_content["hint"]
    assert world.writes() == before


async def test_a_comment_is_internal_unless_it_is_said_to_be_public(world: World) -> None:
    case, number = world.rows(OPEN_CASE)[0]
    async with world.client(SUPPORT, path=ALL) as client:
        await client.call_tool("addCaseComment", {"case": number, "text": "note"})
        await client.call_tool("addCaseComment", {"case": case, "text": "reply", "public": True})
    stored = dict(world.rows('SELECT CommentBody, IsPublished FROM "CaseComment" WHERE ParentId = ?', case))
    assert stored["note"] == 0
    assert stored["reply"] == 1
    assert calls(world) == 2


CASE_TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("escalateCase", {"reason": "r"}),
    ("resolveCase", {"resolution": "r"}),
    ("addCaseComment", {"text": "t"}),
    ("getCaseTimeline", {}),
]


@pytest.mark.parametrize(("name", "given"), CASE_TOOLS)
async def test_a_case_that_is_not_there_is_said_to_be_so(world: World, name: str, given: dict[str, Any]) -> None:
    before = world.writes()
    async with world.client(SUPPORT, path=ALL) as client:
        unknown = await client.call_tool(name, {"case": "99999999", **given})
        gone = await client.call_tool(name, {"case": ids.make("500", 99_999), **given})
        wrong = await client.call_tool(name, {"case": "001E00000000001IAA", **given})
        missing = await client.call_tool(name, given)
    assert [each.structured_content["code"] for each in (unknown, gone)] == ["NOT_FOUND"] * 2
    assert "99999999" in unknown.content[0].text
    assert wrong.structured_content["code"] == "MALFORMED_ID"
    assert "case is missing" in missing.content[0].text
    assert world.writes() == before


@pytest.mark.parametrize(("name", "given"), CASE_TOOLS[:3])
async def test_who_may_not_write_cases_writes_none(world: World, name: str, given: dict[str, Any]) -> None:
    _, number = world.rows(OPEN_CASE)[0]
    before = world.rows('SELECT * FROM "Case" ORDER BY Id'), count(world, "CaseComment")
    async with world.client(READ_ONLY, path=ALL) as client:
        result = await client.call_tool(name, {"case": number, **given})
    assert result.is_error
    assert (world.rows('SELECT * FROM "Case" ORDER BY Id'), count(world, "CaseComment")) == before
    async with world.client(SALES, scopes=("sf.read",), path=ALL) as client:
        assert name not in {tool.name for tool in (await client.list_tools()).tools}
