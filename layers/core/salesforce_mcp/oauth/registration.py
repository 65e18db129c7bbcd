"""Dynamic client registration, https://www.rfc-editor.org/rfc/rfc7591; kept because most clients still need it."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_mcp.oauth.answers import NO_STORE, answers_clients, services_of
from salesforce_mcp.oauth.client import Client, as_name
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.limits import REGISTER_BY_ADDRESS, address_of, keep_within
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.oauth.parameters import read_json
from salesforce_mcp.oauth.redirects import is_acceptable
from salesforce_mcp.ports import Item, Key
from salesforce_mcp.services import Services

# Some clients register anew for every connection, so what is not used goes; use keeps it (see `keep`).
UNUSED_SECONDS = 30 * 86400
USED_SECONDS = 91 * 86400
_METHODS = ("none", "client_secret_basic", "client_secret_post")
_MOST_REDIRECTS = 20


@answers_clients
async def register(request: Request) -> Response:
    """POST /register"""
    services = services_of(request)
    await keep_within(services, REGISTER_BY_ADDRESS, address_of(request))
    asked = await read_json(request)
    for check in CHECKS:
        check(asked)
    return JSONResponse(await _keep_new(services, asked), status_code=201, headers=NO_STORE)


def require_redirects(asked: Mapping[str, Any]) -> None:
    uris = asked.get("redirect_uris")
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        raise OAuthError("invalid_redirect_uri", "redirect_uris must be a list of at least one URI")
    if len(uris) > _MOST_REDIRECTS:
        raise OAuthError("invalid_redirect_uri", f"redirect_uris holds more than {_MOST_REDIRECTS} URIs")
    # Cursor registers https, http and cursor:// addresses at once: what we accept of a mixed set is enough.
    if not any(map(is_acceptable, uris)):
        raise OAuthError(
            "invalid_redirect_uri",
            "redirect_uris must be https, http on 127.0.0.1, [::1] or localhost, or a known application's own scheme",
        )


def require_known_authentication(asked: Mapping[str, Any]) -> None:
    if asked.get("token_endpoint_auth_method", "none") not in _METHODS:
        raise OAuthError("invalid_client_metadata", f"token_endpoint_auth_method must be one of {', '.join(_METHODS)}")


def require_flows_we_have(asked: Mapping[str, Any]) -> None:
    grants, responses = asked.get("grant_types"), asked.get("response_types")
    if grants is not None and (not isinstance(grants, list) or "authorization_code" not in grants):
        raise OAuthError("invalid_client_metadata", "grant_types must contain authorization_code")
    if responses is not None and (not isinstance(responses, list) or "code" not in responses):
        raise OAuthError("invalid_client_metadata", "response_types must contain code")


def refuse_addresses_to_fetch(asked: Mapping[str, Any]) -> None:
    """We fetch nothing that a registration names, and say so where it would have mattered."""
    for name in (
        "jwks_uri",
        "sector_identifier_uri",
        "request_uris",
        "initiate_login_uri",
        "jwks",
        "software_statement",
    ):
        if asked.get(name):
            raise OAuthError("invalid_client_metadata", f"{name} is not supported here")
    for name in ("logo_uri", "client_uri", "policy_uri", "tos_uri"):
        if asked.get(name) and not _is_web_page(asked[name]):
            raise OAuthError("invalid_client_metadata", f"{name} must be an https URL with a host name")


CHECKS = [
    require_redirects,
    require_known_authentication,
    require_flows_we_have,
    refuse_addresses_to_fetch,
]


async def registered_client(services: Services, client_id: str) -> Client | None:
    item = await services.store.get(_key(client_id))
    return _client(client_id, item.value) if item else None


async def keep(services: Services, client: Client) -> None:
    """A registration lives on while it is used: as long as the tokens it can get."""
    item: Item | None = await services.store.get(_key(client.client_id))
    ends = int(services.clock.now()) + USED_SECONDS
    if item and (item.expires_at or 0) < ends - 86400:  # once a day is often enough
        await services.store.replace(item, item.value, expires_at=ends)


async def _keep_new(services: Services, asked: Mapping[str, Any]) -> dict[str, Any]:
    now = int(services.clock.now())
    client_id = secrets.token_hex(16)
    # RFC 7591 §2 makes client_secret_basic the default; a client that says nothing is a public one in practice.
    method = asked.get("token_endpoint_auth_method", "none")
    secret = new_secret() if method != "none" else ""
    kept = {
        "name": as_name(asked.get("client_name")),
        "redirect_uris": [uri for uri in asked["redirect_uris"] if is_acceptable(uri)],
        "auth_method": method,
        "secrets": [fingerprint(secret)] if secret else [],
    }
    await services.store.put(_key(client_id), kept, expires_at=now + UNUSED_SECONDS)
    return {
        "client_id": client_id,
        "client_id_issued_at": now,
        **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
        "client_name": kept["name"],
        "redirect_uris": kept["redirect_uris"],
        "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }


def _client(client_id: str, kept: Mapping[str, Any]) -> Client:
    return Client(
        client_id=client_id,
        name=kept["name"],
        redirect_uris=tuple(kept["redirect_uris"]),
        auth_method=kept["auth_method"],
        secrets=tuple(kept["secrets"]),
    )


def _key(client_id: str) -> Key:
    return Key(f"client#{fingerprint(client_id)}")


def _is_web_page(uri: object) -> bool:
    try:
        parts = urlsplit(uri) if isinstance(uri, str) else None
        host = (parts.hostname or "") if parts else ""
    except ValueError:
        return False
    return bool(parts and parts.scheme == "https" and re.fullmatch(r"[a-z0-9.-]+\.[a-z][a-z0-9-]*", host))
