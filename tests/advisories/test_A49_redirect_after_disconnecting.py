"""mod_auth_openidc CVE-2019-14857, -20479, CVE-2022-23527, CVE-2017-6413: open redirects, trusted headers."""

import pytest
from oauth.application import ISSUER

EVIL = [
    "//evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "https://evil.example",
    "/%09/evil.example",
    "javascript:x",
]
NAMES = ["redirect", "next", "return_to", "post_logout_redirect_uri", "url"]


@pytest.mark.parametrize("place", EVIL)
@pytest.mark.parametrize("path", ["/account", "/account/disconnect", "/", "/callback", "/authorize", "/revoke"])
async def test_no_parameter_leads_away(deployment, path, place):
    for method in ("GET", "POST"):
        query = dict.fromkeys(NAMES, place)
        answer = await deployment.http.request(method, path, params=query, data=query if method == "POST" else None)
        assert "location" not in answer.headers
        assert "evil.example" not in answer.text


HEADERS = [
    "x-user",
    "x-amzn-oidc-identity",
    "x-amzn-oidc-data",
    "x-apigateway-event",
    "x-forwarded-user",
    "remote-user",
]


@pytest.mark.parametrize("name", HEADERS)
async def test_no_header_names_a_person(whole, name):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert (await whole.post("", message, **{name: "005E00000000001"})).status_code == 401
    page = await whole.http.get("/account", headers={name: "005E00000000001"})
    assert "Nobody is signed in" in page.text


async def test_disconnecting_takes_a_post_of_the_persons_own_form(deployment, application):
    browser = deployment.browser()
    answer = await application.redeem(await deployment.sign_in(application, browser=browser))
    page = await browser.get(f"{ISSUER}/account")
    assert page.forms
    forged = {**page.forms[0].fields, "form": "0" * 64}
    assert (await browser.http.post(f"{ISSUER}/account/disconnect", data=forged)).status_code == 403
    assert await deployment.access(answer.json())
