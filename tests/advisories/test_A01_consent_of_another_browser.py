"""FastMCP CVE-2026-27124: consent given in one browser, the sign-in finished in another."""

import pytest
from oauth import test_consent
from oauth.application import ISSUER
from oauth.browser import query_of
from oauth.test_consent import assert_refused, begin, finish_at_salesforce
from oauth.test_consent import (
    test_the_form_cannot_be_posted_from_another_browser as test_the_form_cannot_be_posted_from_another_browser,
)


@pytest.mark.parametrize("value", ["", "x", "a" * 43, "../", "%00", "null", "__Host-sign-in", "0"])
async def test_a_made_up_cookie_is_not_that_of_the_browser(deployment, application, value):
    attacker, victim = deployment.browser(), deployment.browser()
    callback = await finish_at_salesforce(deployment, attacker, await begin(deployment, application, attacker))
    name = next(cookie.name for cookie in attacker.http.cookies.jar if "sign-in" in cookie.name)
    victim.http.cookies.set(name, value, domain="mcp.example.com", path="/")
    assert_refused(await victim.get(callback))
    assert query_of(callback)["state"]
    assert deployment.rows("code#") == []
    assert callback.startswith(ISSUER)


test_who_approved_gets_no_code_from_another = test_consent.test_who_approved_in_one_browser_gets_no_code_from_another
