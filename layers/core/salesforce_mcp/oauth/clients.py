"""Finding a client by its id: entered by the operator, described by a document, or registered by itself."""

import json
from typing import Any

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.client import Client, as_name
from salesforce_mcp.oauth.client_documents import document_client
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.oauth.redirects import is_acceptable
from salesforce_mcp.oauth.registration import registered_client
from salesforce_mcp.services import Services

# A JSON list of client metadata (RFC 7591 names, client_secret included), kept where the other secrets are.
CONFIGURED_CLIENTS = "oauth-clients"


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
        if all(isinstance(entry["client_id"], str) and isinstance(entry["redirect_uris"], list) for entry in entries):
            return list(entries)
    except (ValueError, TypeError, KeyError):
        pass
    raise Misconfigured(f"the secret {CONFIGURED_CLIENTS} must be a JSON list with client_id and redirect_uris")


def _client(entry: dict[str, Any]) -> Client:
    default = "client_secret_basic" if entry.get("client_secret") else "none"
    return Client(
        client_id=entry["client_id"],
        name=as_name(entry.get("client_name")),
        redirect_uris=tuple(uri for uri in entry["redirect_uris"] if isinstance(uri, str) and is_acceptable(uri)),
        auth_method=entry.get("token_endpoint_auth_method", default),
        jwks=entry.get("jwks"),
        jwks_uri=entry.get("jwks_uri", ""),
        vouched_for_by="the operator of this server",
    )
