"""A Salesforce job whose creation was not answered is taken over only if it can be no other's."""

import pytest
from bulk.office import Office
from bulk.test_import import contacts
from bulk.test_workflow import Hands, begin, hands
from server.world import SALES

from salesforce_mcp.bulk.ledger import Load, Part
from salesforce_mcp.bulk.worker import run_step

__all__ = ["hands"]


async def tried_before(office: Office, hands: Hands) -> tuple[Load, Part]:
    """A job whose part was about to be opened a moment ago; whether it was, nobody knows."""
    load = await begin(hands, office.world, contacts(10))
    await run_step(hands.workshop, {"step": "split", "job": load.id, "owner": load.owner, "round": 1})
    part = await hands.workshop.ledger.part(load.id, 0)
    # The org's clock is this machine's, the workshop's stands still.
    return load, await hands.workshop.ledger.change_part(part, intent_at=int(office.world.org.now().timestamp()))


async def opened(hands: Hands, load: Load) -> str:
    await run_step(hands.workshop, {"step": "open", "job": load.id, "owner": load.owner, "part": 0})
    return (await hands.workshop.ledger.part(load.id, 0)).salesforce_job


def open_jobs(office: Office) -> int:
    return int(office.world.rows("SELECT count(*) FROM _bulk_job WHERE state = 'Open'")[0][0])


async def test_the_only_job_that_fits_is_taken_over(office: Office, hands: Hands) -> None:
    load, _ = await tried_before(office, hands)
    lost = await (await hands.workshop.org_of(load.owner)).bulk.open("Contact", "insert")
    assert await opened(hands, load) == lost.id
    assert open_jobs(office) == 1


FOREIGN = {
    "of another object": ("Lead", "insert"),
    "of another operation": ("Contact", "update"),
}


@pytest.mark.parametrize("kind", FOREIGN)
async def test_a_job_for_something_else_is_left_alone(office: Office, hands: Hands, kind: str) -> None:
    load, _ = await tried_before(office, hands)
    name, operation = FOREIGN[kind]
    other = await (await hands.workshop.org_of(load.owner)).bulk.open(name, operation)
    assert await opened(hands, load) != other.id
    assert open_jobs(office) == 2


async def test_a_job_of_somebody_else_is_left_alone(office: Office, hands: Hands) -> None:
    load, _ = await tried_before(office, hands)
    await office.world.sign_in(SALES)
    theirs = f"{office.world.org.organization_id}/{office.world.site.user_id(SALES)}"
    other = await (await hands.workshop.org_of(theirs)).bulk.open("Contact", "insert")
    assert await opened(hands, load) != other.id


async def test_a_job_from_before_the_attempt_is_left_alone(office: Office, hands: Hands) -> None:
    load, part = await tried_before(office, hands)
    other = await (await hands.workshop.org_of(load.owner)).bulk.open("Contact", "insert")
    await hands.workshop.ledger.change_part(part, intent_at=part.intent_at + 3_600)
    assert await opened(hands, load) != other.id


async def test_the_job_of_another_part_is_left_alone(office: Office, hands: Hands) -> None:
    load, part = await tried_before(office, hands)
    other = await (await hands.workshop.org_of(load.owner)).bulk.open("Contact", "insert")
    theirs = Part(job="job-" + "1" * 24, number=0, rows=1, first=1)
    assert await hands.workshop.ledger.claim(theirs, other.id, expires_at=part.intent_at + 60)
    assert await opened(hands, load) != other.id


async def test_of_two_that_fit_neither_is_taken(office: Office, hands: Hands) -> None:
    load, _ = await tried_before(office, hands)
    bulk = (await hands.workshop.org_of(load.owner)).bulk
    both = {(await bulk.open("Contact", "insert")).id for _ in range(2)}
    assert await opened(hands, load) not in both
    assert open_jobs(office) == 3
