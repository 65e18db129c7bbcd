"""Hydra CVE-2020-5300, Fosite CVE-2020-15222: the store fails, and what it should have remembered passes."""

import json

import pytest
from oauth.deployment import SECRETS, deployed
from oauth.test_client_authentication import CLIENTS, RSA_KEY, claims, refresh_with, signed

from salesforce_mcp.embedded import LocalSecrets, SqliteStore
from salesforce_mcp.errors import Unavailable


class FailingStore(SqliteStore):
    """Fails at every write of some partitions."""

    failing: tuple[str, ...] = ()

    async def create(self, key, value, *, expires_at=None):
        self._fail(key)
        return await super().create(key, value, expires_at=expires_at)

    async def put(self, key, value, *, expires_at=None):
        self._fail(key)
        return await super().put(key, value, expires_at=expires_at)

    async def add(self, key, amount=1, *, expires_at=None):
        self._fail(key)
        return await super().add(key, amount, expires_at=expires_at)

    def _fail(self, key) -> None:
        if key.partition.startswith(self.failing):
            raise Unavailable("the store does not answer")


@pytest.mark.parametrize("partition", ["assertion#", "rate#"])
async def test_an_assertion_that_cannot_be_remembered_is_not_believed(seeded, clock, partition):
    secrets, store = LocalSecrets({**SECRETS, "oauth-clients": json.dumps(CLIENTS)}), FailingStore(clock=clock)
    async with deployed(seeded.copy(), clock, secrets=secrets, store=store) as deployment:
        store.failing = (partition,)
        told = await refresh_with(deployment, signed(claims(clock), RSA_KEY))
        assert told[0] == 503
        assert told[1] == "temporarily_unavailable"
    store.close()


@pytest.mark.parametrize("partition", ["consent#", "client#", "rate#"])
async def test_a_sign_in_that_cannot_be_remembered_does_not_begin(seeded, clock, partition):
    store = FailingStore(clock=clock)
    async with deployed(seeded.copy(), clock, store=store) as deployment:
        store.failing = (partition,)
        asked = {"client_name": "A", "redirect_uris": ["https://app.example/callback"]}
        registered = await deployment.http.post("/register", json=asked)
        if registered.status_code == 201:
            query = {"client_id": registered.json()["client_id"], "redirect_uri": "https://app.example/callback"}
            more = {"response_type": "code", "code_challenge": "a" * 43, "code_challenge_method": "S256"}
            assert (await deployment.http.get("/authorize", params={**query, **more})).status_code == 503
        else:
            assert registered.status_code == 503
        assert deployment.rows("consent#") == []
    store.close()
