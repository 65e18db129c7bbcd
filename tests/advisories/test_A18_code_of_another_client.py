"""Authentik, Fosite: a code redeemed by another client or for another redirect."""

from oauth import test_token
from oauth.test_token import test_each_binding_of_a_code_is_checked as test_each_binding_of_a_code_is_checked

test_another_clients_code_is_refused = (
    test_token.test_another_clients_code_is_refused_like_an_unknown_one_and_stays_good
)
