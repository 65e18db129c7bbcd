"""/__emulator__/…: faults, reset and a look inside, for tests and demos. Never for the network."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from salesforce_emulator import outbox
from salesforce_emulator.clock import OrgClock, moment
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.routes.call import parse_json
from salesforce_emulator.routes.table import refusal
from salesforce_emulator.rules.duplicates import ACTIONS, MATCHING_RULES, DuplicateRules
from salesforce_emulator.site import site_of
from salesforce_emulator.snapshots import STARTED, Snapshots

KNOBS = (
    "clear",
    "expire_refresh_tokens",
    "expire_tokens",
    "fail_next",
    "lock_rows",
    "lose_cursors",
    "maintenance",
    "refuse_concurrent_refreshes",
    "reset_after",
    "reset_before",
    "rotate_refresh_tokens",
    "slow",
    "spend_limit",
    "truncate_next",
    "unauthorized",
)
LOOPBACK_NAMES = ("localhost", "testserver")

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(org: Org) -> list[Route]:
    """Everything below /__emulator__."""
    snapshots = Snapshots(org)
    return [
        Route("/__emulator__/clock", loopback_only(clock), methods=["GET", "POST"]),
        Route("/__emulator__/duplicates", loopback_only(set_duplicate_rules), methods=["POST"]),
        Route("/__emulator__/faults", loopback_only(set_faults), methods=["POST"]),
        Route("/__emulator__/outbox", loopback_only(sent_mail)),
        Route("/__emulator__/reset", loopback_only(reset_to(snapshots)), methods=["POST"]),
        Route("/__emulator__/snapshot", loopback_only(keep_in(snapshots)), methods=["GET", "POST"]),
        Route("/__emulator__/writes", loopback_only(write_log)),
    ]


def loopback_only(endpoint: Endpoint) -> Endpoint:
    """Both the peer and the name it used must be this machine: the second stops DNS rebinding."""

    async def guarded(request: Request) -> Response:
        peer = request.client.host if request.client else "127.0.0.1"
        if not is_loopback(peer) or not is_loopback(request.url.hostname or ""):
            answer = refusal(Refused(403, "FORBIDDEN", "The control path answers this machine only"))
            return JSONResponse(answer.body, status_code=answer.status)
        return await endpoint(request)

    return guarded


async def set_faults(request: Request) -> Response:
    """POST /__emulator__/faults {"fail_next": {"status": 503, "times": 2}}"""
    knobs = parse_json(await request.body())
    if not isinstance(knobs, dict):
        raise Refused(400, "INVALID_INPUT", "An object expected: names of faults with their arguments")
    unknown = sorted(set(knobs) - set(KNOBS))
    if unknown:
        raise Refused(400, "INVALID_INPUT", f"Unknown fault {unknown[0]!r}: choose from {', '.join(KNOBS)}")
    for name, arguments in knobs.items():
        _turn(request, name, arguments)
    return JSONResponse({"set": list(knobs)})


async def set_duplicate_rules(request: Request) -> Response:
    """POST /__emulator__/duplicates {"Account": "allow" | "report" | "alert" | "block"}"""
    rules = parse_json(await request.body())
    if not isinstance(rules, dict):
        raise Refused(400, "INVALID_INPUT", "An object expected: names of objects with the action of their rule")
    for name, action in rules.items():
        if name not in MATCHING_RULES or action not in ACTIONS:
            known = f"{', '.join(MATCHING_RULES)} with {', '.join(ACTIONS)}"
            raise Refused(400, "INVALID_INPUT", f"{name}: {action!r} is not possible: use {known}")
    site_of(request).org.duplicates.actions.update(rules)
    return JSONResponse({"set": list(rules)})


async def sent_mail(request: Request) -> Response:
    """GET /__emulator__/outbox: the e-mail that the org would have sent."""
    return JSONResponse(outbox.messages(site_of(request).org))


def keep_in(snapshots: Snapshots) -> Endpoint:
    """POST /__emulator__/snapshot {"name": "before"} keeps the state as it is now; GET names what is kept."""

    async def snapshot(request: Request) -> Response:
        if request.method == "POST":
            snapshots.take(await _name_of_snapshot(request))
        return JSONResponse({"snapshots": snapshots.names})

    return snapshot


def reset_to(snapshots: Snapshots) -> Endpoint:
    """POST /__emulator__/reset: back to how the org was when it was started, or to {"name": "before"}."""

    async def reset(request: Request) -> Response:
        site = site_of(request)
        name = await _name_of_snapshot(request) if await request.body() else STARTED
        if name not in snapshots.names:
            raise Refused(404, "NOT_FOUND", f"No snapshot {name!r}: there are {', '.join(snapshots.names)}")
        snapshots.restore(name)
        site.faults.clear()
        site.bulk.forget()
        site.org.duplicates = DuplicateRules()
        site.usage.reset()
        return Response(status_code=204)

    return reset


async def clock(request: Request) -> Response:
    """GET or POST /__emulator__/clock {"set": "2026-11-18T10:30:00Z"}; or {"advance": 3600}, {"stop": 1}, {"run": 1}"""
    org = site_of(request).org
    if request.method == "POST":
        asked = parse_json(await request.body())
        if not isinstance(org.clock, OrgClock):
            raise Refused(400, "INVALID_INPUT", "The clock of this org is not to be moved")
        if not isinstance(asked, dict) or len(asked) != 1:
            raise Refused(400, "INVALID_INPUT", "One of set, advance, stop and run expected, in an object")
        _turn_clock(org.clock, *next(iter(asked.items())))
    return JSONResponse({"now": org.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")})


def _turn_clock(clock: OrgClock, verb: str, value: Any) -> None:
    try:
        match verb:
            case "set":
                clock.set(moment(value))
            case "advance":
                clock.advance(value)
            case "stop":
                clock.stop()
            case "run":
                clock.run()
            case _:
                raise Refused(400, "INVALID_INPUT", f"Unknown {verb!r}: choose from set, advance, stop and run")
    except (OverflowError, TypeError, ValueError) as error:
        raise Refused(400, "INVALID_INPUT", f"{verb}: {error}") from error


async def _name_of_snapshot(request: Request) -> str:
    asked = parse_json(await request.body())
    name = asked.get("name") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not name:
        raise Refused(400, "INVALID_INPUT", 'The name of a snapshot expected: {"name": "before"}')
    return name


async def write_log(request: Request) -> Response:
    """GET /__emulator__/writes: every write in order, for history checkers."""
    cursor = site_of(request).org.connection.execute("SELECT * FROM _write_log ORDER BY 1")
    names = [column[0] for column in cursor.description]
    return JSONResponse([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])


def _turn(request: Request, name: str, arguments: Any) -> None:
    """`true` or [] turns a knob without arguments; a list gives them by place, an object by name."""
    knob = getattr(site_of(request).faults, name)
    try:
        if isinstance(arguments, dict):
            knob(**arguments)
        elif isinstance(arguments, list):
            knob(*arguments)
        else:
            knob()
    except TypeError as error:
        raise Refused(400, "INVALID_INPUT", f"{name}: {error}") from error


def is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
