import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, CALLBACK, PASSWORD, SALES, Clock
from starlette.applications import Starlette

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, App

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASK = {
    "response_type": "code",
    "client_id": DEMO_CONSUMER_KEY,
    "redirect_uri": CALLBACK,
    "scope": "api refresh_token",
    "state": "s t&te",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1].replace("&amp;", "&")


def answer_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302, response.text
    assert response.headers["location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def log_in(
    http: httpx.AsyncClient, page: str, username: str = SALES, *, password: str = PASSWORD
) -> httpx.Response:
    form = {"startURL": hidden(page, "startURL"), "un": username, "pw": password}
    return await http.post("/login", data=form)


async def approval_page(http: httpx.AsyncClient, ask: dict[str, str] = ASK, username: str = SALES) -> httpx.Response:
    login = await http.get("/services/oauth2/authorize", params=ask)
    assert login.status_code == 200
    logged_in = await log_in(http, login.text, username)
    assert logged_in.status_code == 303
    return await http.get(logged_in.headers["location"])


async def decide(http: httpx.AsyncClient, page: str, decision: str = "allow") -> dict[str, str]:
    form = {"consent": hidden(page, "consent"), "decision": decision}
    return answer_of(await http.post("/services/oauth2/approve", data=form))


async def exchange(http: httpx.AsyncClient, demo_app: dict[str, str], code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **demo_app,
    }
    return await http.post("/services/oauth2/token", data={**form, **changes})


async def test_a_person_logs_in_approves_and_the_app_gets_a_session(
    http: httpx.AsyncClient, demo_app: dict[str, str]
) -> None:
    page = await approval_page(http)
    assert "Salesforce MCP demo" in page.text
    answer = await decide(http, page.text)
    assert answer["state"] == "s t&te"
    token = await exchange(http, demo_app, answer["code"])
    body = token.json()
    assert token.headers["cache-control"] == "no-cache, no-store"
    assert body["instance_url"] == BASE_URL
    assert body["scope"] == "api refresh_token"
    assert body["refresh_token"].startswith("5Aep861")
    assert re.fullmatch(r"00D\w{12,15}![.\w]*", body["access_token"])
    assert re.fullmatch(r"\d{13}", body["issued_at"])
    assert "expires_in" not in body
    assert "id_token" not in body
    limits = await http.get("/services/data/v68.0/limits", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert limits.status_code == 200


async def test_pages_need_no_script_and_cannot_be_framed(http: httpx.AsyncClient) -> None:
    page = await http.get("/services/oauth2/authorize", params=ASK)
    assert "<script" not in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_a_wrong_password_says_so_and_lets_the_person_try_again(http: httpx.AsyncClient) -> None:
    login = await http.get("/services/oauth2/authorize", params={**ASK, "login_hint": SALES})
    assert f'value="{SALES}"' in login.text
    wrong = await log_in(http, login.text, password="wrong")
    assert wrong.status_code == 200
    assert "Please check your username and password" in wrong.text
    assert "sid" not in http.cookies
    assert (await log_in(http, wrong.text)).status_code == 303


async def test_a_person_who_denies_sends_the_app_an_error(http: httpx.AsyncClient) -> None:
    answer = await decide(http, (await approval_page(http)).text, "deny")
    assert answer == {
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "s t&te",
    }


async def test_an_approved_app_is_not_asked_about_again_unless_it_wants_to_be(http: httpx.AsyncClient) -> None:
    await decide(http, (await approval_page(http)).text)
    again = await http.get("/services/oauth2/authorize", params=ASK)
    assert "code" in answer_of(again)
    more = await http.get("/services/oauth2/authorize", params={**ASK, "scope": "api refresh_token openid"})
    assert "Allow access?" in more.text
    asked = await http.get("/services/oauth2/authorize", params={**ASK, "prompt": "consent"})
    assert "Allow access?" in asked.text
    login = await http.get("/services/oauth2/authorize", params={**ASK, "prompt": "login"})
    assert "Password" in login.text


async def test_an_approval_page_works_once_and_only_in_its_own_browser(http: httpx.AsyncClient, app: Starlette) -> None:
    page = (await approval_page(http)).text
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as stranger:
        await log_in(stranger, (await stranger.get("/")).text, ADMIN)
        form = {"consent": hidden(page, "consent"), "decision": "allow"}
        assert (await stranger.post("/services/oauth2/approve", data=form)).status_code == 400
    await decide(http, page)
    again = await http.post("/services/oauth2/approve", data={"consent": hidden(page, "consent"), "decision": "allow"})
    assert again.status_code == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"redirect_uri": CALLBACK + "/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://evil.example"}, "redirect_uri_mismatch"),
        ({"redirect_uri": ""}, "redirect_uri_missing"),
    ],
)
async def test_a_browser_is_never_sent_to_an_address_that_is_not_the_apps(
    http: httpx.AsyncClient, change: dict[str, str], error: str
) -> None:
    answer = await http.get("/services/oauth2/authorize", params={**ASK, **change})
    assert answer.status_code == 400
    assert f"error={error}" in answer.text


@pytest.mark.parametrize(
    ("change", "error", "description"),
    [
        ({"response_type": "token"}, "unsupported_response_type", "response type not supported"),
        ({"scope": "api wave_api"}, "invalid_scope", "the requested scope is not allowed"),
        ({"code_challenge_method": "plain"}, "invalid_request", "invalid code challenge"),
        ({"code_challenge": "short"}, "invalid_request", "invalid code challenge"),
    ],
)
async def test_a_wrong_request_is_reported_to_the_app(
    http: httpx.AsyncClient, change: dict[str, str], error: str, description: str
) -> None:
    answer = answer_of(await http.get("/services/oauth2/authorize", params={**ASK, **change}))
    assert answer == {"error": error, "error_description": description, "state": "s t&te"}


