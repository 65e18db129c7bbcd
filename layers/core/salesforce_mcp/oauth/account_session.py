"""The person at /account: a cookie of its own, made anew at each sign-in."""

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.oauth.cookies import ACCOUNT, read_cookie, set_cookie
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


def _key(cookie: str) -> Key:
    return Key(f"account#{fingerprint(cookie)}")
