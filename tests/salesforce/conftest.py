"""An org on the wire, that answers what it is told to: for what only the wire shows."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential, by_password
from salesforce_mcp.salesforce.describe_cache import DescribeCache
from salesforce_mcp.salesforce.retry import Patience
from salesforce_mcp.salesforce.session import Secret, Session

TOKEN = "00D000000000001!AQcanary.token"
ORG_URL = "http://localhost:8001"
EXTRA_HOSTS = ("localhost:8001",)
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
    """A TCP server: each request takes the next answer, raw bytes; empty bytes hang up without a word, and None
    keeps silent until the other side hangs up."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answers: deque[bytes | None] = field(default_factory=deque)

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

    def will_keep_silent(self) -> None:
        self.answers.append(None)

    def will_say(self, raw: bytes, *, times: int = 1) -> None:
        self.answers.extend([raw] * times)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.seen.append(await _request(reader))
            answer = self.answers.popleft() if self.answers else b"HTTP/1.1 599 Not scripted\r\n\r\n"
            if answer is None:
                await reader.read()
            writer.write(answer or b"")
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

    def connected(
        url: str, *, api_version: str = "68.0", credential: Any = None, over: Any = None, patience: Any = None
    ) -> Salesforce:
        session = Session(url, Secret(TOKEN), USER, ORGANIZATION)
        return Salesforce(
            over or http,
            credential or FixedCredential(session),
            api_version=api_version,
            describes=DescribeCache(clock),
            patience=patience or Patience(clock=clock, random=lambda: 1.0),
        )

    return connected


class OrgClock:
    """The emulated org's time, which stands still."""

    def __call__(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def seeded() -> Org:
    return Org.create(clock=OrgClock())


@pytest.fixture
def org(seeded: Org) -> Iterator[Org]:
    with closing(seeded.copy(clock=OrgClock())) as org:
        yield org


@pytest.fixture
def faults() -> Faults:
    return Faults(broken_connection=lambda: httpx.ReadError("reset"))


@pytest.fixture(scope="session")
def keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@pytest.fixture
def app(org: Org, faults: Faults, keys: list[rsa.RSAPrivateKey]) -> Starlette:
    return build_app(org, faults=faults, certificate=_certificate(keys[0]))


@pytest.fixture
async def to_org(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to the emulated org, in process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield client


@pytest.fixture
def signed_in(to_org: httpx.AsyncClient, clock: ManualClock) -> Callable[..., Salesforce]:
    """A client that signs in as a demo user when it is first used."""

    def client(username: str = "admin@demo.example", *, api_version: str = "68.0") -> Salesforce:
        credential = by_password(
            to_org,
            ORG_URL,
            client_id=DEMO_CONSUMER_KEY,
            client_secret=Secret(DEMO_CONSUMER_SECRET),
            username=username,
            secret=Secret("demo"),
            extra_hosts=EXTRA_HOSTS,
        )
        patience = Patience(clock=clock, random=lambda: 1.0)
        return Salesforce(
            to_org, credential, api_version=api_version, describes=DescribeCache(clock), patience=patience
        )

    return client


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "salesforce-mcp")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()
