"""Each check of GET /authorize, and where its error goes."""

import json
from dataclasses import replace

import pytest
from oauth.application import CALLBACK, ISSUER, Application
from oauth.browser import Page, query_of, told_to_the_client
from oauth.deployment import ORG, SECRETS, SETTINGS, deployed

from salesforce_mcp.embedded import LocalSecrets


async def authorize(deployment, application, extra: str = "", **changes):
    return await deployment.http.get(application.authorization_url(**changes) + extra)


def assert_told_to_the_client(response, application, error: str) -> None:
    told = told_to_the_client(response)
    assert told["error"] == error
    assert told["iss"] == ISSUER
    assert told.get("state", "") == application.state
    assert "code" not in told


def assert_said_on_our_own_page(response, status: int) -> None:
    assert response.status_code == status
    assert "location" not in response.headers
    assert Page(response).forms == []
    assert "This did not work" in response.text


ERRORS_FOR_THE_CLIENT = [
    ({"response_type": None}, "unsupported_response_type"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"response_mode": "form_post"}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge": "x" * 44}, "invalid_request"),
    ({"code_challenge": "é" * 43}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": "s256"}, "invalid_request"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    ({"request_uri": "http://169.254.169.254/"}, "request_uri_not_supported"),
    ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ({"resource": f"{ISSUER}/"}, "invalid_target"),
    ({"resource": f"{ISSUER}/mcp/o/unknown"}, "invalid_target"),
    ({"resource": f"{ISSUER}/mcp/../mcp"}, "invalid_target"),
    ({"resource": f"{ISSUER}/mcp,{ISSUER}/mcp"}, "invalid_target"),
    ({"resource": f"{ISSUER}.evil.example/mcp"}, "invalid_target"),
    ({"resource": f"{ISSUER}/mcp?x=1"}, "invalid_target"),
    ({"resource": f"{ISSUER}/mcp#x"}, "invalid_target"),
]


@pytest.mark.parametrize(("changes", "error"), ERRORS_FOR_THE_CLIENT, ids=str)
async def test_what_is_wrong_with_a_known_clients_request_is_told_to_it(deployment, changes, error):
    application = await Application.register(deployment.http, redirect_uri="http://localhost:3118/callback")
    response = await authorize(deployment, application, **changes)
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{application.redirect_uri}?")
    assert_told_to_the_client(response, application, error)
    assert deployment.rows("consent#") == []


@pytest.mark.parametrize(("changes", "error"), ERRORS_FOR_THE_CLIENT[:3], ids=str)
async def test_a_request_wrong_on_purpose_leads_nobody_to_an_address_that_anybody_registered(
    deployment, application, changes, error
):
    """RFC 9700 §4.11.2: the way back is a link that names where it goes."""
    response = await authorize(deployment, application, **changes)
    assert response.status_code == 400
    assert "location" not in response.headers
    page = Page(response)
    assert page.refresh == ""
    assert "Return to Helpful App (app.example)" in page.text
    assert_told_to_the_client(response, application, error)


async def test_a_client_that_the_operator_entered_is_led_back_to_by_itself(seeded, clock):
    entered = [{"client_id": "ours", "redirect_uris": ["https://intranet.example/cb"]}]
    secrets = LocalSecrets({**SECRETS, "oauth-clients": json.dumps(entered)})
    async with deployed(seeded.copy(), clock, secrets=secrets) as deployment:
        ours = Application(deployment.http, client_id="ours", redirect_uri="https://intranet.example/cb")
        response = await authorize(deployment, ours, response_type="x")
        assert response.headers["location"].startswith("https://intranet.example/cb?error=")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": None}, 400),
        ({"client_id": "nobody"}, 401),
        ({"client_id": "x" * 501}, 400),
        ({"redirect_uri": None}, 400),
        ({"redirect_uri": "https://evil.example/callback"}, 400),
    ],
    ids=str,
)
async def test_without_a_known_client_and_redirect_an_error_stays_on_our_page(deployment, application, changes, status):
    response = await authorize(deployment, application, **changes)
    assert_said_on_our_own_page(response, status)


async def test_an_error_without_a_known_redirect_leads_nowhere_even_with_other_mistakes(deployment, application):
    changes = {
        "redirect_uri": "https://evil.example/",
        "response_type": "token",
        "request_uri": "https://evil.example/",
    }
    assert_said_on_our_own_page(await authorize(deployment, application, **changes), 400)


