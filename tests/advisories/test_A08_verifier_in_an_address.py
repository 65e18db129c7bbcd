"""OpenClaw CVE-2026-34511: the PKCE verifier, or another secret, travels in a URL."""

from oauth import test_sign_in

test_nothing_secret_travels_in_an_address = test_sign_in.test_nothing_secret_is_stored_in_clear_or_travels_in_an_address
test_salesforce_is_asked_with_our_own_pkce = test_sign_in.test_salesforce_is_asked_with_our_own_pkce_and_never_for_full
