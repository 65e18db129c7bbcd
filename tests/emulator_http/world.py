"""Names and things that the tests of the emulated org share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

BASE_URL = "https://acme.my.salesforce.com"
PASSWORD = "demo"
CALLBACK = "https://mcp.example.com/callback"
ADMIN, SALES, SUPPORT, READ_ONLY = (f"{one}@demo.example" for one in ("admin", "sales", "support", "readonly"))


@dataclass
class Clock:
    """Time that moves when a test says so."""

    time: datetime = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **span: float) -> None:
        self.time += timedelta(**span)


class Naps:
    """A sleep that remembers, and takes no time while its gate is open."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.begun.set()
        await self.gate.wait()


SignIn = Callable[[str], httpx.AsyncClient]
