"""The Python SDK's client with a person behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2
from clients.product import free_port
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

Person = Callable[[str, str], Awaitable[str]]
"""Takes the address to sign in at and the callback; returns the callback's address as the browser reached it."""


@dataclass
class Keychain:
    """Where the client keeps what it was given."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


@asynccontextmanager
async def signed_in(url: str, *, mode: str, person: Person, keychain: Keychain | None = None) -> AsyncIterator[Client]:
    """A connected client; where the server asks for a sign-in, the person does it."""
    addresses: list[str] = []
    callback = f"http://localhost:{free_port()}/callback"

    async def open_browser(address: str) -> None:
        addresses.append(address)

    async def wait_for_callback() -> AuthorizationCodeResult:
        reached = await person(addresses.pop(), callback)
        answer = {name: values[0] for name, values in parse_qs(urlsplit(reached).query).items()}
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))

    oauth = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(client_name="Python SDK", redirect_uris=[callback]),
        storage=keychain or Keychain(),
        redirect_handler=open_browser,
        callback_handler=wait_for_callback,
    )
    async with (
        httpx2.AsyncClient(auth=oauth, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client
