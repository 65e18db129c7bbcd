"""Authentik, Fosite: a code redeemed by another client or for another redirect."""

from oauth.test_token import test_each_binding_of_a_code_is_checked as test_each_binding_of_a_code_is_checked
