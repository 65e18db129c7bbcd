"""What the product needs from outside. `embedded` and `aws` each implement all of it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple, Protocol

# When the platform ends the work of this task, in epoch seconds: what cannot be finished by then is not begun.
work_ends: ContextVar[float] = ContextVar("work_ends", default=inf)


class Key(NamedTuple):
    """Where a fact lives. Facts of one partition can be listed; docs/storage.md names every partition."""

    partition: str
    sort: str = "-"


@dataclass(frozen=True)
class Item:
    """A stored fact. `version` grows by one with each write and starts at 1."""

    key: Key
    value: Mapping[str, Any]
    version: int
    expires_at: int | None = None


class Store(Protocol):
    """Small facts by key. Values are JSON objects; reads are consistent; expired facts are never returned.

    `expires_at` is in epoch seconds. A conditional write recognises its own lost acknowledgement:
    retried after it took effect, it reports success.
    """

    async def get(self, key: Key) -> Item | None: ...

    async def put(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item:
        """Write, whatever is there."""
        ...

    async def create(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        """Write only where nothing is there; None if something is."""
        ...

    async def replace(self, item: Item, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        """Write only over this version of the fact; None if it has moved on."""
        ...

    async def take(self, key: Key) -> Item | None:
        """Return the fact and delete it, atomically: what makes a code single-use."""
        ...

    async def delete(self, key: Key) -> None: ...

    async def add(self, key: Key, amount: int = 1, *, expires_at: int | None = None) -> int:
        """Add to a counter atomically and return the new count; `expires_at` counts from its first write."""
        ...

    async def list(self, partition: str) -> list[Item]:
        """Every fact of a partition, in order of its sort key."""
        ...


class Cipher(Protocol):
    """Authenticated encryption of any length. Decrypting with another context fails."""

    async def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...

    async def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """Raise ValueError when the bytes or the context are not what was encrypted."""
        ...


class Secrets(Protocol):
    """The operator's secrets, by name. During a rotation two versions are good."""

    async def get(self, name: str) -> list[str]:
        """The current version first, then the previous one if there is one. Empty when there is no such secret."""
        ...


@dataclass(frozen=True)
class UploadForm:
    """Where a browser sends a file itself, and what it has to send before it."""

    action: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class UploadParts:
    """A large file on its way: where each of its parts, so many bytes long, is to be put."""

    id: str
    size: int
    addresses: Sequence[str]


class Uploads(Protocol):
    """Files by name: what people bring, what is on its way, and the accounts of jobs.

    A bucket keeps them for seven days; a folder of one's own machine is its owner's to empty.
    """

    async def write(self, name: str, content: bytes) -> None:
        """Put the file there whole, in place of one of this name."""
        ...

    async def keep(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """As `write`, of a file that is never held whole: it is there once its last piece has come."""
        ...

    async def read(self, name: str) -> bytes:
        """The whole file; NotFound when there is none."""
        ...

    def pieces(self, name: str) -> AsyncGenerator[bytes, None]:
        """The file bit by bit, however large; NotFound when there is none."""
        ...

    async def form(self, name: str, *, back: str) -> UploadForm | None:
        """A form that puts the file there and leads `back`; None where it has to come through us."""
        ...

    async def parts(self, name: str, *, size: int, here: str) -> UploadParts:
        """Addresses to which a browser PUTs a file of this size in parts; `here` begins those that come through us."""
        ...

    async def take_part(self, name: str, parts: str, number: int, content: bytes) -> None:
        """A part that came through us; NotFound where none does."""
        ...

    async def join(self, name: str, parts: str, tags: Sequence[str]) -> None:
        """Make the file of its parts; `tags` are the ETags that their addresses answered with, in order."""
        ...

    async def names(self, prefix: str) -> list[str]:
        """The names that begin so, in order."""
        ...


class Jobs(Protocol):
    """Long work, done by the workflow of functions/bulk_job.asl.json."""

    async def start(self, name: str, state: Mapping[str, Any]) -> None:
        """Begin an execution. The same name again, for as long as it is known, begins nothing."""
        ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        import time

        return time.time()

    async def sleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)
