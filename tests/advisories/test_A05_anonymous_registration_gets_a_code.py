"""Obot CVE-2026-101062, Obsidian CVE-2026-54618: open registration and an authorization that approves itself."""

import pytest
from oauth.application import Application


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("redirect", ["https://app.example/callback", "http://localhost:1/cb", "http://127.0.0.1/"])
async def test_an_address_alone_never_mints_a_code(deployment, method, redirect):
    application = await Application.register(deployment.http, redirect_uri=redirect)
    answer = await deployment.http.request(method, application.authorization_url())
    assert "location" not in answer.headers
    assert deployment.rows("code#") == []
    assert deployment.rows("state#") == []
    assert deployment.salesforce.requests == []


@pytest.mark.parametrize("path", ["/consent", "/callback", "/account/disconnect"])
async def test_what_follows_needs_more_than_an_address(deployment, path):
    answer = await deployment.http.get(path)
    assert answer.status_code in {403, 405}
    assert deployment.rows("code#") == []
