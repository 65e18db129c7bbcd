"""Spring CVE-2026-45609, FastMCP #4400, mcp-atlassian CVE-2026-27825: a client's document is fetched from inside."""

from oauth import test_client_documents
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

test_a_name_is_looked_up_once = (
    test_client_documents.test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_dialled
)
test_a_private_address_is_never_connected_to = (
    test_client_documents.test_a_name_that_leads_to_such_an_address_is_never_connected_to
)
test_no_plain_https_url_no_lookup = (
    test_client_documents.test_an_id_that_is_no_plain_https_url_is_refused_without_a_lookup
)
