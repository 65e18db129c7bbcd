"""CVE-2020-14389, CVE-2021-32701: a cached answer about a token outlives what the token may do."""

import pytest

CALLS = [
    ("createRecord", {"objectName": "Account", "record": {"Name": "X"}}),
    ("updateRecord", {"objectName": "Account", "recordId": "001000000000001AAA", "record": {"Name": "X"}}),
    ("deleteRecord", {"objectName": "Account", "recordId": "001000000000001AAA"}),
]


@pytest.mark.parametrize(("tool", "arguments"), CALLS, ids=lambda value: str(value)[:20])
async def test_reading_before_does_not_open_writing(whole, tool, arguments):
    token = await whole.token()
    for _ in range(2):
        assert (await whole.call(token, "getUserInfo")).status_code == 200
        answer = await whole.call(token, tool, **arguments)
        assert answer.status_code == 403
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("uses", [0, 1, 5])
async def test_what_was_revoked_is_dead_at_the_next_call(whole, uses):
    application, answer = await whole.deployment.connect()
    for _ in range(uses):
        assert (await whole.call(answer["access_token"], "getUserInfo")).status_code == 200
    await application.revoke(answer["access_token"])
    assert (await whole.call(answer["access_token"], "getUserInfo")).status_code == 401


async def test_a_shorter_consent_does_not_shrink_or_widen_another_clients(whole):
    wide, narrow = await whole.token(level="full"), await whole.token(level="read")
    made = await whole.result(wide, "createRecord", objectName="Account", record={"Name": "Made"})
    assert made["id"]
    assert (await whole.call(narrow, "createRecord", objectName="Account", record={"Name": "X"})).status_code == 403
