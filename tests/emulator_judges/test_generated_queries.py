"""Whatever is asked over HTTP, the answer is rows or a documented refusal: never a crash, never a 5xx."""

import random

import httpx
import pytest
from emulator_soql.chance import make_query, mutated
from emulator_soql.world import place_object
from full_counts import full

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org

SEEDS = 20
EACH = full(5_000, share=50)  # 100,000 queries in all
CODES = {
    "EXCEEDED_ID_LIMIT",
    "INVALID_FIELD",
    "INVALID_QUERY_FILTER_OPERATOR",
    "INVALID_TYPE",
    "MALFORMED_QUERY",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "QUERY_TOO_COMPLICATED",
}


@pytest.fixture(scope="module")
def seeded() -> Org:
    org = Org.create()
    org.add_object(place_object())
    return org


@pytest.mark.full_counts
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_generated_query_gets_rows_or_a_refusal(seeded: Org, seed: int, record_property) -> None:
    print("seed", seed)
    chance = random.Random(7_000 + seed)  # noqa: S311 - seeded on purpose
    app = build_app(seeded, daily_requests=10_000_000)
    site = app.state.site
    token = site.sessions.start(site.user_id("admin@demo.example")).token
    transport = httpx.ASGITransport(app)  # a crash of the app would be raised here
    answered = 0
    async with httpx.AsyncClient(transport=transport, base_url="https://acme.my.salesforce.com") as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for number in range(EACH):
            soql = make_query(chance) if number % 4 else mutated(chance, make_query(chance))
            response = await client.get("/services/data/v68.0/query", params={"q": soql})
            if response.status_code == 200:
                assert response.json()["totalSize"] >= 0
                answered += 1
                continue
            refused = response.json()[0]
            assert (response.status_code, refused["errorCode"] in CODES) == (400, True), (soql, refused)
            assert refused["message"], soql
    assert answered > EACH / 10
    record_property("generated queries: asked", EACH)
    record_property("generated queries: answered with rows", answered)
