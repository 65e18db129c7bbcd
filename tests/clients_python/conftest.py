"""The emulated org on a real socket, for clients that nobody here wrote."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from emulator_http.certificates import Certified, certified
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org


@dataclass(frozen=True)
class Served:
    """An org, its app and where it listens. The client talks to it from the test's thread, one call at a time."""

    org: Org
    app: Starlette
    url: str
    key: str


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture(scope="session")
def certificate() -> Certified:
    return certified()


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create()


@pytest.fixture
def served(seeded: Org, certificate: Certified) -> Iterator[Served]:
    org = seeded.copy()
    app = build_app(org, certificate=certificate.pem)
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.ready.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(org, app, f"http://127.0.0.1:{port}", certificate.key)
    server.should_exit = True
    thread.join(20)
