"""Authorization code flow in the browser: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm"""

import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_emulator import pages
from salesforce_emulator.signin.apps import App, allowed_scope
from salesforce_emulator.signin.errors import OAuthRefused
from salesforce_emulator.signin.form import read_form
from salesforce_emulator.signin.sessions import Code, Session, opaque
from salesforce_emulator.site import Site, site_of

COOKIE = "sid"
WRONG_PASSWORD = (
    "Please check your username and password. If you still can't log in, contact your Salesforce administrator."  # noqa: S105
)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url, RFC 7636 §4.2

CONSENT_TABLE = "CREATE TABLE IF NOT EXISTS _consent (id TEXT PRIMARY KEY, token TEXT, ask TEXT)"


@dataclass(frozen=True, slots=True)
class Ask:
    """An authorization request whose app and callback have been checked."""

    consumer_key: str
    redirect_uri: str
    state: str
    scope: str
    challenge: str
    nonce: str

    def answer(self, **values: str) -> Response:
        """Send the browser back to the app."""
        state = {"state": self.state} if self.state else {}
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return RedirectResponse(f"{self.redirect_uri}{joint}{urlencode({**values, **state})}", status_code=302)


def create_table(connection: sqlite3.Connection) -> None:
    connection.execute(CONSENT_TABLE)


async def authorize(request: Request) -> Response:
    """GET /services/oauth2/authorize"""
    site = site_of(request)
    values = dict(request.query_params)
    try:
        app = site.apps.find(values.get("client_id", ""))
        redirect_uri = _redirect_uri(app, values)
    except OAuthRefused as refused:
        # The callback is not proven to be the app's, so the browser stays here (RFC 6749 §4.1.2.1).
        return pages.refused(error=refused.error, description=refused.description)
    ask = Ask(app.consumer_key, redirect_uri, values.get("state", ""), "", "", values.get("nonce", ""))
    try:
        ask = _checked(ask, app, values)
    except OAuthRefused as refused:
        return ask.answer(error=refused.error, error_description=refused.description)
    session = _browser_session(site, request)
    prompts = values.get("prompt", "").split()
    if session is None or "login" in prompts or "select_account" in prompts:
        return _login_page(site, start_url=_without_login_prompt(request), username=values.get("login_hint", ""))
    return _decide(site, ask, app, session, ask_again="consent" in prompts)


async def log_in(request: Request) -> Response:
    """POST /login"""
    site = site_of(request)
    form = await read_form(request)
    start_url = form.get("startURL")
    user_id = site.org.check_password(form.get("un"), form.get("pw"))
    if user_id is None:
        return _login_page(site, start_url=start_url, username=form.get("un"), wrong=WRONG_PASSWORD)
    response = RedirectResponse(_own_path(start_url), status_code=303)
    session = site.sessions.start(user_id)
    secure = site.base_url(request).startswith("https://")
    response.set_cookie(COOKIE, session.token, path="/", httponly=True, samesite="lax", secure=secure)
    return response


async def home(request: Request) -> Response:
    """GET /"""
    site = site_of(request)
    session = _browser_session(site, request)
    if session is None:
        return _login_page(site, start_url="/")
    return pages.home(username=site.user(session.user_id)["Username"])


async def log_out(request: Request) -> Response:
    """GET /secur/logout.jsp"""
    site_of(request).sessions.end(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def approve(request: Request) -> Response:
    """POST /services/oauth2/approve: the user's decision about what the approval page showed."""
    site = site_of(request)
    form = await read_form(request)
    session = _browser_session(site, request)
    row = site.org.connection.execute(
        "DELETE FROM _consent WHERE id = ? AND token = ? RETURNING ask",
        (form.get("consent"), session.token if session else ""),
    ).fetchone()
    if session is None or row is None:
        return pages.refused(error="invalid_request", description="this approval page has expired: start again")
    ask = Ask(**json.loads(row[0]))
    if form.get("decision") != "allow":
        return ask.answer(error="access_denied", error_description="end-user denied authorization")
    site.apps.approve(site.apps.find(ask.consumer_key), session.user_id, ask.scope)
    return _send_code(site, ask, session)


def _redirect_uri(app: App, values: dict[str, str]) -> str:
    """Callbacks are compared character by character (RFC 9700 §4.1.3)."""
    redirect_uri = values.get("redirect_uri", "")
    if not redirect_uri:
        raise OAuthRefused("redirect_uri_missing", "redirect_uri not provided")
    if redirect_uri not in app.callback_urls:
        raise OAuthRefused("redirect_uri_mismatch", "redirect_uri must match configuration")
    return redirect_uri


def _checked(ask: Ask, app: App, values: dict[str, str]) -> Ask:
    if values.get("response_type") != "code":
        raise OAuthRefused("unsupported_response_type", "response type not supported")
    challenge = values.get("code_challenge", "")
    if app.require_pkce and not challenge:
        raise OAuthRefused("invalid_request", "missing required code challenge")
    if challenge and (values.get("code_challenge_method", "S256") != "S256" or not CHALLENGE.fullmatch(challenge)):
        raise OAuthRefused("invalid_request", "invalid code challenge")
    scope = allowed_scope(app, values.get("scope", ""))
    return Ask(ask.consumer_key, ask.redirect_uri, ask.state, scope, challenge, ask.nonce)


def _decide(site: Site, ask: Ask, app: App, session: Session, *, ask_again: bool) -> Response:
    user = site.user(session.user_id)
    if app.admin_approved is not None:
        if user["Username"] in app.admin_approved:
            return _send_code(site, ask, session)
        return ask.answer(error="invalid_app_access", error_description="user is not admin approved to access this app")
    known = site.apps.approved_scope(app, session.user_id)
    if known is not None and set(ask.scope.split()) <= set(known.split()) and not ask_again:
        return _send_code(site, ask, session)
    consent = opaque(40)
    site.org.connection.execute(
        "INSERT INTO _consent VALUES (?, ?, ?)", (consent, session.token, json.dumps(asdict(ask)))
    )
    return pages.approve(app_name=app.name, username=user["Username"], scopes=ask.scope.split(), consent=consent)


def _send_code(site: Site, ask: Ask, session: Session) -> Response:
    code = Code(session.user_id, ask.consumer_key, ask.scope, ask.redirect_uri, ask.challenge, ask.nonce)
    return ask.answer(code=site.sessions.issue_code(code))


def _browser_session(site: Site, request: Request) -> Session | None:
    """Only the session of a login page counts: an app's access token is not a browser's cookie."""
    session = site.sessions.find(request.cookies.get(COOKIE, ""))
    return session if session is not None and not session.consumer_key else None


def _login_page(site: Site, *, start_url: str, username: str = "", wrong: str = "") -> Response:
    return pages.login(start_url=start_url, username=username, wrong=wrong, usernames=site.usernames())


def _without_login_prompt(request: Request) -> str:
    """Where to go on after the login page; asking for a login once is enough."""
    values = parse_qsl(request.url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in values if name != "prompt" or value == "consent"]
    return f"{request.url.path}?{urlencode(kept)}"


def _own_path(start_url: str) -> str:
    """Only a path of this org: never another host (no open redirect)."""
    if not start_url.startswith("/") or start_url.startswith(("//", "/\\")) or "\\" in start_url:
        return "/"
    return start_url
