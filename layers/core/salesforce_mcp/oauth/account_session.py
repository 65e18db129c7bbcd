"""The person at /account: a cookie of its own, made anew at each sign-in."""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.oauth.cookies import ACCOUNT, read_cookie, set_cookie
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services

_SECONDS = 8 * 3600


async def begin_account_session(services: Services, response: Response, organization_id: str, user_id: str) -> None:
    """Never a cookie that was there before: nobody can be signed in to a session somebody else has prepared."""
    cookie = new_secret()
    expires = int(services.clock.now()) + _SECONDS
    await services.store.put(_key(cookie), {"subject": f"{organization_id}/{user_id}"}, expires_at=expires)
    set_cookie(response, services.settings, ACCOUNT, cookie, seconds=_SECONDS)


async def account_subject(services: Services, request: Request) -> str:
    """<organization id>/<user id> of who signed in with this browser; empty for nobody."""
    item = await services.store.get(_key(account_cookie(request, services)))
    return item.value["subject"] if item else ""


def account_cookie(request: Request, services: Services) -> str:
    return read_cookie(request, services.settings, ACCOUNT)


def account_form_token(services: Services, request: Request, *, path: str) -> str:
    """What the forms at a path carry. It follows from the cookie, which no other site can read or set."""
    return hmac.digest(account_cookie(request, services).encode(), f"form at {path}".encode(), sha256).hex()


def require_account_form(services: Services, request: Request, token: str, *, path: str) -> None:
    if not hmac.compare_digest(token.encode(), account_form_token(services, request, path=path).encode()):
        raise not_shown_here()


def not_shown_here() -> OAuthError:
    return OAuthError("access_denied", "this form was not shown in this browser", status=403)


def _key(cookie: str) -> Key:
    return Key(f"account#{fingerprint(cookie)}")
