"""Signing in to an org: one strategy is one function that returns the grant's form fields.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flows.htm
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from salesforce_mcp.errors import Failure, Misconfigured, OutcomeUnknown, Unavailable
from salesforce_mcp.salesforce.hosts import identity_in, login_address, salesforce_origin
from salesforce_mcp.salesforce.retry import Signal, signal_of
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in_failures import failure_in
from salesforce_mcp.salesforce.wire import body_of, request

Form = dict[str, str]

# A refresh is never cut short: with rotation its answer holds the only living token.
_SECONDS = 20.0
# Salesforce refuses a JWT that lives longer than five minutes; its guide says three.
_JWT_SECONDS = 180


@dataclass(frozen=True)
class TokenAnswer:
    """What the token endpoint gave. The refresh token is None where the old one stays good."""

    access_token: Secret
    refresh_token: Secret | None
    instance_url: str
    organization_id: str
    user_id: str

    def session(self, *, generation: int = 0) -> Session:
        return Session(self.instance_url, self.access_token, self.user_id, self.organization_id, generation)


def authorization_code(
    *, client_id: str, client_secret: Secret | None, code: str, redirect_uri: str, code_verifier: str
) -> Form:
    return {
        "grant_type": "authorization_code",
        **_app(client_id, client_secret),
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": code_verifier,
    }


def refresh_token(*, client_id: str, client_secret: Secret | None, token: Secret) -> Form:
    return {"grant_type": "refresh_token", **_app(client_id, client_secret), "refresh_token": token.reveal()}


def client_credentials(*, client_id: str, client_secret: Secret) -> Form:
    """Only on the org's own domain."""
    return {"grant_type": "client_credentials", **_app(client_id, client_secret)}


def jwt_bearer(*, client_id: str, username: str, audience: str, private_key: Secret, now: float) -> Form:
    """A pre-authorized user, by the certificate that the app knows. RFC 7523."""
    import jwt  # its cryptography is slow to load, and only the operator's own sign-in needs it

    claims = {"iss": client_id, "sub": username, "aud": audience, "exp": int(now) + _JWT_SECONDS}
    try:
        assertion = jwt.encode(claims, private_key.reveal(), algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        # The library's words may quote the key.
        raise Misconfigured("The JWT signing key is no RSA private key in PEM form") from None
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}


def password(*, client_id: str, client_secret: Secret, username: str, password: Secret) -> Form:
    """Legacy, for apps that still allow it. The security token is appended to the password."""
    return {
        "grant_type": "password",
        **_app(client_id, client_secret),
        "username": username,
        "password": password.reveal(),
    }


async def exchange(
    http: httpx.AsyncClient, login_url: str, form: Mapping[str, str], *, extra_hosts: Collection[str] = ()
) -> TokenAnswer:
    """Post a grant to the token endpoint, once: never a second time by itself, and never along a redirect.

    SignInRequired: the grant is dead. Misconfigured: somebody has to mend something. Unavailable: nothing was done.
    OutcomeUnknown: the grant was sent and the answer was lost, so a rotated refresh token may be gone.
    """
    response = await _post(http, login_url, "token", form, extra_hosts)
    body = body_of(response)
    if failure := failure_in(body, form):
        raise failure
    if response.status_code != 200:
        raise _unexplained(response)
    if not isinstance(body, dict):
        raise _lost()
    return token_answer(body, extra_hosts=extra_hosts)


async def revoke(http: httpx.AsyncClient, login_url: str, token: Secret, *, extra_hosts: Collection[str] = ()) -> None:
    """End a token, and with a refresh token all access tokens of it. One that is dead already is no error."""
    response = await _post(http, login_url, "revoke", {"token": token.reveal()}, extra_hosts)
    if response.status_code == 200:
        return
    body = body_of(response)
    if isinstance(body, dict) and body.get("error") in {"invalid_token", "unsupported_token_type"}:
        return
    raise failure_in(body, {}) or _unexplained(response)


async def introspect(
    http: httpx.AsyncClient,
    login_url: str,
    token: Secret,
    *,
    client_id: str,
    client_secret: Secret | None,
    extra_hosts: Collection[str] = (),
) -> Mapping[str, Any]:
    """What the org says of a token (RFC 7662): active, scope, and in epoch seconds iat and exp."""
    form = {"token": token.reveal(), **_app(client_id, client_secret)}
    response = await _post(http, login_url, "introspect", form, extra_hosts)
    body = body_of(response)
    if failure := failure_in(body, {}):
        raise failure
    if response.status_code != 200 or not isinstance(body, dict):
        raise _unexplained(response)
    return body


def token_answer(body: Mapping[str, Any], *, extra_hosts: Collection[str] = ()) -> TokenAnswer:
    """Read a token answer; one that names a place that is not Salesforce's is refused whole."""
    access_token, refresh = body.get("access_token"), body.get("refresh_token")
    instance_url = salesforce_origin(_text(body, "instance_url"), extra_hosts)
    identity = identity_in(_text(body, "id"), extra_hosts)
    if not isinstance(access_token, str) or not access_token or instance_url is None or identity is None:
        raise Misconfigured(
            "The token answer does not name a Salesforce org and user",
            code="UNTRUSTED_TOKEN_ANSWER",
            hint="Check SALESFORCE_LOGIN_URL. For an emulated org name its host in SALESFORCE_EXTRA_HOSTS.",
        )
    return TokenAnswer(
        access_token=Secret(access_token),
        refresh_token=Secret(refresh) if isinstance(refresh, str) and refresh else None,
        instance_url=instance_url,
        organization_id=identity.organization_id,
        user_id=identity.user_id,
    )


async def _post(
    http: httpx.AsyncClient, login_url: str, endpoint: str, form: Mapping[str, str], extra_hosts: Collection[str]
) -> httpx.Response:
    address = login_address(login_url, extra_hosts)
    if address is None:
        raise Misconfigured(
            f"{login_url!r} is not an address where people sign in to Salesforce",
            hint="Use https://login.salesforce.com, https://test.salesforce.com or My Domain.",
        )
    built = request("POST", f"{address}/services/oauth2/{endpoint}", seconds=_SECONDS, form=form)
    try:
        return await http.send(built, follow_redirects=False)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unavailable(
            f"Salesforce's login host could not be reached ({type(error).__name__})",
            code="NETWORK",
            hint="Try again in a minute.",
        ) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise _lost() from error


def _unexplained(response: httpx.Response) -> Failure:
    """An answer that is none of the token endpoint's: maintenance, a moved domain, a gateway that gave up."""
    signal = signal_of(response)
    if signal is Signal.REDIRECTED:
        return Misconfigured(
            "Salesforce's login host answered with a redirect, which is never followed",
            code="REDIRECTED",
            hint="Set SALESFORCE_LOGIN_URL to the address that My Domain in Setup shows.",
        )
    if signal in (Signal.GATEWAY, Signal.SERVER_ERROR):
        return _lost()
    return Unavailable(
        f"Salesforce's login host answered with HTTP status {response.status_code}",
        hint="It may be in maintenance: try again in a few minutes.",
    )


def _lost() -> OutcomeUnknown:
    return OutcomeUnknown("The sign-in was sent, but Salesforce's answer was lost", hint="Sign in again.")


def _app(client_id: str, client_secret: Secret | None) -> Form:
    return {"client_id": client_id, **({"client_secret": client_secret.reveal()} if client_secret else {})}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
