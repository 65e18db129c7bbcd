"""The token endpoint, on the wire: what is posted, what is believed, what is explained."""

import asyncio
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from salesforce_mcp.errors import Failure, Misconfigured, OutcomeUnknown, SignInRequired, Unavailable
from salesforce_mcp.salesforce import credentials, sign_in
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in_failures import EXPLANATIONS, sign_in_failure

ORGANIZATION, USER = "00D000000000001AAA", "005000000000001AAA"
SECRET = Secret("secret-canary")


def pem(key):
    return Secret(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    )


@pytest.fixture
def hosts(wire):
    return (wire.url.removeprefix("http://"),)


def told(wire, **changes):
    return {
        "access_token": "00D!access-canary",
        "refresh_token": "5Aep-canary",
        "instance_url": wire.url,
        "id": f"https://login.salesforce.com/id/{ORGANIZATION}/{USER}",
        "token_type": "Bearer",
        "scope": "api refresh_token",
        "issued_at": "1763821987000",
        **changes,
    }


def posted(seen):
    return {name: value[0] for name, value in parse_qs(seen.body.decode()).items()}


FORM = {"grant_type": "refresh_token", "client_id": "3MVG", "refresh_token": "old-canary"}


async def test_a_token_answer_is_read_and_its_tokens_are_secrets(wire, http, hosts):
    wire.will_answer(200, told(wire))
    answer = await sign_in.exchange(http, wire.url, FORM, extra_hosts=hosts)
    assert (answer.organization_id, answer.user_id, answer.instance_url) == (ORGANIZATION, USER, wire.url)
    assert answer.refresh_token == Secret("5Aep-canary")
    assert "canary" not in repr(answer)
    assert posted(wire.seen[0]) == FORM
    assert wire.seen[0].target == "/services/oauth2/token"


@pytest.mark.parametrize(
    "changes",
    [
        {"instance_url": "https://evil.example"},
        {"instance_url": "https://acme.my.salesforce.com@evil.example"},
        {"instance_url": "https://login.salesforce.com"},
        {"instance_url": None},
        {"id": f"https://evil.example/id/{ORGANIZATION}/{USER}"},
        {"id": "https://login.salesforce.com/id/x/y"},
        {"id": 5},
        {"access_token": ""},
        {"access_token": None},
    ],
)
async def test_an_answer_that_names_another_place_is_refused_whole(wire, http, hosts, changes):
    wire.will_answer(200, told(wire, **changes))
    with pytest.raises(Misconfigured) as caught:
        await sign_in.exchange(http, wire.url, FORM, extra_hosts=hosts)
    assert "canary" not in repr(caught.value.as_data())
    assert "evil" not in repr(caught.value.as_data())


async def test_nothing_is_posted_to_an_address_that_is_not_salesforces(wire, http):
    with pytest.raises(Misconfigured):
        await sign_in.exchange(http, wire.url, FORM)
    assert wire.seen == []


async def test_a_redirect_of_the_login_host_is_not_followed(wire, elsewhere, http, hosts):
    wire.will_answer(307, Location=f"{elsewhere.url}/services/oauth2/token")
    with pytest.raises(Misconfigured):
        await sign_in.exchange(http, wire.url, FORM, extra_hosts=hosts)
    assert elsewhere.seen == []


@pytest.mark.parametrize("script", ["hang up", "cut", "gateway"])
async def test_a_lost_answer_is_unknown_and_the_grant_is_posted_once(wire, http, hosts, script):
    if script == "hang up":
        wire.will_hang_up()
    elif script == "cut":
        wire.will_answer(200, '{"access_token": "00D')
    else:
        wire.will_answer(504, "<html></html>")
    with pytest.raises(OutcomeUnknown):
        await sign_in.exchange(http, wire.url, FORM, extra_hosts=hosts)
    assert len(wire.seen) == 1


async def test_a_login_host_that_is_not_there_is_unavailable(http):
    with pytest.raises(Unavailable):
        await sign_in.exchange(http, "http://127.0.0.1:1", FORM, extra_hosts=("127.0.0.1:1",))


async def test_maintenance_of_the_login_host_is_unavailable(wire, http, hosts):
    wire.will_answer(503, "<html>scheduled maintenance</html>")
    with pytest.raises(Unavailable):
        await sign_in.exchange(http, wire.url, FORM, extra_hosts=hosts)


