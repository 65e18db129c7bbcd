"""The person's own page: what is connected, and an end to it (A49, T20)."""

from dataclasses import replace

import pytest
from oauth.application import ISSUER, Application
from oauth.browser import Page, query_of
from oauth.deployment import ORG, SALES, SETTINGS, deployed


async def connect(deployment, browser, name: str) -> tuple[Application, dict]:
    application = await Application.register(deployment.http, client_name=name)
    answer = await application.redeem(await deployment.sign_in(application, browser=browser))
    return application, answer.json()


async def test_the_account_page_lists_what_is_connected_as_this_person(deployment):
    browser = deployment.browser()
    await connect(deployment, browser, "First App")
    await connect(deployment, browser, "Second <b>App</b>")
    page = await browser.get(f"{ISSUER}/account")
    for shown in (SALES, "First App", "Second <b>App</b>", "Read only", f"{ISSUER}/mcp", "production"):
        assert shown in page.text
    assert "Wrong org" in page.text
    assert len(page.forms) == 2


async def test_nobody_sees_a_list_without_having_signed_in_here(deployment):
    await connect(deployment, deployment.browser(), "App")
    page = await deployment.browser().get(f"{ISSUER}/account")
    assert "Nobody is signed in here" in page.text
    assert [form.action for form in page.forms] == ["/account/sign-in"]


@pytest.mark.parametrize("path", ["/account/uploads/up-1", "/account/jobs/job-1/failed.csv"])
async def test_a_link_opened_in_another_browser_is_a_way_to_sign_in_there(deployment, path):
    page = await deployment.browser().get(f"{ISSUER}{path}")
    assert "Nobody is signed in here" in page.text
    assert "Sign in as that person, then open the link again" in page.text
    assert [form.action for form in page.forms] == ["/account/sign-in"]


async def test_disconnecting_ends_that_client_and_leaves_the_other(deployment):
    browser = deployment.browser()
    _, first = await connect(deployment, browser, "First")
    _, second = await connect(deployment, browser, "Second")
    page = await browser.get(f"{ISSUER}/account")
    after = await browser.submit(page)
    assert isinstance(after, Page)
    assert len(after.forms) == 1
    alive = [await deployment.access(answer) is not None for answer in (first, second)]
    assert sorted(alive) == [False, True]
    assert deployment.salesforce.sent_to("/services/oauth2/revoke") == []
    last = await browser.submit(after)
    assert "Nothing is connected" in last.text
    assert len(deployment.salesforce.sent_to("/services/oauth2/revoke")) == 1


async def test_disconnecting_takes_the_form_of_this_browser(deployment):
    browser = deployment.browser()
    _, answer = await connect(deployment, browser, "App")
    page = await browser.get(f"{ISSUER}/account")
    for forged in ("a" * 64, "é", "é" * 64):
        assert (await browser.post_only(page, form=forged)).response.status_code == 403
    assert (await deployment.browser().post_only(page)).response.status_code == 403
    assert (await browser.get(f"{ISSUER}/account/disconnect")).response.status_code == 405
    assert await deployment.access(answer)


async def test_nobody_can_disconnect_anothers_client(deployment):
    _, answer = await connect(deployment, deployment.browser(), "Mine")
    family = answer["access_token"].split("_")[1]
    other = deployment.browser()
    application = await Application.register(deployment.http)
    await application.redeem(await deployment.sign_in(application, browser=other, username="support@demo.example"))
    page = await other.get(f"{ISSUER}/account")
    await other.post_only(page, family=family)
    assert await deployment.access(answer)


async def test_the_account_page_forgets_the_person_after_eight_hours(deployment, clock):
    browser = deployment.browser()
    await connect(deployment, browser, "App")
    clock.advance(8 * 3600)
    assert "Nobody is signed in here" in (await browser.get(f"{ISSUER}/account")).text


async def signed_in_at_the_account(deployment, browser, username=SALES):
    page = await browser.submit(await browser.get(f"{ISSUER}/account"))
    for _ in range(2):
        if isinstance(page, Page) and page.url.startswith(ORG):
            entries = {"un": username, "pw": "demo"} if "un" in page.forms[0].fields else {"decision": "allow"}
            page = await browser.submit(page, **entries)
    assert isinstance(page, Page)
    return page


async def test_on_another_day_a_person_signs_in_to_see_and_end_what_is_connected(deployment):
    _, answer = await deployment.connect(client_name="Of last week")
    browser = deployment.browser()
    page = await signed_in_at_the_account(deployment, browser)
    assert page.url == f"{ISSUER}/account"
    assert "Of last week" in page.text
    await browser.submit(page)
    assert await deployment.access(answer) is None


async def test_signing_in_to_the_account_asks_only_who_it_is_and_leaves_the_grant_alone(deployment):
    await deployment.connect()
    before, codes = deployment.rows("grant#"), deployment.rows("code#")
    await signed_in_at_the_account(deployment, deployment.browser())
    asked = dict(deployment.salesforce.sent_to("/services/oauth2/authorize")[-1].url.params)
    assert asked["scope"] == "id"
    assert deployment.rows("grant#") == before
    assert deployment.rows("code#") == codes, "no client was told anything"
    assert len(deployment.salesforce.sent_to("/services/oauth2/revoke")) == 1


async def test_another_person_sees_their_own_account(deployment):
    await deployment.connect(client_name="Not theirs")
    page = await signed_in_at_the_account(deployment, deployment.browser(), "support@demo.example")
    assert "Not theirs" not in page.text


async def test_no_other_site_and_no_other_browser_signs_somebody_in_here(deployment):
    foreign = {"sec-fetch-site": "cross-site"}
    assert (await deployment.http.post("/account/sign-in", headers=foreign)).status_code == 403
    assert (await deployment.http.post("/account/sign-in", data={"org": "no-such-org"})).status_code == 400
    browser, victim = deployment.browser(), deployment.browser()
    onward = await browser.post_only(await browser.get(f"{ISSUER}/account"))
    page = await browser.open(onward.refresh)
    page = await browser.submit(page, un=SALES, pw="demo")
    answer = await browser.post_only(page, decision="allow")
    callback = answer.response.headers["location"]
    assert (await victim.get(callback)).response.status_code == 403
    assert "Nobody is signed in here" in (await victim.get(f"{ISSUER}/account")).text


async def test_what_salesforce_refuses_is_said_here_too(deployment):
    browser = deployment.browser()
    onward = await browser.post_only(await browser.get(f"{ISSUER}/account"))
    state = query_of(onward.refresh)["state"]
    page = await browser.get(f"{ISSUER}/callback?error=OAUTH_APP_BLOCKED&state={state}")
    assert "Connected Apps OAuth Usage" in page.text
    assert deployment.rows("account#") == []


async def test_where_no_my_domain_is_named_the_account_too_is_signed_in_to_where_the_person_says(seeded, clock):
    settings = replace(SETTINGS, login_url="https://login.salesforce.com")
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        browser = deployment.browser()
        for choice, address in (
            ("production", "https://login.salesforce.com"),
            ("sandbox", "https://test.salesforce.com"),
        ):
            onward = await browser.post_only(await browser.get(f"{ISSUER}/account"), login=choice)
            assert onward.refresh.startswith(f"{address}/services/oauth2/authorize?")
        page = await browser.get(f"{ISSUER}/account")
        assert (await browser.post_only(page, login="domain", domain="evil.example")).response.status_code == 400
