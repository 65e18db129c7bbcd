"""/services/data/…: check the request, find out who calls, hand it to the table, render the answer."""

import gzip
import zlib
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from salesforce_emulator.access import Caller
from salesforce_emulator.api_versions import NEWEST
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.routes.rendering import render
from salesforce_emulator.routes.table import attempt, refusal
from salesforce_emulator.routes.versions import DEPRECATED, supported
from salesforce_emulator.site import Site, site_of

MAX_URI = 16_384
MAX_BODY = 50 * 2**20
READABLE = ("application/json", "multipart/form-data", "text/csv", "application/octet-stream")


async def data(request: Request) -> Response:
    """Every request below /services/data."""
    site = site_of(request)
    try:
        call = await _call(site, request)
    except Refused as refused:
        return render(refusal(refused), request.headers)
    headers = request.headers
    with (
        site.org.duplicates.told(headers.get("sforce-duplicate-rule-header", ""), version=call.version),
        site.org.assignment.told(headers.get("sforce-auto-assign", "")),
    ):
        answer = attempt(call)
    response = render(answer, request.headers)
    response.headers["Sforce-Limit-Info"] = site.usage.header
    if call.number in DEPRECATED:
        response.headers["Warning"] = (
            f'299 - "This API version is deprecated and will be retired in Summer \'28: use v{NEWEST}.0"'
        )
    return response


async def _call(site: Site, request: Request) -> Call:
    uri = _uri(request)
    if len(uri) > MAX_URI:
        raise Refused(414, "URI_TOO_LONG", f"The URI is longer than {MAX_URI} bytes")
    segments = tuple(unquote(one) for one in uri.partition("?")[0].split("/") if one)[2:]
    version = supported(segments[0] if segments else "")
    caller = authenticate(site, request)
    site.usage.count()
    content = await _content(request)
    if content:
        _check_media_type(request)
    return Call(
        site=site,
        caller=caller,
        method=_method(request),
        version=version,
        path=segments[1:],
        query=request.query_params,
        headers=request.headers,
        content=content,
        base_url=site.base_url(request),
    )


def authenticate(site: Site, request: Request) -> Caller:
    """The user behind the access token: `Bearer`, or the older `OAuth`."""
    given = request.headers.get("authorization")
    if given is None:
        raise Refused(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
    scheme, _, token = given.partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        raise Refused(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
    session = site.sessions.find(token.strip())
    if session is None:
        raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
    if not session.allows("api"):
        raise Refused(403, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
    return site.org.caller(session.user_id)


def _uri(request: Request) -> str:
    """The path as it came, so that an encoded slash in an external id stays one segment."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (raw.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def _method(request: Request) -> str:
    """POST ?_HttpMethod=PATCH serves clients that cannot send PATCH."""
    if request.method == "POST" and "_HttpMethod" in request.query_params:
        return request.query_params["_HttpMethod"].upper()
    return request.method


async def _content(request: Request) -> bytes:
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_BODY:
                raise Refused(413, "REQUEST_ENTITY_TOO_LARGE", f"The request is larger than {MAX_BODY} bytes")
            pieces.append(piece)
    except ClientDisconnect as error:
        raise Refused(400, "UNKNOWN_EXCEPTION", "The client went away before its request was complete") from error
    return _decoded(b"".join(pieces), request.headers.get("content-encoding", "").lower())


def _decoded(content: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return content
    if encoding not in {"gzip", "deflate"}:
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"The content encoding {encoding!r} is not supported")
    # Bit 32 lets zlib recognise both headers; the length bound stops a decompression bomb.
    engine = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
    try:
        plain = engine.decompress(content, MAX_BODY)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Refused(400, "UNKNOWN_EXCEPTION", f"The body is not valid {encoding}") from error
    if engine.unconsumed_tail:
        raise Refused(413, "REQUEST_ENTITY_TOO_LARGE", f"The request is larger than {MAX_BODY} bytes")
    if not engine.eof:
        raise Refused(400, "UNKNOWN_EXCEPTION", f"The body is not valid {encoding}")
    return plain


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type not in READABLE and request.method in {"POST", "PATCH", "PUT"}:
        raise Refused(
            415, "UNSUPPORTED_MEDIA_TYPE", f"The content type {media_type!r} is not supported: use application/json"
        )


async def other_service(request: Request) -> Response:
    """/services/apexrest, /services/async …: known to the platform, not built here."""
    name = "/".join(request.url.path.split("/")[:4])
    return render(refusal(NotEmulated(name)), request.headers)


async def render_refused(request: Request, refused: Exception) -> Response:
    """The exception handler for what is refused outside of the data resources."""
    assert isinstance(refused, Refused)  # noqa: S101 - Starlette's signature is wider than ours
    return render(refusal(refused), request.headers)


async def render_not_found(request: Request, _error: Exception) -> Response:
    return render(refusal(Refused(404, "NOT_FOUND", NOT_FOUND)), request.headers)


async def render_wrong_verb(request: Request, error: Exception) -> Response:
    allowed = getattr(error, "headers", {}).get("Allow", "").replace(" ", "")
    message = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
    return render(refusal(Refused(405, "METHOD_NOT_ALLOWED", message)), request.headers)


async def render_unexpected(request: Request, _error: Exception) -> Response:
    """A defect of the emulator, in the envelope that clients can read."""
    message = "An unexpected error occurred. Please include this ErrorId if you contact support: 0-0 (0)"
    return render(Answer(500, [{"message": message, "errorCode": "UNKNOWN_EXCEPTION"}]), request.headers)
