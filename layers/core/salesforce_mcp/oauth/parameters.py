"""Reading requests: every parameter once, nothing unbounded."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from salesforce_mcp.oauth.errors import OAuthError

_LARGEST_BODY = 64 * 1024
_MOST_FIELDS = 50
# None of these can hold a comma; with one, API Gateway has joined two values of a repeated parameter.
_NEVER_WITH_COMMA = ("client_id", "redirect_uri", "response_type", "code_challenge", "code_challenge_method")


def read_query(request: Request) -> dict[str, str]:
    # The raw query: Starlette's mapping keeps the last of two equal names and says nothing.
    return _one_value_each(_pairs(request.scope["query_string"]))


async def read_form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "the body must be application/x-www-form-urlencoded")
    return _one_value_each(_pairs(await _read_body(request)))


async def read_json(request: Request) -> dict[str, Any]:
    body = await _read_body(request)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise OAuthError("invalid_client_metadata", "the body must be a JSON object") from None
    if not isinstance(value, dict):
        raise OAuthError("invalid_client_metadata", "the body must be a JSON object")
    return value


async def _read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise OAuthError("invalid_request", f"the body is larger than {_LARGEST_BODY} bytes", status=413)
    return body


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:  # not ASCII, not UTF-8 once decoded, or too many fields
        raise OAuthError("invalid_request", "the parameters are not form-urlencoded UTF-8, or too many") from None


def _one_value_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Unknown parameters are ignored, repeated ones are not (RFC 6749 §3.1); empty ones count as absent."""
    values: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen or (name in _NEVER_WITH_COMMA and "," in value):
            raise OAuthError("invalid_request", f"the parameter {_plain(name)} is given more than once")
        seen.add(name)
        if value:
            values[name] = value
    return values


def _plain(name: str) -> str:
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "(unnamed)"
