"""POST /services/oauth2/token: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flows.htm"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from salesforce_emulator.signin import grants
from salesforce_emulator.signin.errors import OAuthRefused
from salesforce_emulator.signin.form import Form, read_form
from salesforce_emulator.signin.grants import Granted
from salesforce_emulator.signin.identity import id_token
from salesforce_emulator.site import Site, site_of

GRANTS = {
    "authorization_code": grants.authorization_code,
    "refresh_token": grants.refresh_token,
    "client_credentials": grants.client_credentials,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": grants.jwt_bearer,
    "password": grants.password,
}
NOT_CACHED = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


async def token(request: Request) -> Response:
    """Exchange a grant for an access token."""
    site = site_of(request)
    if request.method != "POST":
        raise OAuthRefused("invalid_request", "must use HTTP POST")
    form = await read_form(request)
    grant = GRANTS.get(form.require("grant_type"))
    if grant is None:
        raise OAuthRefused("unsupported_grant_type", "grant type not supported")
    refreshed = form.get("refresh_token") if grant is grants.refresh_token else ""
    if not site.faults.begin_refresh(refreshed):
        raise OAuthRefused("invalid_grant", "token request is already being processed")
    try:
        if refreshed:
            await site.faults.refresh_takes_time()
        granted = grant(grants.TokenRequest(site, form, site.base_url(request)))
    finally:
        site.faults.end_refresh(refreshed)
    return _in_format(token_answer(site, granted, site.base_url(request)), form)


def token_answer(site: Site, granted: Granted, base_url: str) -> dict[str, Any]:
    session = granted.session
    identity = f"{base_url}/id/{site.org.organization_id}/{session.user_id}"
    issued_at = str(int(session.issued.timestamp() * 1000))
    signed = hmac.new(granted.app.consumer_secret.encode(), (identity + issued_at).encode(), hashlib.sha256)
    answer = {
        "access_token": session.token,
        "signature": base64.b64encode(signed.digest()).decode(),
        "scope": session.scope,
        "instance_url": base_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
    if granted.refresh_token:
        answer["refresh_token"] = granted.refresh_token
    if "openid" in session.scope.split():
        answer["id_token"] = id_token(site, session, base_url, nonce=granted.nonce)
    return answer


async def render_refusal(_request: Request, refused: Exception) -> Response:
    """The exception handler of every OAuth endpoint."""
    assert isinstance(refused, OAuthRefused)  # noqa: S101 - Starlette's signature is wider than ours
    body = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(body, status_code=refused.status, headers=NOT_CACHED)


def _in_format(answer: dict[str, Any], form: Form) -> Response:
    wanted = form.get("format") or "json"
    if wanted == "urlencoded":
        return PlainTextResponse(urlencode(answer), headers=NOT_CACHED, media_type="application/x-www-form-urlencoded")
    if wanted == "xml":
        parts = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.items())
        document = f'<?xml version="1.0" encoding="UTF-8"?><OAuth>{parts}</OAuth>'
        return Response(document, headers=NOT_CACHED, media_type="application/xml")
    return JSONResponse(answer, headers=NOT_CACHED)
