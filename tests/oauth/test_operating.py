"""What an operator does to everybody at once, over both stores."""

from dataclasses import replace

import pytest
from oauth.deployment import SALES

from salesforce_mcp.errors import SignInRequired
from salesforce_mcp.oauth.operating import restore, teardown


async def living(deployment) -> int:
    """Refresh tokens that the org still honours."""
    rows = deployment.org.connection.execute("SELECT count(*) FROM _refresh_token WHERE state = 'live'").fetchone()
    return int(rows[0])


async def test_after_a_restore_no_token_opens_anything_and_none_is_sent_to_salesforce(deployment):
    people = [await deployment.connect(username=name) for name in (SALES, "support@demo.example")]
    accesses = [await deployment.access(answer) for _, answer in people]
    before, kept = len(deployment.salesforce.requests), await living(deployment)
    told = await restore(deployment.services, deployment.store)
    assert told.endswith("2 connections wait for a new sign-in")
    for (application, answer), access in zip(people, accesses, strict=True):
        assert await deployment.access(answer) is None
        assert (await application.refresh(answer["refresh_token"])).json()["error"] == "invalid_grant"
        deployment.clock.advance(61)
        with pytest.raises(SignInRequired):
            await deployment.grants.credential(access)
    assert len(deployment.salesforce.requests) == before
    assert await living(deployment) == kept, "Salesforce's own are left alone: whose they are now is not known"
    _, again = await deployment.connect()
    assert await deployment.access(again)


async def test_a_teardown_leaves_nothing_at_salesforce(deployment):
    for name in (SALES, "support@demo.example"):
        await deployment.connect(username=name)
    assert await living(deployment) == 2
    told = await teardown(deployment.services, deployment.store)
    assert told.endswith("2 connections to Salesforce ended")
    assert await living(deployment) == 0
    assert deployment.rows("family#") == []
    assert (await teardown(deployment.services, deployment.store)).endswith("0 connections to Salesforce ended")


class Contended:
    """The store, in which somebody else writes each row just before it is written."""

    def __init__(self, store) -> None:
        self._store, self.beaten = store, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def replace(self, item, value, **options):
        if self.beaten < 3:
            self.beaten += 1
            there = await self._store.get(item.key)
            await self._store.put(there.key, there.value, expires_at=there.expires_at)
        return await self._store.replace(item, value, **options)


@pytest.mark.parametrize("operation", [restore, teardown])
async def test_a_row_that_is_written_meanwhile_is_met_all_the_same(deployment, operation):
    _, answer = await deployment.connect()
    access = await deployment.access(answer)
    contended = Contended(deployment.store)
    await operation(replace(deployment.services, store=contended), deployment.store)
    assert contended.beaten == 3
    deployment.clock.advance(61)
    with pytest.raises(SignInRequired):
        await deployment.grants.credential(access)
