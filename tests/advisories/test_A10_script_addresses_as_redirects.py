"""workers-oauth-provider #97, FastMCP #4419: javascript: and its relatives, by case, white space and encoding."""

from oauth.test_redirects import (
    test_a_client_cannot_register_it_nor_be_sent_there as test_a_client_cannot_register_it_nor_be_sent_there,
)
