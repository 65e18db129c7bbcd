"""Groups of companies, and what happened with a customer."""

from typing import Any

import pytest
from server.world import ADMIN, READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of

GROUP = [
    {"name": "Acme Holding", "record": {"Industry": "Energy"}},
    {"name": "Acme Europe", "parent": "Acme Holding"},
    {"name": "Acme Germany", "parent": "ACME Europe", "record": {"BillingCity": "Berlin"}},
    {"name": "Acme Asia", "parent": "Acme Holding"},
]


def parents(world: World) -> dict[str, str | None]:
    found = world.rows(
        'SELECT a.Name, p.Name FROM "Account" a LEFT JOIN "Account" p ON p.Id = a.ParentId'
        " WHERE a.Name LIKE 'Acme %' AND a.IsDeleted = 0"
    )
    return dict(found)


async def test_a_group_is_made_in_one_call_and_read_in_two(world: World) -> None:
    made, calls = await calls_of(world, "createAccountHierarchy", {"accounts": GROUP})
    assert not made.is_error, made.content[0].text
    assert calls == 1
    assert parents(world) == {
        "Acme Holding": None,
        "Acme Europe": "Acme Holding",
        "Acme Germany": "Acme Europe",
        "Acme Asia": "Acme Holding",
    }
    germany = made.structured_content["rows"][2][0]
    read, calls = await calls_of(world, "getAccountHierarchy", {"accountId": germany})
    assert calls <= 2
    levels = {row[2]: row[0] for row in read.structured_content["rows"]}
    assert levels == {"Acme Holding": 0, "Acme Asia": 1, "Acme Europe": 1, "Acme Germany": 2}


