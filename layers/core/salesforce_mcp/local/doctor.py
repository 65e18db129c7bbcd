"""salesforce-mcp doctor URL: walk the way of the clients; name the first gate that does not open, and its remedy.

From outside: nothing but HTTP. A test client is registered, which expires by itself; nobody is signed in.
"""

import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.local.gates import Closed, failed, passed, skipped

_CLOCK_SECONDS = 60
_REDIRECT = "http://localhost:33418/callback"
_LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
_QUERY = {"name": "executeQuery", "arguments": {"soql": "SELECT Id FROM User LIMIT 1"}}
_ACCEPT = {"Accept": "application/json, text/event-stream"}


@dataclass
class Visit:
    http: httpx.Client
    url: str
    token: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        return urlsplit(self.url).path.rstrip("/") or "/mcp"


def reachable(visit: Visit) -> None:
    try:
        answer = visit.http.get(visit.origin)
    except httpx.HTTPError as error:
        raise Closed(
            f"{type(error).__name__}: {error}", "Check the name, the certificate and that the stack is up."
        ) from None
    if answer.status_code != 200:
        raise Closed(f"GET / answers {answer.status_code}", "Look at the log of the function that signs in.")
    if found := re.search(r"Not set up yet: [^<]*", answer.text):
        raise Closed(
            unescape(found[0]), "Deploy with SalesforceClientId and store the consumer secret: docs/deploy.md."
        )


def clock(visit: Visit) -> None:
    date = visit.http.get(visit.origin).headers.get("date")
    if date and abs(parsedate_to_datetime(date).timestamp() - time.time()) > _CLOCK_SECONDS:
        raise Closed("the server's clock and this machine's differ by more than a minute", "Set this machine's clock.")


def challenge(visit: Visit) -> None:
    answer = visit.http.post(visit.origin + visit.path, json=_LIST, headers=_ACCEPT)
    if answer.status_code != 401:
        raise Closed(
            f"POST without a token answers {answer.status_code}, not 401", "A firewall or bot filter may be in front."
        )
    if "www-authenticate" not in answer.headers:
        renamed = " (it was renamed on the way)" if "x-amzn-remapped-www-authenticate" in answer.headers else ""
        raise Closed(
            f"the 401 has no WWW-Authenticate{renamed}",
            "The integration must map $response.header.x-mcp-challenge to overwrite:header.www-authenticate.",
        )
    expected = f"{visit.origin}/.well-known/oauth-protected-resource{visit.path}"
    if f'resource_metadata="{expected}"' not in answer.headers["www-authenticate"]:
        raise Closed("the challenge names another address than yours", f"Set PUBLIC_URL to {visit.origin}.")


def resource_metadata(visit: Visit) -> None:
    for path in (visit.path, *([""] if visit.path == "/mcp" else [])):
        told = _json(visit, f"/.well-known/oauth-protected-resource{path}")
        if told.get("resource") != visit.origin + visit.path or told.get("authorization_servers") != [visit.origin]:
            raise Closed("the resource metadata names another address", f"Set PUBLIC_URL to {visit.origin}.")


def server_metadata(visit: Visit) -> None:
    visit.metadata = _json(visit, "/.well-known/oauth-authorization-server")
    if visit.metadata != _json(visit, "/.well-known/openid-configuration"):
        raise Closed("the two discovery documents differ", "Serve both paths from the same function, without a cache.")
    if visit.metadata.get("issuer") != visit.origin:
        raise Closed(f"the issuer is {visit.metadata.get('issuer')}", f"Set PUBLIC_URL to {visit.origin}.")
    if visit.metadata.get("code_challenge_methods_supported") != ["S256"]:
        raise Closed(
            "the metadata does not offer PKCE with S256", "This is not a salesforce-mcp server, or an old one."
        )


