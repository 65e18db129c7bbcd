"""CVE-2026-4282, RFC 9700 4.5: a code used twice, also at once."""

from oauth import test_token
from oauth.test_token import test_a_code_lives_a_minute as test_a_code_lives_a_minute
from oauth.test_token import (
    test_of_fifty_redemptions_at_once_exactly_one_succeeds as test_of_fifty_redemptions_at_once_exactly_one_succeeds,
)

test_a_second_use_ends_the_first = test_token.test_a_code_is_good_once_and_its_second_use_ends_the_tokens_of_the_first
