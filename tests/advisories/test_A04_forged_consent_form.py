"""FastMCP #3519: a consent form that another site posts."""

from oauth import test_consent
from oauth.test_consent import (
    test_a_post_that_began_on_another_site_is_refused as test_a_post_that_began_on_another_site_is_refused,
)
from oauth.test_consent import (
    test_the_form_cannot_be_posted_twice as test_the_form_cannot_be_posted_twice,
)
from oauth.test_consent import (
    test_the_form_is_good_for_ten_minutes as test_the_form_is_good_for_ten_minutes,
)

test_the_form_needs_its_token = test_consent.test_the_form_cannot_be_posted_without_its_token_or_with_a_made_up_one
