"""POST and PUT below /account/uploads/{upload}/parts: what the script of the upload page asks for."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from salesforce_mcp.bulk.awaited import Awaited, awaited_file, confirm
from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.oauth.account_session import account_subject
from salesforce_mcp.oauth.answers import NO_STORE, services_of
from salesforce_mcp.oauth.uploading import LARGEST, Work, path_of, require_form, require_size, uploads_of

# A part that comes through us is held in memory.
_LARGEST_PART = 10_000_000
_LARGEST_QUESTION = 1_000_000  # the tags of the parts of a file
_AGAIN = "Open the upload page again."


def _for_the_script(work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Only for who is awaited, and only from our own page; a refusal is a sentence that the page shows."""

    @wraps(work)
    async def answer(request: Request) -> Response:
        services = services_of(request)
        try:
            subject = await account_subject(services, request)
            awaited = await awaited_file(services.store, request.path_params["upload"], owner=subject or "nobody")
            require_form(services, request, request.headers.get("x-form", ""))
            return await work(request, awaited)
        except Failure as failure:
            return PlainTextResponse(failure.in_words, status_code=400, headers=NO_STORE)

    return answer


@_for_the_script
async def begin_parts(request: Request, awaited: Awaited) -> Response:
    """{"size": bytes}: where each part goes."""
    size = (await _asked(request)).get("size")
    if not isinstance(size, int) or not 0 < size <= LARGEST:
        raise InvalidInput("The file is empty or larger than 5 GB", hint="Cut it into several.")
    here = f"{path_of(awaited)}/parts"
    parts = await uploads_of(services_of(request)).parts(awaited.name, size=size, here=here)
    told = {"id": parts.id, "size": parts.size, "addresses": list(parts.addresses)}
    return JSONResponse(told, headers=NO_STORE)


@_for_the_script
async def take_part(request: Request, awaited: Awaited) -> Response:
    require_size(request, most=_LARGEST_PART)
    parts, number = request.path_params["parts"], request.path_params["number"]
    await uploads_of(services_of(request)).take_part(awaited.name, parts, number, await request.body())
    return Response(status_code=200, headers={**NO_STORE, "ETag": f'"{number}"'})


@_for_the_script
async def join_parts(request: Request, awaited: Awaited) -> Response:
    """{"id", "tags"}: every part is there."""
    asked, services = await _asked(request), services_of(request)
    parts, tags = asked.get("id"), asked.get("tags")
    if not isinstance(parts, str) or not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidInput("The parts are not named", hint=_AGAIN)
    if not 0 < len(tags) <= LARGEST // 1_000_000:
        raise InvalidInput("There are no parts", hint=_AGAIN)
    await confirm(services.store, awaited, confirmed=False, now=int(services.clock.now()))
    await uploads_of(services).join(awaited.name, parts, tags)
    return Response(status_code=204, headers=NO_STORE)


async def _asked(request: Request) -> dict[str, Any]:
    require_size(request, most=_LARGEST_QUESTION)
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise InvalidInput("This is not a JSON object", hint=_AGAIN)
    return asked
