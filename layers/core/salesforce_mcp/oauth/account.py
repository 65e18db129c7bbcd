"""GET /account and POST /account/disconnect: who is connected as you, and an end to it."""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_mcp.errors import SignInRequired
from salesforce_mcp.oauth.account_session import account_cookie, account_subject
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.connections import connections_of, disconnect
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.pages import account_page, nobody_page
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.services import Services


@answers_people
async def account(request: Request) -> Response:
    services = services_of(request)
    subject = await account_subject(services, request)
    if not subject:
        return nobody_page()
    who, org = subject.split("/")[1], subject.split("/")[0]
    try:
        _, tokens = await request.app.state.grants.describe(org, who)
        who, org = tokens.username or who, tokens.org_name or org
    except SignInRequired:
        org += " (the connection has ended: connect again)"
    connections = await connections_of(services, subject)
    return account_page(who=who, org=org, connections=connections, form_token=_form_token(services, request))


@answers_people
async def disconnect_client(request: Request) -> Response:
    services = services_of(request)
    form = await read_form(request)
    subject = await account_subject(services, request)
    if not subject or not hmac.compare_digest(form.get("form", "").encode(), _form_token(services, request).encode()):
        raise OAuthError("access_denied", "this form was not shown in this browser", status=403)
    chosen = next((one for one in await connections_of(services, subject) if one.family == form.get("family")), None)
    if chosen:
        permission = Permission(subject, "", "", frozenset(chosen.scopes), chosen.resource)
        await disconnect(services, request.app.state.grants, permission, chosen.family)
    return RedirectResponse("/account", status_code=303, headers={"Cache-Control": "no-store"})


def _form_token(services: Services, request: Request) -> str:
    """Follows from the cookie, which no other site can read or set."""
    return hmac.digest(account_cookie(request, services).encode(), b"form at /account", sha256).hex()
