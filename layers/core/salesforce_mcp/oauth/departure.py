"""Off to Salesforce: what is kept until the browser comes back, and the address it leaves for (RFC 9700 §4.7)."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from starlette.responses import Response

from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.cookies import SIGN_IN, set_cookie
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.oauth.orgs import OrgApp
from salesforce_mcp.oauth.pages import SALESFORCE_SCOPES, continue_page
from salesforce_mcp.oauth.redirects import shown_host
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services

SIGN_IN_SECONDS = 600


async def begin_sign_in(
    services: Services, app: OrgApp, asked: Asked, *, scopes: frozenset[str], login_url: str
) -> Response:
    """`asked` names no client where a person only wants to see the account page: then only who it is, is asked for."""
    state, browser = new_secret(), new_secret()
    kept = {
        "asked": asked.as_row(),
        "scopes": sorted(scopes),
        "login_url": login_url,
        "browser": fingerprint(browser),
    }
    expires = int(services.clock.now()) + SIGN_IN_SECONDS
    await services.store.put(Key(f"state#{fingerprint(state)}"), kept, expires_at=expires)
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": callback_url(services),
        "scope": SALESFORCE_SCOPES if asked.client_id else "id",
        "state": state,
        "code_challenge": _challenge(salesforce_verifier(browser)),
        "code_challenge_method": "S256",
    }
    address = f"{login_url}/services/oauth2/authorize?{urlencode(query)}"
    back = shown_host(asked.redirect_uri) if asked.client_id else "your account"
    text = f"Next you sign in at {urlsplit(login_url).netloc}; then you are sent back to {back}."
    response = continue_page("On to Salesforce", text, address)
    set_cookie(response, services.settings, sign_in_cookie(state), browser, seconds=SIGN_IN_SECONDS)
    return response


def callback_url(services: Services) -> str:
    return f"{services.settings.public_url}/callback"


def sign_in_cookie(state: str) -> str:
    """One cookie a sign-in, so that two tabs do not disturb each other."""
    return SIGN_IN + fingerprint(state)[:16]


def salesforce_verifier(browser: str) -> str:
    """Our PKCE verifier at Salesforce follows from the browser's cookie: we need not keep it, and no URL holds it."""
    return urlsafe_b64encode(hmac.digest(browser.encode(), b"verifier for Salesforce", sha256)).rstrip(b"=").decode()


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
