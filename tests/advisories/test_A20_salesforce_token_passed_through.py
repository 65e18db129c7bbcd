"""Token passthrough: a Salesforce token as our bearer token is refused, and never sent on."""

import pytest

BEARERS = [
    "00DE00000000001!AQEAQFabcdefghijklmnopqrstuvwxyz", "00D000000000001AAA!x", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
    "eyJhbGciOiJub25lIn0.e30.", "5Aep861abcdefghij", "sfr_" + "0" * 32 + "_" + "a" * 43, "x", "null", "undefined",
]  # fmt: skip


@pytest.mark.parametrize("bearer", BEARERS)
async def test_it_is_refused_and_the_org_never_sees_it(whole, bearer):
    assert (await whole.call(bearer, "getUserInfo")).status_code == 401
    assert whole.sent_to_the_org() == []


async def test_a_living_session_of_the_org_is_no_token_of_ours(whole):
    token = await whole.token()
    access = await whole.deployment.tokens.verify(token)
    session = await (await whole.deployment.grants.credential(access)).session()
    before = len(whole.sent_to_the_org())
    assert (await whole.call(session.access_token.reveal(), "getUserInfo")).status_code == 401
    assert len(whole.sent_to_the_org()) == before


async def test_our_token_never_reaches_the_org(whole):
    token = await whole.token()
    await whole.call(token, "executeQuery", soql="SELECT Id FROM Account LIMIT 1")
    assert whole.sent_to_the_org("/query")
    assert not [one for one in whole.sent_to_the_org() if token in f"{one.url}{one.headers}{one.content!r}"]
