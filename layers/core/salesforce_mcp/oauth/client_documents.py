"""Clients that are described by a document at their id (client ID metadata documents, CIMD)."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from salesforce_mcp.oauth.client import Client, as_name
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.fetch import DOCUMENT_BYTES, KEYS_BYTES, Fetched, FetchError, fetch_json, is_fetchable
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.oauth.redirects import is_acceptable
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services

_PRIVATE_KEY_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_WITH_SHARED_SECRET = ("client_secret_post", "client_secret_basic", "client_secret_jwt")


async def document_client(services: Services, client_id: str) -> Client:
    """The client whose id is this URL; refused with the reason when its document is missing or wrong."""
    allowed = services.settings.cimd_allowed_hosts
    if not is_fetchable(client_id):
        raise _refusal(client_id, "the address is not a plain https URL with a public host name and a path")
    if allowed and urlsplit(client_id).netloc not in allowed:
        raise _refusal(client_id, "the operator of this server does not accept clients of that host")
    document = await _cached(services, client_id, lambda found: _require_valid(client_id, found))
    return Client(
        client_id=client_id,
        name=as_name(document["client_name"]),
        redirect_uris=tuple(uri for uri in document["redirect_uris"] if is_acceptable(uri)),
        auth_method=document.get("token_endpoint_auth_method", "none"),
        jwks=document.get("jwks"),
        jwks_uri=document.get("jwks_uri", ""),
        vouched_for_by=urlsplit(client_id).netloc,
    )


async def client_keys(services: Services, client: Client) -> list[dict[str, Any]]:
    """The public keys a client signs its assertions with."""
    keys = client.jwks
    if keys is None and client.jwks_uri:
        keys = await _cached(services, client.jwks_uri, lambda _: None, kind="keys", most_bytes=KEYS_BYTES)
    found = (keys or {}).get("keys")
    return [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []


async def _cached(
    services: Services,
    url: str,
    check: Callable[[dict[str, Any]], None],
    *,
    kind: str = "document",
    most_bytes: int = DOCUMENT_BYTES,
) -> dict[str, Any]:
    """Failures are not kept: a host that mends its document is believed at the next attempt."""
    # By kind: what was fetched as keys has passed none of the checks of a description.
    key = Key(f"{kind}#{fingerprint(url)}")
    if there := await services.store.get(key):
        return dict(there.value)
    try:
        fetched: Fetched = await fetch_json(services, url, most_bytes=most_bytes)
    except FetchError as error:
        raise _refusal(url, str(error)) from None
    check(fetched.value)
    await services.store.put(key, fetched.value, expires_at=int(services.clock.now()) + fetched.lifetime)
    return fetched.value


def _require_valid(client_id: str, document: Mapping[str, Any]) -> None:
    if document.get("client_id") != client_id:
        raise _refusal(client_id, "its client_id is not its own address, character for character")
    if not isinstance(document.get("client_name"), str) or not document["client_name"].strip():
        raise _refusal(client_id, "it has no client_name")
    uris = document.get("redirect_uris")
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris) or not any(map(is_acceptable, uris)):
        raise _refusal(client_id, "it has no redirect_uris that a code may be sent to")
    if "client_secret" in document or document.get("token_endpoint_auth_method") in _WITH_SHARED_SECRET:
        raise _refusal(client_id, "it holds or promises a shared secret, which is none in a public document")
    if document.get("token_endpoint_auth_method", "none") not in ("none", "private_key_jwt"):
        raise _refusal(client_id, "its token_endpoint_auth_method is not none or private_key_jwt")
    _require_public_keys(client_id, document)


def _require_public_keys(client_id: str, document: Mapping[str, Any]) -> None:
    jwks, jwks_uri = document.get("jwks"), document.get("jwks_uri", "")
    if jwks is not None and not isinstance(jwks, dict):
        raise _refusal(client_id, "its jwks is not a key set")
    keys = (jwks or {}).get("keys", [])
    if not isinstance(keys, list) or any(
        not isinstance(key, dict) or _PRIVATE_KEY_MEMBERS & key.keys() for key in keys
    ):
        raise _refusal(client_id, "its jwks holds something else than public keys")
    if not isinstance(jwks_uri, str) or (jwks_uri and not is_fetchable(jwks_uri)):
        raise _refusal(client_id, "its jwks_uri is not a plain https URL with a public host name and a path")


def _refusal(url: str, reason: str) -> OAuthError:
    host = urlsplit(url).netloc if is_fetchable(url) else "the client"
    return OAuthError(
        "invalid_client",
        f"the client's description at {host} cannot be used: {reason}",
        status=401,
        hint="Remove this server from the application and add it again; tell the application's maker if it stays so.",
    )
