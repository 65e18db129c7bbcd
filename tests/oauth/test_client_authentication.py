"""How clients prove themselves at /token (A21, A22, A48; RFC 6749 §2.3, RFC 7523)."""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from oauth.application import CALLBACK, ISSUER, Application
from oauth.deployment import SECRETS, deployed

from salesforce_mcp.embedded import LocalSecrets

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
JWKS = {
    "keys": [
        {**json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())), "kid": "rsa", "use": "sig"},
        {**json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())), "kid": "ec"},
    ]
}
CLIENTS = [
    {
        "client_id": "signing",
        "client_name": "Signs",
        "redirect_uris": [CALLBACK],
        "jwks": JWKS,
        "token_endpoint_auth_method": "private_key_jwt",
    },
    {
        "client_id": "con:fi dential",
        "client_name": "Knows",
        "redirect_uris": [CALLBACK],
        "client_secret": "new+secret%",
    },
]
PREVIOUS = [{**CLIENTS[1], "client_secret": "old secret"}]


@pytest.fixture
async def deployment(seeded, clock):
    secrets = LocalSecrets({**SECRETS, "oauth-clients": [json.dumps(CLIENTS), json.dumps(PREVIOUS)]})
    async with deployed(seeded.copy(), clock, secrets=secrets) as running:
        yield running


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


async def refresh_with(deployment, form=None, headers=None) -> tuple[int, str]:
    """Any token request tells whether the client is believed: then it is the token that is wrong."""
    sent = {"grant_type": "refresh_token", "refresh_token": "x", **(form or {})}
    response = await deployment.http.post("/token", data=sent, headers=headers or {})
    return response.status_code, response.json()["error"]


BELIEVED = (400, "invalid_grant")
NOT_BELIEVED = (401, "invalid_client")


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
async def test_a_registered_secret_is_accepted_in_body_and_header(deployment, method):
    application = await Application.register(deployment.http, token_endpoint_auth_method=method)
    name, secret = application.client_id, application.secret
    assert secret
    assert await refresh_with(deployment, {"client_id": name, "client_secret": secret}) == BELIEVED
    assert await refresh_with(deployment, {}, basic(name, secret)) == BELIEVED
    assert await refresh_with(deployment, {"client_id": name}, basic(name, secret)) == BELIEVED
    assert await refresh_with(deployment, {"client_id": name}) == NOT_BELIEVED
    assert await refresh_with(deployment, {"client_id": name, "client_secret": ""}) == NOT_BELIEVED
    assert await refresh_with(deployment, {"client_id": name, "client_secret": secret + "x"}) == NOT_BELIEVED
    assert await refresh_with(deployment, {}, basic(name, "wrong")) == NOT_BELIEVED
    assert secret not in json.dumps(deployment.rows())


async def test_a_public_client_needs_its_id_alone_and_gets_no_secret(deployment):
    application = await Application.register(deployment.http, token_endpoint_auth_method="none")
    assert application.secret == ""
    assert await refresh_with(deployment, {"client_id": application.client_id}) == BELIEVED
    assert await refresh_with(deployment, {"client_id": application.client_id, "client_secret": ""}) == BELIEVED


async def test_id_and_secret_in_the_header_are_form_encoded_first(deployment):
    for secret in ("new+secret%", "old secret"):
        headers = basic(quote("con:fi dential", safe=""), quote(secret, safe=""))
        assert await refresh_with(deployment, {}, headers) == BELIEVED
    assert await refresh_with(deployment, {}, basic(quote("con:fi dential", safe=""), "older")) == NOT_BELIEVED


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic ", "Basic !!!", "Basic " + b64encode(b"nocolon").decode(), "Basic " + b64encode(b":x").decode(),
     "Basic " + b64encode(b"\xff\xfe:x").decode(), "Bearer abc", "Digest x", ""],
)  # fmt: skip
async def test_a_malformed_header_is_refused_with_a_challenge(deployment, header):
    response = await deployment.http.post(
        "/token", data={"grant_type": "refresh_token"}, headers={"Authorization": header}
    )
    assert (response.status_code, response.json()["error"]) == NOT_BELIEVED
    assert response.headers["www-authenticate"].startswith("Basic")
    assert response.headers["x-mcp-challenge"] == response.headers["www-authenticate"], "API Gateway renames the one"


async def test_two_proofs_at_once_are_refused(deployment):
    application = await Application.register(deployment.http, token_endpoint_auth_method="client_secret_post")
    form = {"client_id": application.client_id, "client_secret": application.secret}
    assert await refresh_with(deployment, form, basic(application.client_id, application.secret)) == (
        400,
        "invalid_request",
    )
    other = basic("other", application.secret)
    assert await refresh_with(deployment, {"client_id": application.client_id}, other) == (400, "invalid_request")


