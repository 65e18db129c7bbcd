"""What a deployed stack stands in: an emulated AWS, an emulated org, the functions' environment, people signed in."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from emulated_aws import EmulatedAws, emulated_aws
from org_on_loopback import LoopbackOrg, org_on_loopback

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.aws.services import connector
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission, Tokens
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import exchange, password
from salesforce_mcp.settings import Settings

PUBLIC_URL = "https://mcp.example.com"
READ = frozenset({"sf.read"})


@dataclass(frozen=True)
class World:
    aws: EmulatedAws
    org: LoopbackOrg
    environment: dict[str, str]

    def signed_in(
        self, username: str = "admin@demo.example", *, scopes: frozenset[str] = frozenset({"sf.read"})
    ) -> str:
        """A bearer token of ours for this user, made with the product's own services."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            return asyncio.run(_sign_in(Settings.load(os.environ), username, scopes))


@contextmanager
def lambda_world() -> Iterator[World]:
    with emulated_aws() as aws, org_on_loopback(f"{PUBLIC_URL}/callback") as org:
        environment = {
            **aws.create_stack(),
            "PUBLIC_URL": PUBLIC_URL,
            "SALESFORCE_LOGIN_URL": org.url,
            "SALESFORCE_EXTRA_HOSTS": org.host,
            "SALESFORCE_CLIENT_ID": DEMO_CONSUMER_KEY,
        }
        secret = environment["SECRET_PREFIX"] + "salesforce-client-secret"
        aws.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=DEMO_CONSUMER_SECRET)
        yield World(aws, org, environment)


async def _sign_in(settings: Settings, username: str, scopes: frozenset[str]) -> str:
    async with connector(settings)() as services:
        [secret, *_] = await services.secrets.get(settings.client_secret_name)
        form = password(
            client_id=settings.client_id, client_secret=Secret(secret), username=username, password=Secret("demo")
        )
        answer = await exchange(services.login, settings.login_url, form, extra_hosts=settings.extra_org_hosts)
        await Grants(services).keep(answer, org="default", login_url=settings.login_url)
        permission = Permission(
            subject=f"{answer.organization_id}/{answer.user_id}",
            org="default",
            client_id="a-client-of-the-tests",
            scopes=scopes,
            resource=f"{settings.public_url}/mcp",
        )
        return (await Tokens(services.store, services.clock).issue(permission)).access_token