async def test_a_group_hangs_under_an_account_there_is(world: World) -> None:
    above = world.rows('SELECT Id, Name FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0]
    made, _ = await calls_of(world, "createAccountHierarchy", {"accounts": GROUP[:1], "parentId": above[0]})
    assert not made.is_error
    assert parents(world) == {"Acme Holding": above[1]}


CHAIN = [{"name": "L0"}, *({"name": f"L{number + 1}", "parent": f"L{number}"} for number in range(5))]


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"accounts": [*GROUP, {"name": "Lost", "parent": "Nobody"}]}, SALES, "INVALID_INPUT"),
        ({"accounts": [{"name": "A", "parent": "B"}, {"name": "B", "parent": "A"}]}, SALES, "INVALID_INPUT"),
        ({"accounts": CHAIN}, SALES, "INVALID_INPUT"),
        ({"accounts": []}, SALES, "INVALID_ARGUMENTS"),
        ({"accounts": [*GROUP, {"name": "x" * 300}]}, SALES, "STRING_TOO_LONG"),
        ({"accounts": GROUP, "parentId": "001E0000000zzzz"}, SALES, "INVALID_CROSS_REFERENCE_KEY"),
        ({"accounts": GROUP}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_what_is_wrong_makes_no_company(world: World, more: dict[str, Any], user: str, code: str) -> None:
    before = world.writes()
    result, _ = await calls_of(world, "createAccountHierarchy", more, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_the_history_of_an_account_has_everything_newest_first(world: World) -> None:
    account = world.rows(
        'SELECT AccountId FROM "Task" WHERE AccountId IN (SELECT AccountId FROM "Event") AND IsDeleted = 0 LIMIT 1'
    )[0][0]
    result, calls = await calls_of(world, "getInteractionHistory", {"recordId": account, "limit": 200}, user=ADMIN)
    assert not result.is_error, result.content[0].text
    assert calls == 1
    told = result.structured_content
    moments = [row[0] for row in told["rows"]]
    assert moments == sorted(moments, reverse=True)
    about_it = "WHERE AccountId = ? AND IsDeleted = 0 AND IsArchived = 0"
    found = f'SELECT Id FROM "Task" {about_it} UNION SELECT Id FROM "Event" {about_it}'  # noqa: S608
    stored = {row[0] for row in world.rows(found, account, account)}
    assert stored <= {row[-1] for row in told["rows"]}
    assert {"emailsSent", "emailsOpened", "campaignsResponded"} <= told["engagement"].keys()


async def test_mail_that_was_opened_is_engagement(world: World) -> None:
    opportunity = world.rows('SELECT Id FROM "Opportunity" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    admin = world.org.caller(world.site.user_id(ADMIN))
    for subject in ("Opened", "Unread"):
        world.org.insert(
            admin,
            "EmailMessage",
            {"Subject": subject, "RelatedToId": opportunity, "Incoming": False, "ToAddress": "a@b.example"},
        )
    world.org.connection.execute(
        "UPDATE \"EmailMessage\" SET IsOpened = 1, LastOpenedDate = '2026-11-20T10:00:00.000Z' WHERE Subject = 'Opened'"
    )
    result, _ = await calls_of(world, "getInteractionHistory", {"recordId": opportunity}, user=ADMIN)
    engagement = result.structured_content["engagement"]
    assert (engagement["emailsSent"], engagement["emailsOpened"]) == (2, 1)
    assert engagement["lastOpened"] == "2026-11-20T10:00"


async def test_mail_that_was_sent_is_in_the_history_of_whom_it_went_to_once(world: World) -> None:
    contact, account = world.rows(
        'SELECT Id, AccountId FROM "Contact" WHERE Email IS NOT NULL AND AccountId IS NOT NULL AND IsDeleted = 0'
    )[0]
    lead = world.rows('SELECT Id FROM "Lead" WHERE Email IS NOT NULL AND IsDeleted = 0 AND IsConverted = 0')[0][0]
    deal = world.rows('SELECT Id FROM "Opportunity" WHERE IsDeleted = 0')[0][0]
    before = {one: await _sent_to(world, one) for one in (contact, account, lead, deal)}
    mail = {"subject": "Our offer", "body": "Please find …"}
    await calls_of(world, "sendEmail", {**mail, "to": [contact], "relatedToId": deal}, user=ADMIN)
    await calls_of(world, "sendEmail", {**mail, "to": [lead]}, user=ADMIN)
    for one, sent in before.items():
        assert await _sent_to(world, one) == sent + 1
        history, _ = await calls_of(world, "getInteractionHistory", {"recordId": one}, user=ADMIN)
        told = history.structured_content
        assert [row[1] for row in told["rows"] if "Our offer" in row[2]] == ["e-mail out"]


async def _sent_to(world: World, record: str) -> int:
    history, calls = await calls_of(world, "getInteractionHistory", {"recordId": record}, user=ADMIN)
    assert calls == 1
    return int(history.structured_content["engagement"]["emailsSent"])


async def test_mail_that_is_only_a_task_is_counted_as_sent(world: World) -> None:
    """An org without Enhanced Email keeps no messages."""
    contact = world.rows('SELECT Id FROM "Contact" WHERE IsDeleted = 0')[0][0]
    before = await _sent_to(world, contact)
    admin = world.org.caller(world.site.user_id(ADMIN))
    task = {"Subject": "Email: Hello", "TaskSubtype": "Email", "Status": "Completed", "WhoId": contact}
    world.org.insert(admin, "Task", task)
    assert await _sent_to(world, contact) == before + 1


async def test_what_somebody_may_not_see_is_left_out_of_the_history_and_named(world: World) -> None:
    contact = world.rows("SELECT WhoId FROM \"Task\" WHERE WhoId LIKE '003%' AND IsDeleted = 0")[0][0]
    result, _ = await calls_of(world, "getInteractionHistory", {"recordId": contact}, user=SUPPORT)
    assert not result.is_error, result.content[0].text
    assert result.structured_content["notVisible"] == ["campaigns"]
    assert result.structured_content["rows"]


async def test_a_history_that_is_cut_says_so(world: World) -> None:
    account = world.rows(
        'SELECT AccountId FROM "Task" WHERE IsDeleted = 0 AND IsArchived = 0 AND AccountId IS NOT NULL'
        " GROUP BY AccountId HAVING count(*) > 1"
    )[0][0]
    few, _ = await calls_of(world, "getInteractionHistory", {"recordId": account, "limit": 1}, user=ADMIN)
    assert len(few.structured_content["rows"]) == 1
    assert "more than these 1" in few.structured_content["more"]
    none, _ = await calls_of(world, "getInteractionHistory", {"recordId": account, "limit": 0}, user=ADMIN)
    assert none.is_error


@pytest.mark.parametrize(
    ("identifier", "code"),
    [("001E0000000zzzz", "NOT_FOUND"), ("006", "MALFORMED_ID"), ("0Q0E00000000001", "MALFORMED_ID")],
)
async def test_a_history_of_nothing_is_an_error(world: World, identifier: str, code: str) -> None:
    result, _ = await calls_of(world, "getInteractionHistory", {"recordId": identifier})
    assert result.structured_content["code"] == code
    if identifier.startswith("001"):
        missing, _ = await calls_of(world, "getAccountHierarchy", {"accountId": identifier})
        assert missing.structured_content["code"] == "NOT_FOUND"
