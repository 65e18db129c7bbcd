"""An org on the wire, that answers what it is told to: for what only the wire shows."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential
from salesforce_mcp.salesforce.describe_cache import DescribeCache
from salesforce_mcp.salesforce.retry import Patience
from salesforce_mcp.salesforce.session import Secret, Session

TOKEN = "00D000000000001!AQcanary.token"
ORGANIZATION, USER = "00D000000000001AAA", "005000000000001AAA"


class ManualClock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@dataclass(frozen=True)
class Seen:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WireOrg:
    """A TCP server: each request takes the next answer, raw bytes; empty bytes hang up without a word."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answers: deque[bytes] = field(default_factory=deque)

    def will_answer(self, status: int, body: Any = None, *, times: int = 1, **headers: str) -> None:
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(content)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in named.items()]
        self.will_say("\r\n".join([*lines, "", ""]).encode() + content, times=times)

    def will_refuse(self, status: int, code: str, message: str = "words", *, times: int = 1, **headers: str) -> None:
        self.will_answer(status, [{"errorCode": code, "message": message}], times=times, **headers)

    def will_hang_up(self, *, times: int = 1) -> None:
        self.will_say(b"", times=times)

    def will_say(self, raw: bytes, *, times: int = 1) -> None:
        self.answers.extend([raw] * times)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.seen.append(await _request(reader))
            writer.write(self.answers.popleft() if self.answers else b"HTTP/1.1 599 Not scripted\r\n\r\n")
            await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Seen(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def _serving() -> AsyncIterator[WireOrg]:
    org = WireOrg()
    server = await asyncio.start_server(org.serve, "127.0.0.1", 0, limit=1_000_000)
    org.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield org
    server.close()
    await server.wait_closed()


@pytest.fixture
async def wire() -> AsyncIterator[WireOrg]:
    async with _serving() as org:
        yield org


@pytest.fixture
async def elsewhere() -> AsyncIterator[WireOrg]:
    """A second server, that no token may reach."""
    async with _serving() as org:
        yield org


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


Connect = Callable[..., Salesforce]


@pytest.fixture
def connect(http: httpx.AsyncClient, clock: ManualClock) -> Connect:
    """A client of the org at a URL; jitter is at its longest, so that pauses can be compared."""

    def connected(url: str, *, api_version: str = "68.0", credential: Any = None, over: Any = None) -> Salesforce:
        session = Session(url, Secret(TOKEN), USER, ORGANIZATION)
        return Salesforce(
            over or http,
            credential or FixedCredential(session),
            api_version=api_version,
            describes=DescribeCache(clock),
            patience=Patience(clock=clock, random=lambda: 1.0),
        )

    return connected
