"""Nothing a stranger writes becomes part of a page (A06, A31, A34)."""

import re
from dataclasses import replace

import pytest
from oauth.application import ISSUER, Application
from oauth.browser import Page
from oauth.deployment import SETTINGS, deployed

from salesforce_mcp.oauth.style import STYLE

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
    assert "location" not in response.headers
    own = await Application.register(deployment.http, redirect_uri="http://localhost:8080/cb")
    response = await deployment.http.get(own.authorization_url(response_type="x", state=payload[:2000]))
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
        inputs = [one for one in page.elements if one[0] == "input" and one[1].get("type") in {"radio", "text", "file"}]
        assert labelled == len(inputs)
        headings = [tag for tag, _ in page.elements if tag in {"h1", "h2", "h3"}]
        assert headings[0] == "h1"
        assert "h3" not in headings


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


READ_ON = [
    ("ink", "card"), ("ink", "paper"), ("ink", "tint"), ("quiet", "card"), ("quiet", "paper"), ("quiet", "tint"),
    ("deed", "card"), ("deed-ink", "deed"), ("deed-ink", "deed-hover"), ("warn", "warn-paper"), ("good", "good-paper"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), READ_ON)
def test_every_text_stands_out_from_what_is_behind_it(scheme, ink, paper):
    """WCAG 2.2 AA: 4.5 to 1."""
    colours = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", STYLE.split("@media (prefers-color-scheme: dark)")[scheme])
    )
    light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


async def test_no_two_pages_share_a_nonce(deployment, application):
    nonces = [
        next(attributes["nonce"] for tag, attributes in page.elements if tag == "style")
        for page in await pages(deployment, application)
    ]
    assert len(set(nonces)) == len(nonces)


async def test_the_status_page_says_how_to_add_this_server_and_what_is_missing(deployment):
    page = Page(await deployment.http.get("/mcp/x/core", headers={"accept": "text/html,*/*"}))
    for shown in (f"{ISSUER}/mcp/x/core", f"{ISSUER}/callback", "running and set up"):
        assert shown in page.text
    for client, step in {
        "Claude (web": "an owner adds it first",
        "ChatGPT": "Developer mode",
        "VS Code": "code --add-mcp",
        "Cursor": f'{{"mcpServers": {{"salesforce": {{"url": "{ISSUER}/mcp/x/core"}}}}}}',
        "Claude Code": f"claude mcp add --transport http salesforce {ISSUER}/mcp/x/core",
        "Another client": f"npx -y mcp-remote {ISSUER}/mcp/x/core",
    }.items():
        assert client in page.text
        assert step in page.text
    assert "Not set up yet" not in page.text


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"client_id": ""}, "SALESFORCE_CLIENT_ID"),
        ({"client_secret_name": "another"}, "the secret another is missing"),
        ({"sign_in": "jwt:sales@demo.example"}, "the secret salesforce-jwt-key is missing"),
    ],
)
async def test_the_status_page_names_what_is_missing(seeded, clock, changes, missing):
    async with deployed(seeded.copy(), clock, settings=replace(SETTINGS, **changes)) as deployment:
        page = Page(await deployment.http.get("/"))
        assert f"Not set up yet: {missing}" in page.text or missing in page.text
        assert "running and set up" not in page.text


async def test_the_page_of_an_operated_org_says_whose_identity_is_shared_and_names_nobody(seeded, clock):
    async with deployed(
        seeded.copy(), clock, settings=replace(SETTINGS, sign_in="jwt:sales@demo.example")
    ) as deployment:
        page = Page(await deployment.http.get("/"))
        assert "Shared identity" in page.text
        assert "grant_type=client_credentials" in page.text
        assert "sales@demo.example" not in page.text
        assert "Developer mode" not in page.text


async def test_a_server_on_this_computer_says_who_cannot_reach_it(seeded, clock):
    settings = replace(SETTINGS, public_url="http://localhost:8000")
    async with deployed(seeded.copy(), clock, settings=settings) as deployment:
        page = Page(await deployment.http.get("/"))
        assert "Only programs on this computer" in page.text
        assert "Add custom connector" not in page.text
        assert "Developer mode" not in page.text
        assert '"args": ["-y", "mcp-remote", "http://localhost:8000/mcp", ' in page.text


async def test_a_client_that_opens_a_stream_at_the_endpoint_is_told_to_post(deployment):
    response = await deployment.http.get("/mcp", headers={"accept": "text/event-stream"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
