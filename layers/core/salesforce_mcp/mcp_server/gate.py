"""What a request has to pass before the MCP server sees it: a list of checks, in this order."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from mcp_types import PARSE_ERROR
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_mcp.errors import Failure, InsufficientScope, InvalidInput, NotFound, SignInRequired
from salesforce_mcp.mcp_server.challenge import Unsigned, refusal, rejection
from salesforce_mcp.mcp_server.desk import Desk
from salesforce_mcp.mcp_server.view import scopes_of, view
from salesforce_mcp.oauth.resources import Resource, resource_at
from salesforce_mcp.oauth.tokens import Access
from salesforce_mcp.policy.audit import Audit
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.scopes import implied, missing
from salesforce_mcp.settings import Settings
from salesforce_mcp.tools.catalogue import CATALOGUE

# Salesforce takes no larger JSON either, and API Gateway no more than 10 MB.
LARGEST_BODY = 4 * 1024 * 1024
CALLER = "salesforce_mcp.caller"


class _Stopped(Exception):  # noqa: N818 - it carries an answer
    def __init__(self, response: Response) -> None:
        self.response = response


@dataclass(frozen=True)
class _Visit:
    """What is known of a request once its address was understood."""

    request: Request
    resource: Resource
    tools: frozenset[str]

    @property
    def path(self) -> str:
        return str(self.request.scope["path"])


class Gate:
    """`find_desk` gives what was opened in the application's lifespan."""

    def __init__(self, app: ASGIApp, *, settings: Settings, find_desk: Callable[[], Desk], audit: Audit) -> None:
        self._app = app
        self._settings = settings
        self._desk = find_desk
        self._audit = audit
        self._transport = TransportSecurityMiddleware(transport_security(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Spaces around a value are no part of it (RFC 9110 §5.5), but not every server takes them off.
        scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        request = Request(scope, receive)
        try:
            visit = await self._understood(request)
            access = await self._signed_in(visit)
            body = await _body(request)
            self._permitted(visit, access, _called_tool(_message(body)))
            caller = await self._introduced(visit, access)
        except _Stopped as stopped:
            await stopped.response(scope, receive, send)
            return
        except ClientDisconnect:
            return
        scope[CALLER] = caller
        answer = _Answer(self, visit, caller, scope, receive, send)
        async with self._desk().grants.renewed_ahead(access):
            await self._app(scope, _replaying(body, receive), answer.send)

    async def _understood(self, request: Request) -> _Visit:
        """The host and the origin are ours, the path is one of the MCP endpoint, its toolsets exist."""
        if response := await self._transport.validate_request(request, is_post=True):
            raise _Stopped(response)
        resource = resource_at(self._settings, request.url.path)
        if resource is None:
            unknown = NotFound(
                "There is no MCP endpoint at this path",
                hint=f"The endpoint is {self._settings.public_url}/mcp[/o/{{org}}][/x/{{toolset,…}}[/readonly]].",
            )
            raise _Stopped(rejection(404, unknown))
        try:
            return _Visit(request, resource, view(self._settings, resource, request.headers))
        except InvalidInput as failure:
            raise _Stopped(rejection(404, failure)) from None

    async def _signed_in(self, visit: _Visit) -> Access:
        """The token is one of ours, alive, and was issued for this resource (RFC 8707)."""
        scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self.refused(visit, Unsigned("Sign in to use this server", hint="Start the OAuth flow."))
        access = await self._desk().tokens.verify(token.strip())
        if access is None:
            raise self.refused(visit, SignInRequired("The access token is expired, revoked or not ours"))
        if access.resource != visit.resource.audience:
            raise self.refused(visit, SignInRequired("The access token was issued for another resource"))
        return access

    def _permitted(self, visit: _Visit, access: Access, tool: str | None) -> None:
        """The token's scopes cover the tool that is called: a client can ask for more only after an HTTP 403."""
        if tool is None or tool not in visit.tools:
            return  # the MCP server says that it is not offered
        needed, held = CATALOGUE[tool].scopes, implied(access.scopes)
        if missing(needed, held):
            failure = InsufficientScope(f"{tool} needs more rights", scopes=sorted({*needed, *held}))
            self._audit.refused(access, tool, failure)
            raise self.refused(visit, failure)

    async def _introduced(self, visit: _Visit, access: Access) -> Caller:
        """The Salesforce grant behind the token is alive; a dead one must be an HTTP 401."""
        visit.request.scope["user"] = AuthenticatedUser(
            AccessToken(
                token="",
                client_id=access.client_id,
                scopes=sorted(access.scopes),
                resource=access.resource,
                subject=access.subject,
                claims={"iss": self._settings.issuer},
            )
        )
        try:
            return await self._desk().caller(access, visit.tools)
        except SignInRequired as failure:
            raise self.refused(visit, failure) from failure

    def refused(self, visit: _Visit, failure: Failure) -> _Stopped:
        scopes = scopes_of(visit.tools)
        return _Stopped(refusal(self._settings, visit.path, failure, scopes=scopes))


class _Answer:
    """The answer on its way out. A grant that died during the call, or a scope that only the call could show to be
    missing, turns it into the 401 or 403 that it has to be: nothing has been sent by then."""

    def __init__(self, gate: Gate, visit: _Visit, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._visit, self._caller = gate, visit, caller
        self._scope, self._receive, self._send = scope, receive, send
        self._replaced = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._caller.refused:
            self._replaced = True
            stopped = self._gate.refused(self._visit, _with_held(self._caller.refused[0], self._caller))
            await stopped.response(self._scope, self._receive, self._send)
        elif not self._replaced:
            await self._send(message)


def _with_held(failure: Failure, caller: Caller) -> Failure:
    """All scopes at once: a client that asks for the new ones only would lose those it has."""
    if not isinstance(failure, InsufficientScope):
        return failure
    return InsufficientScope(failure.message, scopes=sorted({*failure.scopes, *caller.scopes}), hint=failure.hint)


def transport_security(settings: Settings) -> TransportSecuritySettings:
    """Only our own host, and browsers only from our own origin and those the operator allows."""
    host = settings.public_url.partition("://")[2]
    return TransportSecuritySettings(
        allowed_hosts=[host], allowed_origins=[settings.public_url, *settings.allowed_origins]
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _Stopped(
                rejection(
                    413,
                    InvalidInput(
                        f"The request is larger than {LARGEST_BODY // 1024 // 1024} MB",
                        code="REQUEST_TOO_LARGE",
                        hint="Send less at once: fewer records, or files through an upload.",
                    ),
                )
            )
    return bytes(body)


def _message(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        failure = InvalidInput("The request is not JSON", code="INVALID_JSON", hint="Send one JSON-RPC 2.0 message.")
        raise _Stopped(rejection(400, failure, code=PARSE_ERROR)) from None


def _called_tool(message: Any) -> str | None:
    if not isinstance(message, dict) or message.get("method") != "tools/call":
        return None
    parameters = message.get("params")
    name = parameters.get("name") if isinstance(parameters, dict) else None
    return name if isinstance(name, str) else None


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
