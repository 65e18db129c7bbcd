"""Keycloak CVE-2020-14302: the state of a sign-in used again."""

from oauth.test_consent import test_a_state_is_good_for_ten_minutes as test_a_state_is_good_for_ten_minutes
from oauth.test_consent import test_a_state_is_good_once as test_a_state_is_good_once
