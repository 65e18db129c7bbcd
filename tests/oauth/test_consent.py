"""The consent form and the callback belong to one browser (A01, A04, A13, A27, A28)."""

import asyncio
from dataclasses import replace

import pytest
from oauth.application import ISSUER, Application
from oauth.browser import Page, query_of
from oauth.deployment import ORG, SALES, SETTINGS, deployed


def assert_refused(page: Page) -> None:
    assert page.response.status_code == 403
    assert "location" not in page.response.headers
    assert page.refresh == ""


async def test_the_form_cannot_be_posted_from_another_browser(deployment, application):
    page = await deployment.consent_page(deployment.browser(), application)
    victim = deployment.browser()
    await deployment.consent_page(victim, application)
    assert_refused(await victim.post_only(page, level="full", decision="allow"))
    assert deployment.rows("state#") == []


async def test_the_form_cannot_be_posted_without_its_token_or_with_a_made_up_one(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    assert_refused(await browser.post_only(page, consent="", level="read", decision="allow"))
    assert_refused(await browser.post_only(page, consent="a" * 43, level="read", decision="allow"))


async def test_the_form_cannot_be_posted_twice(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    assert (await browser.post_only(page, level="read", decision="allow")).response.status_code == 200
    assert_refused(await browser.post_only(page, level="full", decision="allow"))
    assert len(deployment.rows("state#")) == 1


async def test_a_foreign_post_does_not_use_the_form_up(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    assert_refused(await deployment.browser().post_only(page, level="read", decision="allow"))
    assert (await browser.post_only(page, level="read", decision="allow")).response.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_post_that_began_on_another_site_is_refused(deployment, application, site):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    form = {**page.forms[0].fields, "level": "read", "decision": "allow"}
    answer = await browser.http.post(f"{ISSUER}/consent", data=form, headers={"Sec-Fetch-Site": site})
    assert_refused(Page(answer))


async def test_the_form_is_good_for_ten_minutes(deployment, application, clock):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    clock.advance(600)
    assert_refused(await browser.post_only(page, level="read", decision="allow"))


@pytest.mark.parametrize("level", ["", "admin", "READ", "full write"])
async def test_a_level_that_was_not_offered_is_refused(deployment, application, level):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    assert (await browser.post_only(page, level=level, decision="allow")).response.status_code == 400
    assert deployment.rows("state#") == []


async def begin(deployment, application, browser) -> Page:
    """As far as the org's login page."""
    page = await browser.submit(await deployment.consent_page(browser, application), level="read", decision="allow")
    assert isinstance(page, Page)
    return page


async def finish_at_salesforce(deployment, browser, page) -> str:
    """Our callback's address, as Salesforce sends the browser there; not visited."""
    answer = await browser.post_only(page, un=SALES, pw="demo")
    for _ in range(3):
        target = answer.response.headers.get("location", "")
        if target.startswith(f"{ISSUER}/callback"):
            return target
        answer = await browser.get(f"{ORG}{target}" if target.startswith("/") else target)
        if answer.forms:
            answer = await browser.post_only(answer, decision="allow")
    return answer.response.headers["location"]


async def test_who_approved_in_one_browser_gets_no_code_from_another(deployment, application):
    """FastMCP's advisory of 2026: consent in the attacker's browser, the rest in the victim's."""
    attacker, victim = deployment.browser(), deployment.browser()
    page = await begin(deployment, application, attacker)
    callback = await finish_at_salesforce(deployment, attacker, page)
    await deployment.consent_page(victim, application)
    assert_refused(await victim.get(callback))
    assert deployment.rows("code#") == []
    assert deployment.rows("grant#") == []
    assert deployment.salesforce.sent_to("/services/oauth2/token") == []
    own = await attacker.get(callback)
    assert own.response.status_code == 302, "the victim's visit has not used the state up"


async def test_a_state_is_good_once(deployment, application):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    assert (await browser.get(callback)).response.status_code == 302
    assert_refused(await browser.get(callback))


async def test_of_twenty_callbacks_at_once_exactly_one_is_the_sign_in(deployment, application):
    """The cookie is in all of them, so that the state alone decides."""
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    pages = await asyncio.gather(*(browser.get(callback) for _ in range(20)))
    assert sorted(page.response.status_code for page in pages) == [302] + [403] * 19
    assert len(deployment.salesforce.sent_to("/services/oauth2/token")) == 1


async def test_a_state_is_good_for_ten_minutes(deployment, application, clock):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    clock.advance(600)
    assert_refused(await browser.get(callback))


@pytest.mark.parametrize("query", ["", "?state=", "?state=x&code=y", "?code=y", "?error=access_denied&state=x"])
async def test_a_callback_nobody_waits_for_leads_nowhere(deployment, query):
    page = await deployment.browser().get(f"{ISSUER}/callback{query}")
    assert_refused(page)
    assert deployment.salesforce.requests == []


async def test_two_sign_ins_in_two_tabs_do_not_disturb_each_other(deployment):
    browser = deployment.browser()
    one = await Application.register(deployment.http)
    two = await Application.register(deployment.http, client_name="Two")
    first, second = await begin(deployment, one, browser), await begin(deployment, two, browser)
    landed = {}
    for application, page in ((one, first), (two, second)):
        answer = await browser.get(await finish_at_salesforce(deployment, browser, page))
        landed[application.state] = query_of(answer.response.headers["location"])
    for application in (one, two):
        code = landed[application.state]["code"]
        assert (await application.redeem(code)).status_code == 200


async def test_cookies_are_bound_to_this_host_hidden_from_scripts_and_new_after_sign_in(deployment, application):
    browser = deployment.browser()
    for name in ("__Host-account", "__Host-browser"):
        browser.http.cookies.set(name, "planted", domain="mcp.example.com", path="/")
    await deployment.sign_in(application, browser=browser)
    ours = [cookie for cookie in browser.http.cookies.jar if cookie.domain == "mcp.example.com"]
    assert {cookie.name for cookie in ours} == {"__Host-account", "__Host-browser"}
    assert "planted" not in {cookie.value for cookie in ours}
    assert all(cookie.secure and cookie.has_nonstandard_attr("HttpOnly") for cookie in ours)


async def test_every_cookie_we_set_has_all_its_guards(deployment, application):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    answers = [await browser.get(application.authorization_url()), await browser.get(callback)]
    consent = await browser.post_only(answers[0], level="read", decision="allow")
    set_cookies = [line for page in (*answers, consent) for line in page.response.headers.get_list("set-cookie")]
    assert len(set_cookies) >= 4
    for line in set_cookies:
        name, *attributes = [part.strip().lower() for part in line.split(";")]
        assert name.startswith("__host-")
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= set(attributes)
        assert not any(attribute.startswith("domain") for attribute in attributes)


async def test_on_plain_http_on_this_machine_cookies_lose_prefix_and_secure_alone(seeded, clock):
    async with deployed(seeded.copy(), clock, settings=replace(SETTINGS, public_url="http://localhost:8000")) as here:
        application = await Application.register(here.http)
        url = application.authorization_url(resource=None).replace(ISSUER, "http://localhost:8000")
        [line] = (await here.http.get(url)).headers.get_list("set-cookie")
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert line.startswith("browser=")
        assert "secure" not in attributes
        assert {"httponly", "path=/", "samesite=lax"} <= attributes


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("invalid_client_id", "consumer key"),
        ("redirect_uri_mismatch", f"{ISSUER}/callback"),
        ("OAUTH_APP_BLOCKED", "Setup → Connected Apps OAuth Usage"),
        ("OAUTH_EC_APP_NOT_FOUND", "Setup → External Client App Manager"),
        ("OAUTH_APPROVAL_ERROR_GENERIC", "API Enabled"),
        ("invalid_app_access", "Policies → Permitted Users"),
        ("inactive_user", "Setup → Users"),
        ("invalid_scope", "Selected OAuth Scopes"),
        ("something_new", "Salesforce refused"),
    ],
)
async def test_what_salesforce_refuses_is_explained_with_its_setup_path_and_a_way_back(
    deployment, application, error, says
):
    browser = deployment.browser()
    await begin(deployment, application, browser)
    state = next(
        query_of(url)["state"] for url in browser.visited if url.startswith(f"{ORG}/services/oauth2/authorize")
    )
    page = await browser.get(f"{ISSUER}/callback?error={error}&error_description=no&state={state}")
    assert page.response.status_code >= 400
    assert says in page.text
    told = query_of(page.links[0])
    assert (told["error"], told["state"], told["iss"]) == ("server_error", application.state, ISSUER)
    assert deployment.rows("code#") == []


@pytest.mark.parametrize(
    ("error", "description", "says"),
    [
        ("invalid_grant", "expired authorization code", "sign in again"),
        ("invalid_grant", "invalid code verifier", "Sign in again"),
        ("invalid_grant", "ip restricted", "Setup → Network Access"),
        ("invalid_grant", "user hasn't approved this consumer", "Policies → Permitted Users"),
        ("invalid_grant", "inactive user", "Setup → Users"),
        ("invalid_client_id", "client identifier invalid", "The consumer key is wanted, not the consumer secret"),
        ("invalid_client", "invalid client credentials", "Copy the consumer secret anew"),
        ("redirect_uri_mismatch", "redirect_uri must match configuration", f"{ISSUER}/callback"),
        ("invalid_app_access", "user is not admin approved to access this app", "Permitted Users"),
        ("app_not_found", "External client app is not installed in this org", "Connected Apps OAuth Usage"),
        ("inactive_org", "organization is inactive", "Salesforce support"),
        ("rate_limit_exceeded", "login rate exceeded", "Wait an hour"),
        ("server_error", "", "Try again in a few minutes"),
    ],
)
async def test_what_the_token_endpoint_refuses_is_explained_too(deployment, application, error, description, says):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    deployment.faults.refuse_sign_ins(error, description)
    page = await browser.get(callback)
    assert page.response.status_code >= 400
    assert says in page.text
    assert description in page.text, "Salesforce's own words stand beside ours"
    assert "Return to Helpful App (app.example)" in page.text
    told = query_of(page.links[0])
    assert (told["error"], told["state"], told["iss"]) == ("server_error", application.state, ISSUER)
    assert deployment.rows("grant#") == []
    assert deployment.rows("code#") == []


async def test_a_token_answer_that_names_another_host_is_refused_and_not_kept(deployment, application):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    deployment.salesforce.instance_url = "https://acme.my.salesforce.com.evil.example"
    page = await browser.get(callback)
    assert page.response.status_code >= 400
    assert deployment.rows("grant#") == []
    assert {request.url.host for request in deployment.salesforce.requests} == {"acme.my.salesforce.com"}
