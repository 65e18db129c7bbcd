"""CVE-2026-54072, CVE-2024-7341: a cookie planted before the sign-in is the session after it."""

from oauth import test_consent
from oauth.test_consent import (
    test_every_cookie_we_set_has_all_its_guards as test_every_cookie_we_set_has_all_its_guards,
)

test_cookies_are_new_after_sign_in = (
    test_consent.test_cookies_are_bound_to_this_host_hidden_from_scripts_and_new_after_sign_in
)
