"""What makes a function a tool: the whole mechanism."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver.resolve import Resolve
from mcp_types import ToolAnnotations

from salesforce_mcp.policy import caller
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.salesforce.client import Salesforce

Function = Callable[..., Awaitable[Any]]
F = TypeVar("F", bound=Function)


class Effect(Enum):
    """What a tool may do. It alone decides the hints, the scope, read-only mode and whether the user is asked."""

    READS = Scope.READ
    WRITES = Scope.WRITE
    DESTROYS = Scope.DELETE
    ADMINISTERS = Scope.ADMIN

    @property
    def scope(self) -> Scope:
        return self.value

    @property
    def annotations(self) -> ToolAnnotations:
        reads = self is Effect.READS
        return ToolAnnotations(
            read_only_hint=reads,
            destructive_hint=self in (Effect.DESTROYS, Effect.ADMINISTERS),
            idempotent_hint=reads,
            open_world_hint=True,
        )


@dataclass(frozen=True)
class Mark:
    effect: Effect
    scope: Scope
    title: str


def tool(effect: Effect, *, least: Effect | None = None) -> Callable[[F], F]:
    """Mark a function as a tool and leave it as it was.

    `least` is for a tool whose calls differ: it is on offer to who may do that much, and each call asks for the rest.
    """

    def mark(function: F) -> F:
        function.mark = Mark(effect, (least or effect).scope, _title(function.__name__))  # type: ignore[attr-defined]
        return function

    return mark


def mark_of(function: Function) -> Mark:
    found: Mark = function.mark  # type: ignore[attr-defined]
    return found


def _title(name: str) -> str:
    """listApiVersions → List API versions."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    sentence = " ".join(_ACRONYMS.get(word.lower(), word.lower()) for word in words)
    return sentence[:1].upper() + sentence[1:]


_ACRONYMS = {"api": "API", "id": "ID", "pdf": "PDF"}


async def _signed_in_org() -> Salesforce:
    return await caller.current.get().org()


async def _who_calls() -> Caller:
    return caller.current.get()


# Injected, and so never in the schema: what a model cannot supply it cannot get wrong.
Org = Annotated[Salesforce, Resolve(_signed_in_org)]
Calling = Annotated[Caller, Resolve(_who_calls)]
