"""workers-oauth-provider #92: where the code goes is read from a state that a stranger can write."""

import json
from base64 import urlsafe_b64encode

import pytest
from oauth.application import ISSUER
from oauth.browser import query_of
from oauth.test_consent import assert_refused, begin, finish_at_salesforce
from oauth.test_consent import (
    test_a_callback_nobody_waits_for_leads_nowhere as test_a_callback_nobody_waits_for_leads_nowhere,
)

FORGED = urlsafe_b64encode(json.dumps({"redirect_uri": "https://evil.example/"}).encode()).decode()


@pytest.mark.parametrize("change", ["{}x", "x{}", " {}", FORGED])
async def test_another_state_leads_nowhere(deployment, application, change):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    told = query_of(callback)
    query = {"state": change.format(told["state"]), "code": told["code"], "redirect_uri": "https://evil.example/"}
    answer = await browser.http.get(f"{ISSUER}/callback", params=query)
    assert answer.status_code == 403
    assert "location" not in answer.headers
    assert_refused(await browser.get(f"{ISSUER}/callback"))
