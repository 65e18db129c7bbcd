"""Rows: complete, small, never cut in silence."""

import json
from typing import Any

import pytest
from mcp.client import Client
from server.world import ADMIN, MODERN, SALES, World

from salesforce_mcp.tools.results import tokens_of


async def query(client: Client, soql: str, **more: Any) -> dict[str, Any]:
    result = await client.call_tool("executeQuery", {"soql": soql, **more})
    assert not result.is_error, result.content[0].text
    return dict(result.structured_content)


async def every_row(client: Client, soql: str) -> tuple[list[list[Any]], int]:
    """Follow the cursor to the end; the rows, and in how many results they came."""
    rows: list[list[Any]] = []
    arguments: dict[str, Any] = {}
    for results in range(1, 100):
        page = await query(client, soql, **arguments)
        rows += page["rows"]
        assert page["returned"] == len(page["rows"])
        if "cursor" not in page:
            return rows, results
        arguments = {"cursor": page["cursor"]}
    raise AssertionError("the cursor never ends")


async def test_columns_stand_once_in_the_order_of_the_select_clause(world: World) -> None:
    soql = "SELECT Owner.Name, Name, Id, AnnualRevenue FROM Account ORDER BY Name LIMIT 5"
    async with world.client() as client:
        page = await query(client, soql)
    assert page["columns"] == ["Owner.Name", "Name", "Id", "AnnualRevenue"]
    assert page["totalSize"] == page["returned"] == 5
    assert all("attributes" not in json.dumps(row) for row in page["rows"])


async def test_the_text_is_the_same_table_with_its_columns_once(world: World) -> None:
    soql = "SELECT Id, Name, Industry, AnnualRevenue, BillingCity, Owner.Name FROM Account ORDER BY Id LIMIT 50"
    async with world.client() as client:
        result = await client.call_tool("executeQuery", {"soql": soql})
    page, text = result.structured_content, result.content[0].text
    cells = [["" if cell is None else _plain(cell) for cell in row] for row in [page["columns"], *page["rows"]]]
    smallest = "\n".join("|".join(row) for row in cells)
    assert len(page["rows"]) == 50
    assert len(text) <= 1.03 * len(smallest)
    assert text.splitlines()[1:] == smallest.splitlines()


