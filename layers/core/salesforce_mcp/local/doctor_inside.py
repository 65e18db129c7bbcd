"""salesforce-mcp doctor URL --inside: what cannot be seen from outside, with the operator's own AWS credentials.

What the stack keeps is reached, each org is asked what it makes of our app, and the grant behind the given token is
renewed; nobody else's is touched.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from salesforce_mcp.errors import Failure, NotPermitted, SignInRequired
from salesforce_mcp.local.gates import Closed, failed, passed, skipped
from salesforce_mcp.mcp_server.desk import Desk, StateKeys
from salesforce_mcp.oauth.grant import Grant, GrantTokens
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.operator import sign_in_as_operator
from salesforce_mcp.oauth.orgs import OrgApp, Way, all_orgs, org_of, require_sound_orgs
from salesforce_mcp.oauth.tokens import Access, Tokens
from salesforce_mcp.ports import Key
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import introspect
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

_CLOCK_SECONDS = 60
_POLICIES = "External Client App Manager, the app, Policies"


@dataclass
class Look:
    services: Services
    origin: str
    token: str
    access: Access | None = None
    living: list[tuple[Grant, GrantTokens]] = field(default_factory=list)  # the token's grant, as it is now

    @property
    def app(self) -> OrgApp:
        return org_of(self.services.settings, self.grant.org)

    @property
    def grant(self) -> Grant:
        return self.living[-1][0]

    @property
    def tokens(self) -> GrantTokens:
        return self.living[-1][1]


async def settings_of_the_stack(look: Look) -> None:
    settings = look.services.settings
    if settings.public_url != look.origin:
        raise Closed(f"PUBLIC_URL is {settings.public_url}", "Give this command the functions' own environment.")
    require_sound_orgs(settings)


async def secrets(look: Look) -> None:
    services = look.services
    for org in all_orgs(services.settings):
        if org.needs_consumer_secret and await org.secret(services.secrets) is None:
            raise Closed(
                f"the secret {org.secret_name} is missing", "Store the consumer secret: docs/deploy.md, step 4."
            )
        if org.needs_credential and not await services.secrets.get(org.credential_name):
            raise Closed(f"the secret {org.credential_name} is missing", "Run salesforce-mcp setup with --stack.")
    await Desk.open(services, StateKeys())


async def table(look: Look) -> None:
    await look.services.store.get(Key("doctor"))


async def key_of_the_grants(look: Look) -> None:
    """There and back, for a person and an org that do not exist."""
    context = {"org": "doctor", "user": "doctor"}
    sealed = await look.services.cipher.encrypt(b"a probe", context)
    if await look.services.cipher.decrypt(sealed, context) != b"a probe":
        raise Closed("the key does not open what it sealed", "Check KMS_KEY_ID.")


async def login_hosts_and_clock(look: Look) -> None:
    """Salesforce's clock decides over a signed assertion, which lives for three minutes."""
    for org in all_orgs(look.services.settings):
        answer = await look.services.http.get(f"{org.login_url}/.well-known/openid-configuration")
        date = answer.headers.get("date")
        if date and abs(parsedate_to_datetime(date).timestamp() - look.services.clock.now()) > _CLOCK_SECONDS:
            raise Closed(
                f"the clocks of {org.login_url} and of this machine differ by more than a minute", "Set yours."
            )


async def operators_sign_in(look: Look) -> None:
    """Key, user, pre-authorization and addresses at once: by signing in."""
    for org in all_orgs(look.services.settings):
        if org.is_operated and (org.username or org.way is not Way.JWT):
            await sign_in_as_operator(look.services, org)


async def grant(look: Look) -> None:
    look.access = await Tokens(look.services.store, look.services.clock).verify(look.token)
    if look.access is None:
        raise Closed("the token has ended, or is not of this stack", "Connect the client again, and take its token.")
    await _read_grant(look, look.access)


async def renewal(look: Look) -> None:
    """Before its time, under the lease that every renewal takes."""
    if not look.tokens.refresh_token and not look.app.is_operated:
        raise Closed(
            "Salesforce gave no refresh token: people sign in again with every session",
            f"{_POLICIES}: a policy other than 'Immediately expire refresh token', and the scope refresh_token.",
        )
    grants, access = Grants(look.services), look.access
    if access is None:
        raise RuntimeError("grant comes first")
    who = (access.organization_id, access.user_id)
    await grants.renew(who, await grants.session(who))
    await _read_grant(look, access)