async def test_the_error_page_names_the_redirects_that_would_do(deployment, application):
    response = await authorize(deployment, application, redirect_uri="https://app.example/other")
    assert CALLBACK in Page(response).text


@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "state", "code_challenge", "resource", "scope", "unknown"]
)
async def test_a_parameter_given_twice_is_refused_on_our_page(deployment, application, name):
    response = await authorize(deployment, application, extra=f"&{name}=a&{name}=b")
    assert_said_on_our_own_page(response, 400)
    assert "more than once" in response.text


@pytest.mark.parametrize(
    ("name", "joined"),
    [
        ("client_id", "{client_id},{client_id}"),
        ("redirect_uri", "https://app.example/callback,https://app.example/callback"),
        ("response_type", "code,code"),
        ("code_challenge_method", "S256,S256"),
    ],
)
async def test_a_parameter_that_api_gateway_joined_by_commas_is_refused(deployment, application, name, joined):
    response = await authorize(deployment, application, **{name: joined.format(client_id=application.client_id)})
    assert_said_on_our_own_page(response, 400)


async def test_the_consent_page_shows_who_asks_where_it_leads_and_which_org(deployment, application):
    page = Page(await authorize(deployment, application))
    for shown in ("Helpful App", "not verified", "app.example", "acme.my.salesforce.com", "api refresh_token id"):
        assert shown in page.text
    assert "Anybody can give an application this name" in page.text


async def test_the_consent_page_warns_of_an_answer_to_a_program_on_this_computer(deployment):
    application = await Application.register(deployment.http, redirect_uri="http://localhost:3334/oauth/callback")
    page = Page(await authorize(deployment, application))
    assert "localhost:3334" in page.text
    assert "only if you started it yourself" in page.text


@pytest.mark.parametrize(
    ("scope", "chosen"),
    [
        (None, "read"),
        ("", "read"),
        ("openid email profile", "read"),
        ("sf.read", "read"),
        ("sf.read sf.write", "write"),
        ("sf.write", "write"),
        ("sf.delete", "full"),
        ("sf.read sf.write sf.delete sf.bulk sf.admin offline_access", "full"),
        ("SF.WRITE", "read"),
    ],
)
async def test_the_level_offered_first_is_the_least_that_holds_what_was_asked(deployment, application, scope, chosen):
    page = Page(await authorize(deployment, application, scope=scope))
    assert page.forms[0].fields["level"] == chosen


@pytest.mark.parametrize(
    ("level", "scope"),
    [("read", "sf.read"), ("write", "sf.read sf.write"), ("full", "sf.admin sf.bulk sf.delete sf.read sf.write")],
)
async def test_the_person_decides_the_level_whatever_was_asked(deployment, application, level, scope):
    answer = await application.redeem(await deployment.sign_in(application, level=level))
    assert answer.json()["scope"] == scope


async def test_consent_is_asked_every_time_also_of_whom_salesforce_knows(deployment, application):
    browser = deployment.browser()
    await deployment.sign_in(application, browser=browser)
    for other in (application, await Application.register(deployment.http, client_name="Another")):
        page = await browser.open(other.authorization_url(prompt="none"))
        assert isinstance(page, Page)
        assert page.url.startswith(ISSUER)
        assert page.forms[0].action == "/consent"


async def test_nothing_is_begun_before_the_person_has_agreed(deployment, application):
    response = await authorize(deployment, application)
    assert deployment.rows("state#") == []
    assert [cookie.name for cookie in response.cookies.jar] == ["__Host-browser"]
    assert deployment.salesforce.requests == []


