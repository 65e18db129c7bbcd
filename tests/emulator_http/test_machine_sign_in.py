"""Client credentials, JWT bearer and username-password."""

import base64
import json
from typing import Any

import httpx
import jwt
import pytest
from emulator_http.certificates import Certified, certified
from emulator_http.world import ADMIN, BASE_URL, CALLBACK, PASSWORD, SALES, Clock
from starlette.applications import Starlette

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET, App

TOKEN = "/services/oauth2/token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Form = dict[str, str]


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    return response.status_code, response.json()["error"], response.json()["error_description"]


async def test_client_credentials_act_as_the_apps_run_as_user(http: httpx.AsyncClient, demo_app: Form) -> None:
    body = (await http.post(TOKEN, data={"grant_type": "client_credentials", **demo_app})).json()
    assert "refresh_token" not in body
    who = await http.get("/services/oauth2/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert who.json()["preferred_username"] == ADMIN


async def test_client_credentials_may_come_by_http_basic(http: httpx.AsyncClient) -> None:
    pair = base64.b64encode(f"{DEMO_CONSUMER_KEY}:{DEMO_CONSUMER_SECRET}".encode()).decode()
    answer = await http.post(
        TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {pair}"}
    )
    assert answer.status_code == 200
    broken = await http.post(TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic ###"})
    assert error_of(broken) == (400, "invalid_client", "invalid client credentials")


async def test_client_credentials_are_refused_on_the_login_hosts(http: httpx.AsyncClient, demo_app: Form) -> None:
    for host in ("login.salesforce.com", "test.salesforce.com"):
        form = {"grant_type": "client_credentials", **demo_app}
        refused = await http.post(f"https://{host}{TOKEN}", data=form)
        assert error_of(refused) == (400, "invalid_grant", "request not supported on this domain")


async def test_client_credentials_need_a_run_as_user(http: httpx.AsyncClient, app: Starlette) -> None:
    app.state.site.apps.register(App("3MVGnobody", "s"))
    form = {"grant_type": "client_credentials", "client_id": "3MVGnobody", "client_secret": "s"}
    assert error_of(await http.post(TOKEN, data=form)) == (
        400,
        "invalid_grant",
        "no client credentials user enabled",
    )


async def test_a_trusted_app_signs_in_with_username_and_password(http: httpx.AsyncClient, demo_app: Form) -> None:
    form = {"grant_type": "password", "username": SALES, "password": PASSWORD, **demo_app}
    assert (await http.post(TOKEN, data=form)).status_code == 200
    wrong = await http.post(TOKEN, data={**form, "password": "wrong"})
    assert error_of(wrong) == (400, "invalid_grant", "authentication failure")


@pytest.fixture
def claims(clock: Clock) -> dict[str, Any]:
    return {
        "iss": DEMO_CONSUMER_KEY,
        "sub": SALES,
        "aud": "https://login.salesforce.com",
        "exp": int(clock().timestamp()) + 180,
    }


async def post_assertion(http: httpx.AsyncClient, claims: dict[str, Any], key: str) -> httpx.Response:
    # PyJWT would refuse to write some of the claims that we want to see refused.
    assertion = jwt.api_jws.encode(json.dumps(claims).encode(), key, algorithm="RS256")
    return await http.post(TOKEN, data={"grant_type": JWT_BEARER, "assertion": assertion})


@pytest.fixture
def approved(app: Starlette) -> None:
    site = app.state.site
    site.apps.approve(site.apps.find(DEMO_CONSUMER_KEY), site.user_id(SALES), "api")


@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize("audience", ["https://login.salesforce.com", "https://test.salesforce.com", BASE_URL])
async def test_a_signed_assertion_signs_in_an_approved_user(
    http: httpx.AsyncClient, claims: dict[str, Any], certificate: Certified, audience: str
) -> None:
    answer = await post_assertion(http, {**claims, "aud": audience}, certificate.key)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()


@pytest.mark.usefixtures("approved")
async def test_the_expiry_of_an_assertion_may_be_a_string(
    http: httpx.AsyncClient, claims: dict[str, Any], certificate: Certified
) -> None:
    answer = await post_assertion(http, {**claims, "exp": str(claims["exp"])}, certificate.key)
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize(
    ("change", "error", "description"),
    [
        ({"aud": "https://evil.example"}, "invalid_grant", "Audience validation failed"),
        ({"exp": 1}, "invalid_grant", "expired authorization code"),
        ({"exp": "soon"}, "invalid_grant", "invalid assertion"),
        ({"exp": 4_000_000_000}, "invalid_grant", "invalid assertion"),
        ({"iss": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@demo.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"sub": ADMIN}, "invalid_grant", "user hasn't approved this consumer"),
    ],
)
async def test_a_wrong_assertion_is_refused_with_salesforces_words(
    http: httpx.AsyncClient,
    claims: dict[str, Any],
    certificate: Certified,
    change: dict[str, Any],
    error: str,
    description: str,
) -> None:
    assert error_of(await post_assertion(http, {**claims, **change}, certificate.key)) == (400, error, description)


@pytest.mark.usefixtures("approved")
async def test_an_assertion_signed_with_another_key_is_refused(http: httpx.AsyncClient, claims: dict[str, Any]) -> None:
    refused = await post_assertion(http, claims, certified().key)
    assert error_of(refused) == (400, "invalid_grant", "invalid assertion")


@pytest.mark.usefixtures("approved")
async def test_an_unsigned_assertion_is_refused(http: httpx.AsyncClient, claims: dict[str, Any]) -> None:
    assertion = jwt.encode(claims, key=None, algorithm="none")
    refused = await http.post(TOKEN, data={"grant_type": JWT_BEARER, "assertion": assertion})
    assert error_of(refused) == (400, "invalid_grant", "invalid assertion")


@pytest.mark.usefixtures("approved")
async def test_an_assertion_with_an_id_is_used_once(
    http: httpx.AsyncClient, claims: dict[str, Any], certificate: Certified
) -> None:
    once = {**claims, "jti": "j1"}
    assert (await post_assertion(http, once, certificate.key)).status_code == 200
    assert error_of(await post_assertion(http, once, certificate.key)) == (400, "invalid_grant", "invalid assertion")


async def test_a_user_outside_the_admins_list_is_not_signed_in_by_an_assertion(
    http: httpx.AsyncClient, app: Starlette, claims: dict[str, Any], certificate: Certified
) -> None:
    app.state.site.apps.register(
        App("3MVGclosed", "s", callback_urls=(CALLBACK,), certificate=certificate.pem, admin_approved=(ADMIN,))
    )
    closed = {**claims, "iss": "3MVGclosed"}
    refused = await post_assertion(http, closed, certificate.key)
    assert error_of(refused) == (400, "invalid_app_access", "user is not admin approved to access this app")
    assert (await post_assertion(http, {**closed, "sub": ADMIN}, certificate.key)).status_code == 200
