"""Each way of signing in without a browser, at the emulated org's token endpoint."""

import pytest
from cryptography.hazmat.primitives import serialization

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.errors import Failure, Misconfigured, SignInRequired
from salesforce_mcp.salesforce import credentials, sign_in
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.session import Secret

URL = "http://localhost:8001"
HOSTS = ("localhost:8001",)
KEY, SECRET = DEMO_CONSUMER_KEY, Secret(DEMO_CONSUMER_SECRET)


def pem(key):
    private = serialization.PrivateFormat.PKCS8
    return Secret(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()).decode())


async def username(http, credential):
    client = Salesforce(http, credential, api_version="68.0")
    return (await client.user_info())["preferred_username"]


async def test_client_credentials_run_as_the_apps_user(to_org):
    credential = credentials.by_client_credentials(to_org, URL, client_id=KEY, client_secret=SECRET, extra_hosts=HOSTS)
    assert await username(to_org, credential) == "admin@demo.example"


async def test_a_password_signs_in_its_user(signed_in):
    assert (await signed_in("support@demo.example").user_info())["preferred_username"] == "support@demo.example"


class TimeOfTheOrg:
    """The clock that the emulated org has too."""

    def __init__(self, org):
        self.org = org

    def now(self):
        return self.org.now().timestamp()

    async def sleep(self, *_):
        raise AssertionError("signing in does not wait")


async def test_a_jwt_signs_in_a_user_who_has_approved_the_app(to_org, app, org, keys):
    site = app.state.site
    site.apps.approve(site.apps.find(KEY), site.user_id("sales@demo.example"), "api")
    credential = credentials.by_jwt(
        to_org,
        URL,
        credentials.Signer(KEY, "sales@demo.example", "https://login.salesforce.com", [pem(keys[1]), pem(keys[0])]),
        clock=TimeOfTheOrg(org),
        extra_hosts=HOSTS,
    )
    assert await username(to_org, credential) == "sales@demo.example"


async def test_a_jwt_of_a_user_who_has_not_is_told_where_to_allow_it(to_org, org, keys):
    form = sign_in.jwt_bearer(
        client_id=KEY,
        username="sales@demo.example",
        audience="https://login.salesforce.com",
        private_key=pem(keys[0]),
        now=org.now().timestamp(),
    )
    with pytest.raises(Misconfigured) as caught:
        await sign_in.exchange(to_org, URL, form, extra_hosts=HOSTS)
    assert "Permitted Users" in caught.value.hint


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (sign_in.client_credentials(client_id="3MVGnobody", client_secret=SECRET), Misconfigured),
        (sign_in.client_credentials(client_id=KEY, client_secret=Secret("wrong")), Misconfigured),
        (sign_in.refresh_token(client_id=KEY, client_secret=SECRET, token=Secret("5Aepdead")), SignInRequired),
        (
            sign_in.password(client_id=KEY, client_secret=SECRET, username="admin@demo.example", password=Secret("no")),
            SignInRequired,
        ),
        (
            sign_in.authorization_code(
                client_id=KEY, client_secret=SECRET, code="aPrx", redirect_uri=f"{URL}/callback", code_verifier="v" * 43
            ),
            Failure,
        ),
    ],
)
async def test_a_sign_in_that_is_refused_is_explained(to_org, form, kind):
    with pytest.raises(kind) as caught:
        await sign_in.exchange(to_org, URL, form, extra_hosts=HOSTS)
    assert caught.value.hint


async def test_a_revoked_session_is_dead(to_org):
    form = sign_in.client_credentials(client_id=KEY, client_secret=SECRET)
    answer = await sign_in.exchange(to_org, URL, form, extra_hosts=HOSTS)
    await sign_in.revoke(to_org, URL, answer.access_token, extra_hosts=HOSTS)
    client = Salesforce(to_org, credentials.FixedCredential(answer.session()), api_version="68.0")
    with pytest.raises(SignInRequired):
        await client.limits()
    await sign_in.revoke(to_org, URL, answer.access_token, extra_hosts=HOSTS)
