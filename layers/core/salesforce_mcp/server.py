"""The MCP endpoint as an ASGI application, and the same tools on a pipe. No AWS, no Lambda."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.request_state import RequestStateSecurity
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.mcp_server.desk import Desk, StateKeys
from salesforce_mcp.mcp_server.gate import CALLER, LARGEST_BODY, Gate, transport_security
from salesforce_mcp.mcp_server.tool_server import ToolServer
from salesforce_mcp.oauth.orgs import require_sound_orgs
from salesforce_mcp.policy.audit import Audit
from salesforce_mcp.policy.caller import Caller, Workplace
from salesforce_mcp.policy.cursors import Cursors
from salesforce_mcp.policy.plans import Plans
from salesforce_mcp.policy.scopes import Scope, implied
from salesforce_mcp.ports import Store, SystemClock
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.session import Credential
from salesforce_mcp.services import Connect
from salesforce_mcp.settings import Settings
from salesforce_mcp.tools.catalogue import TOOLSETS, offered, unknown_toolsets

_PATHS = [
    f"/mcp{org}{toolsets}" for org in ("", "/o/{org}") for toolsets in ("", "/x/{toolsets}", "/x/{toolsets}/readonly")
]
# What browser clients send and read (MCP Inspector among them).
_REQUEST_HEADERS = [
    "Authorization",
    "Content-Type",
    "Accept",
    "MCP-Protocol-Version",
    "Mcp-Session-Id",
    "Mcp-Method",
    "Mcp-Name",
    "Last-Event-ID",
    "X-MCP-Toolsets",
    "X-MCP-Readonly",
]
_RESPONSE_HEADERS = ["WWW-Authenticate", "Mcp-Session-Id", "Retry-After"]


def build_app(
    settings: Settings,
    connect: Connect,
    *,
    server_class: type[ToolServer] = ToolServer,
    json_response: bool = True,
    prepared: bool = False,
    audit_log: logging.Logger | None = None,
) -> Starlette:
    """POST /mcp and its toolset paths. Nothing is opened before the lifespan begins.

    `server_class` answers what the gate lets in: a subclass of ours has tools, resources and prompts beside ours.
    `prepared` makes every tool at once, for a snapshot; otherwise each is made when it is first needed.
    """
    _require_toolsets(settings)
    require_sound_orgs(settings)
    keys = StateKeys()
    desks: list[Desk] = []
    audit = Audit(audit_log or logging.getLogger("salesforce_mcp.audit"))
    server = server_class(
        find_caller=lambda request: request.scope[CALLER],
        request_state=RequestStateSecurity(codec=keys),
        audit=audit,
    )
    if prepared:
        server.prepare()
    server.streamable_http_app(
        json_response=json_response,
        stateless_http=True,
        max_request_body_size=LARGEST_BODY,
        transport_security=transport_security(settings),
    )  # made for its session manager: a route of ours, for POST only, takes the place of its own
    endpoint = Gate(
        AuthContextMiddleware(StreamableHTTPASGIApp(server.session_manager)),
        settings=settings,
        find_desk=lambda: desks[-1],
        audit=audit,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with connect() as services, server.session_manager.run():
            app.state.services = services
            desks.append(await Desk.open(services, keys))
            yield

    return Starlette(
        routes=[Route(path + slash, endpoint, methods=["POST"]) for path in _PATHS for slash in ("", "/")],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=[settings.public_url, *settings.allowed_origins],
                allow_methods=["POST"],
                allow_headers=_REQUEST_HEADERS,
                expose_headers=_RESPONSE_HEADERS,
            )
        ],
        lifespan=lifespan,
    )


def build_stdio_server(
    settings: Settings,
    credential: Credential,
    http: httpx.AsyncClient,
    *,
    store: Store,
    workplace: Workplace | None = None,
    audit_log: logging.Logger | None = None,
) -> ToolServer:
    """The same tools for a client that starts us as its own process; whoever starts it has all of its user's rights."""
    _require_toolsets(settings)
    clock = SystemClock()
    org = Salesforce(http, credential, api_version=settings.api_version)
    secret = os.urandom(32).hex()  # one process, one client: nobody else has to understand what it seals
    keys = StateKeys()
    keys.load([secret])
    caller = Caller(
        subject="local",
        client_id="stdio",
        scopes=implied(Scope),
        tools=offered(frozenset(settings.toolsets), read_only=settings.read_only),
        org=_always(org),
        admit=_unbounded,
        cursors=Cursors([secret]),
        plans=Plans(store, clock),
        clock=clock,
        result_tokens=settings.result_tokens,
        allow_apex=settings.allow_apex,
        refused=[],
        workplace=workplace,
    )
    audit = Audit(audit_log or logging.getLogger("salesforce_mcp.audit"))
    return ToolServer(find_caller=lambda _: caller, request_state=RequestStateSecurity(codec=keys), audit=audit)


def _require_toolsets(settings: Settings) -> None:
    if unknown := unknown_toolsets(settings.toolsets):
        raise Misconfigured(f"TOOLSETS names {unknown[0]!r}; the toolsets are {', '.join(TOOLSETS)}, or all")


async def _unbounded(_needed: Scope) -> None:
    """Whoever starts this process may end it too."""


def _always(value: Any) -> Any:
    async def give() -> Any:
        return value

    return give
