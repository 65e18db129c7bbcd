"""Refusals that are HTTP, not JSON-RPC: who must sign in, who lacks a scope, what cannot be read at all.

https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization (RFC 6750 §3, RFC 9728 §5.1)
"""

from collections.abc import Sequence

from mcp_types import INVALID_REQUEST
from starlette.responses import JSONResponse, Response

from salesforce_mcp.errors import Failure, InsufficientScope, SignInRequired
from salesforce_mcp.oauth.resources import metadata_url
from salesforce_mcp.settings import Settings


class Unsigned(SignInRequired):
    """No token came with the request: nothing is wrong yet, so the challenge names no error (RFC 6750 §3.1)."""


def refusal(settings: Settings, path: str, failure: Failure, *, scopes: Sequence[str]) -> Response:
    """401 or 403 with its challenge. `scopes` are those to ask for at a 401; at a 403 the failure names them."""
    parameters = {"resource_metadata": metadata_url(settings, path)}
    if isinstance(failure, InsufficientScope):
        parameters = {"error": "insufficient_scope", "scope": " ".join(failure.scopes), **parameters}
        return _challenged(403, parameters, failure)
    parameters = {"scope": " ".join(scopes), **parameters}
    if not isinstance(failure, Unsigned):
        parameters = {"error": "invalid_token", "error_description": _quotable(failure.message), **parameters}
    return _challenged(401, parameters, failure)


def _challenged(status: int, parameters: dict[str, str], failure: Failure) -> Response:
    challenge = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    body = {
        "error": parameters.get("error", "invalid_token"),
        "error_description": failure.message,
        **failure.as_data(),
    }
    # API Gateway may rename WWW-Authenticate; its integration maps this copy back.
    headers = {"WWW-Authenticate": challenge, "x-mcp-challenge": challenge, "Cache-Control": "no-store"}
    return JSONResponse(body, status_code=status, headers=headers)


def _quotable(text: str) -> str:
    """A quoted-string of RFC 9110 that every client's parser survives."""
    return "".join(c if " " <= c <= "~" and c not in '"\\' else " " for c in text)


def rejection(status: int, failure: Failure, *, code: int = INVALID_REQUEST) -> Response:
    """A request that cannot be served, as a JSON-RPC error without an id."""
    error = {"code": code, "message": failure.message, "data": failure.as_data()}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, status_code=status)
