"""Fosite CVE-2020-15233 and -15234: on this computer only the port may vary, and only there."""

import pytest
from oauth import test_redirects
from oauth.application import Application

OTHERS = [
    "http://127.0.0.1.evil/callback", "http://localhost.evil/callback", "http://[::ffff:127.0.0.1]/callback",
    "http://127.1/callback", "http://2130706433/callback", "http://localhost:1/callback/other",
    "http://localhost:1/callback?x=1", "http://localhost:1/CALLBACK", "http://LOCALHOST:1/callback",
    "http://localhost:1@evil.example/callback", "http://localhost\\@evil.example/callback", "http://127.0.0.1:1/callback",
]  # fmt: skip


@pytest.mark.parametrize("uri", OTHERS)
async def test_what_only_looks_like_this_computer_is_refused(deployment, uri):
    application = await Application.register(deployment.http, redirect_uri="http://localhost/callback")
    answer = await deployment.http.get(application.authorization_url(redirect_uri=uri))
    assert answer.status_code == 400
    assert "location" not in answer.headers


test_only_the_port_may_differ = test_redirects.test_only_on_this_computer_and_only_the_port_may_differ
