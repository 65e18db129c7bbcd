"""GET /authorize: the client's request, checked step by step, ends in our consent page (OAuth 2.1 §4.1.1)."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.client import Client
from salesforce_mcp.oauth.clients import find_client
from salesforce_mcp.oauth.cookies import BROWSER, read_cookie, set_cookie
from salesforce_mcp.oauth.errors import OAuthError, described
from salesforce_mcp.oauth.levels import known_scopes, offered, smallest_for
from salesforce_mcp.oauth.limits import AUTHORIZE_BY_ADDRESS, AUTHORIZE_BY_CLIENT, address_of, keep_within
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.oauth.orgs import org_of
from salesforce_mcp.oauth.pages import consent_page, error_page
from salesforce_mcp.oauth.parameters import read_query
from salesforce_mcp.oauth.redirects import is_registered
from salesforce_mcp.oauth.resources import resource_named
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services

CONSENT_SECONDS = 600
_BROWSER_SECONDS = 86400
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # S256 of anything, in base64url (RFC 7636 §4.2)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_STATE = 2048


@dataclass
class Authorization:
    """A request on its way through the checks."""

    services: Services
    request: Request
    query: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client("", "", ()))
    redirect_uri: str = ""  # filled in once it is known to be the client's: errors go there from then on
    scopes: frozenset[str] = frozenset()
    resource: str = ""
    org: str = "default"

    @property
    def asked(self) -> Asked:
        return Asked(
            client_id=self.client.client_id,
            client_name=self.client.name,
            vouched_for_by=self.client.vouched_for_by,
            redirect_uri=self.redirect_uri,
            state=self.query.get("state", ""),
            challenge=self.query.get("code_challenge", ""),
            resource=self.resource,
            org=self.org,
            scopes=tuple(sorted(self.scopes)),
        )


async def keep_address_within_limit(flow: Authorization) -> None:
    await keep_within(flow.services, AUTHORIZE_BY_ADDRESS, address_of(flow.request))


async def require_one_value_each(flow: Authorization) -> None:
    flow.query = read_query(flow.request)


async def require_known_client(flow: Authorization) -> None:
    client_id = flow.query.get("client_id", "")
    if not client_id or len(client_id) > 500:
        raise OAuthError("invalid_request", "client_id is missing or too long")
    flow.client = await find_client(flow.services, client_id)


async def require_registered_redirect(flow: Authorization) -> None:
    """RFC 9700 §2.1; until here an error stays on our own page."""
    uri = flow.query.get("redirect_uri", "")
    if not is_registered(uri, flow.client.redirect_uris):
        raise OAuthError(
            "invalid_request",
            "redirect_uri is not one that this client has registered" if uri else "redirect_uri is missing",
            hint=f"{flow.client.name} has registered: {', '.join(flow.client.redirect_uris)}.",
        )
    flow.redirect_uri = uri


async def keep_client_within_limit(flow: Authorization) -> None:
    await keep_within(flow.services, AUTHORIZE_BY_CLIENT, flow.client.client_id)


async def require_short_state(flow: Authorization) -> None:
    if len(flow.query.get("state", "")) > _LONGEST_STATE:
        flow.query["state"] = ""
        raise OAuthError("invalid_request", f"state is longer than {_LONGEST_STATE} characters")


async def refuse_request_objects(flow: Authorization) -> None:
    """RFC 9101 §6.1; nothing is fetched that a request names."""
    for name in ("request", "request_uri"):
        if name in flow.query:
            raise OAuthError(f"{name}_not_supported", f"the parameter {name} is not supported")


async def require_code_in_query(flow: Authorization) -> None:
    if flow.query.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code")
    if flow.query.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode must be query")


async def require_pkce_s256(flow: Authorization) -> None:
    """RFC 7636; `plain`, also by leaving the method out, would protect nothing."""
    if flow.query.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(flow.query.get("code_challenge", "")):
        raise OAuthError("invalid_request", "code_challenge must be the base64url of a SHA-256, 43 characters")


async def require_our_resource(flow: Authorization) -> None:
    """RFC 8707; a client that names none means the only resource most deployments have."""
    settings = flow.services.settings
    resource = resource_named(settings, flow.query.get("resource", f"{settings.public_url}/mcp"))
    if resource is None:
        raise OAuthError("invalid_target", f"resource is not an MCP address of {settings.public_url}")
    flow.resource, flow.org = resource.audience, resource.org


async def require_an_org_for_people(flow: Authorization) -> None:
    """Or anybody with a browser would act as the user whom the operator signs in."""
    if org_of(flow.services.settings, flow.org).is_operated:
        raise OAuthError(
            "unauthorized_client", "nobody signs in to this org with a browser: it serves the operator's programs only"
        )


async def choose_scopes(flow: Authorization) -> None:
    flow.scopes = known_scopes(flow.query.get("scope", ""))


CHECKS: list[Callable[[Authorization], Awaitable[None]]] = [
    keep_address_within_limit,
    require_one_value_each,
    require_known_client,
    require_registered_redirect,
    require_short_state,
    keep_client_within_limit,
    refuse_request_objects,
    require_code_in_query,
    require_pkce_s256,
    require_our_resource,
    require_an_org_for_people,
    choose_scopes,
]


@answers_people
async def authorize(request: Request) -> Response:
    flow = Authorization(services_of(request), request)
    try:
        for check in CHECKS:
            await check(flow)
    except OAuthError as error:
        if not flow.redirect_uri:
            raise
        issuer = flow.services.settings.issuer
        answer = flow.asked.address(issuer, error=error.code, error_description=described(error))
        if not flow.asked.leads_somewhere_known:
            return error_page(error, status=error.status, back=answer, client_name=flow.asked.back)
        return RedirectResponse(answer, status_code=302, headers={"Cache-Control": "no-store"})
    return await _ask_for_consent(flow)


async def _ask_for_consent(flow: Authorization) -> Response:
    """Always: every client shares our one app at Salesforce, which may let a known user straight through."""
    services, settings = flow.services, flow.services.settings
    org = org_of(settings, flow.org)
    browser = read_cookie(flow.request, settings, BROWSER)
    if not _SECRET.fullmatch(browser):
        browser = new_secret()
    form_token = new_secret()
    kept = {"asked": flow.asked.as_row(), "browser": fingerprint(browser)}
    expires = int(services.clock.now()) + CONSENT_SECONDS
    await services.store.put(Key(f"consent#{fingerprint(form_token)}"), kept, expires_at=expires)
    response = consent_page(
        flow.asked,
        form_token=form_token,
        login_host=urlsplit(org.login_url).netloc,
        levels=offered(settings),
        chosen=smallest_for(flow.scopes, settings),
        login_choice=org.has_shared_login,
    )
    set_cookie(response, settings, BROWSER, browser, seconds=_BROWSER_SECONDS)
    return response
