"""Renewing ahead of time, and not beginning what cannot be finished: security facts 5.3, steps 4 and 7."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from salesforce_mcp.errors import SignInRequired, Unavailable
from salesforce_mcp.oauth.grant import Grant, GrantTokens, State, grant_key, renewal_due
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.renewal import LEASE_SECONDS, REFRESH_SECONDS, WRITE_SECONDS
from salesforce_mcp.ports import work_ends
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.session import Secret

FOUR_FIFTHS = 0.8 * 120 * 60


def refreshes(deployment) -> int:
    posts = deployment.salesforce.sent_to("/services/oauth2/token")
    return len([post for post in posts if b"grant_type=refresh_token" in post.content])


def grant_row(deployment) -> dict:
    return json.loads(deployment.rows("grant#")[0][2])


@contextmanager
def time_left(deployment, seconds: float) -> Iterator[None]:
    """As Lambda's context tells it."""
    before = work_ends.set(deployment.clock.now() + seconds)
    yield
    work_ends.reset(before)


@pytest.fixture
async def signed_in(deployment):
    deployment.faults.rotate_refresh_tokens(True)
    _, answer = await deployment.connect()
    return await deployment.access(answer)


async def call(deployment, grants: Grants, access) -> str:
    """A call of a tool, as the gate lets it through."""
    credential = await grants.credential(access)
    async with grants.renewed_ahead(access):
        salesforce = Salesforce(deployment.services.http, credential, api_version="68.0")
        return (await salesforce.user_info())["user_id"]


async def test_a_session_is_renewed_by_the_first_call_after_four_fifths_of_its_life(deployment, signed_in, clock):
    grants = Grants(deployment.services)
    clock.advance(FOUR_FIFTHS - 1)
    await call(deployment, grants, signed_in)
    assert refreshes(deployment) == 0
    clock.advance(61)
    for _ in range(3):
        assert await call(deployment, grants, signed_in) == signed_in.user_id
    assert refreshes(deployment) == 1
    assert grant_row(deployment)["generation"] == 2
    assert grant_row(deployment)["issued_at"] == clock.now()


