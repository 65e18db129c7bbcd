"""Calls, follow-ups, meetings and mail: in the right calendar, on the right day, whole or not at all."""

import json
from typing import Any

import pytest
from fake_clock import FakeClock
from server.world import READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of

from salesforce_emulator import outbox


def one(world: World, name: str) -> str:
    return str(world.rows(f'SELECT Id FROM "{name}" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0])  # noqa: S608


async def test_a_call_is_logged_with_its_next_step_in_two_calls(world: World) -> None:
    contact, opportunity = one(world, "Contact"), one(world, "Opportunity")
    about = {
        "subject": "Talked about the second site",
        "contactOrLeadId": contact,
        "relatedToId": opportunity,
        "notes": "Wants a quote",
        "result": "Interested",
        "minutes": 12,
        "nextStep": "Send the quote",
        "nextStepDate": "2026-12-01",
        "nextStepOwner": "John Miller",
    }
    result, calls = await calls_of(world, "logCall", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    told = result.structured_content
    columns = "Subject, Status, WhoId, WhatId, ActivityDate"
    call = world.rows(f'SELECT {columns}, TaskSubtype, CallDurationInSeconds FROM "Task" WHERE Id = ?', told["callId"])  # noqa: S608
    assert call[0][:4] == (about["subject"], "Completed", contact, opportunity)
    assert call[0][5:] == ("Call", 720)
    follow_up = world.rows(f'SELECT {columns} FROM "Task" WHERE Id = ?', told["followUpId"])  # noqa: S608
    assert follow_up == [("Send the quote", "Not Started", contact, opportunity, "2026-12-01")]
    owner = 'SELECT u.Name FROM "Task" t JOIN "User" u ON u.Id = t.OwnerId WHERE t.Id = ?'
    assert world.rows(owner, told["followUpId"]) == [("John Miller",)]


async def test_today_is_the_users_day_not_that_of_greenwich(world: World, clock: FakeClock) -> None:
    clock.advance(1_795_411_800 - clock.now())  # 2026-11-23 05:30 in Greenwich, still the 22nd in Los Angeles
    result, _ = await calls_of(world, "logCall", {"subject": "Late call", "relatedToId": one(world, "Account")})
    day = world.rows('SELECT ActivityDate FROM "Task" WHERE Id = ?', result.structured_content["callId"])
    assert day == [("2026-11-22",)]


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"contactOrLeadId": None}, SALES, "INVALID_INPUT"),
        ({"nextStepDate": "2026-12-01"}, SALES, "INVALID_INPUT"),
        ({"nextStepOwner": "John Miller"}, SALES, "INVALID_INPUT"),
        ({"minutes": -5}, SALES, "INVALID_ARGUMENTS"),
        ({"contactOrLeadId": "003E0000000zzzz"}, SALES, "INVALID_CROSS_REFERENCE_KEY"),
        ({"nextStep": "Quote", "nextStepOwner": "Nobody Atall"}, SALES, "NO_SUCH_PERSON"),
        ({"nextStep": "Quote", "nextStepDate": "next week"}, SALES, "INVALID_ARGUMENTS"),
        ({}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_a_call_that_cannot_be_logged_leaves_nothing(
    world: World, more: dict[str, Any], user: str, code: str
) -> None:
    before = world.writes()
    given = {"subject": "Call", "contactOrLeadId": one(world, "Contact"), **more}
    about = {name: value for name, value in given.items() if value is not None}
    result, _ = await calls_of(world, "logCall", about, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_a_follow_up_is_made_for_each_of_a_team_with_a_reminder(world: World) -> None:
    about = {
        "subject": "Prepare the demo",
        "dueDate": "2026-12-03",
        "assignTo": ["John Miller", "maria.lopez@demo.example"],
        "relatedToId": one(world, "Opportunity"),
        "priority": "High",
        "remindAt": "2026-12-03T09:00",
    }
    result, calls = await calls_of(world, "createFollowUp", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    stored = world.rows(
        'SELECT u.Name, t.Priority, t.ReminderDateTime, t.IsReminderSet FROM "Task" t JOIN "User" u ON u.Id = t.OwnerId'
        " WHERE t.Subject = 'Prepare the demo' ORDER BY u.Name"
    )
    nine_in_los_angeles = "2026-12-03T17:00:00.000Z"
    assert stored == [("John Miller", "High", nine_in_los_angeles, 1), ("Maria Lopez", "High", nine_in_los_angeles, 1)]


async def test_one_unknown_member_of_the_team_means_no_task_for_anybody(world: World) -> None:
    before = world.writes()
    about = {"subject": "Prepare", "dueDate": "2026-12-03", "assignTo": ["John Miller", "Nobody Atall"]}
    result, _ = await calls_of(world, "createFollowUp", about)
    assert result.structured_content["code"] == "NO_SUCH_PERSON"
    assert world.writes() == before


@pytest.mark.parametrize(
    ("start", "stored"),
    [
        ("2026-11-24T14:00", "2026-11-24T22:00:00.000Z"),
        ("2026-11-24T14:00:00Z", "2026-11-24T14:00:00.000Z"),
        ("2026-11-24T14:00:00+01:00", "2026-11-24T13:00:00.000Z"),
    ],
)
async def test_a_meeting_starts_when_the_user_means(world: World, start: str, stored: str) -> None:
    about = {"subject": "Demo", "start": start, "minutes": 45, "contactOrLeadId": one(world, "Contact")}
    result, calls = await calls_of(world, "scheduleMeeting", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    kept = world.rows(
        'SELECT StartDateTime, DurationInMinutes FROM "Event" WHERE Id = ?', result.structured_content["id"]
    )
    assert kept == [(stored, 45)]


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"start": "tomorrow"}, SALES, "INVALID_INPUT"),
        ({"start": "2026-11-24"}, SALES, "INVALID_INPUT"),
        ({"minutes": 0}, SALES, "INVALID_ARGUMENTS"),
        ({"relatedToId": "006E0000000zzzz"}, SALES, "INVALID_CROSS_REFERENCE_KEY"),
        ({}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_a_meeting_that_cannot_be_is_not(world: World, more: dict[str, Any], user: str, code: str) -> None:
    before = world.writes()
    about = {"subject": "Demo", "start": "2026-11-24T14:00", **more}
    result, _ = await calls_of(world, "scheduleMeeting", about, user=user)
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_mail_to_a_contact_goes_out_and_is_kept_with_the_record(world: World) -> None:
    contact = world.rows('SELECT Id FROM "Contact" WHERE Email IS NOT NULL AND IsDeleted = 0 LIMIT 1')[0][0]
    about = {"to": [contact], "subject": "Offer & <terms>", "body": "Please find …", "cc": ["boss@b.example"]}
    result, calls = await calls_of(world, "sendEmail", about)
    assert not result.is_error, result.content[0].text
    assert calls == 1
    sent = outbox.messages(world.org)
    assert len(sent) == 1
    assert "Offer & <terms>" in json.dumps(sent[0], ensure_ascii=False)
    assert world.rows("SELECT count(*) FROM \"Task\" WHERE WhoId = ? AND Subject LIKE '%Offer &%'", contact) == [(1,)]


async def test_mail_to_an_address_or_a_colleague_goes_out_and_is_said_to_be_kept_nowhere(world: World) -> None:
    before = world.rows('SELECT count(*) FROM "Task"'), world.rows('SELECT count(*) FROM "EmailMessage"')
    for to in ("Ann Bell <a@b.example>", world.site.user_id(SUPPORT)):
        result, _ = await calls_of(world, "sendEmail", {"to": [to], "subject": "Hello", "body": "Text"})
        assert not result.is_error, result.content[0].text
        assert result.structured_content["keptWith"] is None
        assert "kept with no record" in result.structured_content["note"]
    assert len(outbox.messages(world.org)) == 2
    assert outbox.messages(world.org)[0]["toAddresses"] == ["a@b.example"]
    assert (world.rows('SELECT count(*) FROM "Task"'), world.rows('SELECT count(*) FROM "EmailMessage"')) == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": ["not an address", "a@b.example"]}, "INVALID_INPUT"),
        ({"to": ["a@b.example"], "relatedToId": "006E00000000001"}, "INVALID_INPUT"),
        ({"to": ["00QE00000000001"], "relatedToId": "006E00000000001"}, "INVALID_INPUT"),
        ({"to": []}, "INVALID_ARGUMENTS"),
        ({"body": "a\x01b"}, "INVALID_INPUT"),
    ],
)
async def test_mail_that_cannot_go_out_does_not(world: World, more: dict[str, Any], code: str) -> None:
    about = {"to": ["a@b.example"], "subject": "Hello", "body": "Text", **more}
    result, _ = await calls_of(world, "sendEmail", about)
    assert result.structured_content["code"] == code, result.content[0].text
    assert outbox.messages(world.org) == []


async def test_ids_find_their_place_whichever_parameter_they_come_in(world: World) -> None:
    contact, account = one(world, "Contact"), one(world, "Account")
    for given, stored in (
        ({"contactOrLeadId": account}, (None, account)),
        ({"relatedToId": contact}, (contact, None)),
        ({"contactOrLeadId": account, "relatedToId": contact[:15]}, (contact, account)),
    ):
        result, _ = await calls_of(world, "logCall", {"subject": "x", **given})
        assert not result.is_error, result.content[0].text
        kept = 'SELECT WhoId, WhatId FROM "Task" WHERE Id = ?'
        assert world.rows(kept, result.structured_content["callId"])[0][0] == stored[0]
        assert stored[1] is None or world.rows(kept, result.structured_content["callId"])[0][1] == stored[1]


@pytest.mark.parametrize("kinds", [("Lead", "Opportunity"), ("Contact", "Lead"), ("Account", "Opportunity")])
async def test_an_activity_is_about_one_person_and_one_thing_or_a_lead_alone(
    world: World, kinds: tuple[str, str]
) -> None:
    before = world.writes()
    about = {"contactOrLeadId": one(world, kinds[0]), "relatedToId": one(world, kinds[1])}
    for tool, more in (("logCall", {}), ("scheduleMeeting", {"start": "2026-11-24T14:00"})):
        result, _ = await calls_of(world, tool, {"subject": "x", **about, **more})
        assert result.structured_content["code"] == "INVALID_INPUT"
        assert result.structured_content["fields"] == ["contactOrLeadId", "relatedToId"]
    assert world.writes() == before


async def test_me_is_whoever_asks(world: World) -> None:
    about = {"subject": "x", "dueDate": "2026-12-01", "assignTo": ["me", "Sam Sales", "Me"]}
    result, _ = await calls_of(world, "createFollowUp", about)
    assert [one["ownerId"] for one in result.structured_content["tasks"]] == [world.site.user_id(SALES)]
