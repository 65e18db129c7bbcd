"""A renewal cut into its steps: every word it says to the store, the cipher, the secrets and the login host.

At each step something may happen to the worker that takes it. The emulated org is the judge: it ends a family of
tokens when one of them is used twice.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx
from fake_clock import FakeClock
from oauth.deployment import ORG, SALES, Deployment

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_mcp.errors import Failure, SignInRequired, Unavailable
from salesforce_mcp.oauth.grant import State, grant_key
from salesforce_mcp.oauth.grants import Grants, Who
from salesforce_mcp.oauth.renewal import LEASE_SECONDS
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import TokenAnswer

FAULTS = (
    "dies before",
    "dies after",
    "fails",  # nothing was done
    "loses the answer",  # it was done
    "sleeps before",  # a frozen container: the lease runs out meanwhile
    "sleeps after",
    "meets a rival",  # the row has moved on
    "meets a sign-in",
)
FROZEN = LEASE_SECONDS + 5


class Died(BaseException):
    """The process ends here: nothing after it runs, nothing is cleaned up."""


class SkewedClock:
    """The clock of a container that is wrong by so many seconds."""

    def __init__(self, clock: FakeClock, skew: float) -> None:
        self._clock, self._skew = clock, skew

    def now(self) -> float:
        return self._clock.now() + self._skew

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


@dataclass
class Worker:
    """A process that renews. `faults` says at which of its steps what happens."""

    world: "World"
    faults: Mapping[int, str] = field(default_factory=dict)
    skew: float = 0
    steps: list[str] = field(default_factory=list)
    may_have_sent: bool = False
    hurt_after_sending: bool = False

    @property
    def grants(self) -> Grants:
        services = self.world.deployment.services
        http = httpx.AsyncClient(transport=_Wire(self))
        return Grants(
            replace(
                services,
                store=_Stepping(services.store, "store", self),
                cipher=_Stepping(services.cipher, "cipher", self),
                secrets=_Stepping(services.secrets, "secrets", self),
                clock=SkewedClock(self.world.deployment.clock, self.skew),
                http=http,
                login=http,
            )
        )

    async def renew(self, *, ahead: bool = False) -> str:
        """How it ended: ok, the name of a failure, or died."""
        stale = self.world.stale
        try:
            if ahead:
                await self.grants._renew_ahead(self.world.who, stale)
            else:
                await self.grants.renew(self.world.who, stale)
        except Died:
            return "died"
        except Failure as failure:
            return type(failure).__name__
        return "ok"

    async def step(self, name: str, do: Callable[[], Awaitable[Any]]) -> Any:
        self.steps.append(name)
        fault = self.faults.get(len(self.steps), "")
        if fault and self.may_have_sent:
            self.hurt_after_sending = True
        for _ in range(self.world.chance.randrange(3)):
            await asyncio.sleep(0)
        await self._before(fault)
        result = await do()
        if fault == "sleeps after":
            self.world.deployment.clock.advance(FROZEN)
        if fault == "dies after":
            raise Died
        if fault == "loses the answer":
            raise httpx.ReadError("lost") if name == "login" else Unavailable("AWS did not answer")
        return result

    async def _before(self, fault: str) -> None:
        match fault:
            case "dies before":
                raise Died
            case "fails":
                raise httpx.ConnectError("refused") if self.steps[-1] == "login" else Unavailable("throttled")
            case "sleeps before":
                self.world.deployment.clock.advance(FROZEN)
            case "meets a rival":
                await self.world.rewrite()
            case "meets a sign-in":
                await self.world.sign_in()


class _Stepping:
    """A port whose every call is a step of the worker."""

    def __init__(self, port: Any, name: str, worker: Worker) -> None:
        self._port, self._name, self._worker = port, name, worker

    def __getattr__(self, verb: str) -> Any:
        async def call(*arguments: Any, **options: Any) -> Any:
            name = f"{self._name} {verb}"
            if verb == "replace":
                value = arguments[1]
                name = "store intent" if value["sent"] else f"store {value['state']}"
                self._worker.may_have_sent |= value["sent"]
            return await self._worker.step(name, lambda: getattr(self._port, verb)(*arguments, **options))

        return call


class _Wire(httpx.AsyncBaseTransport):
    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        world = self._worker.world
        response: httpx.Response = await self._worker.step("login", lambda: world.at_the_login_host(request))
        return response


class World:
    """One person's grant, whose access token has died, and whoever wants to renew it."""

    def __init__(self, deployment: Deployment, chance: random.Random) -> None:
        self.deployment, self.chance = deployment, chance
        self.families: list[str] = []
        self._in_flight: set[bytes] = set()
        self.refreshes = 0

    async def begin(self, *, session_dead: bool) -> None:
        await self.sign_in()
        self.stale = await Grants(self.deployment.services).session(self.who)
        if session_dead:
            self.deployment.faults.expire_tokens()

    @property
    def who(self) -> Who:
        return self.deployment.org.organization_id, self.deployment.site.user_id(SALES)

    async def sign_in(self) -> None:
        """What consent and callback leave behind. A fifth time would make the org drop the first by its own rule."""
        if len(self.families) == 4:
            return
        sessions, (organization_id, user_id) = self.deployment.site.sessions, self.who
        self.families.append(uuid4().hex)
        app = {"consumer_key": DEMO_CONSUMER_KEY, "scope": "api refresh_token id", "family": self.families[-1]}
        answer = TokenAnswer(
            access_token=Secret(sessions.start(user_id, **app).token),
            refresh_token=Secret(sessions.issue_refresh_token(user_id, **app)),
            instance_url=ORG,
            organization_id=organization_id,
            user_id=user_id,
        )
        await Grants(self.deployment.services).keep(answer, org="default", login_url=ORG)

    async def rewrite(self) -> None:
        """A rival's write that changes nothing but the version. Rivals, too, write only over what they have read."""
        while item := await self.deployment.store.get(grant_key(*self.who)):
            if await self.deployment.store.replace(item, item.value, expires_at=item.expires_at):
                return

    async def at_the_login_host(self, request: httpx.Request) -> httpx.Response:
        assert request.content not in self._in_flight, "two refreshes of one token at once"
        self._in_flight.add(request.content)
        try:
            self.refreshes += 1
            return await self.deployment.salesforce.handle_async_request(request)
        finally:
            self._in_flight.discard(request.content)

    def replayed(self) -> list[str]:
        """Families that the org has ended: of those, a token was sent a second time."""
        rows = self.deployment.org.connection.execute("SELECT DISTINCT family FROM _refresh_token WHERE state = 'dead'")
        return [family for (family,) in rows if family in self.families]

    async def row(self) -> dict[str, Any]:
        item = await self.deployment.store.get(grant_key(*self.who))
        assert item is not None
        return dict(item.value)

    async def end(self) -> str:
        """What the next healthy worker finds, once every lease is over and the session has died."""
        self.deployment.clock.advance(LEASE_SECONDS + 1 + 600)
        self.deployment.faults.expire_tokens()
        grants = Grants(self.deployment.services)
        permission = Permission("/".join(self.who), "default", "", frozenset(), "")
        with suppress(SignInRequired):
            credential = await grants.credential(permission)
            org = Salesforce(self.deployment.services.http, credential, api_version="68.0")
            assert (await org.user_info())["user_id"] == self.who[1]
        state = str((await self.row())["state"])
        if state == State.REAUTH_REQUIRED:
            try:
                await Grants(self.deployment.services).credential(permission)
            except SignInRequired:
                return state
            raise AssertionError("a dead grant must ask for a sign-in")
        return state
