"""Spring CVE-2026-45609, FastMCP #4400, mcp-atlassian CVE-2026-27825: a client's document is fetched from inside."""

from oauth.test_client_documents import application as application
from oauth.test_client_documents import deployment as deployment
from oauth.test_client_documents import host as host
from oauth.test_client_documents import (
    test_a_body_without_a_length_is_cut_off_at_the_limit as test_a_body_without_a_length_is_cut_off_at_the_limit,
)
from oauth.test_client_documents import (
    test_a_host_that_trickles_is_given_up_at_the_deadline as test_a_host_that_trickles_is_given_up_at_the_deadline,
)
from oauth.test_client_documents import (
    test_an_answer_that_is_no_small_plain_json_is_refused as test_an_answer_that_is_no_small_plain_json_is_refused,
)