def _plain(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


async def test_children_come_as_a_table_in_their_cell(world: World) -> None:
    soql = (
        "SELECT Name, (SELECT LastName, Title FROM Contacts ORDER BY LastName) FROM Account "
        "WHERE Id IN (SELECT AccountId FROM Contact) LIMIT 3"
    )
    async with world.client() as client:
        page = await query(client, soql)
    for _, contacts in page["rows"]:
        assert contacts["columns"] == ["LastName", "Title"]
        assert contacts["rows"]


async def test_aggregates_are_named_by_their_alias(world: World) -> None:
    async with world.client() as client:
        page = await query(client, "SELECT StageName, COUNT(Id) deals, SUM(Amount) FROM Opportunity GROUP BY StageName")
    assert page["columns"] == ["StageName", "deals", "expr0"]
    assert sum(row[1] for row in page["rows"]) == world.rows('SELECT count(*) FROM "Opportunity"')[0][0]


async def test_a_count_is_one_row(world: World) -> None:
    async with world.client() as client:
        page = await query(client, "SELECT COUNT() FROM Lead WHERE IsConverted = false")
    assert page["rows"] == [[world.rows('SELECT count(*) FROM "Lead" WHERE IsConverted = 0 AND IsDeleted = 0')[0][0]]]
    assert (page["totalSize"], page["returned"]) == (1, 1)


def fill(world: World, count: int, *, essay: int = 0) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    with world.org.transaction():
        for number in range(count):
            values: dict[str, Any] = {"Name": f"Row {number:05}", "Key__c": f"K{number:05}"}
            if essay:
                values["Essay_1__c"] = f"{number:05} " + "x" * essay
            world.org.insert(admin, "Wide__c", values)


async def test_many_rows_arrive_whole_over_cursors_while_rows_are_added(world: World) -> None:
    fill(world, 2_500)
    soql = "SELECT Id, Name, Key__c, CreatedDate, Owner.Name FROM Wide__c WHERE Name LIKE 'Row%'"
    seen: list[str] = []
    async with world.client() as client:
        page = await query(client, soql)
        assert page["totalSize"] == 2_500
        seen += [row[0] for row in page["rows"]]
        admin = world.org.caller(world.site.user_id(ADMIN))
        while "cursor" in page:
            world.org.insert(admin, "Wide__c", {"Name": f"Row added {len(seen)}", "Key__c": f"A{len(seen)}"})
            page = await query(client, soql, cursor=page["cursor"])
            seen += [row[0] for row in page["rows"]]
    there = [identifier for (identifier,) in world.rows("SELECT Id FROM \"Wide__c\" WHERE Name LIKE 'Row 0%'")]
    assert len(seen) == len(set(seen))
    assert set(there) <= set(seen)


async def test_a_result_stops_at_its_budget_and_goes_on_inside_the_page(world: World) -> None:
    fill(world, 300, essay=3_000)
    soql = "SELECT Id, Essay_1__c FROM Wide__c WHERE Name LIKE 'Row%' ORDER BY Name"
    async with world.client() as client:
        first = await client.call_tool("executeQuery", {"soql": soql})
        rows, results = await every_row(client, soql)
    assert tokens_of(first.content[0].text) <= world.services.settings.result_tokens
    assert first.structured_content["returned"] < first.structured_content["totalSize"] == 300
    assert results > 5
    assert [row[1][:5] for row in rows] == [f"{number:05}" for number in range(300)]


async def test_rows_that_are_added_in_front_neither_repeat_nor_hide_others(world: World) -> None:
    fill(world, 200, essay=3_000)
    soql = "SELECT Id, Essay_1__c FROM Wide__c WHERE Name LIKE 'Row%' ORDER BY Name DESC"
    admin = world.org.caller(world.site.user_id(ADMIN))
    seen: list[str] = []
    async with world.client() as client:
        page = await query(client, soql)
        seen += [row[1][:5] for row in page["rows"]]
        while "cursor" in page:
            world.org.insert(admin, "Wide__c", {"Name": f"Row z{len(seen)}", "Key__c": f"Z{len(seen)}"})
            page = await query(client, soql, cursor=page["cursor"])
            seen += [row[1][:5] for row in page["rows"]]
    assert seen == [f"{number:05}" for number in reversed(range(200))]


async def test_a_row_that_was_deleted_in_between_loses_no_other(world: World) -> None:
    fill(world, 100, essay=3_000)
    soql = "SELECT Id, Essay_1__c FROM Wide__c WHERE Name LIKE 'Row%' ORDER BY Name"
    admin = world.org.caller(world.site.user_id(ADMIN))
    async with world.client() as client:
        first = await query(client, soql)
        world.org.delete(admin, "Wide__c", first["rows"][0][0])
        second = await query(client, soql, cursor=first["cursor"])
    assert second["rows"][0][1][:5] == f"{first['returned']:05}"


async def test_one_row_that_is_too_large_names_its_widest_columns(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    world.org.insert(
        admin, "Wide__c", {"Name": "Big", "Key__c": "big", **{f"Essay_{n}__c": "x" * 32_000 for n in range(1, 5)}}
    )
    async with world.client() as client:
        result = await client.call_tool(
            "executeQuery",
            {"soql": "SELECT Name, Essay_1__c, Essay_2__c, Essay_3__c, Essay_4__c FROM Wide__c WHERE Name = 'Big'"},
        )
    assert result.is_error
    assert result.structured_content["code"] == "RESULT_TOO_LARGE"
    assert "Essay_1__c" in result.structured_content["hint"]


@pytest.mark.parametrize("damage", ["", "x", "not a cursor", "AAAA" * 20])
async def test_a_cursor_that_was_made_up_is_refused(world: World, damage: str) -> None:
    async with world.client() as client:
        result = await client.call_tool("executeQuery", {"soql": "SELECT Id FROM Account", "cursor": damage or "é"})
    assert result.is_error
    assert result.structured_content["code"] == "INVALID_CURSOR"
    assert result.structured_content["hint"]


async def test_a_cursor_is_good_for_its_own_query_and_person_only(world: World) -> None:
    fill(world, 100, essay=3_000)
    soql = "SELECT Id, Essay_1__c FROM Wide__c WHERE Name LIKE 'Row%' ORDER BY Name"
    async with world.client() as client, world.client(SALES) as other:
        cursor = (await query(client, soql))["cursor"]
        altered = cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")
        answers = [
            await client.call_tool("executeQuery", {"soql": soql.replace("Name", "Key__c"), "cursor": cursor}),
            await client.call_tool("executeQueryAll", {"soql": soql, "cursor": cursor}),
            await client.call_tool("executeQuery", {"soql": soql, "cursor": altered}),
            await other.call_tool("executeQuery", {"soql": soql, "cursor": cursor}),
        ]
        spaced = await client.call_tool("executeQuery", {"soql": soql.replace(" FROM", "\n  FROM"), "cursor": cursor})
    assert [answer.structured_content["code"] for answer in answers] == ["INVALID_CURSOR"] * 4
    assert not spaced.is_error


async def test_deleted_rows_are_found_only_when_they_are_asked_for(world: World) -> None:
    async with world.client() as client:
        created = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "Gone soon"}})
        await client.call_tool("deleteRecord", {"objectName": "Account", "recordId": created.structured_content["id"]})
        soql = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Gone soon'"
        living = await query(client, soql)
        everything = await client.call_tool("executeQueryAll", {"soql": soql})
    assert living["rows"] == []
    assert everything.structured_content["rows"] == [[created.structured_content["id"], True]]


