"""anythingmcp PR 417: a client's name, logo or host made to look like another's."""

import pytest
from oauth.application import Application
from oauth.browser import Page

NAMES = [
    "Salesforce Official ✔", "\u202emoc.ecrofselas", "A" * 10_000, "<b>Salesforce</b>", "Sаlesforce", "Claude\u200b",
    "Claude\n\nVerified by Salesforce", "\u2066Claude\u2069", "Claude (described by claude.ai)", "\x00Claude", "   ",
    "\U000e0041\U000e0042", "Salesforce\u00a0Inc.", "🔒 Secure", "claude.ai",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name)[:30])
async def test_the_host_and_that_nobody_vouches_stand_beside_the_name(deployment, name):
    logo = "https://claude.ai/logo.png"
    application = await Application.register(deployment.http, client_name=name, logo_uri=logo)
    page = Page(await deployment.http.get(application.authorization_url()))
    assert "named by itself, not verified" in page.text
    assert "app.example" in page.text
    assert "img" not in {tag for tag, _ in page.elements}
    assert logo not in page.response.text
    assert not set("\u202e\u2066\u2069\u200b\x00\U000e0041") & set(page.text)
    assert len(page.text) < 4000, "the style sheet and the facts"


async def test_a_host_of_lookalike_letters_is_refused(deployment):
    asked = {"client_name": "Claude", "redirect_uris": ["https://clаude.ai/callback"]}
    assert (await deployment.http.post("/register", json=asked)).status_code == 400
