"""GET /callback: Salesforce's answer becomes a grant of ours and a code for the client (RFC 9700 §4.7)."""

import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_mcp.errors import Failure, SignInRequired
from salesforce_mcp.oauth.account_session import account_subject, begin_account_session
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.codes import Code, keep_code
from salesforce_mcp.oauth.cookies import clear_cookie, read_cookie
from salesforce_mcp.oauth.departure import callback_url, salesforce_verifier, sign_in_cookie
from salesforce_mcp.oauth.errors import OAuthError, described
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.oauth.orgs import org_of
from salesforce_mcp.oauth.pages import connected_page, error_page
from salesforce_mcp.oauth.parameters import read_query
from salesforce_mcp.oauth.people import names_of
from salesforce_mcp.oauth.redirects import application_of
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.ports import Key
from salesforce_mcp.salesforce.sign_in import TokenAnswer, authorization_code, exchange, revoke
from salesforce_mcp.salesforce.sign_in_failures import sign_in_failure
from salesforce_mcp.services import Services

_WITHOUT_REFRESH = (
    "Salesforce gave no refresh token, so this ends with the Salesforce session. An administrator allows it in Setup, "
    "External Client App Manager, the app, Policies: the scope refresh_token and a refresh token policy other than "
    "'Immediately expire refresh token'."
)

_SOMEBODY_ELSE = (
    "Before, somebody else was signed in with this browser. From here on {client} works as {who} in {org}. If that is "
    "not you, do not go on: log out of Salesforce and connect again."
)


@dataclass
class Callback:
    services: Services
    grants: Grants
    request: Request
    query: dict[str, str] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: Key(""))
    browser: str = ""  # the cookie of the sign-in
    asked: Asked = field(default_factory=Asked)  # filled in once the state proved to be ours
    scopes: frozenset[str] = frozenset()
    login_url: str = ""
    answer: TokenAnswer | None = None
    who: str = ""
    org_name: str = ""
    code: str = ""


async def require_one_value_each(flow: Callback) -> None:
    flow.query = read_query(flow.request)


async def require_same_browser(flow: Callback) -> None:
    """The cookie set on approval; looked at before the state is used up, so that nobody else can spoil a sign-in."""
    state = flow.query.get("state", "")
    flow.key = Key(f"state#{fingerprint(state)}")
    kept = await flow.services.store.get(flow.key)
    flow.browser = read_cookie(flow.request, flow.services.settings, sign_in_cookie(state))
    if kept is None or not flow.browser or not hmac.compare_digest(fingerprint(flow.browser), kept.value["browser"]):
        raise _not_begun_here()


async def require_state_used_once(flow: Callback) -> None:
    kept = await flow.services.store.take(flow.key)
    if kept is None:
        raise _not_begun_here()
    flow.asked = Asked.from_row(kept.value["asked"])
    flow.scopes = frozenset(kept.value["scopes"])
    flow.login_url = kept.value["login_url"]


async def require_no_salesforce_error(flow: Callback) -> None:
    if error := flow.query.get("error"):
        description = flow.query.get("error_description", "")
        raise sign_in_failure(error, description, callback=callback_url(flow.services))
    if "code" not in flow.query:
        raise OAuthError("server_error", "Salesforce sent neither a code nor an error")


async def exchange_code_with_pkce(flow: Callback) -> None:
    """RFC 7636 §4.5. `exchange` refuses an answer whose instance_url or identity is not Salesforce's."""
    services, app = flow.services, org_of(flow.services.settings, flow.asked.org)
    form = authorization_code(
        client_id=app.client_id,
        client_secret=await app.secret(services.secrets),
        code=flow.query["code"],
        redirect_uri=callback_url(services),
        code_verifier=salesforce_verifier(flow.browser),
    )
    flow.answer = await exchange(services.login, flow.login_url, form, extra_hosts=services.settings.extra_org_hosts)


async def keep_grant(flow: Callback) -> None:
    answer = _signed_in(flow)
    flow.who, flow.org_name = await names_of(flow.services, answer)
    await flow.grants.keep(
        answer, org=flow.asked.org, login_url=flow.login_url, username=flow.who, org_name=flow.org_name
    )


