"""CVE-2025-4143: redirect_uri is not compared with what was registered, on errors in particular."""

import pytest
from oauth import test_authorize

MISTAKES = [
    {"response_type": "token"}, {"code_challenge": None}, {"code_challenge_method": "plain"}, {"request": "x"},
    {"request_uri": "https://evil.example"}, {"resource": "https://evil.example"}, {"state": "x" * 3000}, {},
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
async def test_no_error_is_sent_to_it(deployment, application, mistake):
    changes = {"redirect_uri": "https://evil.example/callback", **mistake}
    answer = await deployment.http.get(application.authorization_url(**changes))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil.example" not in answer.text


test_an_error_leads_nowhere = (
    test_authorize.test_an_error_without_a_known_redirect_leads_nowhere_even_with_other_mistakes
)
test_an_error_stays_on_our_page = test_authorize.test_without_a_known_client_and_redirect_an_error_stays_on_our_page
