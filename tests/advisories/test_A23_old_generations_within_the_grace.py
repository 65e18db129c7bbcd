"""django-oauth-toolkit #1617: the grace for the last refresh token lets older ones through."""

from oauth import test_refresh
from oauth.test_refresh import (
    test_reuse_of_a_much_older_token_ends_the_family_too as test_reuse_of_a_much_older_token_ends_the_family_too,
)
from oauth.test_refresh import (
    test_the_grace_is_for_the_immediate_predecessor_only as test_the_grace_is_for_the_immediate_predecessor_only,
)

test_within_the_grace_the_same_answer = test_refresh.test_within_the_grace_the_replaced_token_gives_the_very_same_answer
