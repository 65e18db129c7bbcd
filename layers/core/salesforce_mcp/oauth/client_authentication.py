"""Which client is asking, and its proof (RFC 6749 §2.3, OAuth 2.1 §2.4)."""

import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from starlette.requests import Request

from salesforce_mcp.oauth.client import Client
from salesforce_mcp.oauth.clients import find_client
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.services import Services


@dataclass(frozen=True)
class Presented:
    """What the request shows of its client; at most one kind of proof."""

    client_id: str
    secret: str = ""
    assertion: str = ""


async def authenticate(services: Services, request: Request, form: Mapping[str, str]) -> Client:
    """The client of this request; 401 invalid_client unless it proves itself as it registered."""
    presented = _presented(request, form)
    client = await find_client(services, presented.client_id)
    if client.auth_method == "private_key_jwt":
        # Its libraries are heavy and most clients are public.
        from salesforce_mcp.oauth.assertion import require_valid_assertion

        await require_valid_assertion(services, client, presented.assertion)
    elif client.is_confidential and not _is_secret_of(client, presented.secret):
        raise OAuthError("invalid_client", "the client secret is missing or wrong", status=401)
    elif presented.assertion:
        raise OAuthError("invalid_client", "this client has not registered a key", status=401)
    return client


def _presented(request: Request, form: Mapping[str, str]) -> Presented:
    header, assertion, secret = request.headers.get("authorization"), form.get("client_assertion", ""), ""
    client_id = form.get("client_id", "")
    if header is not None and (assertion or "client_secret" in form):
        raise OAuthError("invalid_request", "the client proves itself in more than one way")
    if assertion:
        client_id = _from_assertion(form, assertion, client_id)
    elif header is not None:
        named, secret = _from_basic(header)
        if client_id not in ("", named):
            raise OAuthError("invalid_request", "client_id in the header and in the body differ")
        client_id = named
    else:
        secret = form.get("client_secret", "")
    if not client_id:
        raise OAuthError("invalid_client", "client_id is missing", status=401)
    return Presented(client_id, secret, assertion)


def _from_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        name, colon, secret = "", "", ""
    if scheme.lower() != "basic" or not colon or not name:
        raise OAuthError("invalid_client", "the Authorization header is not HTTP Basic", status=401)
    return unquote_plus(name), unquote_plus(secret)  # both are form-urlencoded first (RFC 6749 §2.3.1)


def _from_assertion(form: Mapping[str, str], assertion: str, client_id: str) -> str:
    from salesforce_mcp.oauth.assertion import ASSERTION_TYPE, claimed_client

    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_secret" in form:
        raise OAuthError("invalid_request", f"client_assertion needs client_assertion_type={ASSERTION_TYPE} alone")
    claimed = claimed_client(assertion)
    if client_id not in ("", claimed):
        raise OAuthError("invalid_client", "client_id and the assertion's sub differ", status=401)
    return claimed


def _is_secret_of(client: Client, secret: str) -> bool:
    shown = fingerprint(secret)
    return bool(secret) and any(hmac.compare_digest(shown, known) for known in client.secrets)
