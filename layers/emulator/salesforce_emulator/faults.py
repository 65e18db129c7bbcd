"""What goes wrong on purpose: knobs for tests, demos and the control path."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_emulator.errors import Refused
from salesforce_emulator.limits import Usage
from salesforce_emulator.signin.sessions import Sessions

MAINTENANCE = (
    "<html><head><title>Maintenance</title></head><body><h1>We are down for maintenance.</h1>"
    "<p>Sorry for the inconvenience. We'll be back shortly.</p></body></html>"
)
ALWAYS = -1

Play = Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]


def connection_reset() -> Exception:
    return ConnectionResetError("the emulated org closed the connection on purpose")


@dataclass
class Fault:
    """One thing that goes wrong, for as many matching requests as `times` says (ALWAYS: until cleared)."""

    play: Play
    times: int
    matching: str

    def fits(self, request: str) -> bool:
        return self.times != 0 and self.matching in request


class Faults:
    """`matching` is a piece of "METHOD /path?query"; without it a fault hits the next request of any kind."""

    def __init__(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        broken_connection: Callable[[], Exception] = connection_reset,
    ) -> None:
        self._sleep = sleep
        self._broken_connection = broken_connection
        self.clear()

    def clear(self) -> None:
        """Let everything work again."""
        self._queue: list[Fault] = []
        self._locked_rows = self._free_rows = 0
        self._slowness: list[tuple[float, str]] = []
        self._refreshing: set[str] = set()
        self.refresh_tokens_rotate = False
        self.concurrent_refreshes_refused = False
        self.refresh_seconds = 0.0

    def attach(self, sessions: Sessions, usage: Usage) -> None:
        """Called once, by build_app: what these knobs act on."""
        self._sessions = sessions
        self._usage = usage

    def fail_next(
        self, status: int, times: int = 1, *, matching: str = "", code: str = "UNKNOWN_EXCEPTION", message: str = ""
    ) -> None:
        """Answer with Salesforce's error envelope; nothing is done."""
        text = message or "An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (1)"
        body = json.dumps([{"message": text, "errorCode": code}]).encode()
        self._add(_answering(status, body, "application/json;charset=UTF-8"), times, matching)

    def unauthorized(self, times: int = 1, *, matching: str = "/services/data") -> None:
        self.fail_next(401, times, matching=matching, code="INVALID_SESSION_ID", message="Session expired or invalid")

    def refuse_sign_ins(self, error: str, description: str = "", times: int = 1) -> None:
        """The token endpoint says no, as to an address outside the org's ranges or a user who signs in too often."""
        body = json.dumps({"error": error, "error_description": description}).encode()
        self._add(_answering(400, body, "application/json;charset=UTF-8"), times, "/services/oauth2/token")

    def maintenance(self, times: int = 1, *, matching: str = "") -> None:
        """503 with a page of HTML, as during an upgrade."""
        self._add(_answering(503, MAINTENANCE.encode(), "text/html;charset=UTF-8"), times, matching)

    def truncate_next(self, times: int = 1, *, matching: str = "") -> None:
        """Do what was asked, but cut the answer in half."""
        self._add(_truncating, times, matching)

    def reset_before(self, times: int = 1, *, matching: str = "") -> None:
        """Close the connection before anything is done."""
        self._add(self._reset(done=False), times, matching)

    def reset_after(self, times: int = 1, *, matching: str = "") -> None:
        """Do what was asked, then close the connection without an answer."""
        self._add(self._reset(done=True), times, matching)

    def lose_cursors(self, times: int = 1) -> None:
        """The next pages of a query are refused."""
        self.fail_next(400, times, matching="/query/01g", code="INVALID_QUERY_LOCATOR", message="invalid query locator")

    def lock_rows(self, times: int = 1, *, after: int = 0) -> None:
        """So many record writes, wherever they come from, find their row locked; those `after` it still do not."""
        self._locked_rows = times
        self._free_rows = after

    def slow(self, seconds: float, *, matching: str = "") -> None:
        """Every matching request waits before it is worked on."""
        self._slowness.append((seconds, matching))

    def expire_tokens(self) -> None:
        """End every access token now."""
        self._sessions.expire_all()

    def expire_refresh_tokens(self) -> None:
        self._sessions.expire_refresh_tokens()

    def rotate_refresh_tokens(self, on: bool) -> None:
        self.refresh_tokens_rotate = on

    def refuse_concurrent_refreshes(self, on: bool, *, seconds: float = 0.0) -> None:
        """While one refresh of a token is worked on for so many seconds, the others are refused."""
        self.concurrent_refreshes_refused = on
        self.refresh_seconds = seconds

    def spend_limit(self) -> None:
        """Use up the day's API requests."""
        self._usage.used = self._usage.maximum

    def check_lock(self, record_id: str) -> None:
        if self._locked_rows == 0:
            return
        if self._free_rows:
            self._free_rows -= 1
            return
        self._locked_rows -= 1
        raise Refused(
            400,
            "UNABLE_TO_LOCK_ROW",
            f"unable to obtain exclusive access to this record or 1 records: {record_id}",
        )

    def begin_refresh(self, token: str) -> bool:
        """False when the same token is being refreshed at this moment and that is to be refused."""
        if self.concurrent_refreshes_refused and token in self._refreshing:
            return False
        self._refreshing.add(token)
        return True

    def end_refresh(self, token: str) -> None:
        self._refreshing.discard(token)

    async def refresh_takes_time(self) -> None:
        if self.concurrent_refreshes_refused:
            await self._sleep(self.refresh_seconds)

    async def delay(self, request: str) -> None:
        for seconds, matching in self._slowness:
            if matching in request:
                await self._sleep(seconds)

    def take(self, request: str) -> Play | None:
        """The fault that this request meets, if any; it is used up by that."""
        fault = next((one for one in self._queue if one.fits(request)), None)
        if fault is None:
            return None
        if fault.times != ALWAYS:
            fault.times -= 1
        return fault.play

    def _add(self, play: Play, times: int, matching: str) -> None:
        self._queue.append(Fault(play, times, matching))

    def _reset(self, *, done: bool) -> Play:
        async def play(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            if done:
                await app(scope, receive, _nowhere)
            # A server closes the socket when an answer that promised content ends in an exception.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            raise self._broken_connection()

        return play


async def _nowhere(message: Message) -> None:
    """Take an answer that nobody will get."""


def _answering(status: int, body: bytes, content_type: str) -> Play:
    async def play(_app: ASGIApp, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return play


async def _truncating(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    body = b"".join(one.get("body", b"") for one in messages[1:])
    half = body[: len(body) // 2]
    start = messages[0]
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*kept, (b"content-length", str(len(half)).encode())]})
    await send({"type": "http.response.body", "body": half})
