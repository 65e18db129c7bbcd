"""Two hundred people in one process, fifty calls each, in any order: nobody ever sees another's word."""

import os
from dataclasses import replace

import httpx
import pytest
from edges.edge import EDGES
from edges.whole import Whole
from full_counts import full
from oauth.application import ISSUER
from races.isolation import calls_by_many

PEOPLE, CALLS = full((200, 50), share=(30, 10))


@pytest.mark.full_counts
@pytest.mark.parametrize("edge", ["uvicorn", "lambda, HTTP API event"])
async def test_no_answer_holds_a_foreign_canary(whole: Whole, edge: str, record_property) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    async with EDGES[edge](whole) as transport:
        behind = replace(whole, http=httpx.AsyncClient(transport=transport, base_url=ISSUER))
        asked, foreign = await calls_by_many(behind, people=PEOPLE, calls=CALLS, seed=seed)
    print(f"{edge}: {asked} calls of {PEOPLE} people, {len(foreign)} foreign canaries")
    record_property(f"isolation, {edge}: calls", asked)
    record_property(f"isolation, {edge}: foreign canaries", len(foreign))
    assert asked == PEOPLE * CALLS
    assert foreign == []
