"""Creates whose answers are lost: no record is ever made twice, and none that was made is given up unseen."""

import os
import random
from collections import Counter

import pytest
from full_counts import full

from salesforce_mcp.errors import OutcomeUnknown

CREATES = full(10_000, share=300)
LEADS = "POST /services/data/v68.0/sobjects/Lead"
POSTED = "sobjects/Lead"


@pytest.fixture
def client(signed_in, clock, org):
    clock.time = org.now().timestamp()
    return signed_in()


def lead(name: str) -> dict[str, str]:
    return {"LastName": name, "Company": "Lost & Found 'Ltd'", "Status": "Open - Not Contacted"}


def named(org, name: str) -> list[str]:
    return [row[0] for row in org.connection.execute('SELECT Id FROM "Lead" WHERE LastName = ?', (name,))]


async def test_a_record_that_was_made_is_recognised_and_not_made_again(client, faults, org):
    faults.reset_after(matching=LEADS)
    identifier = await client.create("Lead", lead("O'Made"))
    assert named(org, "O'Made") == [identifier]


async def test_a_record_that_was_not_made_stays_unknown(client, faults, org):
    faults.reset_before(matching=LEADS)
    with pytest.raises(OutcomeUnknown) as caught:
        await client.create("Lead", lead("Never"))
    assert named(org, "Never") == []
    assert "executeQuery" in caught.value.hint


async def test_of_two_that_look_the_same_none_is_taken_for_the_other(client, faults, org):
    first = await client.create("Lead", lead("Twin"))
    faults.reset_after(matching=LEADS)
    with pytest.raises(OutcomeUnknown) as caught:
        await client.create("Lead", lead("Twin"))
    assert sorted(caught.value.details["candidates"]) == sorted(named(org, "Twin"))
    assert first in caught.value.details["candidates"]


async def test_what_was_made_before_is_never_taken_for_what_was_lost(client, clock, faults, org):
    await client.create("Lead", lead("Twin"))
    clock.time += 5
    faults.reset_before(matching=LEADS)
    with pytest.raises(OutcomeUnknown) as caught:
        await client.create("Lead", lead("Twin"))
    assert "candidates" not in caught.value.details


async def test_what_another_person_made_is_never_taken_for_what_was_lost(client, signed_in, faults, org):
    await signed_in("sales@demo.example").create("Lead", lead("Theirs"))
    faults.reset_before(matching=LEADS)
    with pytest.raises(OutcomeUnknown):
        await client.create("Lead", lead("Theirs"))


async def test_values_that_tell_nothing_apart_are_not_looked_for(client, faults):
    faults.reset_after(matching="POST /services/data/v68.0/sobjects/Task")
    with pytest.raises(OutcomeUnknown):
        await client.create("Task", {"IsReminderSet": False})


async def test_an_org_that_stays_silent_leaves_it_unknown(client, faults):
    await client.describe("Lead")
    faults.reset_after(times=10, matching="")
    with pytest.raises(OutcomeUnknown):
        await client.create("Lead", lead("Silence"))


@pytest.mark.full_counts
async def test_of_many_creates_with_every_fifth_answer_lost_none_is_doubled_or_lost(
    client, faults, org, record_property
):
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    chance, told = random.Random(seed), Counter[str]()  # noqa: S311 - faults, not secrets
    for number in range(CREATES):
        if chance.random() < 0.2:
            chance.choice([faults.reset_after, faults.reset_before, faults.truncate_next])(matching=LEADS)
        try:
            assert [await client.create("Lead", lead(f"Run {number}"))] == named(org, f"Run {number}")
            told["created"] += 1
        except OutcomeUnknown:
            assert named(org, f"Run {number}") == [], "it was made, and nobody saw it"
            told["unknown"] += 1
    print(f"{CREATES} creates: {dict(told)}, none doubled, none made and not recognised")
    record_property("creates, a fifth of their answers lost: found or made once", told["created"])
    record_property("creates, a fifth of their answers lost: said to be unknown, and not made", told["unknown"])