async def test_the_call_goes_on_beside_the_renewal_with_the_session_that_lives(deployment, signed_in, clock):
    """The login host hangs until the call has its answer: were the call to wait for it, neither would ever end."""
    clock.advance(FOUR_FIFTHS)
    answered = asyncio.Event()

    class HangingLogin(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            if request.url.path.endswith("/token"):
                await answered.wait()
            return await deployment.salesforce.handle_async_request(request)

    services = replace(deployment.services, login=httpx.AsyncClient(transport=HangingLogin()))
    grants = Grants(services)
    credential = await grants.credential(signed_in)
    async with asyncio.timeout(5), grants.renewed_ahead(signed_in):
        assert await Salesforce(services.http, credential, api_version="68.0").user_info()
        assert refreshes(deployment) == 0
        answered.set()
    assert refreshes(deployment) == 1, "and has ended when the call has"
    await services.login.aclose()


async def test_many_calls_in_many_processes_cost_one_renewal_and_none_waits_for_it(deployment, signed_in, clock):
    clock.advance(FOUR_FIFTHS)
    before = clock.now()
    containers = [Grants(deployment.services) for _ in range(20)]
    users = await asyncio.gather(*(call(deployment, containers[n % 20], signed_in) for n in range(100)))
    assert set(users) == {signed_in.user_id}
    assert refreshes(deployment) == 1
    assert clock.now() == before, "nobody slept for somebody else's renewal"


class Losing(httpx.AsyncBaseTransport):
    """Does what the login host is asked, and loses its answer."""

    def __init__(self, inner) -> None:
        self._inner = inner

    async def handle_async_request(self, request):
        response = await self._inner.handle_async_request(request)
        if request.url.path.endswith("/token"):
            raise httpx.ReadError("reset", request=request)
        return response


async def test_a_lost_answer_leaves_the_living_session_and_the_token_is_never_sent_again(deployment, signed_in, clock):
    clock.advance(FOUR_FIFTHS)
    losing = replace(deployment.services, login=httpx.AsyncClient(transport=Losing(deployment.salesforce)))
    assert await call(deployment, Grants(losing), signed_in) == signed_in.user_id
    assert grant_row(deployment)["state"] == State.OK
    for _ in range(3):
        clock.advance(61)
        assert await call(deployment, Grants(deployment.services), signed_in) == signed_in.user_id
    assert refreshes(deployment) == 1
    deployment.faults.expire_tokens()
    with pytest.raises(SignInRequired):
        await call(deployment, Grants(deployment.services), signed_in)
    assert grant_row(deployment)["state"] == State.REAUTH_REQUIRED
    assert refreshes(deployment) == 1
    await losing.http.aclose()


async def test_a_refusal_ahead_of_time_ends_the_grant_at_the_next_call(deployment, signed_in, clock):
    deployment.faults.expire_refresh_tokens()
    clock.advance(FOUR_FIFTHS)
    grants = Grants(deployment.services)
    assert await call(deployment, grants, signed_in) == signed_in.user_id
    clock.advance(61)
    with pytest.raises(SignInRequired):
        await call(deployment, grants, signed_in)


async def test_a_login_host_in_maintenance_is_asked_once_a_minute_and_disturbs_nobody(deployment, signed_in, clock):
    clock.advance(FOUR_FIFTHS)
    deployment.faults.maintenance(times=2, matching="/services/oauth2/token")
    grants = Grants(deployment.services)
    for minute in range(3):
        for _ in range(10):
            assert await call(deployment, grants, signed_in) == signed_in.user_id
        assert len(deployment.salesforce.sent_to("/services/oauth2/token")) == 1 + minute + 1
        clock.advance(61)
    assert grant_row(deployment)["generation"] == 2


async def test_a_worker_that_died_while_renewing_ahead_leaves_a_session_that_lives_to_its_end(
    deployment, signed_in, clock
):
    row = await deployment.store.get(grant_key(signed_in.organization_id, signed_in.user_id))
    died = {**row.value, "state": "refreshing", "lease_until": clock.now() + LEASE_SECONDS, "sent": True}
    await deployment.store.replace(row, died)
    for seconds in (0, LEASE_SECONDS + 1, FOUR_FIFTHS):
        clock.advance(seconds)
        assert await call(deployment, Grants(deployment.services), signed_in) == signed_in.user_id
    assert refreshes(deployment) == 0


@pytest.mark.parametrize(("seconds", "sent"), [(REFRESH_SECONDS + WRITE_SECONDS, 0), (29, 1)])
async def test_a_renewal_that_lambda_might_cut_short_is_not_begun(deployment, signed_in, seconds, sent):
    deployment.faults.expire_tokens()
    grants = Grants(deployment.services)
    with time_left(deployment, seconds):
        if sent:
            await call(deployment, grants, signed_in)
        else:
            with pytest.raises(Unavailable, match="too little time") as refused:
                await call(deployment, grants, signed_in)
            assert "Try again" in refused.value.hint
            assert grant_row(deployment)["state"] == State.OK
            assert grant_row(deployment)["lease_until"] == 0, "the next request begins at once"
    assert refreshes(deployment) == sent
    assert await call(deployment, grants, signed_in) == signed_in.user_id


def grant_with(token: str, refresh: str = "r") -> tuple[Grant, GrantTokens]:
    grant = Grant("00D", "005", "default", "", "", generation=1, state=State.OK, issued_at=1000)
    return grant, GrantTokens(Secret(token), Secret(refresh))


def jwt_of(claims: object) -> str:
    return f"eyJh.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.sig"


@pytest.mark.parametrize(
    ("token", "due"),
    [
        ("00D000000000001!AQ.opaque", 1000 + 0.8 * 7200),
        (jwt_of({"exp": 2800}), 1000 + 0.8 * 1800),
        (jwt_of({"exp": "soon"}), 1000 + 0.8 * 7200),
        (jwt_of([]), 1000 + 0.8 * 7200),
        ("a.b.c", 1000 + 0.8 * 7200),
    ],
)
def test_a_jwt_tells_its_end_and_the_orgs_session_timeout_that_of_any_other_token(token, due):
    assert renewal_due(*grant_with(token), session_seconds=7200) == due


def test_without_a_refresh_token_nothing_is_ever_due():
    assert renewal_due(*grant_with("00D!AQ", refresh=""), session_seconds=7200) == float("inf")
