"""Keycloak CVE-2020-10770, CVE-2026-1180: request_uri, and jwks_uri at registration, make the server fetch."""

import pytest
from oauth.browser import told_to_the_client

PLACES = ["http://169.254.169.254/latest", "http://127.0.0.1:9001/", "file:///etc/passwd", "https://evil.example/r"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["request", "request_uri"])
async def test_it_is_refused_and_nothing_is_fetched(deployment, application, name, place):
    answer = await deployment.http.get(application.authorization_url(**{name: place}))
    assert told_to_the_client(answer)["error"] == f"{name}_not_supported"
    assert deployment.salesforce.requests == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["jwks_uri", "request_uris", "sector_identifier_uri", "initiate_login_uri"])
async def test_at_registration_too(deployment, name, place):
    asked = {"client_name": "A", "redirect_uris": ["https://app.example/cb"], name: place}
    assert (await deployment.http.post("/register", json=asked)).json()["error"] == "invalid_client_metadata"
    assert deployment.rows("client#") == []
