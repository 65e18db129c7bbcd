"""One page: plain HTML, no script but where one is given, nothing from elsewhere, never in a frame."""

import secrets
from dataclasses import dataclass

from starlette.responses import HTMLResponse

from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.style import STYLE


@dataclass(frozen=True)
class Script:
    """What makes a page nicer that also works without."""

    text: str
    connects_to: str = "'self'"


def page(
    title: str,
    *content: str,
    status: int = 200,
    refresh: str = "",
    forms_to: str = "'self'",
    mood: str = "",
    script: Script | None = None,
) -> HTMLResponse:
    """`refresh` is where the browser goes on to by itself; content should hold a link there too.

    `mood` is good or bad for what has just gone so; it colours, and says nothing that the words do not.
    """
    nonce = secrets.token_urlsafe(16)
    head = joined(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="refresh", content=f"0; url={refresh}") if refresh else "",
        element("title", f"{title} · Salesforce MCP"),
        element("style", Html(STYLE), nonce=nonce),
    )
    if script:
        content = (*content, element("script", Html(script.text), nonce=nonce))
    brand = element("p", "Salesforce MCP", class_="brand")
    main = element("main", brand, element("h1", title), *content, class_=mood or False)
    document = joined(Html("<!doctype html>"), element("html", element("head", head), element("body", main), lang="en"))
    return HTMLResponse(document, status_code=status, headers=_headers(nonce, forms_to, script))


def _headers(nonce: str, forms_to: str, script: Script | None) -> dict[str, str]:
    scripts = f"script-src 'nonce-{nonce}'; connect-src {script.connects_to}; " if script else ""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; {scripts}form-action {forms_to}; "
        "frame-ancestors 'none'; base-uri 'none'",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
