"""Clients that prove themselves with a signed assertion, https://www.rfc-editor.org/rfc/rfc7523 (private_key_jwt)."""

from collections.abc import Mapping
from typing import Any

import jwt

from salesforce_mcp.oauth.client import Client
from salesforce_mcp.oauth.client_documents import client_keys
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_LIFE = 300
_LEEWAY = 30
_LARGEST = 8192
# The algorithm follows from the key, never from the token: neither "none" nor an HMAC with a public key can pass.
_ALGORITHM_OF = {("RSA", ""): "RS256", ("EC", "P-256"): "ES256"}
_UNTRUSTED_HEADERS = {"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"}


def claimed_client(assertion: str) -> str:
    """Whose assertion this says it is: only to find the client, whose keys then decide."""
    try:
        claims = jwt.decode(assertion[: _LARGEST + 1], options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise _invalid("the client assertion is not a JWT") from None
    subject = claims.get("sub")
    return subject if isinstance(subject, str) else ""


async def require_valid_assertion(services: Services, client: Client, assertion: str) -> None:
    if len(assertion) > _LARGEST:
        raise _invalid("the client assertion is too large")
    claims = _verified(await client_keys(services, client), assertion)
    _require_claims(services, client, claims)
    await _require_first_use(services, client, claims)


def _verified(keys: list[dict[str, Any]], assertion: str) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(assertion)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise _invalid("the client assertion is not a JWT") from None
    if _UNTRUSTED_HEADERS & header.keys():
        raise _invalid("the client assertion's header carries keys or extensions, which are not accepted")
    for key in keys:
        algorithm = _ALGORITHM_OF.get((str(key.get("kty")), str(key.get("crv", ""))))
        if algorithm is None or header.get("alg") != algorithm or header.get("kid", key.get("kid")) != key.get("kid"):
            continue
        try:
            return jwt.decode(
                assertion,
                jwt.PyJWK({**key, "alg": algorithm}).key,
                algorithms=[algorithm],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    raise _invalid("none of the client's keys signed this assertion with RS256 or ES256")


def _require_claims(services: Services, client: Client, claims: Mapping[str, Any]) -> None:
    issuer, now = services.settings.issuer, services.clock.now()
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _invalid("iss and sub of the client assertion must be the client_id")
    if claims.get("aud") not in (issuer, f"{issuer}/token", [issuer], [f"{issuer}/token"]):
        raise _invalid(f"aud of the client assertion must be {issuer} or {issuer}/token, alone")
    expires, begins = claims.get("exp"), claims.get("nbf", claims.get("iat", 0))
    if expires is None or not _is_time(expires) or not now - _LEEWAY < expires <= now + _LONGEST_LIFE + _LEEWAY:
        raise _invalid(f"exp of the client assertion must be at most {_LONGEST_LIFE} s ahead; check the clock")
    if not _is_time(begins) or begins > now + _LEEWAY:
        raise _invalid("the client assertion is from the future; check the clock")


async def _require_first_use(services: Services, client: Client, claims: Mapping[str, Any]) -> None:
    name = claims.get("jti")
    if not isinstance(name, str) or not name:
        raise _invalid("the client assertion has no jti")
    key = Key(f"assertion#{fingerprint(client.client_id)}", fingerprint(name))
    if await services.store.create(key, {}, expires_at=int(claims["exp"]) + 2 * _LEEWAY) is None:
        raise _invalid("the client assertion has been used before")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _invalid(reason: str) -> OAuthError:
    return OAuthError("invalid_client", reason, status=401)