async def refresh_policy(look: Look) -> None:
    """The org says whether the token is good, until when, and for what."""
    if look.app.is_operated:
        return
    told = await _introspected(look, look.tokens.refresh_token)
    if not told.get("active"):
        raise Closed("Salesforce says that the refresh token is dead", f"Connect again; then look at {_POLICIES}.")
    days = (float(told["exp"]) - look.services.clock.now()) / 86400 if "exp" in told else 30
    if days < 1:
        raise Closed(
            f"the refresh token ends in {days * 24:.0f} h",
            f"{_POLICIES}: let it expire when unused for 30 days instead.",
        )
    if "full" in str(told.get("scope", "")).split():
        raise Closed("the app has the scope full", "Selected OAuth Scopes: api, refresh_token and id are enough.")


async def session_timeout(look: Look) -> None:
    told, settings = await _introspected(look, look.tokens.access_token), look.services.settings
    if not told.get("active") or "exp" not in told:
        return  # an org may not tell; the renewal has shown that the session lives
    minutes = round((float(told["exp"]) - float(told["iat"])) / 60)
    if minutes < settings.session_minutes:
        raise Closed(
            f"sessions of this org live {minutes} min, and SALESFORCE_SESSION_MINUTES says {settings.session_minutes}",
            f"Deploy with SessionMinutes={minutes}, so that they are renewed before they end.",
        )


async def org_and_its_limits(look: Look) -> None:
    """The user may use the API, and the org has requests left today."""
    grants = Grants(look.services)
    who = f"{look.grant.organization_id}/{look.grant.user_id}"
    org = Salesforce(
        look.services.http, await grants.credential_of(who), api_version=look.services.settings.api_version
    )
    try:
        daily = (await org.limits())["DailyApiRequests"]
    except NotPermitted as failure:
        raise Closed(failure.message, "Give the user the permission API Enabled.") from None
    if daily["Remaining"] < daily["Max"] / 20:
        raise Closed(
            f"{daily['Remaining']} of {daily['Max']} API requests are left today", "They come back over 24 hours."
        )


OF_THE_STACK: list[Callable[[Look], Awaitable[None]]] = [
    settings_of_the_stack,
    secrets,
    table,
    key_of_the_grants,
    login_hosts_and_clock,
    operators_sign_in,
]
OF_A_GRANT: list[Callable[[Look], Awaitable[None]]] = [
    grant,
    renewal,
    refresh_policy,
    session_timeout,
    org_and_its_limits,
]


def examine_inside(url: str, *, token: str, environment: Mapping[str, str]) -> int:
    """0 when every gate opens; 1 at the first that does not. The environment is that of the functions."""
    return asyncio.run(_examine(url, token, Settings.load(environment)))


async def _examine(url: str, token: str, settings: Settings) -> int:
    from salesforce_mcp.aws.services import connector

    parts = urlsplit(url)
    async with connector(settings)() as services:
        look = Look(services, f"{parts.scheme}://{parts.netloc}", token)
        for check in [*OF_THE_STACK, *OF_A_GRANT]:
            name = check.__name__.replace("_", " ")
            if check in OF_A_GRANT and not token:
                skipped(name)
                continue
            try:
                await _understood(check, look)
            except Closed as closed:
                failed(name, closed)
                return 1
            passed(name)
    return 0


async def _understood(check: Callable[[Look], Awaitable[None]], look: Look) -> None:
    try:
        await check(look)
    except SignInRequired as failure:
        raise Closed(failure.message, failure.hint or "Connect the client again.") from None
    except Failure as failure:
        raise Closed(f"{failure.message} ({failure.code})", failure.hint or "See docs/errors.md.") from None
    except httpx.HTTPError as error:
        raise Closed(f"no answer ({type(error).__name__})", "Check the network, and SALESFORCE_LOGIN_URL.") from None


async def _read_grant(look: Look, access: Access) -> None:
    look.living.append(await Grants(look.services).describe(access.organization_id, access.user_id))


async def _introspected(look: Look, token: Secret) -> Mapping[str, Any]:
    settings = look.services.settings
    return await introspect(
        look.services.http,
        look.grant.login_url,
        token,
        client_id=look.app.client_id,
        client_secret=await look.app.secret(look.services.secrets),
        extra_hosts=settings.extra_org_hosts,
    )