@pytest.mark.parametrize(
    ("error", "description", "kind", "words"),
    [
        (
            "invalid_client_id",
            "client identifier invalid",
            Misconfigured,
            "consumer key is wanted, not the consumer secret",
        ),
        ("invalid_client", "invalid client credentials", Misconfigured, "consumer secret"),
        ("redirect_uri_mismatch", "redirect_uri must match", Misconfigured, "https://mcp.example.com/callback"),
        ("invalid_grant", "user hasn't approved this consumer", Misconfigured, "Permitted Users"),
        ("invalid_app_access", "user is not admin approved to access this app", Misconfigured, "permission set"),
        ("OAUTH_APP_BLOCKED", "", Misconfigured, "Connected Apps OAuth Usage"),
        ("app_not_found", "External client app is not installed", Misconfigured, "Install"),
        ("invalid_grant", "expired authorization code", SignInRequired, "minutes"),
        ("invalid_grant", "invalid code verifier", SignInRequired, "Sign in again"),
        ("invalid_grant", "expired access/refresh token", SignInRequired, "Sign in again"),
        ("invalid_grant", "authentication failure", SignInRequired, "security token"),
        ("invalid_grant", "ip restricted", Misconfigured, "Login IP Ranges"),
        ("invalid_grant", "inactive user", SignInRequired, "administrator"),
        ("invalid_grant", "no client credentials user enabled", Misconfigured, "Run As"),
        ("invalid_grant", "request not supported on this domain", Misconfigured, "My Domain"),
        ("invalid_grant", "Audience validation failed", Misconfigured, "test.salesforce.com"),
        ("invalid_grant", "invalid assertion", Misconfigured, "clock"),
        ("invalid_grant", "Token request is already being processed", Unavailable, "few seconds"),
        ("rate_limit_exceeded", "login rate exceeded", Unavailable, "hour"),
        ("something_new", "", Misconfigured, "Sign in again"),
    ],
)
async def test_a_refusal_says_who_mends_what_and_where(wire, http, hosts, error, description, kind, words):
    wire.will_answer(400, {"error": error, "error_description": description})
    form = {**FORM, "redirect_uri": "https://mcp.example.com/callback"}
    with pytest.raises(kind) as caught:
        await sign_in.exchange(http, wire.url, form, extra_hosts=hosts)
    assert words in caught.value.hint
    assert caught.value.code == error
    assert len(wire.seen) == 1


def test_no_explanation_hides_behind_a_wider_one():
    for row in EXPLANATIONS:
        assert sign_in_failure(row.error, row.words, callback="").message == row.message


def test_nobody_is_told_to_relax_ip_restrictions_or_to_ask_for_full_access():
    for row in EXPLANATIONS:
        assert "relax" not in row.hint.lower()
        assert " full" not in row.hint.lower()


async def test_revoking_a_dead_token_is_no_error(wire, http, hosts):
    wire.will_answer(200)
    wire.will_answer(400, {"error": "invalid_token", "error_description": "invalid token: x"})
    for _ in range(2):
        await sign_in.revoke(http, wire.url, Secret("5Aep"), extra_hosts=hosts)
    assert posted(wire.seen[0]) == {"token": "5Aep"}
    assert wire.seen[0].target == "/services/oauth2/revoke"


async def test_a_revocation_that_fails_is_told(wire, http, hosts):
    wire.will_answer(503, "maintenance")
    with pytest.raises(Failure):
        await sign_in.revoke(http, wire.url, Secret("5Aep"), extra_hosts=hosts)


def test_each_strategy_is_its_form():
    code = sign_in.authorization_code(
        client_id="3MVG", client_secret=None, code="aPrx", redirect_uri="https://x/callback", code_verifier="v"
    )
    assert code == {
        "grant_type": "authorization_code",
        "client_id": "3MVG",
        "code": "aPrx",
        "redirect_uri": "https://x/callback",
        "code_verifier": "v",
    }
    assert sign_in.client_credentials(client_id="3MVG", client_secret=SECRET)["client_secret"] == "secret-canary"
    refresh = sign_in.refresh_token(client_id="3MVG", client_secret=SECRET, token=Secret("5Aep"))
    assert (refresh["grant_type"], refresh["refresh_token"]) == ("refresh_token", "5Aep")
    legacy = sign_in.password(client_id="3MVG", client_secret=SECRET, username="u@e.com", password=Secret("pwTOKEN"))
    assert (legacy["grant_type"], legacy["password"]) == ("password", "pwTOKEN")


