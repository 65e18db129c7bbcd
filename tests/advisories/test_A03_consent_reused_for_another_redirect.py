"""FastMCP #3960: a remembered consent serves another redirect of the same client."""

import pytest
from oauth.application import Application
from oauth.browser import Page

REDIRECTS = ["https://app.example/callback", "https://app.example/other", "http://localhost/callback"]


@pytest.mark.parametrize("redirect", REDIRECTS[1:])
async def test_the_other_redirect_is_asked_about_and_named(deployment, redirect):
    application = await Application.register(deployment.http, redirect_uris=REDIRECTS)
    browser = deployment.browser()
    await deployment.sign_in(application, browser=browser)
    page = await browser.open(application.authorization_url(redirect_uri=redirect))
    assert isinstance(page, Page)
    assert page.forms[0].action == "/consent"
    assert ("localhost" if "localhost" in redirect else "app.example") in page.text
