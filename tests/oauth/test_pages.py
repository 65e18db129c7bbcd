"""Nothing a stranger writes becomes part of a page (A06, A31, A34)."""

import pytest
from oauth.application import ISSUER, Application
from oauth.browser import Page

PAYLOADS = [
    "<script>alert(1)</script>", "</title><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", '"><script>alert(1)</script>', "'><script>alert(1)</script>", '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='", "</style><script>alert(1)</script>",
    "<style>*{background:url(//evil.example)}</style>", "<iframe src=//evil.example>", "<base href=//evil.example>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">', "<form action=//evil.example>",
    "<input name=level value=full checked>", "<a href=javascript:alert(1)>x</a>",
    "<math><mi xlink:href=javascript:alert(1)>", "<!--", "--><script>alert(1)</script>", "<![CDATA[<script>]]>",
    "&lt;script&gt;", "&#60;script&#62;", "<scr\x00ipt>", "<ScRiPt>alert(1)</sCrIpT>",
    "<script\n>alert(1)</script\n>", "\u202egpj.exe", "Salesforce Official ✔", "A" * 10_000, "{{7*7}}", "${7*7}",
    "$title", "%3Cscript%3E", "\ufeff<script>", "<link rel=stylesheet href=//evil.example>",
    "<object data=//evil.example>", "<embed src=//evil.example>", "<video src=x onerror=alert(1)>",
    "<button formaction=//evil>", "\r\nSet-Cookie: a=b", "\r\n\r\n<html>",
]  # fmt: skip


def shape(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Elements and the names of their attributes: what a page must not gain."""
    return [(tag, tuple(attributes)) for tag, attributes in page.elements]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: repr(payload)[:40])
async def test_a_clients_name_and_its_parameters_are_text_on_every_page(deployment, application, payload):
    plain = Page(await deployment.http.get(application.authorization_url()))
    named = await Application.register(deployment.http, client_name=payload)
    page = Page(await deployment.http.get(named.authorization_url(state=payload[:2000], scope=payload)))
    assert page.response.status_code == 200
    assert shape(page) == shape(plain)
    assert "\u202e" not in page.text
    assert len(page.text) < 3000

    unknown = Page(await deployment.http.get(f"{ISSUER}/authorize", params={"client_id": "nobody", "state": payload}))
    error = Page(
        await deployment.http.get(f"{ISSUER}/authorize", params={"client_id": payload[:400], "scope": payload})
    )
    assert shape(error) == shape(unknown)
    callback = Page(await deployment.http.get(f"{ISSUER}/callback", params={"state": payload, "error": payload}))
    assert shape(callback) == shape(unknown)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: repr(payload)[:40])
async def test_what_goes_back_to_the_client_cannot_split_a_header(deployment, application, payload):
    response = await deployment.http.get(application.authorization_url(response_type="x", state=payload[:2000]))
    location = response.headers["location"]
    assert location.isprintable()
    assert location.isascii()
    assert response.headers.get("set-cookie") is None


async def pages(deployment, application):
    browser = deployment.browser()
    consent = await deployment.consent_page(browser, application)
    onward = await browser.post_only(consent, level="read", decision="allow")
    error = Page(await deployment.http.get(f"{ISSUER}/callback"))
    root = Page(await deployment.http.get("/"))
    endpoint = Page(await deployment.http.get("/mcp", headers={"accept": "text/html"}))
    account = Page(await deployment.http.get("/account"))
    return [consent, onward, error, root, endpoint, account]


async def test_every_page_forbids_scripts_frames_sniffing_and_referrers(deployment, application):
    for page in await pages(deployment, application):
        headers = page.response.headers
        policy = headers["content-security-policy"]
        nonce = next(attributes["nonce"] for tag, attributes in page.elements if tag == "style")
        assert policy.startswith(
            f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'"
        )
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
        assert {"script", "img", "iframe", "link"} & {tag for tag, _ in page.elements} == set()


async def test_every_page_is_plain_accessible_html(deployment, application):
    for page in await pages(deployment, application):
        assert ("html", {"lang": "en"}) in page.elements
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.elements
        assert [tag for tag, _ in page.elements].count("h1") == 1
        assert [tag for tag, _ in page.elements].count("main") == 1
        labelled = [tag for tag, _ in page.elements].count("label")
        radios = [one for one in page.elements if one[0] == "input" and one[1].get("type") == "radio"]
        assert labelled == len(radios)


async def test_no_two_pages_share_a_nonce(deployment, application):
    nonces = [
        next(attributes["nonce"] for tag, attributes in page.elements if tag == "style")
        for page in await pages(deployment, application)
    ]
    assert len(set(nonces)) == len(nonces)


async def test_the_status_page_says_how_to_add_this_server_and_what_is_missing(deployment):
    page = Page(await deployment.http.get("/mcp/x/core", headers={"accept": "text/html,*/*"}))
    for shown in (f"{ISSUER}/mcp/x/core", f"{ISSUER}/callback", "Claude", "ChatGPT", "VS Code", "Cursor"):
        assert shown in page.text
    assert "Not set up yet" not in page.text


async def test_a_client_that_opens_a_stream_at_the_endpoint_is_told_to_post(deployment):
    response = await deployment.http.get("/mcp", headers={"accept": "text/event-stream"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
