"""Fetching a document whose address a stranger chose: resolve, check, connect to what was checked."""

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from salesforce_mcp.oauth.addresses import is_public
from salesforce_mcp.services import Dial, Resolve, Services

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"/[A-Za-z0-9/._~!$&'()*+;=:@%-]+")
_CLIMBING = re.compile(r"/\.{1,2}(?:/|$)|%(?:2e|2f|5c|25|00|0a|0d)", re.IGNORECASE)
_SHORTEST_LIFE, _LONGEST_LIFE, _USUAL_LIFE = 60, 86400, 3600
DOCUMENT_BYTES = 5 * 1024
KEYS_BYTES = 32 * 1024
DEADLINE_SECONDS = 10.0


class FetchError(Exception):
    """Why a document could not be had; said to whoever named it."""


@dataclass(frozen=True)
class Fetched:
    value: dict[str, Any]
    lifetime: int  # seconds it may be cached


def is_fetchable(url: str) -> bool:
    """https on its usual port, a DNS name, a path without dots that climb; nothing a parser could read in two ways."""
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is not closed, a letter that normalizes to a slash
        return False
    return (
        len(url) <= 500
        and url == f"https://{parts.netloc}{parts.path}"
        and _HOST.fullmatch(parts.netloc) is not None
        and _PATH.fullmatch(parts.path) is not None
        and not _CLIMBING.search(parts.path)
    )


async def fetch_json(
    services: Services, url: str, *, most_bytes: int = DOCUMENT_BYTES, seconds: float = DEADLINE_SECONDS
) -> Fetched:
    """The JSON object at `url`, never from a private address, a redirect or beyond the limits."""
    if not is_fetchable(url):
        raise FetchError("the address is not a plain https URL with a public host name and a path")
    guarded = _CheckedNetwork(services.resolve, services.dial)
    try:
        async with (
            asyncio.timeout(seconds),
            httpcore.AsyncConnectionPool(ssl_context=services.trust, network_backend=guarded, retries=0) as pool,
            pool.stream("GET", url, headers=_headers(url)) as response,
        ):
            _require_plain_json(response)
            body = await _read(response, most_bytes)
    except TimeoutError:
        raise FetchError(f"it did not arrive within {seconds:g} seconds") from None
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise FetchError(f"the host could not be reached ({type(error).__name__})") from None
    return Fetched(_parse(body), _lifetime(response.headers))


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Looks a name up once, refuses if any of its addresses is not public, connects to one that was checked."""

    def __init__(self, resolve: Resolve, dial: Dial) -> None:
        self._resolve = resolve
        self._dial = dial

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        # All of them: a name with one private address among public ones is an attempt at rebinding.
        if not addresses or not all(is_public(address) for address in addresses):
            raise FetchError("the host has no address, or one that is not public")
        # IPv4 first: a Lambda function has no way out over IPv6.
        return await self._dial(min(addresses, key=lambda address: ":" in address), port)


def _headers(url: str) -> list[tuple[bytes | str, bytes | str]]:
    return [
        ("Host", urlsplit(url).netloc),
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),
        ("User-Agent", "salesforce-mcp"),
    ]


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def _require_plain_json(response: httpcore.Response) -> None:
    if response.status != 200:
        raise FetchError(f"the host answered {response.status}; redirects are not followed")
    media_type = _header(response.headers, b"content-type").partition(";")[0].strip().lower()
    if media_type != "application/json" and not re.fullmatch(r"application/[a-z0-9.-]+\+json", media_type):
        raise FetchError("the host's answer is not application/json")
    if _header(response.headers, b"content-encoding").lower() not in {"", "identity"}:
        raise FetchError("the host's answer is compressed, which was not asked for")


async def _read(response: httpcore.Response, most_bytes: int) -> bytes:
    body = b""
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > most_bytes:
            raise FetchError(f"it is larger than {most_bytes} bytes")
    return body


def _parse(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()  # half a character could not be kept
    except (ValueError, RecursionError):
        raise FetchError("it is not JSON") from None
    if not isinstance(value, dict):
        raise FetchError("it is not a JSON object")
    return value


def _lifetime(headers: Iterable[tuple[bytes, bytes]]) -> int:
    found = re.search(r"(?:^|[\s,])max-age=(\d{1,9})", _header(headers, b"cache-control").lower())
    return max(_SHORTEST_LIFE, min(_LONGEST_LIFE, int(found[1]) if found else _USUAL_LIFE))
