"""Who makes the call that is being answered, and what it may do. The server says so; tools only ask."""

from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from salesforce_mcp.errors import Failure, InsufficientScope, SignInRequired
from salesforce_mcp.policy.cursors import Cursors
from salesforce_mcp.policy.plans import Plans
from salesforce_mcp.policy.scopes import Scope, missing
from salesforce_mcp.ports import Clock, Jobs, Store, Uploads
from salesforce_mcp.salesforce.client import Salesforce


@dataclass(frozen=True)
class Workplace:
    """What long work needs beside the org."""

    store: Store
    uploads: Uploads
    jobs: Jobs
    public_url: str
    folder: str | None = None  # of the files, where they are on the person's own machine


@dataclass(frozen=True)
class Caller:
    subject: str  # "<organization id>/<user id>"
    client_id: str
    scopes: frozenset[Scope]
    tools: frozenset[str]  # the names on offer at this URL
    org: Callable[[], Awaitable[Salesforce]]
    admit: Callable[[Scope], Awaitable[None]]  # counts a call that needs this much; raises when there were too many
    cursors: Cursors
    plans: Plans
    clock: Clock
    result_tokens: int
    refused: list[Failure]  # what must become the HTTP status of the answer: a dead grant, a missing scope
    allow_apex: bool = False  # the operator lets administrators run Apex
    workplace: Workplace | None = None  # None where nothing may take longer than a request

    def require(self, needed: Iterable[Scope]) -> None:
        """Refuse a call that needs more rights, naming all of them at once."""
        lacking = missing(needed, self.scopes)
        if lacking:
            raise InsufficientScope(
                f"This needs the permission {' and '.join(lacking)}, which was not given to this client",
                scopes=[*lacking],
                hint="The user can give it by signing in again with a wider access level.",
            )

    def note_refusal(self, failure: Failure) -> None:
        """A dead grant and a missing scope become the HTTP status of the answer: clients act on nothing else."""
        if isinstance(failure, (SignInRequired, InsufficientScope)):
            self.refused.append(failure)


current: ContextVar[Caller] = ContextVar("caller")
