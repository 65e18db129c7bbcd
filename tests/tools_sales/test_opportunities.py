"""Opportunities: stages, roles, pipeline."""

from typing import Any

import pytest
from server.world import READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of

OPEN = 'SELECT Id, StageName FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 ORDER BY Id LIMIT 1'


async def test_a_stage_moves_with_what_belongs_to_it(world: World) -> None:
    opportunity, stage = world.rows(OPEN)[0]
    about = {
        "opportunityId": opportunity,
        "stage": "closed lost",
        "lossReason": "Competitor",
        "closeDate": "2026-11-20",
        "nextStep": "Ask again in a year",
    }
    result, calls = await calls_of(world, "moveOpportunityStage", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    stored = world.rows(
        'SELECT StageName, Loss_Reason__c, CloseDate, NextStep, IsClosed FROM "Opportunity" WHERE Id = ?', opportunity
    )
    assert stored == [("Closed Lost", "Competitor", "2026-11-20", "Ask again in a year", 1)]
    assert result.structured_content["from"] == stage
    assert result.structured_content["Probability"] == 0


async def test_an_amount_that_products_decide_is_said_to_stay(world: World) -> None:
    deal, amount = world.rows(
        'SELECT Id, Amount FROM "Opportunity" o WHERE IsClosed = 0 AND IsDeleted = 0'
        ' AND EXISTS (SELECT 1 FROM "OpportunityLineItem" l WHERE l.OpportunityId = o.Id) LIMIT 1'
    )[0]
    about = {"opportunityId": deal, "stage": "Negotiation/Review", "amount": 1}
    result, _ = await calls_of(world, "moveOpportunityStage", about)
    assert result.structured_content["Amount"] == amount
    assert "stays the sum of the products" in result.structured_content["note"]
    same, _ = await calls_of(world, "moveOpportunityStage", {**about, "amount": amount})
    assert "note" not in same.structured_content


async def test_a_probability_of_ones_own_wins(world: World) -> None:
    opportunity = world.rows(OPEN)[0][0]
    about = {"opportunityId": opportunity, "stage": "Negotiation/Review", "probability": 66}
    result, _ = await calls_of(world, "moveOpportunityStage", about)
    assert result.structured_content["Probability"] == 66
    assert world.rows('SELECT Probability FROM "Opportunity" WHERE Id = ?', opportunity) == [(66,)]


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"stage": "Negotiaton/Review"}, SALES, "INVALID_INPUT"),
        ({"stage": "Closed Lost", "lossReason": "Weather"}, SALES, "INVALID_INPUT"),
        ({"stage": "Closed Lost", "closeDate": "20.11.2026"}, SALES, "INVALID_ARGUMENTS"),
        ({"stage": "Closed Lost", "opportunityId": "006E0000000zzzz"}, SALES, "NOT_FOUND"),
        ({"stage": "Closed Lost", "opportunityId": ""}, SALES, "MALFORMED_ID"),
        ({}, SALES, "INVALID_ARGUMENTS"),
        ({"stage": "Closed Lost"}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
        ({"stage": "Closed Lost"}, SUPPORT, "NOT_FOUND"),
    ],
)
async def test_what_cannot_move_stays(world: World, more: dict[str, Any], user: str, code: str) -> None:
    before = world.writes()
    about = {"opportunityId": world.rows(OPEN)[0][0], **more}
    result, _ = await calls_of(world, "moveOpportunityStage", about, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_a_misspelled_stage_is_answered_with_the_nearest(world: World) -> None:
    about = {"opportunityId": world.rows(OPEN)[0][0], "stage": "Negotiaton/Review"}
    result, _ = await calls_of(world, "moveOpportunityStage", about)
    assert "Did you mean Negotiation/Review?" in result.structured_content["hint"]


async def test_a_contact_gets_a_role_and_then_another(world: World) -> None:
    opportunity = world.rows(OPEN)[0][0]
    contact = world.rows(
        'SELECT Id FROM "Contact" WHERE IsDeleted = 0 AND Id NOT IN'
        ' (SELECT ContactId FROM "OpportunityContactRole" WHERE OpportunityId = ?) LIMIT 1',
        opportunity,
    )[0][0]
    about = {"opportunityId": opportunity, "contactId": contact}
    first, calls = await calls_of(world, "setContactRole", {**about, "role": "Evaluator"})
    assert first.structured_content["created"] is True
    assert calls <= 2
    second, _ = await calls_of(world, "setContactRole", {**about, "role": "Decision Maker", "primary": True})
    assert second.structured_content["created"] is False
    stored = world.rows(
        'SELECT Role, IsPrimary FROM "OpportunityContactRole" WHERE OpportunityId = ? AND ContactId = ?',
        opportunity,
        contact,
    )
    assert stored == [("Decision Maker", 1)]


async def test_a_contact_that_is_not_there_gets_no_role(world: World) -> None:
    before = world.writes()
    about = {"opportunityId": world.rows(OPEN)[0][0], "contactId": "003E0000000zzzz", "role": "Evaluator"}
    result, _ = await calls_of(world, "setContactRole", about)
    assert result.is_error
    assert world.writes() == before


async def test_the_opportunity_may_not_be_an_account(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    for tool, more in (
        ("moveOpportunityStage", {"stage": "Closed Won"}),
        ("setContactRole", {"contactId": "003E0000000zzzz"}),
        ("createQuote", {}),
    ):
        result, calls = await calls_of(world, tool, {"opportunityId": account, **more})
        assert "is the id of a record of Account; opportunityId takes" in result.structured_content["message"]
        assert calls == 0
