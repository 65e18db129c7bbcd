"""Approvals, from the submission to the decision."""

from typing import Any

import pytest
from server.world import ADMIN, READ_ONLY, SALES, World
from tools_sales.calls import calls_of
from tools_sales.deals import products

from salesforce_emulator.faults import ALWAYS

LARGE = (
    'SELECT Id FROM "Opportunity" WHERE IsClosed = 0 AND IsDeleted = 0 AND Amount > 100000'
    ' AND Id NOT IN (SELECT TargetObjectId FROM "ProcessInstance") ORDER BY Id LIMIT 1'
)


async def test_a_large_deal_is_submitted_followed_and_approved(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    submitted, calls = await calls_of(
        world, "decideApproval", {"action": "submit", "recordId": deal, "comments": "Please"}, user=ADMIN
    )
    assert not submitted.is_error, submitted.content[0].text
    assert calls == 2
    assert submitted.structured_content["status"] == "Pending"
    asked = submitted.structured_content["waitingFor"][0]
    assert world.rows('SELECT Name FROM "User" WHERE Id = ?', asked["id"]) == [(asked["name"],)]
    locked, _ = await calls_of(
        world, "moveOpportunityStage", {"opportunityId": deal, "stage": "Closed Won"}, user="sales@demo.example"
    )
    assert locked.structured_content["code"] == "ENTITY_IS_LOCKED"
    again, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    assert again.structured_content["code"] == "ALREADY_IN_PROCESS"
    followed, calls = await calls_of(world, "getApprovalStatus", {"recordId": deal}, user=ADMIN)
    assert calls == 1
    assert followed.structured_content["status"] == "Pending"
    assert followed.structured_content["approvals"][0]["waitingFor"]
    for _ in range(3):
        decided, calls = await calls_of(
            world, "decideApproval", {"recordId": deal, "action": "approve", "comments": "Fine"}, user=ADMIN
        )
        assert not decided.is_error, decided.content[0].text
        assert calls <= 3
        if decided.structured_content["status"] != "Pending":
            break
    assert decided.structured_content["status"] == "Approved"
    assert world.rows('SELECT Status FROM "ProcessInstance" WHERE TargetObjectId = ?', deal) == [("Approved",)]
    told, _ = await calls_of(world, "getApprovalStatus", {"recordId": deal}, user=ADMIN)
    assert any("Fine" in step for step in told.structured_content["approvals"][0]["steps"])


async def test_an_approval_is_recalled(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    recalled, _ = await calls_of(world, "decideApproval", {"recordId": deal, "action": "recall"}, user=ADMIN)
    assert recalled.structured_content["status"] == "Removed"


async def test_what_is_not_pending_cannot_be_decided(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    before = world.writes()
    nothing, _ = await calls_of(world, "decideApproval", {"recordId": deal, "action": "approve"}, user=ADMIN)
    assert nothing.structured_content["code"] == "NO_PENDING_APPROVAL"
    told, _ = await calls_of(world, "getApprovalStatus", {"recordId": deal})
    assert told.structured_content["status"] == "Not submitted"
    contact = world.rows('SELECT Id FROM "Contact" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    none, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": contact}, user=ADMIN)
    assert none.structured_content["code"] == "NO_APPLICABLE_PROCESS"
    assert "no approval process for Contact" in none.structured_content["hint"]
    small = {"action": "submit", "recordId": deal, "process": "Discounts"}
    other, _ = await calls_of(world, "decideApproval", small, user=ADMIN)
    assert "For Opportunity there is Large Deal Approval" in other.structured_content["hint"]
    absent, _ = await calls_of(world, "decideApproval", {"recordId": f"{deal[:12]}zzz", "action": "approve"})
    assert absent.structured_content["code"] == "NOT_FOUND"
    denied, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=READ_ONLY)
    assert denied.is_error
    assert world.writes() == before


async def test_a_rejection_is_kept_with_its_reason(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    submitted, calls = await calls_of(
        world, "decideApproval", {"action": "submit", "recordId": deal, "process": "Large_Deal_Approval"}, user=ADMIN
    )
    assert not submitted.is_error, submitted.content[0].text
    assert calls == 2
    about = {"recordId": deal, "action": "reject", "comments": "Margin too low"}
    rejected, _ = await calls_of(world, "decideApproval", about, user=ADMIN)
    assert rejected.structured_content["status"] == "Rejected"
    assert world.rows('SELECT NextStep FROM "Opportunity" WHERE Id = ?', deal) == [("Not approved: rework",)]
    told, _ = await calls_of(world, "getApprovalStatus", {"recordId": deal})
    assert any("Margin too low" in step for step in told.structured_content["approvals"][0]["steps"])


async def test_a_record_that_waits_for_approval_is_locked_to_every_verb(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    line = {"product": products(world, 1)[0][0], "quantity": 1}
    verbs: list[tuple[str, dict[str, Any]]] = [
        ("moveOpportunityStage", {"opportunityId": deal, "stage": "Closed Won"}),
        ("addProducts", {"recordId": deal, "products": [line]}),
    ]
    await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    before = world.writes()
    for tool, given in verbs:
        result, _ = await calls_of(world, tool, given, user=SALES)
        assert result.structured_content["code"] == "ENTITY_IS_LOCKED", result.content[0].text
        assert world.writes() == before


@pytest.mark.parametrize("action", ["approve", "reject"])
async def test_who_is_not_asked_is_told_for_whom_the_decision_waits(world: World, action: str) -> None:
    deal = world.rows(LARGE)[0][0]
    submitted, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    asked = submitted.structured_content["waitingFor"][0]["name"]
    before = world.writes()
    refused, _ = await calls_of(world, "decideApproval", {"recordId": deal, "action": action})
    told = refused.structured_content
    assert told["code"] == "NOT_THE_APPROVER"
    assert f"waits for {asked}; the signed-in user cannot {action} it" in told["message"]
    assert asked in told["hint"]
    assert world.writes() == before


async def test_a_request_is_recalled_by_whoever_submitted_it(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    refused, _ = await calls_of(world, "decideApproval", {"recordId": deal, "action": "recall"})
    assert "Only whoever submitted it or an administrator can" in refused.structured_content["hint"]
    assert world.rows('SELECT Status FROM "ProcessInstance" WHERE TargetObjectId = ?', deal) == [("Pending",)]


async def test_a_name_that_cannot_be_read_does_not_undo_what_was_submitted(world: World) -> None:
    deal = world.rows(LARGE)[0][0]
    world.faults.fail_next(500, times=ALWAYS, matching="/query")
    submitted, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=ADMIN)
    assert not submitted.is_error, submitted.content[0].text
    assert submitted.structured_content["waitingFor"][0]["id"].startswith("005")
