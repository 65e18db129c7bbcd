"""The org and the job of a history, and what may be done to them while the job goes on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aws_local.engines import Engine
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission

Act = Callable[[], Awaitable[None]]


@dataclass
class Stage:
    """What a history may do to the job and to the org around it."""

    org: Org
    site: Any
    engine: Engine
    load: Load
    _turns: list[tuple[str, int, Act]] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)

    @property
    def faults(self) -> Faults:
        faults: Faults = self.site.faults
        return faults

    def when(self, matching: str, nth: int, act: Act) -> None:
        """Before the nth such request is answered."""
        self._turns.append((matching, nth, act))

    async def request(self, line: str) -> None:
        for position, (matching, nth, act) in enumerate(self._turns):
            if matching in line:
                self._seen[position] = self._seen.get(position, 0) + 1
                if self._seen[position] == nth:
                    await act()

    async def cancel(self) -> None:
        await self.engine.workshop.ledger.cancel(self.load)

    async def sign_out(self) -> None:
        await Grants(self.engine.services).end(Permission(self.load.owner, "default", "client", frozenset(), ""))

    async def expire_tokens(self) -> None:
        self.faults.expire_tokens()

    async def finish(self) -> None:
        self.site.bulk.automatic = True
        self.site.bulk.finish()

    def hold(self) -> None:
        """The org takes jobs and does nothing with them."""
        self.site.bulk.automatic = False


def watched(app: ASGIApp, stage: Stage) -> ASGIApp:
    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode()
        await stage.request(f"{scope['method']} {scope['path']}{'?' if query else ''}{query}")
        await app(scope, receive, send)

    return asked
