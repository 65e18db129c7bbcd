"""Renewing a Salesforce grant: one worker at a time, and a refresh token is never sent twice.

With refresh-token rotation a second use of a token makes Salesforce revoke everything of that user. So:

1. whoever finds a newer generation than the one that failed adopts it and sends nothing;
2. a lease, taken by a conditional write, admits one worker; the others wait for its result;
3. before the refresh is sent, the row says so (`sent`); every later write is conditional on that very version;
4. the new tokens are written before anybody uses them;
5. a lease that ran out with nothing sent is taken over; one that ran out after sending leaves a token whose fate
   nobody knows: the grant is marked `reauth_required` and people sign in again. It is never replayed;
6. a renewal that the platform might cut short is not begun;
7. whoever holds a call renews ahead of time: then a lost answer leaves a session that lives on to its end.
"""

import asyncio
import random
import secrets
from dataclasses import replace

from salesforce_mcp.errors import Failure, OutcomeUnknown, SignInRequired, Unavailable
from salesforce_mcp.oauth.grant import (
    Grant,
    GrantTokens,
    State,
    grant_of,
    seal,
    session_of,
    sign_in_required,
    unseal,
    write_grant,
)
from salesforce_mcp.oauth.operator import sign_in_as_operator
from salesforce_mcp.oauth.orgs import org_of
from salesforce_mcp.ports import Item, Key, work_ends
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in import TokenAnswer, exchange, refresh_token
from salesforce_mcp.services import Services

LEASE_SECONDS = 30
REFRESH_SECONDS = 20
WRITE_SECONDS = 5  # to keep what the refresh gave
WAIT_SECONDS = 10
_PROVE_NOTHING = {"server_error", "unknown_error"}


async def renew_grant(services: Services, key: Key, stale: Session) -> Session:
    """The session after `stale`, whoever fetches it."""
    give_up = services.clock.now() + WAIT_SECONDS
    while True:
        item = await services.store.get(key)
        grant = grant_of(item)
        if item is None or grant.generation > stale.generation:
            return session_of(grant, await unseal(services.cipher, grant))
        if grant.lease_until > services.clock.now():
            await _wait_for_the_other(services, give_up)
        elif grant.sent:
            await _write(services, item, grant.resting(State.REAUTH_REQUIRED))
        elif leased := await _lease(services, item, grant):
            return await _refresh(services, leased, stale)


async def renew_ahead(services: Services, key: Key, living: Session) -> Session | None:
    """The session after one that still lives; None if somebody else is at it, for whom nobody has to wait."""
    item = await services.store.get(key)
    grant = grant_of(item)
    if item is None or grant.generation > living.generation:
        return session_of(grant, await unseal(services.cipher, grant))
    if grant.sent or grant.lease_until > services.clock.now():
        return None
    leased = await _lease(services, item, grant)
    return await _refresh(services, leased, living, ahead=True) if leased else None


async def _wait_for_the_other(services: Services, give_up: float) -> None:
    if services.clock.now() >= give_up:
        raise Unavailable("another request is still renewing the connection to Salesforce", hint="Try again.")
    await services.clock.sleep(random.uniform(0.05, 0.2))  # noqa: S311 - spreads the waiters, hides nothing


async def _adopt(services: Services, key: Key, stale: Session, refusal: Failure) -> Session:
    """Salesforce says that a refresh of this token is being processed: wait for its result, send nothing more."""
    give_up = services.clock.now() + WAIT_SECONDS
    while services.clock.now() < give_up:
        grant = grant_of(await services.store.get(key))
        if grant.generation > stale.generation:
            return session_of(grant, await unseal(services.cipher, grant))
        await services.clock.sleep(random.uniform(0.05, 0.2))  # noqa: S311
    raise refusal


async def _lease(services: Services, item: Item, grant: Grant) -> Item | None:
    if work_ends.get() - services.clock.now() <= REFRESH_SECONDS + WRITE_SECONDS:
        raise Unavailable(
            "the connection to Salesforce has to be renewed, and this request has too little time left for that",
            hint="Try again: a new request renews it first.",
        )
    until = services.clock.now() + LEASE_SECONDS
    owner = secrets.token_hex(16)
    return await _write(
        services, item, replace(grant, state=State.REFRESHING, lease_owner=owner, lease_until=until, sent=False)
    )


