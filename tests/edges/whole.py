"""Sign-in and MCP endpoint over one store, in front of an emulated org: what is deployed, in one process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from canaries import watched
from oauth.application import ISSUER, Application
from oauth.deployment import SALES, SECRETS, SETTINGS, Deployment, deployed
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.org import Org
from salesforce_mcp.embedded import LocalSecrets
from salesforce_mcp.ports import Clock
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

ALL_SECRETS = {**SECRETS, "request-state-key": "a secret of the tests, long enough to be one"}
JSON = {"Accept": "application/json, text/event-stream"}


def door(mcp: ASGIApp, sign_in: ASGIApp) -> ASGIApp:
    """Which function a request reaches, as template.yaml's routes say."""

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        behind = mcp if scope["path"].startswith("/mcp") and scope["method"] != "GET" else sign_in
        await behind(scope, receive, send)

    return choose


@dataclass
class Whole:
    deployment: Deployment
    mcp: Starlette
    app: ASGIApp
    http: httpx.AsyncClient
    _serial: list[int] = field(default_factory=lambda: [0])

    @property
    def services(self) -> Services:
        return self.deployment.services

    async def token(self, username: str = SALES, level: str = "read") -> str:
        """A person's access token, by way of all pages."""
        _, answer = await self.deployment.connect(username=username, level=level)
        return str(answer["access_token"])

    async def post(self, token: str, message: Any, path: str = "/mcp", **headers: str) -> httpx.Response:
        signed = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.post(path, json=message, headers={**JSON, **signed, **headers})

    async def call(self, token: str, tool: str, /, path: str = "/mcp", **arguments: Any) -> httpx.Response:
        self._serial[0] += 1
        params = {"name": tool, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": self._serial[0], "method": "tools/call", "params": params}
        return await self.post(token, message, path)

    async def result(self, token: str, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """The structured content of a call, whether it succeeded or not."""
        answer = await self.call(token, tool, **arguments)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()["result"]["structuredContent"]
        return content

    def sent_to_the_org(self, path: str = "") -> list[httpx.Request]:
        return [request for request in self.deployment.salesforce.requests if path in request.url.path]


@asynccontextmanager
async def opened(org: Org, clock: Clock, *, settings: Settings = SETTINGS, **changes: Any) -> AsyncIterator[Whole]:
    changes = {"secrets": LocalSecrets(ALL_SECRETS), **changes}
    async with deployed(org, clock, settings=settings, **changes) as deployment:

        @asynccontextmanager
        async def connect() -> AsyncIterator[Services]:
            yield deployment.services

        mcp = build_app(settings, connect)
        app = door(mcp, deployment.app)
        transport = httpx.ASGITransport(watched(app))
        async with (
            mcp.router.lifespan_context(mcp),
            httpx.AsyncClient(transport=transport, base_url=settings.public_url) as http,
        ):
            yield Whole(deployment, mcp, app, http)


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The failure in an answer of the endpoint, wherever it stands."""
    body = json.loads(answer.text)
    found: dict[str, Any] = body.get("error") or body.get("result", {}).get("structuredContent", {})
    return found


__all__ = ["ISSUER", "JSON", "Application", "Whole", "door", "opened", "problem"]
