"""SDK CVE-2026-109527: a body without end, deep or wide JSON, a length that lies."""

import time

import pytest

LARGEST = 4 * 1024 * 1024  # of the endpoint; of the other paths far less
ENDLESS = {
    "large": b'{"jsonrpc":"2.0","x":"' + b"a" * 5_000_000 + b'"}',
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "many members": b"{" + b",".join(b'"%d":1' % n for n in range(200_000)) + b"}",
    "long number": b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b"}",
    "cut": b'{"jsonrpc":"2.0","id":1,"method":"tools/li',
    "many messages": b"[" + b",".join([b'{"jsonrpc":"2.0","id":1,"method":"ping"}'] * 5000) + b"]",
}


async def pieces(body: bytes):
    """Without a length."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("path", ["/mcp", "/register", "/token", "/consent", "/revoke", "/account/disconnect"])
async def test_it_is_refused_quickly(whole, path, body):
    token, began = await whole.token(), time.monotonic()
    kind = "application/json" if path in {"/mcp", "/register"} else "application/x-www-form-urlencoded"
    headers = {"authorization": f"Bearer {token}", "content-type": kind, "accept": "application/json"}
    answer = await whole.http.post(path, content=pieces(body), headers=headers)
    assert 400 <= answer.status_code < 500
    if len(body) > LARGEST:
        assert answer.status_code == 413, "for its size, whatever it says"
    assert time.monotonic() - began < 20, "not left hanging; the limit is wide because test machines are shared"
