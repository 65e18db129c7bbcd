"""Cookies that only this origin can set and read."""

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.settings import Settings

BROWSER = "browser"  # ties a consent form to the browser it was shown in
SIGN_IN = "sign-in-"  # one per running sign-in, ends with a part of the state's fingerprint
ACCOUNT = "account"  # the person signed in at /account


def read_cookie(request: Request, settings: Settings, name: str) -> str:
    return request.cookies.get(_full_name(settings, name), "")


def set_cookie(response: Response, settings: Settings, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        _full_name(settings, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_https(settings),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings, name: str) -> None:
    set_cookie(response, settings, name, "", seconds=0)


def _full_name(settings: Settings, name: str) -> str:
    # Browsers take __Host- cookies over https only; plain http is for this machine alone (Settings refuses others).
    return f"__Host-{name}" if _is_https(settings) else name


def _is_https(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
