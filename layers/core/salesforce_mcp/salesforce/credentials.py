"""Sessions of the operator's own: what a server on one machine signs in with, renewed without a browser."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

import httpx

from salesforce_mcp.errors import Misconfigured, SignInRequired
from salesforce_mcp.ports import Clock
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in import (
    Form,
    TokenAnswer,
    client_credentials,
    exchange,
    jwt_bearer,
    password,
    refresh_token,
)

SignIn = Callable[[], Awaitable[TokenAnswer]]


class FixedCredential:
    """An access token or session id that was handed over: it cannot be renewed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def session(self) -> Session:
        return self._session

    async def renew(self, stale: Session) -> Session:  # noqa: ARG002 - the protocol's
        raise SignInRequired("The session has ended", hint="Give a new access token or session id.")


class RepeatedSignIn:
    """Sign in when first needed and again when the session has died; many callers at once cost one sign-in.

    It goes on when who asked for it is cancelled: its answer may hold the only refresh token that still lives.
    """

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._session: Session | None = None
        self._under_way: asyncio.Task[Session] | None = None

    async def session(self) -> Session:
        return self._session or await self._after(None)

    async def renew(self, stale: Session) -> Session:
        return await self._after(stale)

    async def _after(self, stale: Session | None) -> Session:
        current = self._session
        if current is not None and (stale is None or current.generation > stale.generation):
            return current
        if self._under_way is None or self._under_way.done():
            generation = current.generation + 1 if current else 1
            self._under_way = asyncio.create_task(self._signed_in(generation))
        return await asyncio.shield(self._under_way)

    async def _signed_in(self, generation: int) -> Session:
        self._session = (await self._sign_in()).session(generation=generation)
        return self._session


def by_client_credentials(
    http: httpx.AsyncClient,
    login_url: str,
    *,
    client_id: str,
    client_secret: Secret,
    extra_hosts: Collection[str] = (),
) -> RepeatedSignIn:
    form = client_credentials(client_id=client_id, client_secret=client_secret)
    return RepeatedSignIn(lambda: exchange(http, login_url, form, extra_hosts=extra_hosts))


def by_password(
    http: httpx.AsyncClient,
    login_url: str,
    *,
    client_id: str,
    client_secret: Secret,
    username: str,
    secret: Secret,
    extra_hosts: Collection[str] = (),
) -> RepeatedSignIn:
    """`secret` is the password with the security token appended."""
    form = password(client_id=client_id, client_secret=client_secret, username=username, password=secret)
    return RepeatedSignIn(lambda: exchange(http, login_url, form, extra_hosts=extra_hosts))


@dataclass(frozen=True)
class Signer:
    """What signs for a user: the app, and its keys, the newest first."""

    client_id: str
    username: str
    audience: str
    private_keys: Sequence[Secret]

    def form(self, key: Secret, *, now: float) -> Form:
        return jwt_bearer(
            client_id=self.client_id, username=self.username, audience=self.audience, private_key=key, now=now
        )


def by_jwt(
    http: httpx.AsyncClient, login_url: str, signer: Signer, *, clock: Clock, extra_hosts: Collection[str] = ()
) -> RepeatedSignIn:
    """Signed anew for each session: an assertion lives for minutes."""
    return RepeatedSignIn(lambda: exchange_signed(http, login_url, signer, clock=clock, extra_hosts=extra_hosts))


async def exchange_signed(
    http: httpx.AsyncClient, login_url: str, signer: Signer, *, clock: Clock, extra_hosts: Collection[str] = ()
) -> TokenAnswer:
    """While a key is rotated the app may know the certificate of either: the newer is tried first."""
    if not signer.private_keys:
        raise Misconfigured(
            "No private key is set for the JWT bearer flow",
            hint="salesforce-mcp setup makes one and says where it goes.",
        )
    *newer, last = signer.private_keys
    for key in newer:
        try:
            return await exchange(http, login_url, signer.form(key, now=clock.now()), extra_hosts=extra_hosts)
        except Misconfigured as failure:
            if "assertion" not in str(failure.details.get("salesforceSaid", "")).lower():
                raise
    return await exchange(http, login_url, signer.form(last, now=clock.now()), extra_hosts=extra_hosts)


def by_refresh_token(
    http: httpx.AsyncClient,
    login_url: str,
    *,
    client_id: str,
    client_secret: Secret | None,
    token: Secret,
    extra_hosts: Collection[str] = (),
) -> RepeatedSignIn:
    """For one process of one person; what several processes share is kept by the authorization server's grants."""
    newest = [token]

    async def sign_in() -> TokenAnswer:
        form = refresh_token(client_id=client_id, client_secret=client_secret, token=newest[0])
        answer = await exchange(http, login_url, form, extra_hosts=extra_hosts)
        newest[0] = answer.refresh_token or newest[0]
        return answer

    return RepeatedSignIn(sign_in)
