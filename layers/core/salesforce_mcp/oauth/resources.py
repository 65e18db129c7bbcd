"""The paths of the MCP endpoint and the audience behind each: /mcp[/o/{org}][/x/{toolset,…}[/readonly]]."""

import re
from dataclasses import dataclass

from salesforce_mcp.oauth.orgs import org_named
from salesforce_mcp.settings import Settings

_PATH = re.compile(
    r"/mcp(?:/o/(?P<org>[a-z0-9][a-z0-9-]{0,39}))?(?:/x/(?P<toolsets>[a-z0-9_,-]{1,200})(?P<readonly>/readonly)?)?/?"
)


@dataclass(frozen=True)
class Resource:
    """`audience` is what tokens are bound to: toolset paths share that of their org's base URL."""

    org: str
    toolsets: tuple[str, ...]
    read_only: bool
    audience: str
    url: str  # this very path, as protected-resource metadata names it


def resource_at(settings: Settings, path: str) -> Resource | None:
    """What a request path stands for; None when it is no path of the MCP endpoint."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    alias = found["org"]
    if alias == "default" or org_named(settings, alias or "default") is None:
        return None  # one org, one audience: the default org has no second address
    toolsets = tuple(name for name in (found["toolsets"] or "").split(",") if name)
    return Resource(
        org=alias or "default",
        toolsets=toolsets,
        read_only=bool(found["readonly"]),
        audience=audience_of(settings, alias or "default"),
        url=settings.public_url + path.rstrip("/"),
    )


def audience_of(settings: Settings, alias: str) -> str:
    """The base URL of an org."""
    return f"{settings.public_url}/mcp" + ("" if alias == "default" else f"/o/{alias}")


def resource_named(settings: Settings, uri: str) -> Resource | None:
    """The resource a client asks a token for (RFC 8707); scheme and host may be in capitals."""
    origin = settings.public_url
    if uri[: len(origin)].lower() != origin.lower():
        return None
    return resource_at(settings, uri[len(origin) :])


def metadata_url(settings: Settings, path: str) -> str:
    """Where the metadata of the resource at this path is (RFC 9728 §3.1)."""
    return f"{settings.public_url}/.well-known/oauth-protected-resource{path.rstrip('/')}"