async def _refresh(services: Services, leased: Item, stale: Session, *, ahead: bool = False) -> Session:
    grant = grant_of(leased)
    tokens = await unseal(services.cipher, grant)
    if org_of(services.settings, grant.org).is_operated:
        return await _sign_in_again(services, leased, tokens, stale)
    if not tokens.refresh_token:
        await _write(services, leased, grant.resting(State.REAUTH_REQUIRED))
        raise sign_in_required()
    form = await _form(services, grant, tokens)
    # What is left when nobody knows whether Salesforce took the token: it is never sent again.
    lost = grant.resting(State.REAUTH_REQUIRED)
    if ahead:
        lost = await seal(services.cipher, grant.resting(State.OK), replace(tokens, refresh_token=Secret("")))
    intent = await _write(services, leased, replace(grant, sent=True))
    if intent is None:
        return await renew_grant(services, grant.key, stale)
    try:
        answer = await _send(services, intent, form, lost=lost)
    except Unavailable as failure:
        if ahead or failure.code != "invalid_grant":
            raise
        return await _adopt(services, grant.key, stale, failure)  # somebody is renewing without our lease
    fresh = replace(
        grant.resting(State.OK),
        generation=grant.generation + 1,
        issued_at=services.clock.now(),
        instance_url=answer.instance_url or grant.instance_url,
    )
    renewed = replace(
        tokens, access_token=answer.access_token, refresh_token=answer.refresh_token or tokens.refresh_token
    )
    return await _persist(services, intent, fresh, renewed, stale)


async def _sign_in_again(services: Services, leased: Item, tokens: GrantTokens, stale: Session) -> Session:
    """Where the operator signs in, no token is used up by it: a failure leaves the grant as it was."""
    grant = grant_of(leased)
    try:
        answer = await sign_in_as_operator(services, org_of(services.settings, grant.org), tokens.username)
    except Failure:
        await _write(services, leased, grant.resting(State.OK))
        raise
    if (answer.organization_id, answer.user_id) != (grant.organization_id, grant.user_id):
        # The operator has chosen another user since: whoever works as this one has to ask for that.
        await _write(services, leased, grant.resting(State.REAUTH_REQUIRED))
        raise sign_in_required()
    fresh = replace(
        grant.resting(State.OK),
        generation=grant.generation + 1,
        issued_at=services.clock.now(),
        instance_url=answer.instance_url,
    )
    renewed = replace(tokens, access_token=answer.access_token)
    return await _persist(services, leased, fresh, renewed, stale)


async def _form(services: Services, grant: Grant, tokens: GrantTokens) -> dict[str, str]:
    app = org_of(services.settings, grant.org)
    return refresh_token(
        client_id=app.client_id,
        client_secret=await app.secret(services.secrets),
        token=tokens.refresh_token,
    )


async def _send(services: Services, intent: Item, form: dict[str, str], *, lost: Grant) -> TokenAnswer:
    """Once, without any retry. What its failure says about the refresh token decides what becomes of the grant."""
    grant = grant_of(intent)
    try:
        async with asyncio.timeout(REFRESH_SECONDS):
            return await exchange(services.login, grant.login_url, form, extra_hosts=services.settings.extra_org_hosts)
    except SignInRequired as error:
        await _write(services, intent, grant.resting(State.REAUTH_REQUIRED))
        raise sign_in_required() from error
    except (OutcomeUnknown, TimeoutError) as error:
        await _write(services, intent, lost)
        raise sign_in_required() from error
    except Failure as failure:
        # An error of its own proves nothing; otherwise the token was not taken: not reached, busy, misconfigured.
        if failure.code in _PROVE_NOTHING:
            await _write(services, intent, lost)
            raise sign_in_required() from failure
        await _write(services, intent, grant.resting(State.OK))
        raise


async def _persist(services: Services, intent: Item, fresh: Grant, tokens: GrantTokens, stale: Session) -> Session:
    """Before the new token is used. While the lease lasts a failing store or cipher is asked again: only we have it."""
    item = intent
    while True:
        try:
            if await _write(services, item, await seal(services.cipher, fresh, tokens)):
                return session_of(fresh, tokens)
            found = await services.store.get(fresh.key)
        except Exception:  # whatever their trouble is, giving up loses the grant
            if services.clock.now() >= intent.value["lease_until"]:
                raise
            await services.clock.sleep(0.2)
            continue
        if found is None or found.value["generation"] >= fresh.generation:
            return await renew_grant(services, fresh.key, stale)  # signed out or signed in again meanwhile
        # Somebody saw our lease run out and gave the grant up; it is not lost, we hold its successor.
        item = found


async def _write(services: Services, item: Item, grant: Grant) -> Item | None:
    return await write_grant(services.store, services.clock, item, grant)
