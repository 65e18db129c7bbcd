"""Every secret of the test worlds can be told by its shape or was seen being handed out: here it is looked for where
none may ever be — in log lines, stored rows, pages and errors.

Watched: what the product logs and prints, every row that it writes (SQLite, and DynamoDB's requests), every answer of
its applications, and the output of the functions under AWS's runtime client.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_emulator.signin.apps import DEMO_CONSUMER_SECRET
from salesforce_mcp.embedded import SqliteStore

SALESFORCE = {
    "Salesforce access token": r"00D\w{12}!AQ[\w.]{20,}",
    "Salesforce refresh token": r"5Aep861\w{40,}",
    "Salesforce authorization code": r"aPrx\w{60}",
    "consumer secret": DEMO_CONSUMER_SECRET,
    "private key": r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----",
    "operator's key": r"a secret of the tests, long enough to be one|of a test, long enough for a key",
}
OURS = {"access token": r"sfa_[0-9a-f]{32}_[\w-]{43}", "refresh token": r"sfr_[0-9a-f]{32}_[\w-]{43}"}


def _expression(kinds: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name.translate({32: '_', 39: None})}>{shape})" for name, shape in kinds.items()))


ANYWHERE, UPSTREAM = _expression({**SALESFORCE, **OURS}), _expression(SALESFORCE)


@dataclass
class Watch:
    """What was looked at since the tests began, and what was found since the last look."""

    looked: dict[str, int] = field(default_factory=lambda: {"logs": 0, "rows": 0, "answers": 0})
    found: list[str] = field(default_factory=list)
    handed_out: set[str] = field(default_factory=set)  # cookies and codes, which have no shape of their own

    def look(self, where: str, text: str, what: str, *, shapes: re.Pattern[str] = ANYWHERE) -> None:
        self.looked[where] += len(text)
        for match in shapes.finditer(text):
            self.found.append(f"{match.lastgroup} in {where}: {what}")
        if any(value in text for value in self.handed_out):
            self.found.append(f"cookie or code in {where}: {what}")

    def hand_out(self, headers: list[tuple[str, str]]) -> None:
        """Remember what this answer gives to one browser or client alone."""
        for name, value in headers:
            if name == "set-cookie":
                self.handed_out |= {morsel.value for morsel in SimpleCookie(value).values() if len(morsel.value) > 30}
            elif name == "location":
                self.handed_out |= {code for code in parse_qs(urlsplit(value).query).get("code", []) if len(code) == 43}

    def take(self) -> list[str]:
        found, self.found = self.found, []
        self.handed_out.clear()
        return found


watch = Watch()


def _distant(verb: Callable[..., Awaitable[Any]]) -> Any:
    async def call(self: Any, *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0)
        return await verb(self, *arguments, **options)

    return call


class WatchedStore(SqliteStore):
    """Others come in between any two of its calls, as over a network."""

    get, put, create = _distant(SqliteStore.get), _distant(SqliteStore.put), _distant(SqliteStore.create)
    replace, take, add = _distant(SqliteStore.replace), _distant(SqliteStore.take), _distant(SqliteStore.add)

    def _write(self, key: Any, value: Any, *, version: int, expires_at: int | None) -> Any:
        watch.look("rows", f"{key} {value}", key.partition.partition("#")[0])
        return super()._write(key, value, version=version, expires_at=expires_at)


def watched(app: ASGIApp) -> ASGIApp:
    """An application of ours whose every answer is looked at. What `/token` is for is the one exception."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        head: list[tuple[str, str]] = []
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                head[:] = [
                    (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]
                ]
            body.extend(message.get("body", b""))
            await send(message)

        await app(scope, receive, keep)
        if scope["type"] != "http":
            return
        shown = [f"{name}: {value}" for name, value in head if name not in {"set-cookie", "location"}]
        shapes = UPSTREAM if scope["path"] == "/token" else ANYWHERE
        what = f"{scope['method']} {scope['path']}"
        watch.look("answers", "\n".join([*shown, body.decode(errors="replace")]), what, shapes=shapes)
        watch.look("answers", "\n".join(value for name, value in head if name == "location"), what)
        watch.hand_out(head)

    return answer


class LogWatch(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        watch.look("logs", self.format(record), record.name)


@contextmanager
def watched_logs() -> Iterator[None]:
    """What the product logs, and the SDK below it, as an operator sees it."""
    handler = LogWatch()
    product, sdk = [logging.getLogger(name) for name in ("salesforce_mcp", "salesforce-mcp")], logging.getLogger("mcp")
    before = [one.level for one in product]
    for one in (*product, sdk):
        one.addHandler(handler)
    for one in product:
        one.setLevel(logging.INFO)
    yield
    for one, level in zip(product, before, strict=True):
        one.setLevel(level)
    for one in (*product, sdk):
        one.removeHandler(handler)