def claims(clock, **changes):
    now = int(clock.now())
    usual = {"iss": "signing", "sub": "signing", "aud": ISSUER, "exp": now + 120, "iat": now, "jti": f"j{now}"}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(payload, key=RSA_KEY, algorithm="RS256", **headers) -> dict[str, str]:
    assertion = jwt.encode(payload, key, algorithm=algorithm, headers={"kid": "rsa", **headers})
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", [ISSUER], [f"{ISSUER}/token"]], ids=str)
async def test_a_signed_assertion_for_us_is_believed(deployment, clock, audience):
    assert await refresh_with(deployment, signed(claims(clock, aud=audience))) == BELIEVED


async def test_a_client_may_sign_with_either_kind_of_key(deployment, clock):
    form = signed(claims(clock), EC_KEY, "ES256", kid="ec")
    assert await refresh_with(deployment, {**form, "client_id": "signing"}) == BELIEVED


async def test_an_assertion_is_good_once(deployment, clock):
    form = signed(claims(clock))
    assert await refresh_with(deployment, form) == BELIEVED
    assert await refresh_with(deployment, form) == NOT_BELIEVED


def forged(header: dict, payload: dict, signature: bytes = b"") -> dict[str, str]:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    assertion = ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


CLAIMS_REFUSED = [
    {"iss": "other"},
    {"iss": None},
    {"sub": "unknown", "iss": "unknown"},
    {"sub": None},
    {"aud": None},
    {"aud": "https://other.example"},
    {"aud": f"{ISSUER}/"},
    {"aud": f"{ISSUER}/token/"},
    {"aud": f"{ISSUER}/mcp"},
    {"aud": [ISSUER, "https://other.example"]},
    {"aud": []},
    {"exp": None},
    {"exp": 0},
    {"exp": "soon"},
    {"exp": True},
    {"exp": 1_795_000_000 + 3600},
    {"exp": 1_795_000_000 - 60},
    {"iat": 1_795_000_000 + 3600},
    {"nbf": 1_795_000_000 + 3600},
    {"jti": None},
    {"jti": ""},
    {"jti": 7},
]


@pytest.mark.parametrize("changes", CLAIMS_REFUSED, ids=str)
async def test_each_claim_of_an_assertion_is_checked(deployment, clock, changes):
    payload = claims(clock, **changes)
    try:
        form = signed(payload)
    except TypeError:  # PyJWT will not write such a claim; an attacker will
        form = forged({"alg": "RS256", "kid": "rsa"}, payload, b"x")
    assert await refresh_with(deployment, form) == NOT_BELIEVED


async def test_each_way_to_forge_a_signature_is_refused(deployment, clock):
    payload = claims(clock)
    public = RSA_KEY.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    good = signed(payload)["client_assertion"].split(".")
    header = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "rsa"}).encode()).rstrip(b"=").decode()
    confused = f"{header}.{good[1]}"
    mac = urlsafe_b64encode(hmac.digest(pem, confused.encode(), "sha256")).rstrip(b"=").decode()
    attempts = [
        forged({"alg": "none"}, payload),
        forged({"alg": "None", "kid": "rsa"}, payload),
        forged({"alg": "RS256", "kid": "rsa"}, payload, b"x" * 256),
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": f"{confused}.{mac}"},
        signed(payload, OTHER_RSA_KEY),
        signed(payload, OTHER_RSA_KEY, jwk=json.loads(RSAAlgorithm.to_jwk(OTHER_RSA_KEY.public_key()))),
        signed(payload, jku="https://evil.example/keys"),
        signed(payload, x5u="https://evil.example/cert"),
        signed(payload, kid="../../../../dev/null"),
        signed(payload, kid="ec"),
        signed(payload, RSA_KEY, "RS384"),
        signed(payload, RSA_KEY, "PS256"),
        signed({**payload, "padding": "x" * 9000}),
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": ".".join([good[0], good[1], ""])},
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": "x"},
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": "a.b.c"},
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": "." * 100},
    ]
    for form in attempts:
        assert await refresh_with(deployment, form) == NOT_BELIEVED, form
    header = {"alg": "RS256", "kid": "rsa", "crit": ["x"], "x": 1}
    assert await refresh_with(deployment, forged(header, payload, b"x")) == NOT_BELIEVED
    assert await refresh_with(deployment, signed(payload)) == BELIEVED, "none of them used the jti up"


