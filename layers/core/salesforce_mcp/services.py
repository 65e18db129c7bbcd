"""What a request may use. Opened once per process, inside the application's lifespan, never at import."""

import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import anyio
import httpcore
import httpx

from salesforce_mcp.ports import Cipher, Clock, Jobs, Secrets, Store, Uploads
from salesforce_mcp.settings import Settings

# Host name and port in, addresses out: where a client-metadata document may be fetched from is decided on these.
Resolve = Callable[[str, int], Awaitable[list[str]]]
# Address and port in, an open connection out: the address has been checked, nothing is looked up again.
Dial = Callable[[str, int], Awaitable[httpcore.AsyncNetworkStream]]


async def resolve(host: str, port: int) -> list[str]:
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


async def dial(address: str, port: int) -> httpcore.AsyncNetworkStream:
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=5)


def one_by_one(**options: Any) -> httpx.AsyncClient:
    """A client whose every request goes out on a connection of its own, for what cannot be sent a second time.

    A connection that has been idle may be closed just as a request is on its way (RFC 9112 §9.5): the answer to a
    refresh would be lost, and with it the token. A frozen container does not even see that time went by.
    """
    return httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0), **options)


@dataclass(frozen=True)
class Services:
    settings: Settings
    store: Store
    cipher: Cipher
    secrets: Secrets
    clock: Clock
    http: httpx.AsyncClient  # for Salesforce only
    login: httpx.AsyncClient  # for its token endpoint, see one_by_one
    trust: ssl.SSLContext  # for client-metadata documents
    uploads: Uploads | None = None  # None where nothing may take longer than a request
    jobs: Jobs | None = None
    resolve: Resolve = resolve  # for client-metadata documents
    dial: Dial = dial  # the same, after the check of the address


Connect = Callable[[], AbstractAsyncContextManager[Services]]
