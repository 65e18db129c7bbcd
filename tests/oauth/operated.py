"""An org that the operator signs in to, and the operator's program: what both need on either side."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from oauth.deployment import ORG, SECRETS, SETTINGS, Deployment, deployed

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_mcp.embedded import LocalSecrets
from salesforce_mcp.local.setup import KeyPair

ADMIN = "admin@demo.example"
PROGRAM = {
    "client_id": "nightly-sync",
    "client_name": "Nightly sync",
    "client_secret": "a secret of the nightly sync, long enough",
    "grant_types": ["client_credentials"],
    "scope": "sf.read sf.write",
}


@dataclass
class Operated:
    deployment: Deployment

    async def ask(self, client: dict[str, Any] = PROGRAM, **form: str) -> httpx.Response:
        proof = (client["client_id"], client["client_secret"])
        return await self.deployment.http.post("/token", data={"grant_type": "client_credentials", **form}, auth=proof)

    def change_app(self, **changes: Any) -> None:
        """As an administrator does in Setup."""
        site = self.deployment.site
        site.apps.register(replace(site.apps.find(DEMO_CONSUMER_KEY), **changes))

    def trust(self, pair: KeyPair, *usernames: str) -> None:
        """Upload the certificate and pre-authorize these users."""
        self.change_app(certificate=pair.certificate.decode(), admin_approved=usernames)

    def deactivate(self, username: str) -> None:
        self.deployment.org.connection.execute('UPDATE "User" SET IsActive = 0 WHERE Username = ?', (username,))


@asynccontextmanager
async def operated(
    org: Any,
    clock: Any,
    way: str,
    *,
    secrets: dict[str, str | Sequence[str]] | None = None,
    clients: Sequence[dict[str, Any]] = (PROGRAM,),
    **settings: Any,
) -> AsyncIterator[Operated]:
    kept = {**SECRETS, "oauth-clients": json.dumps(list(clients)), **(secrets or {})}
    changed = replace(SETTINGS, login_url=ORG, sign_in=way, **settings)
    async with deployed(org, clock, settings=changed, secrets=LocalSecrets(kept)) as deployment:
        yield Operated(deployment)
