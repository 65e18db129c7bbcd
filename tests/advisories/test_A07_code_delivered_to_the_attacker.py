"""Obsidian's one-click account take-over: the victim's session, the attacker's client, its sink or a foreign one."""

import pytest
from oauth.application import Application
from oauth.browser import Page

SINKS = [
    "https://evil.example/sink", "https://app.example.evil.example/callback", "https://app.example/callback@evil",
    "https://app.example/callback?next=https://evil.example", "http://app.example/callback", "//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("sink", SINKS)
async def test_no_code_reaches_the_sink(deployment, sink):
    victims = await Application.register(deployment.http)
    browser = deployment.browser()
    await deployment.sign_in(victims, browser=browser)
    landed = await browser.open(victims.authorization_url(redirect_uri=sink))
    assert isinstance(landed, Page), "the browser stays with us"
    assert landed.response.status_code == 400
    assert landed.links == []
    assert landed.refresh == ""


async def test_an_attackers_own_client_stops_at_the_victims_consent(deployment):
    attackers = await Application.register(deployment.http, redirect_uri="https://evil.example/sink")
    browser = deployment.browser()
    await deployment.sign_in(await Application.register(deployment.http), browser=browser)
    codes = len(deployment.rows("code#"))
    page = await browser.open(attackers.authorization_url())
    assert isinstance(page, Page)
    assert "evil.example" in page.text
    assert len(deployment.rows("code#")) == codes
