"""Renewing the Salesforce grant: exactly one refresh, never a replay, whatever is lost or dies (security facts 5.3)."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from fake_clock import FakeClock
from oauth.application import Application
from oauth.browser import query_of
from oauth.deployment import deployed

from salesforce_mcp.errors import Failure, SignInRequired, Unavailable
from salesforce_mcp.oauth.grant import grant_key
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.renewal import LEASE_SECONDS, renew_grant
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce.client import Salesforce


def refreshes(deployment) -> int:
    posts = deployment.salesforce.sent_to("/services/oauth2/token")
    return len([post for post in posts if b"grant_type=refresh_token" in post.content])


def grant_row(deployment) -> dict:
    return json.loads(deployment.rows("grant#")[0][2])


@pytest.fixture
async def signed_in(deployment):
    """A person whose access token has just died at Salesforce, with rotation on."""
    deployment.faults.rotate_refresh_tokens(True)
    _, answer = await deployment.connect()
    access = await deployment.access(answer)
    deployment.faults.expire_tokens()
    return access


async def works(deployment, credential) -> bool:
    salesforce = Salesforce(deployment.services.http, credential, api_version="68.0")
    return (await salesforce.user_info())["user_id"].startswith("005")


async def test_a_dead_session_is_renewed_once_and_the_rotated_token_is_kept(deployment, signed_in):
    credential = await deployment.grants.credential(signed_in)
    stale = await credential.session()
    for generation in (2, 3, 4):
        stale = await credential.renew(stale)
        assert stale.generation == generation
    assert refreshes(deployment) == 3
    assert await works(deployment, credential)


async def test_fifty_callers_in_one_process_cost_one_refresh(deployment, signed_in):
    credential = await deployment.grants.credential(signed_in)
    stale = await credential.session()
    sessions = await asyncio.gather(*(credential.renew(stale) for _ in range(50)))
    assert {session.generation for session in sessions} == {2}
    assert len({session.access_token.reveal() for session in sessions}) == 1
    assert refreshes(deployment) == 1


async def test_fifty_processes_cost_one_refresh_and_all_go_on(seeded):
    """Fifty of our caches and locks over one store, as fifty Lambda containers have."""
    async with deployed(seeded.copy(), FakeClock()) as deployment:
        deployment.faults.rotate_refresh_tokens(True)
        _, answer = await deployment.connect()
        access = await deployment.access(answer)
        services = replace(deployment.services, clock=SystemClock())
        containers = [await Grants(services).credential(access) for _ in range(50)]
        for round_number in range(3):
            deployment.faults.expire_tokens()
            stale = [await credential.session() for credential in containers]
            sessions = await asyncio.gather(
                *(credential.renew(old) for credential, old in zip(containers, stale, strict=True))
            )
            assert len({session.access_token.reveal() for session in sessions}) == 1
            assert refreshes(deployment) == round_number + 1
        assert await works(deployment, containers[0])


async def test_a_container_that_slept_adopts_what_others_renewed(deployment, signed_in):
    sleeper, other = (
        await Grants(deployment.services).credential(signed_in),
        await deployment.grants.credential(signed_in),
    )
    stale = await sleeper.session()
    renewed = await other.renew(await other.session())
    assert (await sleeper.renew(stale)).access_token == renewed.access_token
    assert refreshes(deployment) == 1


async def test_the_session_is_read_from_the_store_once_a_minute(deployment, signed_in, clock):
    grants = Grants(deployment.services)
    first = await (await grants.credential(signed_in)).session()
    await deployment.store.delete(grant_key(signed_in.organization_id, signed_in.user_id))
    clock.advance(59)
    assert await (await grants.credential(signed_in)).session() == first
    clock.advance(1)
    with pytest.raises(SignInRequired):
        await grants.credential(signed_in)


async def test_a_dead_grant_is_a_new_sign_in_for_every_client_of_the_person(deployment):
    one, first = await deployment.connect()
    other, second = await deployment.connect(client_name="Other")
    deployment.faults.expire_tokens()
    deployment.faults.expire_refresh_tokens()
    credential = await deployment.grants.credential(await deployment.access(first))
    with pytest.raises(SignInRequired):
        await works(deployment, credential)
    assert grant_row(deployment)["state"] == "reauth_required"
    for answer in (first, second):
        with pytest.raises(SignInRequired):
            await deployment.grants.credential(await deployment.access(answer))
    assert (await one.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await other.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_signing_in_again_revives_the_persons_other_clients(deployment):
    _, first = await deployment.connect()
    deployment.faults.expire_tokens()
    deployment.faults.expire_refresh_tokens()
    credential = await deployment.grants.credential(await deployment.access(first))
    with pytest.raises(SignInRequired):
        await works(deployment, credential)
    await deployment.connect(client_name="Other")
    assert await works(deployment, await deployment.grants.credential(await deployment.access(first)))


async def test_a_grant_without_a_refresh_token_ends_with_its_session(deployment):
    deployment.salesforce.withholds_refresh_tokens = True
    application = await Application.register(deployment.http)
    browser = deployment.browser()
    page = await deployment.approve(browser, await deployment.consent_page(browser, application))
    answer = await application.redeem(query_of(page.links[0])["code"])
    credential = await deployment.grants.credential(await deployment.access(answer.json()))
    deployment.faults.expire_tokens()
    with pytest.raises(SignInRequired):
        await works(deployment, credential)
    assert refreshes(deployment) == 0


class Killed(BaseException):
    """The process dies here: nothing after it runs, nothing is cleaned up."""


class BreakingStore:
    """The real store, whose n-th write is met by a fault: before it takes effect, or after."""

    def __init__(self, store, fault, at: int) -> None:
        self._store, self._fault, self._at, self.writes = store, fault, at, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def replace(self, *args, **kwargs):
        self.writes += 1
        if self.writes == self._at and self._fault == "killed before":
            raise Killed
        if self.writes == self._at and self._fault == "failed once":
            raise ConnectionError
        result = await self._store.replace(*args, **kwargs)
        if self.writes == self._at and self._fault == "killed after":
            raise Killed
        return result


LEASE, INTENT, PERSIST = 1, 2, 3


@pytest.mark.parametrize(
    ("fault", "at", "sent", "outcome"),
    [
        ("killed before", LEASE, 0, "ok"),
        ("killed after", LEASE, 0, "ok"),
        ("killed before", INTENT, 0, "ok"),
        ("killed after", INTENT, 0, "reauth_required"),
        ("killed before", PERSIST, 1, "reauth_required"),
        ("killed after", PERSIST, 1, "ok"),
        ("failed once", PERSIST, 1, "ok"),
    ],
)
async def test_wherever_a_worker_dies_the_next_one_goes_on_or_asks_for_a_sign_in(
    deployment, signed_in, clock, fault, at, sent, outcome
):
    stale = await (await deployment.grants.credential(signed_in)).session()
    dying = replace(deployment.services, store=BreakingStore(deployment.store, fault, at))
    try:
        await renew_grant(dying, grant_key(signed_in.organization_id, signed_in.user_id), stale)
    except Killed:
        clock.advance(LEASE_SECONDS + 1)
    assert refreshes(deployment) == sent
    next_worker = Grants(deployment.services)
    try:
        await next_worker.renew((signed_in.organization_id, signed_in.user_id), stale)
        assert await works(deployment, await next_worker.credential(signed_in))
        ended = "ok"
    except SignInRequired:
        ended = "reauth_required"
    assert ended == outcome
    assert grant_row(deployment)["state"] == outcome
    assert refreshes(deployment) <= 1, "no refresh token was sent twice"


async def test_while_the_lease_lasts_the_others_wait_and_then_give_up_without_sending(deployment, signed_in):
    stale = await (await deployment.grants.credential(signed_in)).session()
    dying = replace(deployment.services, store=BreakingStore(deployment.store, "killed after", INTENT))
    with pytest.raises(Killed):
        await renew_grant(dying, grant_key(signed_in.organization_id, signed_in.user_id), stale)
    with pytest.raises(Unavailable, match="still renewing"):
        await Grants(deployment.services).renew((signed_in.organization_id, signed_in.user_id), stale)
    assert refreshes(deployment) == 0


async def test_a_slow_worker_whose_lease_ran_out_still_saves_the_grant(deployment, signed_in, clock):
    """Frozen between Salesforce's answer and the write, it holds the only living token."""
    stale = await (await deployment.grants.credential(signed_in)).session()
    who = (signed_in.organization_id, signed_in.user_id)

    class Freezing(BreakingStore):
        async def replace(self, *args, **kwargs):
            self.writes += 1
            if self.writes == PERSIST:
                clock.advance(LEASE_SECONDS + 1)
                with pytest.raises(SignInRequired):
                    await Grants(deployment.services).renew(who, stale)
            return await self._store.replace(*args, **kwargs)

    slow = Grants(replace(deployment.services, store=Freezing(deployment.store, "", 0)))
    assert (await slow.renew(who, stale)).generation == 2
    assert grant_row(deployment)["state"] == "ok"
    assert await works(deployment, await Grants(deployment.services).credential(signed_in))
    assert refreshes(deployment) == 1


