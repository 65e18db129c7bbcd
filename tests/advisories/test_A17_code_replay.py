"""CVE-2026-4282, RFC 9700 4.5: a code used twice, also at once."""

from oauth.test_token import test_a_code_lives_a_minute as test_a_code_lives_a_minute
from oauth.test_token import (
    test_of_fifty_redemptions_at_once_exactly_one_succeeds as test_of_fifty_redemptions_at_once_exactly_one_succeeds,
)
