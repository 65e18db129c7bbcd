"""What a client may exchange for an access token: one function per grant type."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from salesforce_emulator.signin.apps import App, allowed_scope
from salesforce_emulator.signin.errors import OAuthRefused, invalid_grant
from salesforce_emulator.signin.form import Form
from salesforce_emulator.signin.sessions import Session, opaque
from salesforce_emulator.site import Site

LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
ASSERTION_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    site: Site
    form: Form
    base_url: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What a grant gave: a session, and what goes with it."""

    app: App
    session: Session
    refresh_token: str = ""
    nonce: str = ""


def authorization_code(ask: TokenRequest) -> Granted:
    site, form = ask.site, ask.form
    value = form.require("code")
    app = site.apps.authenticate(form.require("client_id"), form.secret)
    family = opaque(20)
    code = site.sessions.take_code(value, consumer_key=app.consumer_key, family=family)
    if form.get("redirect_uri") != code.redirect_uri:
        raise OAuthRefused("redirect_uri_mismatch", "redirect_uri must match configuration")
    _check_verifier(form.get("code_verifier"), code.challenge)
    return _granted(ask, app, code.user_id, code.scope, family=family, nonce=code.nonce)


def refresh_token(ask: TokenRequest) -> Granted:
    site, form = ask.site, ask.form
    value = form.require("refresh_token")
    app = site.apps.authenticate(form.require("client_id"), form.secret)
    old = site.sessions.live_refresh_token(value, app.consumer_key)
    _check_active(site, old.user_id)
    rotated = site.sessions.rotate(old) if site.faults.refresh_tokens_rotate else ""
    session = site.sessions.start(old.user_id, consumer_key=app.consumer_key, scope=old.scope, family=old.family)
    return Granted(app, session, refresh_token=rotated)


def client_credentials(ask: TokenRequest) -> Granted:
    """Only on the org's own domain, and only as the user that the app names."""
    site, form = ask.site, ask.form
    if ask.base_url in LOGIN_HOSTS:
        raise invalid_grant("request not supported on this domain")
    app = site.apps.authenticate(form.require("client_id"), form.secret or "")
    user_id = site.anybody(app.run_as) if app.run_as else None
    if user_id is None:
        raise invalid_grant("no client credentials user enabled")
    return _without_refresh(ask, app, user_id)


def jwt_bearer(ask: TokenRequest) -> Granted:
    """https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm"""
    site = ask.site
    assertion = ask.form.require("assertion")
    app = site.apps.find(_unverified(assertion).get("iss", ""))
    claims = _verified(assertion, app)
    _check_audience(claims.get("aud"), ask.base_url)
    expires = _check_expiry(claims.get("exp"), site.org.now())
    user_id = site.anybody(str(claims.get("sub", "")))
    if user_id is None:
        raise invalid_grant("user hasn't approved this consumer")
    _check_approved(site, app, user_id)
    jti = claims.get("jti")
    if jti is not None and not site.sessions.first_use(str(jti), consumer_key=app.consumer_key, expires=expires):
        raise invalid_grant("invalid assertion")
    return _without_refresh(ask, app, user_id)


def password(ask: TokenRequest) -> Granted:
    """The username-password flow, which existing connected apps still have."""
    site, form = ask.site, ask.form
    app = site.apps.authenticate(form.require("client_id"), form.secret)
    user_id = site.org.check_password(form.require("username"), form.require("password"))
    if user_id is None:
        raise invalid_grant("authentication failure")
    _check_admin_approval(site, app, user_id)
    return _without_refresh(ask, app, user_id)


def _granted(ask: TokenRequest, app: App, user_id: str, scope: str, *, family: str, nonce: str) -> Granted:
    site = ask.site
    _check_active(site, user_id)
    session = site.sessions.start(user_id, consumer_key=app.consumer_key, scope=scope, family=family)
    refresh = ""
    if {"refresh_token", "offline_access"} & set(scope.split()):
        refresh = site.sessions.issue_refresh_token(user_id, consumer_key=app.consumer_key, scope=scope, family=family)
    return Granted(app, session, refresh_token=refresh, nonce=nonce)


def _without_refresh(ask: TokenRequest, app: App, user_id: str) -> Granted:
    _check_active(ask.site, user_id)
    scopes = [one for one in allowed_scope(app, "").split() if one not in {"refresh_token", "offline_access"}]
    session = ask.site.sessions.start(user_id, consumer_key=app.consumer_key, scope=" ".join(scopes))
    return Granted(app, session)


def _check_verifier(verifier: str, challenge: str) -> None:
    """RFC 7636 §4.6"""
    if not challenge:
        return
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not 43 <= len(verifier) <= 128 or not hmac.compare_digest(hashed, challenge):
        raise invalid_grant("invalid code verifier")


def _check_active(site: Site, user_id: str) -> None:
    if not site.user(user_id)["IsActive"]:
        raise OAuthRefused("inactive_user", "user is inactive")


def _check_admin_approval(site: Site, app: App, user_id: str) -> None:
    if app.admin_approved is not None and site.user(user_id)["Username"] not in app.admin_approved:
        raise OAuthRefused("invalid_app_access", "user is not admin approved to access this app")


def _check_approved(site: Site, app: App, user_id: str) -> None:
    """Nobody is there to ask: an admin or the user must have agreed before."""
    _check_admin_approval(site, app, user_id)
    if app.admin_approved is None and site.apps.approved_scope(app, user_id) is None:
        raise invalid_grant("user hasn't approved this consumer")


def _unverified(assertion: str) -> dict[str, Any]:
    try:
        return jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise invalid_grant("invalid assertion") from error


def _verified(assertion: str, app: App) -> dict[str, Any]:
    """Check the signature alone; times and audience have their own errors, and `exp` may be a string."""
    if not app.certificate:
        raise invalid_grant("invalid assertion")
    key = x509.load_pem_x509_certificate(app.certificate.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise invalid_grant("invalid assertion")
    unchecked = {f"verify_{one}": False for one in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        return jwt.decode(assertion, key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise invalid_grant("invalid assertion") from error


def _check_audience(audience: Any, base_url: str) -> None:
    given = audience if isinstance(audience, list) else [audience]
    accepted = {*LOGIN_HOSTS, base_url}
    if not any(str(one).rstrip("/") in accepted for one in given):
        raise invalid_grant("Audience validation failed")


def _check_expiry(exp: Any, now: datetime) -> datetime:
    try:
        expires = datetime.fromtimestamp(int(exp), UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise invalid_grant("invalid assertion") from error
    if expires <= now:
        raise invalid_grant("expired authorization code")
    if expires > now + ASSERTION_LIFE:
        raise invalid_grant("invalid assertion")
    return expires
