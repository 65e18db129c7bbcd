"""TS SDK CVE-2026-0621: a regular expression that takes for ever over a text made for it."""

import time

import pytest

from salesforce_mcp.oauth.client import as_name
from salesforce_mcp.oauth.fetch import is_fetchable
from salesforce_mcp.oauth.redirects import is_acceptable, is_registered
from salesforce_mcp.oauth.resources import resource_at
from salesforce_mcp.salesforce.hosts import identity_in, login_address, salesforce_origin
from salesforce_mcp.settings import Settings

LONG = 100_000
TEXTS = {
    "letters": "a" * LONG, "dots": "a." * (LONG // 2), "host": "https://" + "a-" * (LONG // 2) + "!",
    "path": "https://app.example/" + "a/" * (LONG // 2) + "\n", "loopback": "http://localhost:" + "1" * LONG,
    "climbing": "https://app.example" + "/.." * (LONG // 3), "percent": "https://app.example/" + "%2" * (LONG // 2),
    "spaces": " " * LONG, "cursor": "cursor://anysphere.cursor-retrieval/oauth/user-" + "a" * LONG,
    "toolsets": "/mcp/x/" + "a," * (LONG // 2) + "!", "identity": "https://login.salesforce.com" + "/id" * (LONG // 3),
}  # fmt: skip
VALIDATORS = {
    "is_acceptable": is_acceptable, "is_registered": lambda text: is_registered(text, (text,)), "as_name": as_name,
    "is_fetchable": is_fetchable, "resource_at": lambda text: resource_at(Settings(), text),
    "login_address": login_address, "salesforce_origin": salesforce_origin, "identity_in": identity_in,
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("validator", VALIDATORS.values(), ids=VALIDATORS)
def test_it_is_judged_in_an_instant(validator, text):
    began = time.process_time()
    validator(text)
    assert time.process_time() - began < 0.05
