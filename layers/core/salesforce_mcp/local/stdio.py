"""The same tools for a client on this machine, over standard input and output; credentials from the environment."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.local.command import INTERRUPTED
from salesforce_mcp.local.workplace import at_work
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import (
    FixedCredential,
    Signer,
    by_client_credentials,
    by_jwt,
    by_password,
    by_refresh_token,
)
from salesforce_mcp.salesforce.hosts import salesforce_origin
from salesforce_mcp.salesforce.session import Credential, Secret, Session
from salesforce_mcp.server import build_stdio_server
from salesforce_mcp.services import one_by_one
from salesforce_mcp.settings import Settings

_LOG = logging.getLogger("salesforce_mcp")

Environment = Mapping[str, str]
SignIn = Callable[[Environment, Settings, httpx.AsyncClient], Credential]


def serve_stdio(environment: Environment) -> int:
    # What reads standard input is a thread that no exception reaches: it would wait for the client's next line.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    asyncio.run(_serve(environment))
    return 0


async def _serve(environment: Environment) -> None:
    settings = Settings.load(environment)
    folder = Path(environment.get("SALESFORCE_FILES") or Path.home() / ".salesforce-mcp")
    timeout = httpx.Timeout(60, connect=5)
    async with httpx.AsyncClient(timeout=timeout) as http, one_by_one(timeout=timeout) as login:
        credential = _credential(environment, settings, login)
        org = Salesforce(http, credential, api_version=settings.api_version)
        async with at_work(org, folder, clock=SystemClock()) as place:
            server = build_stdio_server(settings, credential, http, store=place.store, workplace=place)
            await server.run_stdio_async()


def _credential(environment: Environment, settings: Settings, http: httpx.AsyncClient) -> Credential:
    """The first way in whose variables are all set."""
    for variables, sign_in in WAYS_IN:
        if all(environment.get(variable) for variable in variables):
            if sign_in in LEGACY:
                _LOG.warning(
                    "%s: a legacy way to sign in, which Salesforce retires; use a key or refresh token", variables[-1]
                )
            return sign_in(environment, settings, http)
    ways = "; or ".join(" and ".join(variables) for variables, _ in WAYS_IN)
    raise Misconfigured("No Salesforce credentials in the environment", hint=f"Set {ways}.")


def _session(environment: Environment, settings: Settings, _http: httpx.AsyncClient) -> Credential:
    """A session id or access token, until it ends. Legacy: whoever holds it is that user."""
    given = environment["SALESFORCE_INSTANCE_URL"]
    origin = salesforce_origin(given, settings.extra_org_hosts)
    if origin is None:
        raise Misconfigured(
            f"SALESFORCE_INSTANCE_URL is {given!r}, which is not a Salesforce address",
            hint="It looks like https://example.my.salesforce.com, without a path.",
        )
    return FixedCredential(Session(origin, Secret(environment["SALESFORCE_ACCESS_TOKEN"])))


def _refresh_token(environment: Environment, settings: Settings, http: httpx.AsyncClient) -> Credential:
    """A refresh token, with `SALESFORCE_CLIENT_SECRET` where the app requires it."""
    secret = environment.get("SALESFORCE_CLIENT_SECRET")
    return by_refresh_token(
        http,
        settings.login_url,
        client_id=settings.client_id,
        client_secret=Secret(secret) if secret else None,
        token=Secret(environment["SALESFORCE_REFRESH_TOKEN"]),
        extra_hosts=settings.extra_org_hosts,
    )


def _jwt(environment: Environment, settings: Settings, http: httpx.AsyncClient) -> Credential:
    """JWT bearer, with the key that `salesforce-mcp setup` makes. Best."""
    file = Path(environment["SALESFORCE_PRIVATE_KEY_FILE"])
    if not file.is_file():
        raise Misconfigured("SALESFORCE_PRIVATE_KEY_FILE names no file", hint="It is the path of a PEM private key.")
    login_url, username = settings.login_url, environment["SALESFORCE_USERNAME"]
    signer = Signer(settings.client_id, username, login_url, [Secret(file.read_text())])
    return by_jwt(http, login_url, signer, clock=SystemClock(), extra_hosts=settings.extra_org_hosts)


def _password(environment: Environment, settings: Settings, http: httpx.AsyncClient) -> Credential:
    """A password, with `SALESFORCE_SECURITY_TOKEN` where the org wants it. Legacy: Salesforce retires it in 2027."""
    return by_password(
        http,
        settings.login_url,
        client_id=settings.client_id,
        client_secret=Secret(environment["SALESFORCE_CLIENT_SECRET"]),
        username=environment["SALESFORCE_USERNAME"],
        secret=Secret(environment["SALESFORCE_PASSWORD"] + environment.get("SALESFORCE_SECURITY_TOKEN", "")),
        extra_hosts=settings.extra_org_hosts,
    )


def _client_credentials(environment: Environment, settings: Settings, http: httpx.AsyncClient) -> Credential:
    """Client credentials, as the user that the app runs as. At My Domain only."""
    return by_client_credentials(
        http,
        settings.login_url,
        client_id=settings.client_id,
        client_secret=Secret(environment["SALESFORCE_CLIENT_SECRET"]),
        extra_hosts=settings.extra_org_hosts,
    )


LEGACY = (_session, _password)
WAYS_IN: list[tuple[tuple[str, ...], SignIn]] = [
    (("SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"), _session),
    (("SALESFORCE_CLIENT_ID", "SALESFORCE_REFRESH_TOKEN"), _refresh_token),
    (("SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY_FILE"), _jwt),
    (("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "SALESFORCE_USERNAME", "SALESFORCE_PASSWORD"), _password),
    (("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"), _client_credentials),
]
