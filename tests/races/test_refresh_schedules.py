"""Whatever happens to a renewal at any step: the grant works or asks for a sign-in, and no token is sent twice."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from fake_clock import FakeClock
from full_counts import full
from oauth.deployment import Deployment, deployed
from races.schedules import FAULTS, Worker, World

RUNS = full(1000, share=200)

# A renewal in which nothing happens: of a dead session, and ahead of time.
STEPS = {
    "dead": [
        "store get",
        "store refreshing",
        "cipher decrypt",
        "secrets get",
        "store intent",
        "login",
        "cipher encrypt",
        "store ok",
    ],
    "living": [
        "store get",
        "store refreshing",
        "cipher decrypt",
        "secrets get",
        "cipher encrypt",  # of what is left if the answer is lost
        "store intent",
        "login",
        "cipher encrypt",
        "store ok",
    ],
}
# Where the only copy of a token may be gone, and so nobody may guess: the token is given up, never sent again.
GIVEN_UP = {
    ("store intent", "dies after"),
    ("store intent", "loses the answer"),
    ("login", "dies before"),
    ("login", "dies after"),
    ("login", "loses the answer"),
    ("cipher encrypt", "dies before"),
    ("cipher encrypt", "dies after"),
    ("store ok", "dies before"),
}


@pytest.fixture
async def org(seeded) -> AsyncIterator[Deployment]:
    async with deployed(seeded.copy(), FakeClock()) as deployment:
        deployment.faults.rotate_refresh_tokens(True)
        yield deployment


@pytest.mark.parametrize("session", STEPS)
async def test_a_renewal_in_which_nothing_happens_takes_these_steps(org, session) -> None:
    world = World(org, random.Random(1))  # noqa: S311 - schedules, not secrets
    await world.begin(session_dead=session == "dead")
    worker = Worker(world)
    assert await worker.renew(ahead=session == "living") == "ok"
    assert worker.steps == STEPS[session]
    assert (await world.end(), world.replayed()) == ("ok", [])


CASES = [
    pytest.param(session, at, fault, id=f"{session}-{at}-{step}-{fault}".replace(" ", "_"))
    for session, steps in STEPS.items()
    for at, step in enumerate(steps, start=1)
    for fault in FAULTS
]


@pytest.mark.parametrize(("session", "at", "fault"), CASES)
async def test_one_thing_happens_at_one_step(org, session, at, fault) -> None:
    world = World(org, random.Random(at))  # noqa: S311
    await world.begin(session_dead=session == "dead")
    worker = Worker(world, {at: fault})
    told = await worker.renew(ahead=session == "living")
    row = await world.row()
    assert row["lease_until"] <= org.clock.now() + 30, "no lease is longer than its time"
    step = STEPS[session][at - 1]
    may_be_sent = at >= STEPS[session].index("store intent") + 1
    ended = await world.end()
    assert world.replayed() == []
    expected = "reauth_required" if may_be_sent and (step, fault) in GIVEN_UP else "ok"
    assert ended == expected, (told, worker.steps)


@pytest.mark.full_counts
async def test_random_schedules_of_several_workers_end_well(org, record_property) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    chance, ended, told, replayed = random.Random(seed), Counter[str](), Counter[str](), 0  # noqa: S311
    for number in range(RUNS):
        world = World(org, chance)
        await world.begin(session_dead=chance.random() < 0.7)
        workers = [
            Worker(world, _faults(chance), skew=chance.choice([0, 0, 0, 600, -600])) for _ in range(_few(chance))
        ]
        outcomes = await asyncio.gather(*(worker.renew(ahead=chance.random() < 0.3) for worker in workers))
        told.update(outcomes)
        ended[state := await world.end()] += 1
        replayed += len(world.replayed())
        assert replayed == 0, f"run {number} of seed {seed}: a token was sent twice"
        if not any(worker.hurt_after_sending for worker in workers):
            assert state == "ok", f"run {number} of seed {seed}: a grant was given up without need"
    print(f"{RUNS} schedules ended {dict(ended)}; their workers {dict(told)}; tokens sent twice: {replayed}")
    assert set(ended) <= {"ok", "reauth_required"}
    record_property("refresh schedules: ended well", sum(ended.values()))
    record_property("refresh schedules: tokens sent twice", replayed)


def _few(chance: random.Random) -> int:
    return chance.choice([1, 2, 2, 3, 5])


def _faults(chance: random.Random) -> dict[int, str]:
    return {chance.randint(1, 12): chance.choice(FAULTS) for _ in range(chance.choice([0, 1, 1, 2]))}
