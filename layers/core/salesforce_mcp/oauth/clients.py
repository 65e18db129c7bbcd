"""Finding a client by its id: entered by the operator, described by a document, or registered by itself."""

import json
from typing import Any

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.client import OPERATOR, Client, Program, as_name
from salesforce_mcp.oauth.client_documents import document_client
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.levels import known_scopes
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.oauth.redirects import is_acceptable
from salesforce_mcp.oauth.registration import registered_client
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.services import Services

# A JSON list of client metadata (RFC 7591 names, client_secret included), kept where the other secrets are.
CONFIGURED_CLIENTS = "oauth-clients"
_BY_ITSELF = "client_credentials"  # the grant type of a program


async def find_client(services: Services, client_id: str) -> Client:
    """401 for an unknown one: it makes clients register anew (RFC 6749 §5.2)."""
    client = await _configured_client(services, client_id)
    if client is None and client_id.startswith("https://"):
        return await document_client(services, client_id)
    client = client or await registered_client(services, client_id)
    if client is None:
        raise OAuthError(
            "invalid_client",
            "this client is not registered here, or its registration has expired",
            status=401,
            hint="Remove this server from the application and add it again: it will register itself anew.",
        )
    return client


async def _configured_client(services: Services, client_id: str) -> Client | None:
    found: Client | None = None
    secrets: list[str] = []
    # During a rotation both versions of the list are good: the newer describes, each may hold a valid secret.
    for version in await services.secrets.get(CONFIGURED_CLIENTS):
        for entry in _entries(version):
            if entry["client_id"] == client_id:
                found = found or _client(entry)
                secrets += [fingerprint(entry["client_secret"])] if entry.get("client_secret") else []
    return Client(**{**vars(found), "secrets": tuple(secrets)}) if found else None


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(text)
        if all(isinstance(entry["client_id"], str) and _is_usable(entry) for entry in entries):
            return list(entries)
    except (ValueError, TypeError, KeyError):
        pass
    raise Misconfigured(
        f"the secret {CONFIGURED_CLIENTS} must be a JSON list of clients, each with client_id and redirect_uris; "
        "a program has grant_types with client_credentials and a secret or key instead"
    )


def _is_usable(entry: dict[str, Any]) -> bool:
    if _BY_ITSELF in entry.get("grant_types", []):
        return bool(entry.get("client_secret") or entry.get("jwks") or entry.get("jwks_uri"))
    return isinstance(entry["redirect_uris"], list)


def _client(entry: dict[str, Any]) -> Client:
    has_key = entry.get("jwks") or entry.get("jwks_uri")
    default = "client_secret_basic" if entry.get("client_secret") else "private_key_jwt" if has_key else "none"
    return Client(
        client_id=entry["client_id"],
        name=as_name(entry.get("client_name")),
        redirect_uris=tuple(
            uri for uri in entry.get("redirect_uris", []) if isinstance(uri, str) and is_acceptable(uri)
        ),
        auth_method=entry.get("token_endpoint_auth_method", default),
        jwks=entry.get("jwks"),
        jwks_uri=entry.get("jwks_uri", ""),
        program=_program(entry) if _BY_ITSELF in entry.get("grant_types", []) else None,
        vouched_for_by=OPERATOR,
    )


def _program(entry: dict[str, Any]) -> Program:
    """Reading is what a program may do of which nothing is said."""
    return Program(
        org=str(entry.get("org", "default")),
        scopes=known_scopes(str(entry.get("scope", ""))) or frozenset({Scope.READ}),
        username=str(entry.get("salesforce_username", "")),
    )
