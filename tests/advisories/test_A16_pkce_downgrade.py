"""CVE-2025-4144, Authentik CVE-2024-23647: the challenge stripped, the verifier ignored, `plain` accepted."""

import pytest
from oauth.browser import told_to_the_client
from oauth.test_token import (
    test_verifiers_of_every_permitted_length_work as test_verifiers_of_every_permitted_length_work,
)
from oauth.test_token import (
    test_without_the_right_verifier_a_code_is_worth_nothing as test_without_the_right_verifier_a_code_is_worth_nothing,
)

DOWNGRADES = [
    {"code_challenge": None, "code_challenge_method": None}, {"code_challenge": None}, {"code_challenge_method": None},
    {"code_challenge_method": "plain"}, {"code_challenge_method": "S512"}, {"code_challenge_method": "none"},
    {"code_challenge": "a" * 42}, {"code_challenge": "a" * 44}, {"code_challenge": "a" * 42 + "="},
    {"code_challenge": "+" * 43},
]  # fmt: skip


@pytest.mark.parametrize("changes", DOWNGRADES, ids=str)
async def test_without_an_s256_challenge_nothing_begins(deployment, application, changes):
    answer = await deployment.http.get(application.authorization_url(**changes))
    assert told_to_the_client(answer)["error"] == "invalid_request"
    assert deployment.rows("consent#") == []
