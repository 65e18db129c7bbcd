"""HTTP requests to Salesforce, built by hand.

httpx's shared client would add the cookies of its last answers to the next request, and that may be another user's.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from salesforce_mcp.errors import InvalidInput

_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "salesforce-mcp"}


def request(
    method: str,
    url: str,
    *,
    seconds: float,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Request:
    timeout = httpx.Timeout(seconds, connect=min(seconds, 5.0))
    try:
        return httpx.Request(
            method,
            url,
            json=json,
            data=form,
            content=content,
            headers={**_HEADERS, **(headers or {})},
            extensions={"timeout": timeout.as_dict()},
        )
    except httpx.InvalidURL as error:
        raise InvalidInput("A name or a key is too long for an address", hint="Send a shorter one.") from error
    except ValueError as error:  # half a character (a lone surrogate), or a number that JSON lacks
        raise InvalidInput(
            "A value cannot be written as JSON", hint="Send valid Unicode and finite numbers."
        ) from error


def xml_request(url: str, content: bytes, *, seconds: float) -> httpx.Request:
    """A SOAP call. Its session is in the envelope, and so no header carries it."""
    timeout = httpx.Timeout(seconds, connect=min(seconds, 5.0))
    headers = {**_HEADERS, "Accept": "text/xml", "Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
    return httpx.Request("POST", url, content=content, headers=headers, extensions={"timeout": timeout.as_dict()})


def errors_of(response: httpx.Response) -> list[dict[str, Any]]:
    """The entries of Salesforce's error envelope; none where the body is something else."""
    return errors_in(body_of(response))


def errors_in(body: Any) -> list[dict[str, Any]]:
    entries = body if isinstance(body, list) else [body]
    if isinstance(body, dict) and isinstance(body.get("results"), list):  # a tree lists errors by record
        entries = [
            error for result in body["results"] if isinstance(result, dict) for error in result.get("errors") or []
        ]
    return [entry for entry in entries if isinstance(entry, dict) and _code(entry)]


def codes_of(response: httpx.Response) -> set[str]:
    return {_code(entry) for entry in errors_of(response)}


def body_of(response: httpx.Response) -> Any:
    """The JSON of an answer; None where it is not JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _code(entry: Mapping[str, Any]) -> str:
    # Collections and trees write statusCode where single records write errorCode.
    code = entry.get("errorCode") or entry.get("statusCode") or ""
    return code if isinstance(code, str) else ""
