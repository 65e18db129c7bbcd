"""Keycloak CVE-2023-6291, -6927, -2024-8883, -2026-3872, Authentik CVE-2024-52289: prefix, wildcard, normalisation."""

from oauth import test_redirects

test_what_is_nearly_the_registered_one_is_refused = (
    test_redirects.test_a_redirect_that_is_nearly_the_registered_one_is_refused
)