async def test_a_cancelled_request_does_not_cancel_the_renewal_it_began(deployment, signed_in):
    credential = await deployment.grants.credential(signed_in)
    stale = await credential.session()
    impatient = asyncio.create_task(credential.renew(stale))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await credential.renew(stale)).generation == 2
    assert refreshes(deployment) == 1


class Broken(httpx.AsyncBaseTransport):
    """The way to the org, which fails before or after the org has worked."""

    def __init__(self, inner, error: Exception, *, after: bool) -> None:
        self._inner, self._error, self._after = inner, error, after

    async def handle_async_request(self, request):
        if self._after:
            await self._inner.handle_async_request(request)
        raise self._error


@pytest.mark.parametrize(
    ("error", "after", "state"),
    [
        (httpx.ConnectError("refused"), False, "ok"),
        (httpx.ConnectTimeout("slow"), False, "ok"),
        (httpx.ReadTimeout("slow"), True, "reauth_required"),
        (httpx.ReadError("reset"), True, "reauth_required"),
        (httpx.RemoteProtocolError("closed"), True, "reauth_required"),
    ],
)
async def test_only_a_refresh_that_was_surely_not_sent_may_be_sent_again(deployment, signed_in, error, after, state):
    stale = await (await deployment.grants.credential(signed_in)).session()
    who = (signed_in.organization_id, signed_in.user_id)
    broken = httpx.AsyncClient(transport=Broken(deployment.salesforce, error, after=after))
    with pytest.raises(Failure):
        await Grants(replace(deployment.services, login=broken)).renew(who, stale)
    assert grant_row(deployment)["state"] == state
    assert refreshes(deployment) == (1 if after else 0)
    if state == "ok":
        assert (await Grants(deployment.services).renew(who, stale)).generation == 2
    else:
        with pytest.raises(SignInRequired):
            await Grants(deployment.services).renew(who, stale)
    assert refreshes(deployment) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_answer_that_does_not_say_what_became_of_the_token_proves_nothing(deployment, signed_in, status):
    stale = await (await deployment.grants.credential(signed_in)).session()
    deployment.faults.fail_next(status, matching="/services/oauth2/token")
    with pytest.raises(Failure):
        await deployment.grants.renew((signed_in.organization_id, signed_in.user_id), stale)
    assert grant_row(deployment)["state"] == "reauth_required"


async def test_maintenance_leaves_the_grant_as_it_was(deployment, signed_in):
    stale = await (await deployment.grants.credential(signed_in)).session()
    deployment.faults.maintenance(matching="/services/oauth2/token")
    with pytest.raises(Unavailable):
        await deployment.grants.renew((signed_in.organization_id, signed_in.user_id), stale)
    assert grant_row(deployment)["state"] == "ok"


async def test_signing_out_during_a_renewal_is_not_undone_by_it(deployment, signed_in):
    stale = await (await deployment.grants.credential(signed_in)).session()

    class SigningOut(BreakingStore):
        async def replace(self, *args, **kwargs):
            self.writes += 1
            if self.writes == PERSIST:
                await Grants(deployment.services).end(signed_in)
            return await self._store.replace(*args, **kwargs)

    with pytest.raises(SignInRequired):
        await Grants(replace(deployment.services, store=SigningOut(deployment.store, "", 0))).renew(
            (signed_in.organization_id, signed_in.user_id), stale
        )
    assert grant_row(deployment)["sealed"] == ""
