"""Approvals, from the submission to the decision."""

from server.world import ADMIN, READ_ONLY, World
from tools_sales.calls import calls_of

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
    assert calls == 1
    assert submitted.structured_content["status"] == "Pending"
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
        assert calls <= 2
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
    denied, _ = await calls_of(world, "decideApproval", {"action": "submit", "recordId": deal}, user=READ_ONLY)
    assert denied.is_error
    assert world.writes() == before
