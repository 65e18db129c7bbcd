"""Tenable 114919 and 114920: what scanners look for at /register."""

import pytest
from oauth import test_client_authentication

ADDRESSES = [
    "http://10.0.0.1/",
    "http://169.254.169.254/",
    "https://127.0.0.1/x.png",
    "javascript:alert(1)",
    "ftp://x/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ["logo_uri", "client_uri", "policy_uri", "tos_uri"])
async def test_addresses_inside_are_refused(deployment, name, address):
    asked = {"client_name": "A", "redirect_uris": ["https://app.example/cb"], name: address}
    assert (await deployment.http.post("/register", json=asked)).status_code == 400
    assert deployment.salesforce.requests == []


async def test_a_plain_http_redirect_elsewhere_is_refused(deployment):
    asked = {"client_name": "A", "redirect_uris": ["http://evil.example/cb"]}
    assert (await deployment.http.post("/register", json=asked)).json()["error"] == "invalid_redirect_uri"


test_what_cannot_be_honoured_is_refused = (
    test_client_authentication.test_a_registration_that_cannot_be_honoured_is_refused_by_name
)