def test_a_jwt_is_signed_for_one_user_and_three_minutes(keys):
    form = sign_in.jwt_bearer(
        client_id="3MVG",
        username="u@e.com",
        audience="https://login.salesforce.com",
        private_key=pem(keys[0]),
        now=1_763_821_987.5,
    )
    claims = jwt.decode(
        form["assertion"], keys[0].public_key(), ["RS256"], audience="https://login.salesforce.com",
        options={"verify_exp": False},
    )  # fmt: skip
    assert claims == {"iss": "3MVG", "sub": "u@e.com", "aud": "https://login.salesforce.com", "exp": 1_763_822_167}


def test_a_key_that_is_none_is_refused_without_being_shown():
    with pytest.raises(Misconfigured) as caught:
        sign_in.jwt_bearer(client_id="3MVG", username="u", audience="a", private_key=SECRET, now=0)
    assert "canary" not in repr(caught.value) + repr(caught.value.__cause__)


async def test_while_a_key_is_rotated_the_other_is_tried(wire, http, hosts, keys, clock):
    wire.will_answer(400, {"error": "invalid_grant", "error_description": "invalid assertion"})
    wire.will_answer(200, told(wire))
    credential = credentials.by_jwt(
        http,
        wire.url,
        credentials.Signer("3MVG", "u@e.com", "https://login.salesforce.com", [pem(key) for key in keys]),
        clock=clock,
        extra_hosts=hosts,
    )
    assert (await credential.session()).access_token == Secret("00D!access-canary")
    for seen, key in zip(wire.seen, keys, strict=True):
        jwt.decode(
            posted(seen)["assertion"], key.public_key(), ["RS256"], options={"verify_aud": False, "verify_exp": False}
        )


async def test_many_callers_of_one_dead_session_cost_one_sign_in(wire, http, hosts):
    wire.will_answer(200, told(wire, access_token="00D!one"))
    wire.will_answer(200, told(wire, access_token="00D!two"))
    credential = credentials.by_client_credentials(
        http, wire.url, client_id="3MVG", client_secret=SECRET, extra_hosts=hosts
    )
    first, *_ = await asyncio.gather(*(credential.session() for _ in range(20)))
    renewed = await asyncio.gather(*(credential.renew(first) for _ in range(20)))
    assert {session.access_token.reveal() for session in renewed} == {"00D!two"}
    assert len(wire.seen) == 2


async def test_a_rotated_refresh_token_is_the_one_that_is_sent_next(wire, http, hosts):
    wire.will_answer(200, told(wire, refresh_token="second"))
    wire.will_answer(200, told(wire, refresh_token=None))
    wire.will_answer(200, told(wire))
    credential = credentials.by_refresh_token(
        http, wire.url, client_id="3MVG", client_secret=None, token=Secret("first"), extra_hosts=hosts
    )
    session = await credential.session()
    for _ in range(2):
        session = await credential.renew(session)
    assert [posted(seen)["refresh_token"] for seen in wire.seen] == ["first", "second", "second"]


async def test_a_session_id_that_was_handed_over_cannot_be_renewed():
    session = Session("https://acme.my.salesforce.com", Secret("00D!x"))
    credential = credentials.FixedCredential(session)
    assert await credential.session() is session
    with pytest.raises(SignInRequired):
        await credential.renew(session)


async def test_who_is_cancelled_while_signing_in_leaves_the_new_tokens_to_the_next(wire):
    asked, may_answer = asyncio.Event(), asyncio.Event()
    given = []

    async def sign_in_slowly():
        given.append(f"token-{len(given) + 1}")
        asked.set()
        await may_answer.wait()
        return sign_in.TokenAnswer(Secret(given[-1]), None, wire.url, ORGANIZATION, USER)

    credential = credentials.RepeatedSignIn(sign_in_slowly)
    first = asyncio.create_task(credential.session())
    await asked.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    others = [asyncio.create_task(credential.session()) for _ in range(3)]
    may_answer.set()
    sessions = await asyncio.gather(*others)
    assert [session.access_token.reveal() for session in sessions] == ["token-1"] * 3
    renewed = await asyncio.gather(*(credential.renew(sessions[0]) for _ in range(3)))
    assert {(session.access_token.reveal(), session.generation) for session in renewed} == {("token-2", 2)}
    assert given == ["token-1", "token-2"]
