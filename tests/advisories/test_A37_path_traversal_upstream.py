"""FastMCP CVE-2026-32871: an argument climbs out of the path it is put into at Salesforce."""

import pytest

CLIMBS = [
    "../../limits", "..%2f..%2flimits", "%2e%2e/limits", "..;/limits", "Account/../../limits", "Account?x=1",
    "Account#x", "Account\\..\\x", "Account\r\nX: y", "Account∕x", "Account/describe", "/services/apexrest/x",
    ".", "..", "Account%00", "Account;x", " Account", "Account\u2028",
]  # fmt: skip
CALLS = [
    ("describeObject", lambda text: {"objectName": text}),
    ("getRecord", lambda text: {"objectName": text, "recordId": "001000000000001AAA"}),
    ("getRecord", lambda text: {"objectName": "Account", "recordId": text}),
]


@pytest.mark.parametrize("climb", CLIMBS, ids=repr)
async def test_the_path_stays_where_it_was_meant_to_be(whole, climb):
    token = await whole.token()
    for tool, arguments in CALLS:
        before = len(whole.sent_to_the_org())
        answer = await whole.call(token, tool, **arguments(climb))
        assert answer.status_code == 200
        assert answer.json()["result"]["isError"]
        for request in whole.sent_to_the_org()[before:]:
            path = request.url.raw_path.decode().partition("?")[0]
            assert path.startswith("/services/data/v68.0/sobjects"), path
            assert ".." not in path
            assert "limits" not in path.split("/")
