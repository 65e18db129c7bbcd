"""What is opened once, when the application starts: keys, tokens, grants, counters, describes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from mcp.server.request_state import AESGCMRequestStateCodec, InvalidRequestState

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Access, Tokens
from salesforce_mcp.policy.caller import Caller, Workplace
from salesforce_mcp.policy.cursors import Cursors
from salesforce_mcp.policy.limits import CallLimit
from salesforce_mcp.policy.plans import Plans
from salesforce_mcp.policy.scopes import Scope, implied
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.describe_cache import DescribeCache
from salesforce_mcp.salesforce.pressure import Pressures
from salesforce_mcp.salesforce.retry import Patience
from salesforce_mcp.salesforce.versions import ApiVersions
from salesforce_mcp.services import Services

STATE_KEY = "request-state-key"
_SHORTEST_KEY = 32


class StateKeys:
    """The codec of the SDK's request state, whose keys come after the server was built: a snapshot holds none."""

    def __init__(self) -> None:
        self._codec: AESGCMRequestStateCodec | None = None

    def load(self, keys: Sequence[str]) -> None:
        self._codec = AESGCMRequestStateCodec([hashlib.sha256(key.encode()).hexdigest() for key in keys])

    def seal(self, payload: bytes) -> str:
        return self._loaded().seal(payload)

    def unseal(self, token: str) -> bytes:
        return self._loaded().unseal(token)

    def _loaded(self) -> AESGCMRequestStateCodec:
        if self._codec is None:
            raise InvalidRequestState("no keys yet")
        return self._codec


@dataclass(frozen=True)
class Desk:
    services: Services
    tokens: Tokens
    grants: Grants
    cursors: Cursors
    limit: CallLimit
    describes: DescribeCache
    versions: ApiVersions
    pressures: Pressures

    @classmethod
    async def open(cls, services: Services, state_keys: StateKeys) -> "Desk":
        keys = await services.secrets.get(STATE_KEY)
        if not keys or any(len(key) < _SHORTEST_KEY for key in keys):
            raise Misconfigured(
                f"The secret {STATE_KEY} is missing or shorter than {_SHORTEST_KEY} characters",
                hint="Store a random text of 64 characters under that name.",
            )
        state_keys.load(keys)
        return cls(
            services=services,
            tokens=Tokens(services.store, services.clock),
            grants=Grants(services),
            cursors=Cursors(keys),
            limit=CallLimit(
                services.store,
                services.clock,
                per_minute=services.settings.calls_per_minute,
                writes_per_day=services.settings.writes_per_day,
            ),
            describes=DescribeCache(services.clock),
            versions=ApiVersions(),
            pressures=Pressures(services.clock.now),
        )

    async def caller(self, access: Access, tools: frozenset[str]) -> Caller:
        """Who this is; SignInRequired when the Salesforce grant behind the token is gone."""
        credential = await self.grants.credential(access)
        pressure = self.pressures.of(access.organization_id)
        org = Salesforce(
            self.services.http,
            credential,
            api_version=self.services.settings.api_version,
            describes=self.describes,
            versions=self.versions,
            patience=Patience(pressure=pressure),
        )

        async def signed_in() -> Salesforce:
            return org

        async def admit(needed: Scope) -> None:
            pressure.require_room(share=self.services.settings.api_share)
            await self.limit.spend(access.subject, needed)

        return Caller(
            subject=access.subject,
            client_id=access.client_id,
            scopes=implied(access.scopes),
            tools=tools,
            org=signed_in,
            admit=admit,
            cursors=self.cursors,
            plans=Plans(self.services.store, self.services.clock),
            clock=self.services.clock,
            result_tokens=self.services.settings.result_tokens,
            refused=[],
            allow_apex=self.services.settings.allow_apex,
            workplace=_workplace(self.services),
        )


def _workplace(services: Services) -> Workplace | None:
    if services.uploads is None or services.jobs is None:
        return None
    return Workplace(services.store, services.uploads, services.jobs, services.settings.public_url)
