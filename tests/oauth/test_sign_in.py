"""The whole chain, as a client and a person walk it."""

import json

from oauth.application import CALLBACK, ISSUER, Application
from oauth.browser import Page, query_of, told_to_the_client
from oauth.deployment import ORG, SALES

from salesforce_mcp.salesforce.client import Salesforce

SUPPORT = "support@demo.example"


async def test_a_person_connects_a_client_and_queries_as_themselves(deployment):
    application, answer = await deployment.connect()
    access = await deployment.access(answer)
    assert access.client_id == application.client_id
    assert access.scopes == {"sf.read"}
    assert access.resource == f"{ISSUER}/mcp"
    credential = await deployment.grants.credential(access)
    salesforce = Salesforce(deployment.services.http, credential, api_version="68.0")
    assert (await salesforce.user_info())["preferred_username"] == SALES


async def test_the_token_answer_says_what_was_granted_and_is_not_to_be_kept(deployment, application):
    answer = await application.redeem(await deployment.sign_in(application, level="write"))
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert answer.json()["scope"] == "sf.read sf.write"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"


async def test_salesforce_is_asked_with_our_own_pkce_and_never_for_full(deployment, application):
    await deployment.sign_in(application)
    asked = dict(deployment.salesforce.sent_to("/services/oauth2/authorize")[0].url.params)
    assert asked["scope"] == "api refresh_token id"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{ISSUER}/callback"
    assert asked["state"] != application.state
    posted = deployment.salesforce.sent_to("/services/oauth2/token")[0].content.decode()
    assert "code_verifier=" in posted


async def test_nothing_secret_is_stored_in_clear_or_travels_in_an_address(deployment, application):
    browser = deployment.browser()
    code = await deployment.sign_in(application, browser=browser)
    answer = (await application.redeem(code)).json()
    await application.refresh(answer["refresh_token"])
    session = await (await deployment.grants.credential(await deployment.access(answer))).session()
    everything = json.dumps(deployment.rows())
    for secret in (
        code,
        answer["access_token"],
        answer["refresh_token"],
        session.access_token.reveal(),
        application.verifier,
        *browser.http.cookies.values(),
    ):
        assert secret not in everything
    assert "5Aep861" not in everything
    assert SALES not in everything
    for url in browser.visited:
        assert application.verifier not in url
        assert session.access_token.reveal() not in url


async def test_the_same_grant_serves_all_clients_of_a_person(deployment):
    await deployment.connect()
    _, second = await deployment.connect(client_name="Another App")
    assert len(deployment.rows("grant#")) == 1
    assert await deployment.grants.credential(await deployment.access(second))


async def test_the_person_says_no_to_us_and_the_client_hears_it(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application)
    refused = await browser.submit(page, decision="deny")
    assert isinstance(refused, Page)
    assert "Return to Helpful App (app.example)" in refused.text
    assert refused.links[0].startswith(CALLBACK)
    told = told_to_the_client(refused)
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", application.state, ISSUER)
    assert deployment.rows("state#") == []
    assert deployment.salesforce.requests == []


async def test_the_person_says_no_to_salesforce_and_the_client_hears_it(deployment, application):
    browser = deployment.browser()
    page = await browser.submit(await deployment.consent_page(browser, application), level="read", decision="allow")
    page = await browser.submit(page, un=SALES, pw="demo")
    landed = await browser.submit(page, decision="deny")
    told = query_of(landed)
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", application.state, ISSUER)


async def test_after_consent_the_browser_is_led_on_by_a_page_not_a_redirect(deployment, application):
    """Chrome applies form-action to every hop of a redirect that follows a posted form."""
    browser = deployment.browser()
    page = await browser.post_only(await deployment.consent_page(browser, application), level="read", decision="allow")
    assert page.response.status_code == 200
    assert page.refresh.startswith(f"{ORG}/services/oauth2/authorize?")
    assert page.links == [page.refresh]


async def test_cursor_gets_its_code_from_a_page_that_stays_open(deployment):
    application = await Application.register(
        deployment.http, redirect_uri="cursor://anysphere.cursor-mcp/oauth/callback", client_name="Cursor"
    )
    browser = deployment.browser()
    page = await browser.submit(await deployment.consent_page(browser, application), level="read", decision="allow")
    page = await browser.submit(page, un=SALES, pw="demo", refreshes=False)
    page = await browser.submit(page, decision="allow", refreshes=False)
    assert isinstance(page, Page)
    for shown in ("You are connected", SALES, "(production)", "Wrong org"):
        assert shown in page.text
    assert page.refresh.startswith("cursor://anysphere.cursor-mcp/oauth/callback?code=")


async def test_a_missing_refresh_token_is_explained_before_the_client_goes_on(deployment, application):
    deployment.salesforce.withholds_refresh_tokens = True
    browser = deployment.browser()
    page = await deployment.approve(browser, await deployment.consent_page(browser, application))
    assert isinstance(page, Page)
    assert "gave no refresh token" in page.text
    assert page.refresh == ""
    assert page.links[0].startswith(f"{CALLBACK}?code=")


async def test_a_client_that_names_no_resource_means_the_only_one(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application, resource=None)
    landed = await deployment.approve(browser, page)
    answer = await application.redeem(query_of(landed)["code"], resource=None)
    assert (await deployment.access(answer.json())).resource == f"{ISSUER}/mcp"


async def test_a_toolset_address_shares_the_audience_of_its_org(deployment, application):
    browser = deployment.browser()
    resource = f"{ISSUER}/mcp/x/core,bulk/readonly"
    landed = await deployment.approve(browser, await deployment.consent_page(browser, application, resource=resource))
    answer = await application.redeem(query_of(landed)["code"], resource=f"{ISSUER}/mcp/x/core")
    assert (await deployment.access(answer.json())).resource == f"{ISSUER}/mcp"


async def test_signing_in_as_somebody_else_is_said_before_the_client_goes_on(deployment, application):
    """The person who consented, and the one whom Salesforce still knew, may be two."""
    browser = deployment.browser()
    await deployment.sign_in(application, browser=browser)
    other = deployment.org.connection.execute('SELECT Id FROM "User" WHERE Username = ?', (SUPPORT,)).fetchone()[0]
    browser.http.cookies.delete("sid", domain="acme.my.salesforce.com")
    page = await deployment.approve(
        browser, await deployment.consent_page(browser, application), username=SUPPORT, level="read"
    )
    assert isinstance(page, Page)
    assert "somebody else was signed in" in page.text
    assert SUPPORT in page.text
    assert page.refresh == "", "the page waits for the person"
    answer = await application.redeem(query_of(page.links[0])["code"])
    assert (await deployment.access(answer.json())).user_id == other
