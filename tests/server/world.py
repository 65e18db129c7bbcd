"""The whole MCP endpoint above an emulated org, in one process: real client, real server, real wire formats."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import httpx2
from canaries import WatchedStore, watched
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from no_network import TRUST, resolve
from starlette.applications import Starlette

from salesforce_emulator.app import build_app as build_org
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_mcp.bulk_steps import steps_of
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalJobs, LocalSecrets
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Issued, Permission, Tokens
from salesforce_mcp.ports import Clock
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import TokenAnswer
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

ORIGIN = "https://mcp.example.com"
ORG_URL = "https://acme.my.salesforce.com"
ADMIN, SALES, SUPPORT, READ_ONLY = (f"{one}@demo.example" for one in ("admin", "sales", "support", "readonly"))
EVERYTHING = ("sf.read", "sf.write", "sf.delete", "sf.bulk", "sf.admin")
WORKFLOW = Path(__file__).parents[2] / "functions" / "bulk_job.asl.json"
MODERN, LEGACY = "2026-07-28", "legacy"


@dataclass(frozen=True)
class World:
    org: Org
    site: Any
    app: Starlette
    services: Services
    salesforce_requests: list[str]

    @property
    def faults(self) -> Faults:
        faults: Faults = self.site.faults
        return faults

    async def sign_in(
        self, username: str = ADMIN, *, scopes: Iterable[str] = EVERYTHING, client_id: str = "test-client"
    ) -> Issued:
        """As after consent and callback: a grant for the user, and tokens for a client."""
        user_id = self.site.user_id(username)
        answer = TokenAnswer(
            access_token=Secret(self.site.sessions.start(user_id).token),
            refresh_token=None,
            instance_url=ORG_URL,
            organization_id=self.org.organization_id,
            user_id=user_id,
        )
        await Grants(self.services).keep(answer, org="default", login_url="https://login.salesforce.com")
        permission = Permission(
            subject=f"{self.org.organization_id}/{user_id}",
            org="default",
            client_id=client_id,
            scopes=frozenset(scopes),
            resource=f"{ORIGIN}/mcp",
        )
        return await Tokens(self.services.store, self.services.clock).issue(permission)

    def http(self, token: str = "", *, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """Raw HTTP to the endpoint."""
        signed = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(watched(self.app)), base_url=ORIGIN, headers={**signed, **(headers or {})}
        )

    @asynccontextmanager
    async def client(
        self,
        username: str = ADMIN,
        *,
        scopes: Iterable[str] = EVERYTHING,
        mode: str = MODERN,
        path: str = "/mcp",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> AsyncIterator[Client]:
        """The SDK's client, signed in as this user."""
        token = (await self.sign_in(username, scopes=scopes)).access_token
        async with (
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(watched(self.app)),
                headers={"Authorization": f"Bearer {token}", **(headers or {})},
            ) as http,
            Client(streamable_http_client(ORIGIN + path, http_client=http), mode=mode, **options) as client,
        ):
            yield client

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What is stored in the org, past everything that is tested."""
        return self.org.connection.execute(statement, parameters).fetchall()

    def writes(self) -> int:
        """How often anything was written to the org."""
        return int(self.rows("SELECT count(*) FROM _write_log")[0][0])


class Wire(httpx.ASGITransport):
    """A connection that the org resets breaks as one over TCP does."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except OSError as error:
            raise httpx.ReadError(str(error), request=request) from error


@asynccontextmanager
async def world_of(org: Org, *, clock: Clock, folder: Path | None = None, **settings: Any) -> AsyncIterator[World]:
    """With a folder for files, long work is done too."""
    chosen = Settings(public_url=ORIGIN, **settings)
    salesforce = build_org(org, instance_url=ORG_URL)
    requests: list[str] = []

    async def note(request: httpx.Request) -> None:
        requests.append(f"{request.method} {request.url.path}")

    async with httpx.AsyncClient(transport=Wire(salesforce), event_hooks={"request": [note]}) as http:
        services = Services(
            settings=chosen,
            store=WatchedStore(clock=clock),
            cipher=LocalCipher(bytes(32)),
            secrets=LocalSecrets({"request-state-key": "a secret of the tests, long enough to be one"}),
            clock=clock,
            http=http,
            login=http,
            resolve=resolve,
            trust=TRUST,
        )
        async with _at_work(services, folder) as services:
            app = build_app(chosen, lambda: given(services))
            async with app.router.lifespan_context(app):
                yield World(org, salesforce.state.site, app, services, requests)


@asynccontextmanager
async def _at_work(services: Services, folder: Path | None) -> AsyncIterator[Services]:
    if folder is None:
        yield services
        return
    uploads = FolderUploads(folder)
    jobs = LocalJobs(json.loads(WORKFLOW.read_text()), store=services.store, uploads=uploads, clock=services.clock)
    services = replace(services, uploads=uploads, jobs=jobs)
    async with jobs.running(steps_of(services)):
        yield services


def given(services: Services) -> AbstractAsyncContextManager[Services]:
    @asynccontextmanager
    async def give() -> AsyncIterator[Services]:
        yield services

    return give()


def call(method: str, params: Mapping[str, Any] | None = None, *, identifier: int = 1) -> dict[str, Any]:
    """A JSON-RPC request of the handshake era."""
    return {"jsonrpc": "2.0", "id": identifier, "method": method, "params": dict(params or {})}


def tool_call(name: str, **arguments: Any) -> dict[str, Any]:
    return call("tools/call", {"name": name, "arguments": arguments})


JSON = {"Accept": "application/json, text/event-stream"}
