"""What a user's profile hides is shown by no tool, whatever is asked."""

# ruff: noqa: S608 - the statements are the test's own

import pytest
from server.world import ADMIN, LEGACY, MODERN, READ_ONLY, SALES, SUPPORT, World
from tools.every_read import POISONED, READING, SECRET_MARGIN, arguments

HIDDEN = "Internal_Margin__c"
# What Salesforce reads by POST: several reads at once, and a report with filters of its own.
READING_POSTS = (
    "POST /services/data/v68.0/composite",
    "POST /services/data/v68.0/analytics/reports/",
    "POST /services/Soap/u/68.0",
    "POST /services/Soap/m/68.0",
)


@pytest.fixture
def margin(world: World) -> World:
    admin = world.org.caller(world.site.user_id(ADMIN))
    account = world.org.insert(admin, "Account", {"Name": POISONED, HIDDEN: SECRET_MARGIN})
    world.org.insert(admin, "Contact", {"LastName": POISONED, "AccountId": account})
    return world


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
@pytest.mark.parametrize("username", [SALES, SUPPORT, READ_ONLY])
async def test_no_reading_tool_shows_a_hidden_field(margin: World, username: str, mode: str) -> None:
    given = arguments(margin)
    async with margin.client(username, mode=mode, path="/mcp/x/all") as client:
        for name in READING:
            for each in given[name]:
                result = await client.call_tool(name, each)
                told = result.model_dump_json()
                assert str(SECRET_MARGIN) not in told, (name, each)
                if not result.is_error:
                    assert HIDDEN not in told, (name, each)


@pytest.mark.parametrize("username", [SALES, SUPPORT, READ_ONLY])
async def test_neither_composite_nor_batch_nor_resource_shows_it(margin: World, username: str) -> None:
    account = margin.rows('SELECT Id FROM "Account" WHERE Name = ?', POISONED)[0][0]
    operations = [
        {"operation": "get", "objectName": "Account", "recordId": account},
        {"operation": "get", "objectName": "Account", "recordId": account, "fields": [HIDDEN]},
        {"operation": "query", "soql": f"SELECT {HIDDEN} FROM Account"},
        {"operation": "query", "soql": f"SELECT MAX({HIDDEN}) FROM Account"},
        {"operation": "search", "sosl": f"FIND {{{POISONED}}} RETURNING Account(Id, {HIDDEN})"},
    ]
    async with margin.client(username) as client:
        told = [
            (await client.call_tool("executeBatch", {"operations": operations})).model_dump_json(),
            (
                await client.call_tool("executeComposite", {"operations": operations, "allOrNone": False})
            ).model_dump_json(),
        ]
        resource = await client.read_resource("salesforce://objects/Account")
    assert not any(str(SECRET_MARGIN) in each for each in told)
    assert HIDDEN not in resource.model_dump_json()


async def test_the_same_tools_show_it_to_who_may_see_it(margin: World) -> None:
    given = arguments(margin)
    async with margin.client(ADMIN) as client:
        shown = [(await client.call_tool("executeQuery", each)).model_dump_json() for each in given["executeQuery"]]
    assert any(str(SECRET_MARGIN) in each for each in shown)


async def test_one_user_never_gets_what_was_kept_for_another(margin: World) -> None:
    async with margin.client(ADMIN) as admin, margin.client(SALES) as sales:
        before = await admin.call_tool("describeObject", {"objectName": "Account"})
        theirs = await sales.call_tool("describeObject", {"objectName": "Account"})
        after = await admin.call_tool("describeObject", {"objectName": "Account"})
    assert HIDDEN in before.content[0].text
    assert HIDDEN not in theirs.content[0].text
    assert after.content[0].text == before.content[0].text


async def test_no_reading_tool_writes(margin: World) -> None:
    given, before = arguments(margin), margin.writes()
    rows = margin.rows('SELECT * FROM "Account" ORDER BY Id')
    async with margin.client(path="/mcp/x/all") as client:
        for name in READING:
            for each in given[name]:
                await client.call_tool(name, each)
    assert margin.writes() == before
    assert margin.rows('SELECT * FROM "Account" ORDER BY Id') == rows
    posted = [request for request in margin.salesforce_requests if not request.startswith("GET ")]
    assert all(request.startswith(READING_POSTS) for request in posted)
