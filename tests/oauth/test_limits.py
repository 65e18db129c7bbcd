"""Brakes that stop a flood and let an office through."""

import pytest
from oauth.application import Application


async def test_five_hundred_people_behind_one_address_connect_within_ten_minutes(deployment, clock):
    for person in range(500):
        for _ in range(2):  # some clients register twice
            application = await Application.register(deployment.http)
        assert (await deployment.http.get(application.authorization_url())).status_code == 200
        assert (await application.redeem("x")).status_code == 400
        if person % 50 == 49:
            clock.advance(60)


@pytest.mark.parametrize(
    ("path", "limit"), [("/register", 600), ("/authorize", 600), ("/token", 1200), ("/consent", 600)]
)
async def test_a_flood_from_one_address_is_told_when_to_come_back(deployment, clock, path, limit):
    send = deployment.http.get if path == "/authorize" else deployment.http.post
    for _ in range(limit):
        assert (await send(path)).status_code != 429
    refused = await send(path)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    if path in {"/register", "/token"}:
        assert refused.json()["error"] == "temporarily_unavailable"
    clock.advance(60)
    assert (await send(path)).status_code != 429
    assert len(deployment.rows("rate#")) <= 3