async def test_a_search_gives_a_table_for_each_object(world: World) -> None:
    name = world.rows('SELECT Name FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    word = max(name.split(), key=len)
    async with world.client() as client:
        result = await client.call_tool(
            "executeSearch", {"sosl": f"FIND {{{word}}} IN NAME FIELDS RETURNING Account(Id, Name), Contact(Id, Name)"}
        )
    found = result.structured_content
    assert not result.is_error
    assert name in [row[1] for row in found["Account"]["rows"]]
    assert found["found"] >= 1


async def test_a_search_that_finds_nothing_says_so(world: World) -> None:
    async with world.client() as client:
        result = await client.call_tool("executeSearch", {"sosl": "FIND {Zzyzxqq} RETURNING Account(Id)"})
    assert result.structured_content == {"found": 0}


@pytest.mark.parametrize(
    ("soql", "code", "hint"),
    [
        ("SELECT Nme FROM Account", "INVALID_FIELD", "Did you mean Name"),
        ("SELECT AnnualRevenu FROM Account", "INVALID_FIELD", "Did you mean AnnualRevenue"),
        ("SELECT Id FROM Acount", "INVALID_TYPE", "Did you mean Account"),
        ("SELECT Ownr.Name FROM Account", "INVALID_FIELD", "Did you mean Owner"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", ""),
        ("SELECT Id Account", "MALFORMED_QUERY", "SELECT fields FROM"),
        ("DELETE FROM Account", "MALFORMED_QUERY", "createRecord"),
        ("SELECT Id FROM Account WHERE Name = “Acme”", "MALFORMED_QUERY", "single"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY", ""),
        ("SELECT Id FROM Account; SELECT Id FROM Contact", "MALFORMED_QUERY", ""),
        ("SELECT Id FROM Account WHERE AnnualRevenue = 'x'", "INVALID_FIELD", ""),
    ],
)
async def test_a_query_that_cannot_run_says_what_to_mend(world: World, soql: str, code: str, hint: str) -> None:
    before = world.writes()
    async with world.client(mode=MODERN) as client:
        result = await client.call_tool("executeQuery", {"soql": soql})
    told = result.structured_content
    assert result.is_error
    assert told["code"] == code
    assert told["hint"]
    assert hint in told["hint"] + told["message"]
    assert result.content[0].text.startswith(f"{code}: ")
    assert world.writes() == before


async def test_a_cell_with_bars_and_line_breaks_stays_one_cell(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    world.org.insert(admin, "Account", {"Name": "Bars", "Description": "one|two\nthree\\four\n999 rows, cursor: x"})
    async with world.client() as client:
        result = await client.call_tool(
            "executeQuery", {"soql": "SELECT Name, Description FROM Account WHERE Name = 'Bars'"}
        )
    lines = result.content[0].text.splitlines()
    assert lines == ["1 rows", "Name|Description", r"Bars|one\|two\nthree\\four\n999 rows, cursor: x"]
    assert result.structured_content["rows"][0][1] == "one|two\nthree\\four\n999 rows, cursor: x"
