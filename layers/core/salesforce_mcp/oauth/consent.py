"""POST /consent: the person's answer. Only an approval starts a sign-in at Salesforce, and only in this browser."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.cookies import BROWSER, read_cookie
from salesforce_mcp.oauth.departure import begin_sign_in
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.levels import SCOPES, Level, offered
from salesforce_mcp.oauth.limits import CONSENT_BY_ADDRESS, address_of, keep_within
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.oauth.orgs import OrgApp, org_of
from salesforce_mcp.oauth.pages import consent_page, continue_page
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.ports import Key
from salesforce_mcp.salesforce.hosts import login_address, typed_login_address
from salesforce_mcp.services import Services


class NoSuchOrg(OAuthError):  # noqa: N818 - what was typed, not a fault of ours
    """What was typed is no address of an org: the form is shown again, with it."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            "invalid_request",
            "that is not the address of a Salesforce org",
            hint="It looks like acme.my.salesforce.com; Setup, My Domain shows yours. Go back and try again.",
        )
        self.typed = typed


@dataclass
class Consent:
    services: Services
    request: Request
    form: dict[str, str] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: Key(""))
    asked: Asked = field(default_factory=Asked)
    login_url: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def org(self) -> OrgApp:
        return org_of(self.services.settings, self.asked.org)


async def keep_address_within_limit(flow: Consent) -> None:
    await keep_within(flow.services, CONSENT_BY_ADDRESS, address_of(flow.request))


async def require_own_form(flow: Consent) -> None:
    if not is_from_our_page(flow.request):
        raise _not_from_our_page()
    flow.form = await read_form(flow.request)


async def require_same_browser(flow: Consent) -> None:
    """The form belongs to the browser it was shown in; looked at before it is used up, so nobody can spoil it."""
    flow.key = Key(f"consent#{fingerprint(flow.form.get('consent', ''))}")
    kept = await flow.services.store.get(flow.key)
    browser = read_cookie(flow.request, flow.services.settings, BROWSER)
    if kept is None or not browser or not hmac.compare_digest(fingerprint(browser), kept.value["browser"]):
        raise _not_from_our_page()
    flow.asked = Asked.from_row(kept.value["asked"])


async def choose_level(flow: Consent) -> None:
    if flow.form.get("decision") != "allow":
        return
    level = next((level for level in offered(flow.services.settings) if level == flow.form.get("level")), None)
    if level is None:
        raise OAuthError("invalid_request", "the answer names no level of access that is offered here")
    flow.scopes = SCOPES[level]


async def choose_login(flow: Consent) -> None:
    if flow.scopes:
        flow.login_url = chosen_login(flow.services, flow.org, flow.form)


async def require_first_answer(flow: Consent) -> None:
    """Last, so that an answer which has to be corrected can be given again."""
    if await flow.services.store.take(flow.key) is None:
        raise _not_from_our_page()


CHECKS: list[Callable[[Consent], Awaitable[None]]] = [
    keep_address_within_limit,
    require_own_form,
    require_same_browser,
    choose_level,
    choose_login,
    require_first_answer,
]


@answers_people
async def consent(request: Request) -> Response:
    flow = Consent(services_of(request), request)
    try:
        for check in CHECKS:
            await check(flow)
    except NoSuchOrg as mistake:
        return _ask_again(flow, mistake)
    if flow.scopes:
        return await begin_sign_in(flow.services, flow.org, flow.asked, scopes=flow.scopes, login_url=flow.login_url)
    address = flow.asked.address(
        flow.services.settings.issuer, error="access_denied", error_description="the person said no"
    )
    return continue_page(
        "Nothing was allowed",
        f"{flow.asked.client_name} gets no access.",
        address,
        link=f"Return to {flow.asked.back}",
        by_itself=flow.asked.leads_somewhere_known,
    )


def chosen_login(services: Services, app: OrgApp, form: Mapping[str, str]) -> str:
    """Where the operator says; where the operator has named no My Domain, where the person says."""
    address = login_address(app.login_url, services.settings.extra_org_hosts)
    if address is None:
        raise Misconfigured(
            f"{app.login_url!r} is not an address where people sign in to Salesforce",
            hint="The operator sets SALESFORCE_LOGIN_URL to login.salesforce.com, test.salesforce.com or My Domain.",
        )
    choice = form.get("login")
    if not app.has_shared_login or choice is None:
        return address
    if choice != "domain":
        return f"https://{'test' if choice == 'sandbox' else 'login'}.salesforce.com"
    typed = form.get("domain", "")
    address = typed_login_address(typed)
    if address is None:
        raise NoSuchOrg(typed)
    return address


def is_from_our_page(request: Request) -> bool:
    # Origin is "null" here, because our pages send no referrer; Sec-Fetch-Site is not changed by that.
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def _ask_again(flow: Consent, mistake: NoSuchOrg) -> Response:
    """The same form, with what was chosen and typed, and what is wrong with it."""
    return consent_page(
        flow.asked,
        form_token=flow.form["consent"],
        login_host=urlsplit(flow.org.login_url).netloc,
        levels=offered(flow.services.settings),
        chosen=Level(flow.form["level"]),
        login_choice=True,
        typed=mistake.typed,
        status=400,
    )


def _not_from_our_page() -> OAuthError:
    return OAuthError(
        "access_denied",
        "this answer does not come from a page that was shown in this browser, or comes too late or twice",
        status=403,
        hint="Start again from the application. Cookies of this site must be allowed.",
    )
