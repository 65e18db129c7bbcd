"""What composite and batch share: a request inside a request, answered by the same table."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers, QueryParams

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Call
from salesforce_emulator.routes.versions import supported

PREFIX = "/services/data/"
METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")
MOST = 25
MOST_COSTLY = 5


def subrequest(
    call: Call, *, method: Any, url: Any, body: Any = None, headers: Mapping[str, Any] | None = None
) -> Call:
    """The call that a sub-request stands for."""
    if not isinstance(url, str) or str(method).upper() not in METHODS:
        raise Refused(400, "INVALID_INPUT", "Each subrequest needs a method and a url")
    path, _, query = url.partition("?")
    segments = tuple(unquote(one) for one in path.removeprefix(PREFIX).split("/") if one)
    if not path.startswith((PREFIX, "v")) or not segments:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    version = supported(segments[0])
    return replace(
        call,
        method=str(method).upper(),
        version=version,
        path=segments[1:],
        query=QueryParams(query),
        headers=Headers({str(name): str(value) for name, value in (headers or {}).items()}),
        content=b"" if body is None else json.dumps(body).encode(),
        names={},
    )


@contextmanager
def obeyed(call: Call) -> Iterator[None]:
    """What the headers of a subrequest say holds for it alone; where they are silent, those of the request do."""
    with ExitStack() as said:
        if header := call.headers.get("sforce-auto-assign"):
            said.enter_context(call.org.assignment.told(header))
        if header := call.headers.get("sforce-duplicate-rule-header"):
            said.enter_context(call.org.duplicates.told(header, version=call.version))
        yield


def requests_in(document: Any, name: str) -> list[dict[str, Any]]:
    """The list of sub-requests, within its bounds."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise Refused(400, "JSON_PARSER_ERROR", f"{name} must be a list of subrequests at [line:1, column:2]")
    if len(found) > MOST:
        raise Refused(400, "LIMIT_EXCEEDED", f"The request has {len(found)} subrequests: at most {MOST} are allowed")
    return found


def is_costly(call: Call) -> bool:
    """Queries and collections, of which a composite may hold five."""
    first = [one.lower() for one in call.path[:2]]
    return first[:1] in (["query"], ["queryall"]) or first == ["composite", "sobjects"]


def refuse_nesting(call: Call) -> None:
    first = [one.lower() for one in call.path[:2]]
    if first[:1] == ["composite"] and first != ["composite", "sobjects"]:
        raise Refused(400, "INVALID_INPUT", "A composite request cannot be a subrequest of another")
