"""POST /token: codes, their proofs and bindings, replays (A16 to A18)."""

import asyncio

import pytest
from oauth.application import ISSUER, Application, challenge_of
from oauth.browser import query_of

REFUSED = (400, "invalid_grant")


def outcome(response) -> tuple[int, str]:
    return response.status_code, response.json().get("error", "")


@pytest.mark.parametrize(
    "verifier",
    [None, "", "wrong" * 10, "x" * 42, "x" * 129, "é" * 43, "a b" * 20, "the challenge itself"],
)
async def test_without_the_right_verifier_a_code_is_worth_nothing(deployment, application, verifier):
    code = await deployment.sign_in(application)
    if verifier == "the challenge itself":
        verifier = challenge_of(application.verifier)
    assert outcome(await application.redeem(code, code_verifier=verifier)) == REFUSED
    assert deployment.rows("family#") == []
    assert (await application.redeem(code)).status_code == 200


@pytest.mark.parametrize("length", [43, 128])
async def test_verifiers_of_every_permitted_length_work(deployment, application, length):
    application.verifier = "v" * length
    assert (await application.redeem(await deployment.sign_in(application))).status_code == 200


async def test_a_code_is_good_once_and_its_second_use_ends_the_tokens_of_the_first(deployment, application):
    code = await deployment.sign_in(application)
    first = (await application.redeem(code)).json()
    assert await deployment.access(first)
    assert outcome(await application.redeem(code)) == REFUSED
    assert await deployment.access(first) is None
    assert outcome(await application.refresh(first["refresh_token"])) == REFUSED


async def test_of_fifty_redemptions_at_once_exactly_one_succeeds(deployment, application):
    code = await deployment.sign_in(application)
    answers = await asyncio.gather(*(application.redeem(code) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 49
    assert deployment.rows("family#") == []


async def test_a_code_lives_a_minute(deployment, application, clock):
    code = await deployment.sign_in(application)
    clock.advance(61)
    assert outcome(await application.redeem(code)) == REFUSED


async def test_another_clients_code_is_refused_like_an_unknown_one_and_stays_good(deployment, application):
    code = await deployment.sign_in(application)
    thief = await Application.register(deployment.http)
    stolen = await thief.redeem(code, code_verifier=application.verifier)
    unknown = await thief.redeem("nothing", code_verifier=application.verifier)
    assert stolen.content == unknown.content
    assert outcome(stolen) == REFUSED
    assert (await application.redeem(code)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"redirect_uri": "https://app.example/other"}, REFUSED),
        ({"redirect_uri": None}, (200, "")),
        ({"resource": None}, (200, "")),
        ({"resource": "https://other.example/mcp"}, (400, "invalid_target")),
        ({"grant_type": None}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "client_credentials"}, (400, "unsupported_grant_type")),
        ({"client_id": None}, (401, "invalid_client")),
        ({"client_id": "nobody"}, (401, "invalid_client")),
    ],
    ids=str,
)
async def test_each_binding_of_a_code_is_checked(deployment, application, changes, expected):
    code = await deployment.sign_in(application)
    assert outcome(await application.redeem(code, **changes)) == expected


async def test_errors_too_are_not_to_be_kept_and_say_what_is_wrong(deployment, application):
    response = await application.redeem("nothing")
    assert response.headers["cache-control"] == "no-store"
    assert response.json().keys() == {"error", "error_description"}


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        ("grant_type=refresh_token&grant_type=refresh_token", "application/x-www-form-urlencoded", 400),
        ('{"grant_type": "refresh_token"}', "application/json", 400),
        ("grant_type=%ff", "application/x-www-form-urlencoded", 400),
        ("&".join(f"f{n}=1" for n in range(60)), "application/x-www-form-urlencoded", 400),
        ("x" * 70_000, "application/x-www-form-urlencoded", 413),
        ("", "application/x-www-form-urlencoded", 400),
        ("", "", 400),
    ],
)
async def test_a_body_that_is_no_single_valued_form_is_refused(deployment, content, content_type, status):
    response = await deployment.http.post("/token", content=content, headers={"content-type": content_type})
    assert response.status_code == status
    assert response.json()["error"] in {"invalid_request", "unsupported_grant_type"}


async def test_a_token_opens_the_resource_it_was_made_for_and_says_so(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(
        browser, application, resource=f"{ISSUER.upper().replace('HTTPS', 'https')}/mcp"
    )
    landed = await deployment.approve(browser, page)
    answer = await application.redeem(query_of(landed)["code"])
    assert (await deployment.access(answer.json())).resource == f"{ISSUER}/mcp"


@pytest.mark.parametrize(
    "bearer",
    [
        "",
        "x",
        "00DE00000000001!AQEAQFabcdef",
        "eyJhbGciOiJub25lIn0.e30.",
        "sfa_" + "0" * 32 + "_" + "a" * 43,
        "sfr_" + "0" * 32 + "_" + "a" * 43,
        "sfa_" + "0" * 32 + "_" + "a" * 43 + "\n",
    ],
)
async def test_what_is_no_token_of_ours_opens_nothing(deployment, bearer):
    assert await deployment.tokens.verify(bearer) is None


async def test_an_access_token_lives_an_hour_and_a_refresh_token_opens_nothing(deployment, clock):
    _, answer = await deployment.connect()
    assert await deployment.tokens.verify(answer["refresh_token"]) is None
    tampered = answer["access_token"][:-1] + ("a" if answer["access_token"][-1] != "a" else "b")
    assert await deployment.tokens.verify(tampered) is None
    clock.advance(3599)
    assert await deployment.access(answer)
    clock.advance(1)
    assert await deployment.access(answer) is None
