"""Everything that is up while `make aws-local` runs: emulated AWS, stack, HTTP API, emulated org."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
import uvicorn
from aws_local.front import Front
from aws_local.ministack import CREDENTIALS, Ministack, ministack
from aws_local.stack import BUILT, Stack, create
from starlette.types import ASGIApp

from salesforce_emulator.app import build_app as build_org
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET


@dataclass(frozen=True)
class World:
    aws: Ministack
    stack: Stack
    org: Org
    site: Any
    url: str
    org_url: str


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs this."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def local_world(
    folder: Path, *, built: Path = BUILT, port: int = 0, org_port: int = 0, wait_scale: float = 1.0
) -> AsyncIterator[World]:
    """Ports of 0 are any that are free."""
    front_socket, org_socket = listen(port), listen(org_port)
    url, org_url = (f"http://localhost:{one.getsockname()[1]}" for one in (front_socket, org_socket))
    org = Org.create()
    with ministack(folder, wait_scale=wait_scale) as aws:
        environment = {
            **{name: value for name, value in CREDENTIALS.items() if name.endswith("REGION")},
            "PUBLIC_URL": url,
            "SALESFORCE_LOGIN_URL": org_url,
            "SALESFORCE_EXTRA_HOSTS": org_url.removeprefix("http://"),
            "SALESFORCE_CLIENT_ID": DEMO_CONSUMER_KEY,
        }
        stack = await anyio.to_thread.run_sync(create, aws, environment, built)
        stack.put_secret("salesforce-client-secret", DEMO_CONSUMER_SECRET)
        emulated = build_org(org, callback_urls=[f"{url}/callback"], control=True)
        async with served(emulated, org_socket), served(Front(stack), front_socket):
            yield World(aws, stack, org, emulated.state.site, url, org_url)


@asynccontextmanager
async def served(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    # Idle connections are the functions' to keep.
    config = uvicorn.Config(app, log_level="warning", timeout_keep_alive=60, timeout_graceful_shutdown=1)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listener.close()


def listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only where it is; without it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise SystemExit(
            f"Port {port} cannot be had: {error.strerror}. Choose others by PORT= and ORG_PORT=."
        ) from None
    listener.listen()
    return listener
