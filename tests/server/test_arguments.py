"""Arguments that are nearly right are read as they were meant; wrong ones are refused in words that anybody reads."""

from typing import Any

import pytest
from server.world import SALES, World

from salesforce_mcp.mcp_server.arguments import FORMS
from salesforce_mcp.tools.catalogue import CATALOGUE, registered

# How pydantic and JSON Schema speak of what is wrong.
JARGON = ("string", "boolean", "integer", "parse", "pattern", "validation", "input", "extra", "permitted", "$", "\\")

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("logCall", {"subject": "x", "minutes": "ten"}, "minutes must be a whole number, such as 30"),
    ("logCall", {"subject": "x", "inbound": "perhaps"}, "inbound must be true or false"),
    (
        "completeMilestone",
        {"case": "1", "milestone": "x", "completedAt": "2026-11-24T14:00"},
        "completedAt must be a date and time with its zone, such as 2026-11-24T14:00:00Z",
    ),
    (
        "completeMilestone",
        {"case": "1", "milestone": "x", "completedAt": "noon"},
        "completedAt must be a date and time",
    ),
    ("logCall", {"subject": "x", "nextStepDate": "tomorrow"}, "nextStepDate must be a day, such as 2026-11-24"),
    ("logCall", {"subject": None}, "subject must be a text"),
    ("logCall", {}, "subject is missing"),
    ("scheduleMeeting", {"subject": "x", "start": "2026-11-24T14:00", "minutes": 0}, "minutes must be 1 or more"),
    ("createQuote", {"opportunityId": "006", "discountPercent": 120}, "discountPercent must be from 0 to 100"),
    (
        "moveOpportunityStage",
        {"opportunityId": "006", "stage": "x", "probability": 150},
        "probability must be from 0 to 100",
    ),
    ("moveOpportunityStage", {"opportunityId": "006", "stage": "x", "amount": "1,000"}, "amount must be a number"),
    ("runListView", {"objectName": "Account", "limit": 0}, "limit must be from 1 to 500"),
    ("getPipelineForecast", {"groupBy": "rep"}, "groupBy must be 'category', 'owner', 'stage', 'quarter' or 'month'"),
    ("assignLead", {"leadIds": []}, "leadIds must have at least 1 entry"),
    ("findDuplicates", {"objectName": "Account", "recordIds": ["x"] * 51}, "recordIds must have at most 50 entries"),
    ("findDuplicates", {"objectName": "Account", "recordIds": 5}, "recordIds must be a list"),
    ("createRecord", {"objectName": "Account", "record": "x"}, "record must be an object, such as {"),
    ("addProducts", {"recordId": "006", "products": ["x"]}, "products[0] must be an object with product, quantity, "),
    (
        "addProducts",
        {"recordId": "006", "products": [{"product": "x", "quantity": 1, "discount": 5}]},
        "products[0].discount is not known here; there are product, quantity, unitPrice, discountPercent, ",
    ),
    ("postToFeed", {"recordId": "001", "text": ""}, "text must not be empty"),
    ("postToFeed", {"recordId": "001", "text": "x", "link": "x.com"}, "link must be a web address, such as https://"),
    ("generateQuotePdf", {"quoteId": "0Q0", "currency": "Euro"}, "currency must be a currency's three letters, such"),
    ("getBulkJob", {"jobId": "last"}, "jobId must be the id that was told when the job was made, job-…"),
]


@pytest.mark.parametrize(("tool", "given", "said"), WRONG)
async def test_a_wrong_argument_is_told_what_it_has_to_be(
    world: World, tool: str, given: dict[str, Any], said: str
) -> None:
    async with world.client(SALES, path="/mcp/x/all") as client:
        result = await client.call_tool(tool, given)
    told = result.structured_content
    assert told["code"] == "INVALID_ARGUMENTS", told
    assert said in told["message"]
    words = told["message"].replace("whole number, such as 30", "").lower()
    assert not [jargon for jargon in JARGON if jargon in words], words
    assert world.salesforce_requests == []


def test_every_pattern_of_the_catalogue_is_said_in_words() -> None:
    def patterns(part: Any) -> set[str]:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        own = {part["pattern"]} if isinstance(part, dict) and isinstance(part.get("pattern"), str) else set()
        return own.union(*map(patterns, inner))

    assert set().union(*(patterns(registered(entry.function).parameters) for entry in CATALOGUE.values())) == set(FORMS)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("getRecord", {"objectName": "Account", "recordId": "ACCOUNT", "fields": "Name"}),
        ("getRecord", {"objectname": "Account", "RecordId": "ACCOUNT", "fields": None}),
        ("findDuplicates", {"objectName": "account", "recordIds": "ACCOUNT"}),
        ("getPipelineForecast", {"groupBy": "Owner", "period": "This Quarter", "ownerId": None}),
        ("executeBatch", {"operations": {"operation": "GET", "objectName": "Account", "recordId": "ACCOUNT"}}),
        ("executeBatch", {"operations": [{"operation": "query", "soql": "SELECT Id FROM Lead", "recordId": None}]}),
        ("listReports", {"search": 2026, "folder": None}),
    ],
)
async def test_a_small_slip_is_read_as_it_was_meant(world: World, tool: str, given: dict[str, Any]) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    async with world.client(SALES, path="/mcp/x/all") as client:
        result = await client.call_tool(tool, _filled(given, account))
    assert not result.is_error, result.content[0].text


def _filled(value: Any, account: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, account) for name, inner in value.items()}
    return account if value == "ACCOUNT" else value


async def test_null_still_clears_a_field_of_a_record(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE Phone IS NOT NULL AND IsDeleted = 0 LIMIT 1')[0][0]
    async with world.client() as client:
        given = {"objectName": "Account", "recordId": account, "record": {"Phone": None}}
        assert not (await client.call_tool("updateRecord", given)).is_error
    assert world.rows('SELECT Phone FROM "Account" WHERE Id = ?', account) == [(None,)]