async def test_half_a_character_in_an_assertion_is_refused_like_any_other_name(deployment, clock):
    for sub in ("\ud800", "https://[", "https://\ud800.example/x"):
        form = signed({**claims(clock), "iss": sub, "sub": sub})
        assert await refresh_with(deployment, form) == NOT_BELIEVED, sub
    assert await refresh_with(deployment, signed({**claims(clock), "jti": "\ud800"})) == BELIEVED


async def test_an_assertion_goes_alone_and_under_its_type(deployment, clock):
    form = signed(claims(clock))
    assert await refresh_with(deployment, {**form, "client_assertion_type": "x"}) == (400, "invalid_request")
    assert await refresh_with(deployment, {**form, "client_secret": "x"}) == (400, "invalid_request")
    assert await refresh_with(deployment, form, basic("signing", "x")) == (400, "invalid_request")
    assert await refresh_with(deployment, {**form, "client_id": "other"}) == NOT_BELIEVED
    assert await refresh_with(deployment, {"client_id": "signing"}) == NOT_BELIEVED
    assert await refresh_with(deployment, {"client_id": "signing", "client_secret": "x"}) == NOT_BELIEVED


async def test_a_public_client_cannot_sign_itself_into_trust(deployment, clock):
    application = await Application.register(deployment.http)
    payload = claims(clock, iss=application.client_id, sub=application.client_id)
    assert await refresh_with(deployment, signed(payload)) == NOT_BELIEVED


async def test_a_preregistered_client_signs_in_with_its_secret(deployment):
    application = Application(deployment.http, client_id="con:fi dential", secret="new+secret%")
    answer = await application.redeem(await deployment.sign_in(application))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": CALLBACK}, "invalid_redirect_uri"),
        ({"redirect_uris": [7]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"https://app.example/{n}" for n in range(21)]}, "invalid_redirect_uri"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": ["none"]}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"grant_types": "authorization_code"}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"jwks_uri": "https://app.example/keys"}, "invalid_client_metadata"),
        ({"jwks_uri": "http://169.254.169.254/latest"}, "invalid_client_metadata"),
        ({"sector_identifier_uri": "https://10.0.0.1/"}, "invalid_client_metadata"),
        ({"request_uris": ["https://10.0.0.1/"]}, "invalid_client_metadata"),
        ({"software_statement": "eyJ"}, "invalid_client_metadata"),
        ({"logo_uri": "http://evil.example/x.png"}, "invalid_client_metadata"),
        ({"logo_uri": "https://169.254.169.254/x.png"}, "invalid_client_metadata"),
        ({"logo_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"client_uri": "https://[::1"}, "invalid_client_metadata"),
        ({"policy_uri": 7}, "invalid_client_metadata"),
    ],
    ids=str,
)
async def test_a_registration_that_cannot_be_honoured_is_refused_by_name(deployment, metadata, error):
    asked = {"client_name": "A", "redirect_uris": [CALLBACK], **metadata}
    response = await deployment.http.post("/register", json=asked)
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert deployment.rows("client#") == []


async def test_the_habits_of_real_clients_are_taken_at_registration(deployment):
    habits = {
        "application_type": "native",
        "contacts": ["a@app.example"],
        "scope": "openid email profile",
        "software_id": "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d",
        "software_version": "0.1.37",
        "client_uri": "https://github.com/geelen/mcp-remote",
        "logo_uri": "https://app.example/logo.png",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "unknown": {"a": 1},
    }
    response = await deployment.http.post("/register", json={"redirect_uris": [CALLBACK], **habits})
    assert response.status_code == 201
    told = response.json()
    assert told["token_endpoint_auth_method"] == "none"
    assert "client_secret" not in told
    assert response.headers["cache-control"] == "no-store"
    assert (await deployment.http.get(f"{ISSUER}/authorize?client_id={told['client_id']}")).status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"null", b"7", b"{", b"\xff", b"[" * 60_000, b'{"a":' * 10_000, b'{"a": "' + b"x" * 70_000],
)
async def test_a_body_that_is_no_small_json_object_is_refused(deployment, body):
    response = await deployment.http.post("/register", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 413}
    assert response.json()["error"] in {"invalid_client_metadata", "invalid_request"}


async def test_an_unused_registration_expires_and_then_makes_clients_register_anew(deployment, clock):
    application = await Application.register(deployment.http)
    clock.advance(30 * 86400)
    response = await application.redeem("x")
    assert (response.status_code, response.json()["error"]) == NOT_BELIEVED
    assert deployment.rows("client#") == [] or (await deployment.http.get(application.authorization_url())).is_error
