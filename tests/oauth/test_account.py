"""The person's own page: what is connected, and an end to it (A49, T20)."""

from oauth.application import ISSUER, Application
from oauth.browser import Page
from oauth.deployment import SALES


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
    assert page.forms == []


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
