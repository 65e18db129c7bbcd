"""FastMCP #2056: who is signed in at Salesforce already is sent straight through, for a client they never saw."""

import pytest
from oauth import test_authorize
from oauth.application import ISSUER, Application
from oauth.browser import Page


@pytest.mark.parametrize("prompt", ["none", "login", "consent", "select_account", "none consent", ""])
@pytest.mark.parametrize("hint", ["", "sales@demo.example"])
async def test_no_parameter_skips_the_page(deployment, application, prompt, hint):
    browser = deployment.browser()
    await deployment.sign_in(application, browser=browser)
    other = await Application.register(deployment.http, client_name="Second")
    page = await browser.open(other.authorization_url(prompt=prompt, login_hint=hint, approval_prompt="auto"))
    assert isinstance(page, Page)
    assert page.url.startswith(f"{ISSUER}/authorize")
    assert page.forms[0].action == "/consent"
    assert "Second" in page.text


test_consent_is_asked_every_time = test_authorize.test_consent_is_asked_every_time_also_of_whom_salesforce_knows
