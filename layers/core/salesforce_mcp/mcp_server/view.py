"""Which tools a request is offered: the operator's choice, narrowed by the URL, narrowed by headers."""

from collections.abc import Mapping

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.oauth.resources import Resource
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.settings import Settings
from salesforce_mcp.tools.catalogue import CATALOGUE, TOOLSETS, offered, unknown_toolsets


def view(settings: Settings, resource: Resource, headers: Mapping[str, str]) -> frozenset[str]:
    """The names of the tools on offer. A header can only take away."""
    named = _list(headers.get("x-mcp-toolsets"))
    for names in (resource.toolsets, named):
        _require_known(names)
    read_only = settings.read_only or resource.read_only or _is_true(headers.get("x-mcp-readonly"))
    at_url = offered(frozenset(resource.toolsets) or None, read_only=read_only)
    allowed = at_url & offered(frozenset(settings.toolsets))
    return allowed & offered(frozenset(named)) if named else allowed


def scopes_of(tools: frozenset[str]) -> tuple[Scope, ...]:
    """What a client has to ask for to use these tools; administration is asked for when it is needed."""
    wanted = {scope for name in tools for scope in CATALOGUE[name].scopes} - {Scope.ADMIN}
    # A reading token is the least that is of any use.
    return tuple(scope for scope in Scope if scope in wanted | {Scope.READ})


def _require_known(names: tuple[str, ...]) -> None:
    if unknown := unknown_toolsets(names):
        raise InvalidInput(
            f"There is no toolset {unknown[0][:80]!r}",
            code="UNKNOWN_TOOLSET",
            hint=f"The toolsets are {', '.join(TOOLSETS)}, and all.",
        )


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in (text or "").split(",") if part.strip())


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in {"true", "1", "yes"}
