"""Two hundred people in one process, fifty calls each, in any order: nobody ever sees another's word."""

import os

from races.isolation import calls_by_many

PEOPLE, CALLS = (200, 50) if os.environ.get("PROOF") else (30, 10)


async def test_no_answer_holds_a_foreign_canary(whole) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    asked, foreign = await calls_by_many(whole, people=PEOPLE, calls=CALLS, seed=seed)
    assert asked == PEOPLE * CALLS
    assert foreign == []
