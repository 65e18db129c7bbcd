"""/__emulator__/…: faults, reset and a look inside, for tests and demos. Never for the network."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_emulator import outbox
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.routes.call import parse_json
from salesforce_emulator.routes.table import refusal
from salesforce_emulator.rules.duplicates import ACTIONS, MATCHING_RULES, DuplicateRules
from salesforce_emulator.site import site_of

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
    """POST /__emulator__/duplicates {"Account": "report" | "alert" | "block"}"""
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


def reset_to(snapshot: Org) -> Endpoint:
    """POST /__emulator__/reset: back to how the org was when it was started."""

    async def reset(request: Request) -> Response:
        site = site_of(request)
        snapshot.connection.backup(site.org.connection)
        site.faults.clear()
        site.bulk.forget()
        site.org.duplicates = DuplicateRules()
        site.usage.reset()
        return Response(status_code=204)

    return reset


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
