"""The boundary of the authorization server: what a check raises becomes JSON for clients, a page for people."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_mcp.errors import Failure, Misconfigured, Unavailable
from salesforce_mcp.oauth.errors import OAuthError, described
from salesforce_mcp.oauth.pages import error_page
from salesforce_mcp.services import Services

Endpoint = Callable[[Request], Awaitable[Response]]
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "WWW-Authenticate, Mcp-Session-Id, Retry-After",
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Session-Id, "
    "Mcp-Method, Mcp-Name, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
}


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def answers_clients(endpoint: Endpoint) -> Endpoint:
    """Failures as RFC 6749 §5.2 JSON; readable by scripts of any origin, since no cookie counts here."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            asked = request.headers.get("access-control-request-method", "GET")
            return Response(status_code=204, headers={**_PREFLIGHT, "Access-Control-Allow-Methods": _plain(asked)})
        try:
            response = await endpoint(request)
        except Failure as failure:
            response = _as_json(failure, with_basic="authorization" in request.headers)
        response.headers.update(_CORS)
        return response

    return answer


def answers_people(endpoint: Endpoint) -> Endpoint:
    """Failures as a page of our own; never readable by another origin, never in a frame."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Failure as failure:
            response = error_page(failure, status=_status(failure))
            response.headers.update(_retry_after(failure))
            return response

    return answer


def _as_json(failure: Failure, *, with_basic: bool) -> JSONResponse:
    status = _status(failure)
    headers = {**NO_STORE, **_retry_after(failure)}
    if status == 401 and with_basic:
        # RFC 6749 §5.2; API Gateway may rename it, and its integration maps the copy back.
        headers |= dict.fromkeys(("WWW-Authenticate", "x-mcp-challenge"), 'Basic realm="token"')
    code = failure.code if isinstance(failure, OAuthError) else "temporarily_unavailable"
    return JSONResponse({"error": code, "error_description": described(failure)}, status_code=status, headers=headers)


def _retry_after(failure: Failure) -> dict[str, str]:
    seconds = failure.retry_after if isinstance(failure, OAuthError) else 0
    return {"Retry-After": str(seconds)} if seconds else {}


def _status(failure: Failure) -> int:
    if isinstance(failure, OAuthError):
        return failure.status
    return 503 if isinstance(failure, Unavailable | Misconfigured) else 400


def _plain(method: str) -> str:
    return method if method in {"GET", "POST"} else "GET"
