"""CVE-2025-4143: redirect_uri is not compared with what was registered, on errors in particular."""

import pytest

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
