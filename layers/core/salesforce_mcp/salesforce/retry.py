"""What is sent again, and what is not: one table.

A read may always be sent again. A write by id or external id ends in the same state when it is sent twice.
A create, a composite or a batch that was sent twice is done twice: it is repeated only where Salesforce
certainly did nothing, and otherwise the honest answer is OutcomeUnknown.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from secrets import SystemRandom

import httpx

from salesforce_mcp.errors import Failure, OutcomeUnknown, Unavailable
from salesforce_mcp.ports import Clock, SystemClock, work_ends
from salesforce_mcp.salesforce.failures import failure_of
from salesforce_mcp.salesforce.pressure import Pressure
from salesforce_mcp.salesforce.refusals import SELECTIVE
from salesforce_mcp.salesforce.wire import body_of, codes_of

Send = Callable[[float], Awaitable[httpx.Response]]


class Kind(Enum):
    """What a request does to the org."""

    READ = 0
    WRITE = 1  # PATCH and DELETE by id or external id
    CREATE = 2  # POST that makes records, composite, batch


class Signal(Enum):
    """How a request ended."""

    ANSWERED = auto()  # an answer to be read: success, or a refusal that stays one
    NOT_SENT = auto()  # no connection: name, TCP, TLS
    LOST = auto()  # sent, and the answer never came whole
    CUT = auto()  # a success whose JSON is cut or is a web page
    REDIRECTED = auto()  # never followed: the token would go along
    THROTTLED = auto()  # 429
    EDGE = auto()  # 406 and 420 of Salesforce's edge
    MAINTENANCE = auto()  # 503 that says it: nothing was done
    GATEWAY = auto()  # 502, 503, 504 that say nothing
    SERVER_ERROR = auto()  # 500 UNKNOWN_EXCEPTION
    ROW_LOCKED = auto()  # UNABLE_TO_LOCK_ROW: rolled back


class Then(Enum):
    AGAIN = auto()  # until the attempts or the time are used up
    ONCE = auto()  # one more time
    STOP = auto()
    UNKNOWN = auto()  # stop: nobody can say whether it was done


AGAIN, ONCE, STOP, UNKNOWN = Then.AGAIN, Then.ONCE, Then.STOP, Then.UNKNOWN

# fmt: off
TABLE: dict[Signal, tuple[Then, Then, Then]] = {
    #                    READ    WRITE    CREATE
    Signal.ANSWERED:     (STOP,  STOP,    STOP),
    Signal.NOT_SENT:     (AGAIN, AGAIN,   AGAIN),
    Signal.LOST:         (AGAIN, AGAIN,   UNKNOWN),
    Signal.CUT:          (AGAIN, UNKNOWN, UNKNOWN),
    Signal.REDIRECTED:   (AGAIN, AGAIN,   UNKNOWN),
    Signal.THROTTLED:    (AGAIN, AGAIN,   AGAIN),
    Signal.EDGE:         (AGAIN, AGAIN,   UNKNOWN),
    Signal.MAINTENANCE:  (AGAIN, AGAIN,   AGAIN),
    Signal.GATEWAY:      (AGAIN, AGAIN,   UNKNOWN),
    Signal.SERVER_ERROR: (ONCE,  UNKNOWN, UNKNOWN),
    Signal.ROW_LOCKED:   (AGAIN, AGAIN,   AGAIN),
}
# fmt: on

# After these a write may have been done although nobody heard of it.
_MAYBE_DONE = {Signal.LOST, Signal.CUT, Signal.REDIRECTED, Signal.EDGE, Signal.GATEWAY, Signal.SERVER_ERROR}
# What an answer still takes on its way out when the org's has not come.
_TO_SAY_SO = 2.0


@dataclass(frozen=True)
class Patience:
    """How long and how often: at most `attempts` within `seconds`, with full jitter between them."""

    clock: Clock = field(default_factory=SystemClock)
    random: Callable[[], float] = SystemRandom().random
    attempts: int = 3
    seconds: float = 25.0
    first_pause: float = 0.5
    longest_pause: float = 8.0
    pressure: Pressure = field(default_factory=Pressure)

    def pause(self, attempt: int) -> float:
        return self.random() * min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))


@dataclass(frozen=True)
class _Ending:
    signal: Signal
    response: httpx.Response | None = None
    error: httpx.TransportError | httpx.DecodingError | None = None


async def answer_to(send: Send, kind: Kind, patience: Patience) -> httpx.Response:
    """Send until there is an answer to be read, or raise why there is none. `send` takes the seconds it has."""
    deadline = min(patience.clock.now() + patience.seconds, work_ends.get() - _TO_SAY_SO)
    maybe_done = False
    patience.pressure.first()
    for attempt in range(1, patience.attempts + 1):
        ending = await _ended(send, deadline - patience.clock.now())
        if ending.signal is Signal.ANSWERED and ending.response is not None:
            patience.pressure.heard(ending.response)
            return _deleted_before(ending.response) if maybe_done else ending.response
        maybe_done = maybe_done or (kind is not Kind.READ and ending.signal in _MAYBE_DONE)
        pause = _asked_pause(ending.response) or patience.pause(attempt)
        if not _again(ending.signal, kind, attempt=attempt, patience=patience):
            break
        if patience.clock.now() + pause >= deadline or not patience.pressure.may_repeat():
            break
        await patience.clock.sleep(pause)
    raise _explained(ending, maybe_done=maybe_done)


def _again(signal: Signal, kind: Kind, *, attempt: int, patience: Patience) -> bool:
    then = TABLE[signal][kind.value]
    return attempt < patience.attempts and (then is AGAIN or (then is ONCE and attempt == 1))


async def _ended(send: Send, seconds: float) -> _Ending:
    try:
        response = await send(max(seconds, 0.1))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        return _Ending(Signal.NOT_SENT, error=error)
    except (httpx.TransportError, httpx.DecodingError) as error:
        return _Ending(Signal.LOST, error=error)
    return _Ending(signal_of(response), response=response)


def signal_of(response: httpx.Response) -> Signal:
    status = response.status_code
    if status < 300:
        return Signal.ANSWERED if _is_whole(response) else Signal.CUT
    if status in (300, 304):
        return Signal.ANSWERED
    if status < 400:
        return Signal.REDIRECTED
    if status == 429:
        return Signal.THROTTLED
    if status in (406, 420):
        return Signal.EDGE
    if status == 503 and _says_maintenance(response):
        return Signal.MAINTENANCE
    if status in (502, 503, 504):
        return Signal.GATEWAY
    if status == 500:
        return Signal.SERVER_ERROR
    return Signal.ROW_LOCKED if "UNABLE_TO_LOCK_ROW" in codes_of(response) else Signal.ANSWERED


def _is_whole(response: httpx.Response) -> bool:
    return response.status_code == 204 or body_of(response) is not None


def _says_maintenance(response: httpx.Response) -> bool:
    return "SERVER_UNAVAILABLE" in codes_of(response) or "maintenance" in response.text.lower()


def _asked_pause(response: httpx.Response | None) -> float | None:
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else None


def _deleted_before(response: httpx.Response) -> httpx.Response:
    """A delete that is sent again finds nothing: its first sending did it."""
    if response.request.method == "DELETE" and response.status_code == 404:
        return httpx.Response(204, request=response.request)
    return response


def _explained(ending: _Ending, *, maybe_done: bool) -> Failure:
    why = failure_of(ending.response) if ending.response is not None else _unreachable(ending)
    if not maybe_done:
        return why
    return OutcomeUnknown(
        "The request was sent, but it cannot be told whether Salesforce has done it",
        hint="Look for the record with executeQuery before trying again, so that nothing is done twice.",
        details={"cause": {"code": why.code, "message": why.message}},
    )


def _unreachable(ending: _Ending) -> Failure:
    if isinstance(ending.error, httpx.ReadTimeout):
        return Unavailable("Salesforce did not answer in time", code="TIMEOUT", hint=f"For a query: {SELECTIVE}")
    code = "NETWORK" if ending.signal is Signal.NOT_SENT else "NO_ANSWER"
    return Unavailable(
        f"Salesforce could not be reached ({type(ending.error).__name__})",
        code=code,
        hint="Try again in a minute. If it stays so, see https://status.salesforce.com or ask the administrator.",
    )
