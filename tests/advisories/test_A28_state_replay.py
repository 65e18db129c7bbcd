"""Keycloak CVE-2020-14302: the state of a sign-in used again, also at once."""

from oauth import test_consent
from oauth.test_consent import test_a_state_is_good_for_ten_minutes as test_a_state_is_good_for_ten_minutes
from oauth.test_consent import test_a_state_is_good_once as test_a_state_is_good_once

test_of_twenty_callbacks_at_once_one_is_it = test_consent.test_of_twenty_callbacks_at_once_exactly_one_is_the_sign_in
