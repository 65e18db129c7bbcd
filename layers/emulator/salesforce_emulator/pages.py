"""The pages that a browser sees: plain forms that work without JavaScript."""

from collections.abc import Mapping, Sequence
from html import escape

from starlette.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f5f9, #14181f) }
main { width: min(24rem, 90vw); padding: 2rem; border-radius: .75rem; background: light-dark(#fff, #1f2530);
       box-shadow: 0 1px 3px #0003, 0 8px 24px #0002 }
h1 { margin: 0 0 .25rem; font-size: 1.25rem } p { margin: .5rem 0 }
.note { color: light-dark(#5a6472, #a4afbf); font-size: .875rem }
.wrong { padding: .5rem .75rem; border-radius: .375rem; background: light-dark(#fdecea, #4a1f1f);
         color: light-dark(#8c1d18, #ffd9d6) }
label { display: block; margin: .75rem 0 .25rem; font-size: .875rem }
input[type=text], input[type=password] { width: 100%; box-sizing: border-box; padding: .5rem; font: inherit;
       border: 1px solid #8a94a6; border-radius: .375rem }
.buttons { display: flex; gap: .5rem; margin-top: 1.25rem }
button { flex: 1; padding: .625rem; font: inherit; border: 1px solid #0b5cab; border-radius: .375rem; cursor: pointer;
         background: #0b5cab; color: #fff }
button.second { background: transparent; color: inherit; border-color: #8a94a6 }
ul { padding-left: 1.25rem }
"""

MEANINGS = {
    "api": "Read and change your CRM data through the API",
    "refresh_token": "Do so at any time, also when you are not there",
    "offline_access": "Do so at any time, also when you are not there",
    "id": "Know who you are",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "web": "Use your session in the browser",
    "full": "Everything that you may do",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def login(*, start_url: str, username: str = "", wrong: str = "", usernames: Sequence[str] = ()) -> HTMLResponse:
    """Ask for username and password; the demo users are named, since this org exists to be tried."""
    message = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    hint = f'<p class="note">Demo users: {escape(", ".join(usernames))}. Password: demo</p>' if usernames else ""
    return _page(
        "Log in | Emulated Salesforce",
        f"""<h1>Log in</h1><p class="note">Emulated Salesforce org</p>{message}
<form method="post" action="/login">
<input type="hidden" name="startURL" value="{escape(start_url)}">
<label for="username">Username</label>
<input type="text" id="username" name="un" value="{escape(username)}" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input type="password" id="password" name="pw" autocomplete="current-password" required>
<div class="buttons"><button type="submit" name="Login" value="Log In">Log In</button></div>
</form>{hint}""",
    )


def approve(*, app_name: str, username: str, scopes: Sequence[str], consent: str) -> HTMLResponse:
    """Ask whether the app may act for the user."""
    meanings = dict.fromkeys(MEANINGS.get(scope, scope) for scope in scopes)
    allowed = "".join(f"<li>{escape(one)}</li>" for one in meanings)
    return _page(
        "Allow access? | Emulated Salesforce",
        f"""<h1>Allow access?</h1><p><strong>{escape(app_name)}</strong> is asking to:</p><ul>{allowed}</ul>
<p class="note">You are logged in as {escape(username)}.</p>
<form method="post" action="/services/oauth2/approve">
<input type="hidden" name="consent" value="{escape(consent)}">
<div class="buttons"><button class="second" type="submit" name="decision" value="deny">Deny</button>
<button type="submit" name="decision" value="allow">Allow</button></div>
</form>""",
    )


def refused(*, error: str, description: str, status: int = 400) -> HTMLResponse:
    """What a browser sees when there is no address to which it could safely be sent back."""
    return _page(
        "OAuth error | Emulated Salesforce",
        f"<h1>OAuth error</h1><p class='wrong'>error={escape(error)}&amp;error_description={escape(description)}</p>",
        status=status,
    )


def home(*, username: str) -> HTMLResponse:
    return _page(
        "Emulated Salesforce", f"<h1>Emulated Salesforce org</h1><p>You are logged in as {escape(username)}.</p>"
    )


def _page(title: str, body: str, *, status: int = 200, headers: Mapping[str, str] = HEADERS) -> HTMLResponse:
    document = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
    return HTMLResponse(document, status_code=status, headers=dict(headers))
