"""The access token on a request, renewed when the org says that it has died."""

from collections.abc import AsyncGenerator

import httpx

from salesforce_mcp.errors import SignInRequired
from salesforce_mcp.salesforce.session import Credential, Session
from salesforce_mcp.salesforce.wire import codes_of

# The first is what another worker has kept, where there is that, and it may have died since.
RENEWALS = 2


class Bearer(httpx.Auth):
    """Send the access token; on a dead session renew it and send again."""

    def __init__(self, credential: Credential, session: Session) -> None:
        self._credential = credential
        self._session = session

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        _sign(request, self._session)
        response = yield request
        if not await _says_that_it_died(response):
            return
        session = self._session
        for _ in range(RENEWALS):
            session = await self._credential.renew(session)
            _move(request, session)
            _sign(request, session)
            response = yield request
            if not await _says_that_it_died(response):
                return
        raise SignInRequired(
            "Salesforce refused the renewed session", hint="Sign in again: the grant no longer gives access."
        )


async def _says_that_it_died(response: httpx.Response) -> bool:
    """A success is not read here: it may be a file that nobody wants to hold whole."""
    if response.is_error:
        await response.aread()
    return session_has_died(response)


def session_has_died(response: httpx.Response) -> bool:
    if response.status_code == 401:
        return "INVALID_SESSION_ID" in codes_of(response)
    # The identity and userinfo endpoints answer in plain text.
    return response.status_code == 403 and response.text.strip() in {"Bad_OAuth_Token", "Missing_OAuth_Token"}


def _sign(request: httpx.Request, session: Session) -> None:
    request.headers["Authorization"] = f"Bearer {session.access_token.reveal()}"


def _move(request: httpx.Request, session: Session) -> None:
    """A renewed session may live on another instance: after an org migration."""
    home = httpx.URL(session.instance_url)
    request.url = request.url.copy_with(scheme=home.scheme, host=home.host, port=home.port)
    request.headers["Host"] = request.url.netloc.decode("ascii")
