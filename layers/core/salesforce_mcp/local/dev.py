"""What `make run` starts: the product and an emulated org in one process, on two ports of this machine."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.app import build_app as build_org
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.bulk_steps import steps_of
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalJobs, LocalSecrets, SqliteStore
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.local.command import INTERRUPTED
from salesforce_mcp.local.demo_operator import set_up_operator
from salesforce_mcp.local.greeting import greeting
from salesforce_mcp.local.workflow import workflow
from salesforce_mcp.mcp_server.desk import STATE_KEY
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission, Tokens
from salesforce_mcp.policy.scopes import Scope as Right
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import exchange, password
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Services, one_by_one
from salesforce_mcp.settings import Settings

HOST = "127.0.0.1"
FOLDER = Path(".local")
DEMO_USER = "admin@demo.example"
DEMO_PASSWORD = "demo"  # noqa: S105 - everybody's password in the demo org
SECONDS_TO_FINISH = 3
_HIGH = 65_000


def serve(port: int, org_port: int) -> int:
    """Run until Ctrl-C. Client registrations outlive a restart, so that clients need not be set up anew."""
    if port == org_port:
        raise Misconfigured(f"PORT and ORG_PORT are both {port}", hint="Choose two, such as 8000 and 8001.")
    sockets = [_listen(port, "PORT"), _listen(org_port, "ORG_PORT")]
    settings = replace(
        Settings.load(os.environ),
        public_url=f"http://localhost:{port}",
        login_url=f"http://localhost:{org_port}",
        client_id=DEMO_CONSUMER_KEY,
        extra_org_hosts=(f"localhost:{org_port}",),
    )
    door = FrontDoor(settings, org_port)
    config = uvicorn.Config(
        door, log_level="warning", server_header=False, timeout_graceful_shutdown=SECONDS_TO_FINISH, lifespan="on"
    )
    try:
        _Server(config, door).run(sockets=sockets)
    except KeyboardInterrupt:  # uvicorn has ended everything in order and passes the signal on
        print()
    return 0


def _listen(port: int, variable: str) -> socket.socket:
    """Bind before anything is built, so that a busy port is said at once."""
    # The protocol is named because asyncio sets TCP_NODELAY only where it is; without it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        other = port + 10 if port < _HIGH else port - 10
        raise Misconfigured(
            f"Port {port} cannot be had: {error.strerror}",
            hint=f"Stop what runs there, or choose another: make run {variable}={other}",
        ) from None
    return listener


class FrontDoor:
    """Sends a request to the org, the MCP endpoint or the sign-in, as API Gateway's routes do."""

    def __init__(self, settings: Settings, org_port: int) -> None:
        self.settings = settings
        self._org_port = org_port
        self.services: Services
        self._org = build_org(Org.create(), callback_urls=[f"{settings.public_url}/callback"], control=True)
        self._mcp = build_app(settings, self._connect)
        self._sign_in = build_oauth_app(settings, self._connect)
        self._life = Starlette(lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._behind(scope)(scope, receive, send)
        except asyncio.CancelledError:  # the server ends, and has waited for this request
            if scope["type"] != "http":
                raise

    def _behind(self, scope: Scope) -> ASGIApp:
        if scope["type"] == "lifespan":
            return self._life
        if scope["server"][1] == self._org_port:
            return self._org
        if scope["path"].startswith("/mcp") and scope["method"] not in {"GET", "HEAD"}:
            return self._mcp
        return self._sign_in

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            site = self._org.state.site
            own = set_up_operator(self.settings, site, username=DEMO_USER, password=DEMO_PASSWORD)
            self.services = await stack.enter_async_context(_open_services(self.settings, own))
            for app in (self._mcp, self._sign_in):
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[Services]:
        yield self.services


@asynccontextmanager
async def _open_services(settings: Settings, own: Mapping[str, str]) -> AsyncIterator[Services]:
    folder = FOLDER / settings.public_url.rpartition(":")[2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _kept_key(folder / "key")
    store = SqliteStore(folder / "store.db")
    timeout = httpx.Timeout(25, connect=5)
    async with httpx.AsyncClient(timeout=timeout) as http, one_by_one(timeout=timeout) as login:
        clock, uploads = SystemClock(), FolderUploads(folder / "files")
        jobs = LocalJobs(workflow(), store=store, uploads=uploads, clock=clock)
        try:
            services = Services(
                settings=settings,
                store=store,
                cipher=LocalCipher(key),
                secrets=LocalSecrets({settings.client_secret_name: DEMO_CONSUMER_SECRET, STATE_KEY: key.hex(), **own}),
                clock=clock,
                http=http,
                login=login,
                trust=ssl.create_default_context(),
                uploads=uploads,
                jobs=jobs,
            )
            async with jobs.running(steps_of(services)):
                yield services
        finally:
            store.close()


def _kept_key(file: Path) -> bytes:
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(LocalCipher.new_key())
    return file.read_bytes()


class _Server(uvicorn.Server):
    """Says how to connect as soon as it can be connected to. Whoever presses Ctrl-C twice does not want to wait."""

    def __init__(self, config: uvicorn.Config, door: FrontDoor) -> None:
        super().__init__(config)
        self._door = door

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            token = await asyncio.wait_for(_demo_token(self._door.services), timeout=30)
            if not self.should_exit:
                print(greeting(self._door.settings, token), flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            os._exit(INTERRUPTED)  # what is stored outlives this as it outlives a crash
        super().handle_exit(sig, frame)


async def _demo_token(services: Services) -> str:
    """A bearer token for curl: the demo administrator, signed in without the pages."""
    settings = services.settings
    form = password(
        client_id=settings.client_id,
        client_secret=Secret(DEMO_CONSUMER_SECRET),
        username=DEMO_USER,
        password=Secret(DEMO_PASSWORD),
    )
    answer = await exchange(services.login, settings.login_url, form, extra_hosts=settings.extra_org_hosts)
    await Grants(services).keep(answer, org="default", login_url=settings.login_url, username=DEMO_USER)
    issued = await Tokens(services.store, services.clock).issue(
        Permission(
            subject=f"{answer.organization_id}/{answer.user_id}",
            org="default",
            client_id="curl",
            scopes=frozenset(str(right) for right in Right),
            resource=f"{settings.public_url}/mcp",
        )
    )
    return issued.access_token