async def test_login_goes_nowhere_but_to_this_org(http: httpx.AsyncClient) -> None:
    for evil in ("https://evil.example", "//evil.example", "/\\evil.example"):
        form = {"startURL": evil, "un": SALES, "pw": "demo"}
        assert (await http.post("/login", data=form)).headers["location"] == "/"


async def test_a_code_is_used_once_and_its_second_use_ends_the_first_session(
    http: httpx.AsyncClient, demo_app: dict[str, str]
) -> None:
    code = (await decide(http, (await approval_page(http)).text))["code"]
    session = (await exchange(http, demo_app, code)).json()
    again = await exchange(http, demo_app, code)
    assert (again.status_code, again.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "expired authorization code"},
    )
    gone = await http.get("/services/data/v68.0", headers={"Authorization": f"Bearer {session['access_token']}"})
    assert gone.status_code == 401


async def test_a_code_lives_fifteen_minutes(http: httpx.AsyncClient, demo_app: dict[str, str], clock: Clock) -> None:
    code = (await decide(http, (await approval_page(http)).text))["code"]
    clock.advance(minutes=15)
    late = await exchange(http, demo_app, code)
    assert late.json() == {"error": "invalid_grant", "error_description": "expired authorization code"}


@pytest.mark.parametrize(
    ("change", "error", "description"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant", "invalid code verifier"),
        ({"code_verifier": ""}, "invalid_grant", "invalid code verifier"),
        ({"code": "aPrxnothing"}, "invalid_grant", "invalid authorization code"),
        ({"code": ""}, "invalid_request", "missing required parameter: code"),
        ({"redirect_uri": "https://other.example"}, "redirect_uri_mismatch", "redirect_uri must match configuration"),
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"client_id": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"grant_type": "magic"}, "unsupported_grant_type", "grant type not supported"),
    ],
)
async def test_a_wrong_token_request_is_refused_with_salesforces_words(
    http: httpx.AsyncClient, demo_app: dict[str, str], change: dict[str, str], error: str, description: str
) -> None:
    code = (await decide(http, (await approval_page(http)).text))["code"]
    refused = await exchange(http, demo_app, **{"code": code, **change})
    assert (refused.status_code, refused.json()) == (400, {"error": error, "error_description": description})


async def test_an_app_may_require_pkce(http: httpx.AsyncClient, app: Starlette) -> None:
    app.state.site.apps.register(
        App("3MVGstrict", "secret", name="Strict", callback_urls=(CALLBACK,), require_pkce=True)
    )
    ask = {**ASK, "client_id": "3MVGstrict"}
    del ask["code_challenge"]
    answer = answer_of(await http.get("/services/oauth2/authorize", params=ask))
    assert answer["error"] == "invalid_request"


async def test_a_public_app_needs_no_secret(http: httpx.AsyncClient, app: Starlette) -> None:
    app.state.site.apps.register(
        App("3MVGpublic", "secret", name="Public", callback_urls=(CALLBACK,), require_secret=False)
    )
    page = await approval_page(http, {**ASK, "client_id": "3MVGpublic"})
    code = (await decide(http, page.text))["code"]
    token = await exchange(http, {"client_id": "3MVGpublic"}, code)
    assert token.status_code == 200, token.text


async def test_only_approved_users_enter_an_app_that_the_admin_keeps_closed(
    http: httpx.AsyncClient, app: Starlette
) -> None:
    app.state.site.apps.register(App("3MVGclosed", "s", callback_urls=(CALLBACK,), admin_approved=(ADMIN,)))
    answer = answer_of(await approval_page(http, {**ASK, "client_id": "3MVGclosed"}, SALES))
    assert answer["error"] == "invalid_app_access"
    assert answer["error_description"] == "user is not admin approved to access this app"
    http.cookies.clear()
    assert "code" in answer_of(await approval_page(http, {**ASK, "client_id": "3MVGclosed"}, ADMIN))


async def test_an_id_token_comes_with_the_scope_openid(http: httpx.AsyncClient, demo_app: dict[str, str]) -> None:
    import jwt

    page = await approval_page(http, {**ASK, "scope": "api openid", "nonce": "n1"})
    body = (await exchange(http, demo_app, (await decide(http, page.text))["code"])).json()
    assert "refresh_token" not in body
    key = jwt.PyJWKSet.from_dict((await http.get("/id/keys")).json()).keys[0].key
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(body["id_token"], key, algorithms=["RS256"], audience=DEMO_CONSUMER_KEY, options=options)
    assert claims["sub"] == body["id"]
    assert claims["nonce"] == "n1"
    assert claims["iss"] == BASE_URL


async def test_the_token_endpoint_also_answers_in_xml_and_urlencoded(
    http: httpx.AsyncClient, demo_app: dict[str, str]
) -> None:
    form = {"grant_type": "client_credentials", **demo_app}
    xml = await http.post("/services/oauth2/token", data={**form, "format": "xml"})
    assert "<access_token>00D" in xml.text
    encoded = await http.post("/services/oauth2/token", data={**form, "format": "urlencoded"})
    assert parse_qs(encoded.text)["token_type"] == ["Bearer"]


async def test_the_token_endpoint_takes_post_only(http: httpx.AsyncClient) -> None:
    refused = await http.get("/services/oauth2/token", params={"grant_type": "password"})
    assert refused.json() == {"error": "invalid_request", "error_description": "must use HTTP POST"}