async def test_where_the_operator_names_no_my_domain_the_person_chooses_where_to_sign_in(seeded, clock):
    settings = replace(SETTINGS, login_url="https://login.salesforce.com")
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        application = await Application.register(deployment.http)
        addresses = {}
        for choice, domain in [
            ("production", ""),
            ("sandbox", ""),
            ("domain", "acme.my.salesforce.com"),
            ("domain", "https://acme--dev.sandbox.my.salesforce.com/"),
            ("domain", "ACME.my.salesforce.com/lightning/page/home?x=1"),
            ("domain", "https://acme.lightning.force.com/lightning/o/Account/list"),
            ("domain", "https://acme--dev.sandbox.my.salesforce-setup.com/lightning/setup"),
            ("domain", "partners.my.site.com/emea/s"),
            ("domain", "login.salesforce.com"),
            ("domain", "evil.example"),
            ("domain", "my.salesforce.com.evil.example"),
            ("domain", "evil.example/acme.my.salesforce.com"),
            ("domain", "a@acme.my.salesforce.com"),
            ("domain", "acme.lightning.force.com.evil.example"),
            ("domain", "acme.my.salesforce.com:8443"),
            ("domain", ""),
        ]:
            browser = deployment.browser()
            page = await deployment.consent_page(browser, application)
            answer = await browser.post_only(page, level="read", decision="allow", login=choice, domain=domain)
            addresses[(choice, domain)] = answer.refresh.partition("/services")[0]
    assert list(addresses.values()) == [
        "https://login.salesforce.com",
        "https://test.salesforce.com",
        ORG,
        "https://acme--dev.sandbox.my.salesforce.com",
        ORG,
        ORG,
        "https://acme--dev.sandbox.my.salesforce.com",
        "https://partners.my.site.com/emea/s",
        "https://login.salesforce.com",
        *[""] * 7,
    ]


async def test_a_mistyped_address_is_asked_for_again_with_what_was_chosen(seeded, clock):
    settings = replace(SETTINGS, login_url="https://login.salesforce.com")
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        browser = deployment.browser()
        page = await deployment.consent_page(browser, await Application.register(deployment.http))
        again = await browser.post_only(page, level="write", decision="allow", login="domain", domain='acme"<b>')
        assert again.response.status_code == 400
        assert "It looks like acme.my.salesforce.com" in again.text
        fields = again.forms[0].fields
        assert (fields["level"], fields["login"], fields["domain"]) == ("write", "domain", 'acme"<b>')
        onward = await browser.post_only(again, decision="allow", domain="acme.my.salesforce.com")
        assert onward.refresh.startswith(f"{ORG}/services/oauth2/authorize?")


async def test_whoever_says_no_is_asked_for_no_address(seeded, clock):
    settings = replace(SETTINGS, login_url="https://login.salesforce.com")
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        browser = deployment.browser()
        page = await deployment.consent_page(browser, await Application.register(deployment.http))
        landed = await browser.submit(page, decision="deny", login="domain", domain="nowhere")
        assert told_to_the_client(landed)["error"] == "access_denied"


async def test_a_read_only_deployment_offers_and_grants_nothing_else(seeded, clock):
    async with deployed(seeded.copy(), clock, settings=replace(SETTINGS, read_only=True)) as deployment:
        application = await Application.register(deployment.http)
        browser = deployment.browser()
        page = await deployment.consent_page(browser, application, scope="sf.admin")
        assert page.forms[0].fields["level"] == "read"
        refused = await browser.post_only(page, level="full", decision="allow")
        assert refused.response.status_code == 400
        metadata = (await deployment.http.get("/.well-known/oauth-protected-resource")).json()
        assert metadata["scopes_supported"] == ["sf.read"]


async def test_a_login_address_that_is_not_salesforces_is_never_gone_to(seeded, clock):
    async with deployed(
        seeded.copy(), clock, settings=replace(SETTINGS, login_url="https://evil.example")
    ) as deployment:
        browser = deployment.browser()
        page = await deployment.consent_page(browser, await Application.register(deployment.http))
        answer = await browser.post_only(page, level="read", decision="allow")
        assert answer.response.status_code == 503
        assert "SALESFORCE_LOGIN_URL" in answer.text
        assert answer.refresh == ""


async def test_each_org_of_a_deployment_has_its_own_address_login_and_tokens(seeded, clock):
    settings = replace(SETTINGS, login_url="https://other.my.salesforce.com", orgs=(f"emea {ORG} KEY",))
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        application = await Application.register(deployment.http)
        browser = deployment.browser()
        page = await deployment.consent_page(browser, application, resource=f"{ISSUER}/mcp/o/emea/x/core")
        assert "emea (sign-in at acme.my.salesforce.com)" in page.text
        onward = await browser.post_only(page, level="read", decision="allow")
        assert onward.refresh.startswith(f"{ORG}/")
        assert query_of(onward.refresh)["client_id"] == "KEY"
