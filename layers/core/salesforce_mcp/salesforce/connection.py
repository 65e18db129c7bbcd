"""How a request travels: segments become an address, the token goes on, a lost one is sent again where that is safe,
the API version is agreed with the org, and a refusal is raised as what it is."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from salesforce_mcp.errors import InvalidInput, Unavailable
from salesforce_mcp.salesforce.bearer import Bearer
from salesforce_mcp.salesforce.composite import Subrequest, composite_answers, composite_body
from salesforce_mcp.salesforce.failures import failure_from, failure_of
from salesforce_mcp.salesforce.paths import segment
from salesforce_mcp.salesforce.retry import Kind, Patience, answer_to
from salesforce_mcp.salesforce.session import Credential, Session
from salesforce_mcp.salesforce.usage import Usage
from salesforce_mcp.salesforce.versions import REFUSED, ApiVersions
from salesforce_mcp.salesforce.wire import body_of, codes_of, request

# Salesforce refuses URIs over 16,384 bytes with 414; some are left for what proxies add.
LONGEST_URI = 16_000
_TRANSFER_SECONDS = 600.0


@dataclass(frozen=True)
class Call:
    """One request, before it is known where the org lives and which version it speaks."""

    kind: Kind
    method: str
    path: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[str], Any] | None = None  # of the version, which composite requests repeat inside
    headers: Mapping[str, str] = field(default_factory=dict)
    versioned: bool = True
    answers: frozenset[int] = frozenset()  # statuses that are no refusal: the body tells of several things

    def target(self, version: str) -> str:
        root = f"/services/data/v{version}" if self.versioned else ""
        try:
            query = f"?{urlencode(self.params)}" if self.params else ""
        except UnicodeEncodeError:
            raise InvalidInput("The text holds half a character (a lone surrogate)") from None
        return f"{root}{''.join(f'/{segment(part)}' for part in self.path)}{query}"


class Connection:
    """One user's way to one org."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        credential: Credential,
        *,
        api_version: str,
        versions: ApiVersions,
        patience: Patience,
    ) -> None:
        self._http = http
        self._credential = credential
        self._wanted = api_version
        self._versions = versions
        self._patience = patience
        self.usage: Usage | None = None

    async def session(self) -> Session:
        return await self._credential.session()

    async def version(self) -> str:
        return self._versions.of((await self.session()).instance_url, self._wanted)

    async def read(
        self, *path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """GET a resource; an address too long for a URI travels inside a composite request."""
        call = Call(Kind.READ, "GET", path, params or {}, headers=headers or {})
        if len(call.target(await self.version())) > LONGEST_URI:
            return await self._read_inside(call)
        return body_of(await self.send(call))

    async def send(self, call: Call) -> httpx.Response:
        """The answer to a call; a refusal is raised."""
        version = await self.version()
        response = await self._sent(call, version)
        if call.versioned and await self._speaks_another(response, version):
            response = await self._sent(call, await self.version())
        self.usage = Usage.parse(response.headers.get("Sforce-Limit-Info")) or self.usage
        if response.status_code >= 300 and response.status_code not in {304, *call.answers}:
            raise failure_of(response)
        if call.versioned:
            self._versions.settle((await self.session()).instance_url, version)
        return response

    async def transfer(self, call: Call, content: bytes | None = None) -> httpx.Response:
        """Send or fetch a file: minutes instead of seconds, tried once, and the answer need not be JSON."""
        async with self.download(call, content) as response:
            await response.aread()
        return response

    @asynccontextmanager
    async def download(self, call: Call, content: bytes | None = None) -> AsyncIterator[httpx.Response]:
        """As `transfer`, of an answer that is read piece by piece and never held whole."""
        try:
            response = await self._answered(call, content)
            try:
                yield response
            finally:
                await response.aclose()
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Unavailable(f"The transfer broke off ({type(error).__name__})", code="NO_ANSWER") from error

    async def _answered(self, call: Call, content: bytes | None) -> httpx.Response:
        """An answer that succeeds and is not read yet. What a refusal says is little, and read."""
        version = await self.version()
        response = await self._transferred(call, version, content)
        if response.is_success:
            return response
        await response.aread()
        if await self._speaks_another(response, version):
            response = await self._transferred(call, await self.version(), content)
            if response.is_success:
                return response
            await response.aread()
        raise failure_of(response)

    async def _transferred(self, call: Call, version: str, content: bytes | None) -> httpx.Response:
        session = await self.session()
        address = session.instance_url + call.target(version)
        built = request(call.method, address, seconds=_TRANSFER_SECONDS, content=content, headers=call.headers)
        auth = Bearer(self._credential, session)
        return await self._http.send(built, auth=auth, follow_redirects=False, stream=True)

    async def offered_versions(self) -> list[dict[str, Any]]:
        """The org's versions; no token is needed, and none is sent."""
        address = (await self.session()).instance_url + "/services/data"

        async def send(seconds: float) -> httpx.Response:
            return await self._http.send(request("GET", address, seconds=seconds), follow_redirects=False)

        response = await answer_to(send, Kind.READ, self._patience)
        if response.is_error:
            raise failure_of(response)
        body = body_of(response)
        return body if isinstance(body, list) else []

    async def _sent(self, call: Call, version: str) -> httpx.Response:
        async def send(seconds: float) -> httpx.Response:
            session = await self.session()
            built = request(
                call.method,
                session.instance_url + call.target(version),
                seconds=seconds,
                json=call.body(version) if call.body else None,
                headers=call.headers,
            )
            return await self._http.send(built, auth=Bearer(self._credential, session), follow_redirects=False)

        return await answer_to(send, call.kind, self._patience)

    async def _speaks_another(self, response: httpx.Response, version: str) -> bool:
        """Whether the org refused the version itself, and another is agreed now."""
        instance_url = (await self.session()).instance_url
        if not refuses_version(response) or self._versions.is_agreed(instance_url):
            return False
        self._versions.agree(instance_url, self._wanted, await self.offered_versions())
        return self._versions.of(instance_url, self._wanted) != version

    async def _read_inside(self, call: Call) -> Any:
        inner = Subrequest("GET", call.path, reference_id="read", params=call.params, headers=call.headers)
        outer = Call(
            Kind.READ,
            "POST",
            ("composite",),
            body=lambda version: composite_body(version, [inner], all_or_none=False),
        )
        for answer in composite_answers(body_of(await self.send(outer))):
            if answer.failure:
                raise answer.failure
            return answer.body
        raise failure_from(200, None)


def refuses_version(response: httpx.Response) -> bool:
    """410, an error code that says so, or the 404 that also stands for any path that is not there."""
    if response.status_code not in (400, 404, 410):
        return False
    return response.status_code == 410 or bool(codes_of(response) & REFUSED)