def cross_origin(visit: Visit) -> None:
    asked = {
        "Origin": "https://inspector.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for path in ("/token", "/register", "/.well-known/oauth-authorization-server"):
        if visit.http.options(visit.origin + path, headers=asked).headers.get("access-control-allow-origin") != "*":
            raise Closed(f"a preflight of {path} is not answered", "API Gateway's own CORS settings must be off.")


def salesforce_app(visit: Visit) -> None:
    """Salesforce itself says whether it knows the consumer key and the callback URL."""
    address = _sign_in_address(visit)
    if address is None:
        return  # the server signs in to this org by itself: `--inside` tries that
    callback = parse_qs(urlsplit(address).query)["redirect_uri"][0]
    if callback != f"{visit.origin}/callback":
        raise Closed(f"the callback is {callback}", f"Set PUBLIC_URL to {visit.origin}.")
    answer = visit.http.get(address, follow_redirects=False)
    said = f"{answer.headers.get('location', '')} {answer.text if answer.status_code >= 400 else ''}"
    for code, remedy in _APP_REMEDIES.items():
        if code in said:
            raise Closed(f"Salesforce says {code}", remedy.format(callback=callback))
    if answer.status_code >= 400:
        raise Closed(f"Salesforce answers {answer.status_code}", "Check SalesforceLoginUrl of the stack.")


_APP_REMEDIES = {
    "invalid_client_id": "SalesforceClientId must be the app's consumer key, not the secret. A new app takes 10 min.",
    "redirect_uri_mismatch": "Enter this callback URL in the app, character for character: {callback}",
    "OAUTH_APP_BLOCKED": "Setup, Connected Apps OAuth Usage: unblock the app.",
    "invalid_scope": "External Client App Manager, the app: Selected OAuth Scopes must hold api, refresh_token, id.",
}


def query(visit: Visit) -> None:
    """With a token: through the gate, the grant, its renewal where it is due, and the org's API."""
    if not visit.token:
        return
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": _QUERY}
    headers = {**_ACCEPT, "Authorization": f"Bearer {visit.token}"}
    answer = visit.http.post(visit.origin + visit.path, json=message, headers=headers)
    if answer.status_code == 401:
        raise Closed("the token, or the Salesforce grant behind it, has ended", "Connect the client again.")
    result = answer.json().get("result", {}) if answer.status_code == 200 else {}
    if not result or result.get("isError"):
        told = result.get("structuredContent", {})
        raise Closed(
            f"the query failed: {told.get('message', answer.status_code)}", str(told.get("hint", "See the log."))
        )


CHECKS: list[Callable[[Visit], None]] = [
    reachable,
    clock,
    challenge,
    resource_metadata,
    server_metadata,
    cross_origin,
    salesforce_app,
    query,
]


def examine(url: str, *, token: str = "", transport: httpx.BaseTransport | None = None) -> int:
    """0 when every gate opens; 1 at the first that does not."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise InvalidInput(f"{url!r} is not an address", hint="It looks like https://mcp.example.com/mcp.")
    with httpx.Client(timeout=30, transport=transport) as http:
        visit = Visit(http, url, token)
        for check in CHECKS:
            name = check.__name__.replace("_", " ")
            if check is query and not token:
                skipped(name)
                continue
            try:
                with _understood():
                    check(visit)
            except Closed as closed:
                failed(name, closed)
                return 1
            passed(name)
    return 0


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, AttributeError, IndexError) as error:
        raise Closed(
            f"an answer that is not this server's ({type(error).__name__})",
            "Something else may answer at this address.",
        ) from None
    except httpx.HTTPError as error:
        raise Closed(f"no answer ({type(error).__name__})", "Try again; then look at the functions' logs.") from None


def _json(visit: Visit, path: str) -> dict[str, Any]:
    answer = visit.http.get(visit.origin + path)
    if answer.status_code != 200:
        raise Closed(
            f"GET {path} answers {answer.status_code}", "Well-known paths must reach the function, without a stage."
        )
    told: dict[str, Any] = answer.json()
    return told


def _sign_in_address(visit: Visit) -> str | None:
    """As far as a client comes without a person: the address at Salesforce that consent leads to.

    None where nobody signs in with a browser.
    """
    asked = {"client_name": "salesforce-mcp doctor", "redirect_uris": [_REDIRECT]}
    client_id = visit.http.post(visit.metadata["registration_endpoint"], json=asked).json()["client_id"]
    challenge = urlsafe_b64encode(sha256(secrets.token_bytes(32)).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": _REDIRECT,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "resource": visit.origin + visit.path,
        "state": secrets.token_urlsafe(16),
    }
    page = visit.http.get(visit.metadata["authorization_endpoint"], params=query)
    if "error=unauthorized_client" in page.headers.get("location", ""):
        return None
    if page.status_code != 200:
        raise Closed(f"the consent page answers {page.status_code}", "Look at the log of the function that signs in.")
    found = re.search(r'name="consent" value="([^"]+)"', page.text)
    form = {"consent": found[1] if found else "", "level": "read", "decision": "allow"}
    onward = visit.http.post(f"{visit.origin}/consent", data=form)
    link = re.search(r'<a href="([^"]+)"', onward.text)
    if onward.status_code != 200 or not link:
        reason = re.search(r'<p class="lead">([^<]*)</p>', onward.text)
        raise Closed(
            unescape(reason[1]) if reason else f"consent answers {onward.status_code}", "Check SalesforceLoginUrl."
        )
    return unescape(link[1])
