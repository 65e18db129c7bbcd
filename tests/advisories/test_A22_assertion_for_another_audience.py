"""FastMCP 3.4.7: an assertion of a client that was made for somebody else, too long, or twice."""

from oauth.test_client_authentication import deployment as deployment
from oauth.test_client_authentication import test_an_assertion_is_good_once as test_an_assertion_is_good_once
from oauth.test_client_authentication import (
    test_each_claim_of_an_assertion_is_checked as test_each_claim_of_an_assertion_is_checked,
)
