"""One Salesforce grant per (org, user), shared by all of that user's clients and renewed by one worker at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from math import inf

from salesforce_mcp.errors import Failure
from salesforce_mcp.oauth.grant import (
    Grant,
    GrantTokens,
    State,
    grant_key,
    grant_of,
    renewal_due,
    seal,
    session_of,
    unseal,
    write_grant,
)
from salesforce_mcp.oauth.renewal import renew_ahead, renew_grant
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.ports import Item
from salesforce_mcp.salesforce.session import Credential, Secret, Session
from salesforce_mcp.salesforce.sign_in import TokenAnswer, revoke
from salesforce_mcp.services import Services

_CACHE_SECONDS = 60
_CACHED_SESSIONS = 1000

Who = tuple[str, str]  # organization id, user id


@dataclass(frozen=True)
class _Kept:
    session: Session
    until: float
    renewal_due: float


class Grants:
    """Sessions read once a minute, so that a warm process asks neither store nor cipher for every call."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sessions: OrderedDict[Who, _Kept] = OrderedDict()
        self._renewals: dict[Who, asyncio.Task[Session]] = {}
        self._ahead: set[asyncio.Task[None]] = set()  # asyncio itself holds no task that nobody waits for any more

    async def credential(self, access: Permission) -> Credential:
        """The user's way into the org; SignInRequired when the grant is gone or dead.

        Call it for every authenticated request, before anything is answered: a dead grant must be an HTTP 401.
        """
        return await self.credential_of(access.subject)

    async def credential_of(self, subject: str) -> Credential:
        """The way into the org of "<organization id>/<user id>"."""
        organization_id, _, user_id = subject.partition("/")
        credential = GrantCredential(self, (organization_id, user_id))
        await credential.session()
        return credential

    async def keep(
        self, answer: TokenAnswer, *, org: str, login_url: str, username: str = "", org_name: str = ""
    ) -> None:
        """The outcome of a sign-in, in place of whatever grant that user had."""
        services, tokens = self._services, GrantTokens(
            answer.access_token, answer.refresh_token or Secret(""), username=username, org_name=org_name
        )  # fmt: skip
        key = grant_key(answer.organization_id, answer.user_id)
        while True:
            item = await services.store.get(key)
            grant = Grant(
                organization_id=answer.organization_id,
                user_id=answer.user_id,
                org=org,
                login_url=login_url,
                instance_url=answer.instance_url,
                generation=item.value["generation"] + 1 if item else 1,
                state=State.OK,
                issued_at=services.clock.now(),
            )
            sealed = await seal(services.cipher, grant, tokens)
            if await write_grant(services.store, services.clock, item, sealed):
                self._remember(session_of(sealed, tokens))
                return

    async def is_alive(self, permission: Permission) -> bool:
        item = await self._services.store.get(grant_key(permission.organization_id, permission.user_id))
        return item is not None and item.value["state"] != State.REAUTH_REQUIRED

    async def describe(self, organization_id: str, user_id: str) -> tuple[Grant, GrantTokens]:
        """The grant and what is sealed of it, for the account page."""
        grant = grant_of(await self._services.store.get(grant_key(organization_id, user_id)))
        return grant, await unseal(self._services.cipher, grant)

    async def end(self, permission: Permission) -> None:
        """Sign the user out: here at once, and at Salesforce if it can be reached."""
        services, who = self._services, (permission.organization_id, permission.user_id)
        while (item := await services.store.get(grant_key(*who))) and item.value["state"] != State.REAUTH_REQUIRED:
            grant = grant_of(item)
            if await write_grant(services.store, services.clock, item, self.ended(item)):
                self._sessions.pop(who, None)
                await self._revoke(grant, await unseal(services.cipher, grant))

    @staticmethod
    def ended(item: Item) -> Grant:
        """The row stays, so that a renewal under way cannot bring the grant back: its generation has passed."""
        grant = grant_of(item)
        return replace(grant.resting(State.REAUTH_REQUIRED), generation=grant.generation + 1, sealed="")

    async def _revoke(self, grant: Grant, tokens: GrantTokens) -> None:
        services, token = self._services, tokens.refresh_token or tokens.access_token
        # A refusal is nobody's trouble: the grant is forgotten here, and the org's own idle limit ends it there.
        with suppress(Failure):
            await revoke(services.http, grant.login_url, token, extra_hosts=services.settings.extra_org_hosts)

    async def session(self, who: Who) -> Session:
        kept = self._sessions.get(who)
        if kept and kept.until > self._services.clock.now():
            return kept.session
        grant = grant_of(await self._services.store.get(grant_key(*who)))
        tokens = await unseal(self._services.cipher, grant)
        due = renewal_due(grant, tokens, session_seconds=60 * self._services.settings.session_minutes)
        return self._remember(session_of(grant, tokens), renewal_due=due)

    @asynccontextmanager
    async def renewed_ahead(self, permission: Permission) -> AsyncIterator[None]:
        """While a call is answered, renew the session behind it if it grows old.

        Beside the call, which the living session serves; its end waits, for on Lambda nothing goes on after it.
        """
        who = (permission.organization_id, permission.user_id)
        kept = self._sessions.get(who)
        if kept is None or kept.renewal_due > self._services.clock.now():
            yield
            return
        self._sessions[who] = replace(kept, renewal_due=inf)  # once, until the grant is read again
        renewal = asyncio.create_task(self._renew_ahead(who, kept.session))
        self._ahead.add(renewal)
        renewal.add_done_callback(self._ahead.discard)
        try:
            yield
        finally:
            await asyncio.shield(renewal)

    async def _renew_ahead(self, who: Who, living: Session) -> None:
        # Whoever needs a new session will be told why there is none; this call does not.
        with suppress(Failure):
            if renewed := await renew_ahead(self._services, grant_key(*who), living):
                self._remember(renewed)

    async def renew(self, who: Who, stale: Session) -> Session:
        """One renewal per process at a time; it goes on when the request that began it is cancelled."""
        while True:
            task = self._renewals.get(who)
            if task is None or task.done():
                task = asyncio.create_task(self._renew(who, stale))
                self._renewals[who] = task
                task.add_done_callback(_mark_seen)
            session = await asyncio.shield(task)
            if session.generation > stale.generation:
                return session

    async def _renew(self, who: Who, stale: Session) -> Session:
        self._sessions.pop(who, None)
        try:
            return self._remember(await renew_grant(self._services, grant_key(*who), stale))
        finally:
            self._renewals.pop(who, None)

    def _remember(self, session: Session, *, renewal_due: float = inf) -> Session:
        """A session that has just been made is not due before it is read from the store again."""
        who = (session.organization_id, session.user_id)
        self._sessions[who] = _Kept(session, self._services.clock.now() + _CACHE_SECONDS, renewal_due)
        self._sessions.move_to_end(who)
        if len(self._sessions) > _CACHED_SESSIONS:
            self._sessions.popitem(last=False)
        return session


def _mark_seen(done: asyncio.Task[Session]) -> None:
    """A failure is no news to asyncio even if everybody who waited for it has gone."""
    if not done.cancelled():
        done.exception()


@dataclass(frozen=True)
class GrantCredential:
    grants: Grants
    who: Who

    async def session(self) -> Session:
        return await self.grants.session(self.who)

    async def renew(self, stale: Session) -> Session:
        return await self.grants.renew(self.who, stale)
