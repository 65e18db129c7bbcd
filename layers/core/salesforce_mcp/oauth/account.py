"""/account: who is connected as you, and an end to it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_mcp.errors import SignInRequired
from salesforce_mcp.oauth.account_session import (
    account_form_token,
    account_subject,
    not_shown_here,
    require_account_form,
)
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.connections import connections_of, disconnect
from salesforce_mcp.oauth.consent import chosen_login, is_from_our_page
from salesforce_mcp.oauth.departure import begin_sign_in
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.limits import CONSENT_BY_ADDRESS, address_of, keep_within
from salesforce_mcp.oauth.orgs import org_named
from salesforce_mcp.oauth.pages import account_page, nobody_page
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.oauth.tokens import Permission

_PATH = "/account"


@answers_people
async def account(request: Request) -> Response:
    services = services_of(request)
    subject = await account_subject(services, request)
    if not subject:
        return nobody_page(services.settings)
    who, org = subject.split("/")[1], subject.split("/")[0]
    try:
        _, tokens = await request.app.state.grants.describe(org, who)
        who, org = tokens.username or who, tokens.org_name or org
    except SignInRequired:
        org += " (the connection has ended: connect again)"
    connections = await connections_of(services, subject)
    token = account_form_token(services, request, path=_PATH)
    return account_page(who=who, org=org, connections=connections, form_token=token)


@answers_people
async def sign_in_to_account(request: Request) -> Response:
    """POST /account/sign-in: to see and end what is connected, on another day or from another computer."""
    services = services_of(request)
    await keep_within(services, CONSENT_BY_ADDRESS, address_of(request))
    if not is_from_our_page(request):
        raise OAuthError("access_denied", "this form was not shown on a page of ours", status=403)
    form = await read_form(request)
    app = org_named(services.settings, form.get("org", "default"))
    if app is None or app.is_operated:
        raise OAuthError("invalid_request", "there is no such org to sign in to", hint="Open /account again.")
    login_url = chosen_login(services, app, form)
    return await begin_sign_in(services, app, Asked(org=app.alias), scopes=frozenset(), login_url=login_url)


@answers_people
async def disconnect_client(request: Request) -> Response:
    services = services_of(request)
    form = await read_form(request)
    subject = await account_subject(services, request)
    if not subject:
        raise not_shown_here()
    require_account_form(services, request, form.get("form", ""), path=_PATH)
    chosen = next((one for one in await connections_of(services, subject) if one.family == form.get("family")), None)
    if chosen:
        permission = Permission(subject, "", "", frozenset(chosen.scopes), chosen.resource)
        await disconnect(services, request.app.state.grants, permission, chosen.family)
    return RedirectResponse("/account", status_code=303, headers={"Cache-Control": "no-store"})
