"""Line breaks in a scope, an error or a redirect that split a header."""

import pytest
from oauth import test_pages

TOKENS = ['x"y', "x\\y", "x\ty", "x'y", "é", "x,y", "a=b", 'realm="evil"']


@pytest.mark.parametrize("token", TOKENS)
async def test_a_challenge_is_one_printable_line(whole, token):
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {b"authorization": f"Bearer {token}".encode("latin-1"), b"accept": b"application/json"}
    answer = await whole.http.post("/mcp", json=message, headers=headers)
    assert answer.status_code == 401
    [challenge] = answer.headers.get_list("www-authenticate")
    assert challenge.isprintable()
    assert challenge.isascii()
    assert token not in challenge


test_what_goes_back_cannot_split_a_header = test_pages.test_what_goes_back_to_the_client_cannot_split_a_header
