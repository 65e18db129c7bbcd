"""The emulated org behind a real socket, for processes. It counts the connections made to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org


@dataclass
class LoopbackOrg:
    url: str = ""
    org: Org | None = None
    site: Any = None
    requests: list[str] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def watching(self, app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            self.requests.append(f"{scope['method']} {scope['path']}")
            self.connections.add(tuple(scope["client"]))
            await app(scope, receive, send)

        return watched


@contextmanager
def org_on_loopback(*callback_urls: str) -> Iterator[LoopbackOrg]:
    running = LoopbackOrg(org=Org.create())
    emulated = build_app(running.org, callback_urls=callback_urls)
    running.site = emulated.state.site
    app = running.watching(emulated)
    # Idle connections are the product's to keep: the org must not be the one that closes them.
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_keep_alive=60)
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    running.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        running.org.connection.close()