async def issue_our_code(flow: Callback) -> None:
    answer = _signed_in(flow)
    permission = Permission(
        subject=f"{answer.organization_id}/{answer.user_id}",
        org=flow.asked.org,
        client_id=flow.asked.client_id,
        scopes=flow.scopes,
        resource=flow.asked.resource,
    )
    flow.code = new_secret()
    code = Code(permission, redirect_uri=flow.asked.redirect_uri, challenge=flow.asked.challenge)
    await keep_code(flow.services, flow.code, replace(code, client_name=flow.asked.client_name))


async def end_the_session_at_once(flow: Callback) -> None:
    """Only who it is was wanted; a refusal is nobody's trouble, and the session ends by itself."""
    answer = _signed_in(flow)
    token, extra = answer.refresh_token or answer.access_token, flow.services.settings.extra_org_hosts
    with suppress(Failure):
        await revoke(flow.services.http, flow.login_url, token, extra_hosts=extra)


CHECKS: list[Callable[[Callback], Awaitable[None]]] = [
    require_one_value_each,
    require_same_browser,
    require_state_used_once,
    require_no_salesforce_error,
    exchange_code_with_pkce,
]
FOR_A_CLIENT = [keep_grant, issue_our_code]
FOR_THE_ACCOUNT = [end_the_session_at_once]


@answers_people
async def callback(request: Request) -> Response:
    flow = Callback(services_of(request), request.app.state.grants, request)
    try:
        for check in CHECKS:
            await check(flow)
        for check in FOR_A_CLIENT if flow.asked.client_id else FOR_THE_ACCOUNT:
            await check(flow)
    except Failure as failure:
        if not flow.asked.redirect_uri:
            raise
        response = _explain(flow, failure)
    else:
        response = await (_back_to_client(flow) if flow.asked.client_id else _to_the_account(flow))
    clear_cookie(response, flow.services.settings, sign_in_cookie(flow.query["state"]))
    return response


def _explain(flow: Callback, failure: Failure) -> Response:
    """What the person can mend is said here; a plain "no" goes straight back to the client."""
    denied = failure.code == "access_denied"
    address = flow.asked.address(
        flow.services.settings.issuer,
        error="access_denied" if denied else "server_error",
        error_description=described(failure),
    )
    if denied:
        return RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})
    status = 400 if isinstance(failure, SignInRequired) else 502
    return error_page(failure, status=status, back=address, client_name=flow.asked.back)


async def _back_to_client(flow: Callback) -> Response:
    answer = _signed_in(flow)
    address = flow.asked.address(flow.services.settings.issuer, code=flow.code)
    response: Response = RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})
    warning = await _warning(flow)
    # An application's own scheme leaves this tab standing, and a warning wants to be read.
    if application_of(flow.asked.redirect_uri) or warning:
        response = connected_page(
            client_name=flow.asked.client_name, who=flow.who, org=flow.org_name, warning=warning, address=address
        )
    await begin_account_session(flow.services, response, answer.organization_id, answer.user_id)
    return response


async def _to_the_account(flow: Callback) -> Response:
    answer = _signed_in(flow)
    response = RedirectResponse("/account", status_code=303, headers={"Cache-Control": "no-store"})
    await begin_account_session(flow.services, response, answer.organization_id, answer.user_id)
    return response


async def _warning(flow: Callback) -> str:
    """What the person should read before the client goes on."""
    answer = _signed_in(flow)
    before = await account_subject(flow.services, flow.request)
    if before and before != f"{answer.organization_id}/{answer.user_id}":
        return _SOMEBODY_ELSE.format(client=flow.asked.client_name, who=flow.who, org=flow.org_name)
    return "" if answer.refresh_token else _WITHOUT_REFRESH


def _signed_in(flow: Callback) -> TokenAnswer:
    if flow.answer is None:
        raise RuntimeError("exchange_code_with_pkce comes first")
    return flow.answer


def _not_begun_here() -> OAuthError:
    return OAuthError(
        "access_denied",
        "this sign-in was not begun in this browser, took longer than ten minutes or has been completed already",
        status=403,
        hint="Start again from the application. Cookies of this site must be allowed.",
    )
