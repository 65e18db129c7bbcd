"""One page: plain HTML, no script, nothing from elsewhere, never in a frame."""

import secrets

from starlette.responses import HTMLResponse

from salesforce_mcp.oauth.html import Html, element, joined

_STYLE = """
:root { color-scheme: light dark; --ink: #16202e; --quiet: #55606e; --paper: #f3f5f8; --card: #fff; --line: #d5dbe3;
  --deed: #0b5cab; --warn: #7a4b00; --warn-paper: #fff4dc; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef2f7; --quiet: #a9b4c2; --paper: #10161f; --card: #1a222e;
  --line: #37424f; --deed: #6ab0f5; --warn: #ffd587; --warn-paper: #33280f; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: 4vh auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
dt { color: var(--quiet); font-size: .9rem; } dd { margin: 0 0 .6rem; }
fieldset { margin: 1rem 0; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: 8px; }
label { display: block; padding: .4rem 0; } label small { display: block; margin-left: 1.6rem; color: var(--quiet); }
input[type=text] { width: 100%; padding: .6rem; font: inherit; }
button, .go { display: inline-block; min-height: 44px; margin: .5rem .5rem 0 0; padding: .6rem 1.2rem; font: inherit;
  color: var(--ink); background: transparent; border: 1px solid var(--line); border-radius: 8px; cursor: pointer;
  text-decoration: none; }
button.main, .go { color: var(--card); background: var(--deed); border-color: var(--deed); }
a { color: var(--deed); } a.go { color: var(--card); }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
.warning { padding: .6rem .9rem; color: var(--warn); background: var(--warn-paper); border-radius: 8px; }
code { font-size: .92em; } .quiet { color: var(--quiet); font-size: .9rem; }
"""


def page(title: str, *content: str, status: int = 200, refresh: str = "", forms_to: str = "'self'") -> HTMLResponse:
    """`refresh` is where the browser goes on to by itself; content should hold a link there too."""
    nonce = secrets.token_urlsafe(16)
    head = joined(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="refresh", content=f"0; url={refresh}") if refresh else "",
        element("title", f"{title} · Salesforce MCP"),
        element("style", Html(_STYLE), nonce=nonce),
    )
    body = element("body", element("main", element("h1", title), *content))
    document = joined(Html("<!doctype html>"), element("html", element("head", head), body, lang="en"))
    return HTMLResponse(document, status_code=status, headers=_headers(nonce, forms_to))


def _headers(nonce: str, forms_to: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; form-action {forms_to}; "
        "frame-ancestors 'none'; base-uri 'none'",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
