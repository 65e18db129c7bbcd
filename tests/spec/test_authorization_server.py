"""S01 to S29: the authorization server."""

import json
from urllib.parse import urlsplit

import pytest
from oauth.application import CALLBACK, ISSUER, Application
from oauth.browser import Page, query_of, told_to_the_client
from oauth.deployment import deployed
from oauth.document_host import HOST, PUBLIC, document_host
from oauth.test_consent import begin, finish_at_salesforce
from oauth.test_redirects import NEAR_MISSES

from salesforce_mcp.oauth.limits import REGISTER_BY_ADDRESS

METADATA = "/.well-known/oauth-authorization-server"


async def metadata(deployment) -> dict:
    return (await deployment.http.get(METADATA)).json()


async def test_S01_public_and_confidential_clients_get_tokens(deployment):
    for method in ("none", "client_secret_post"):
        _, answer = await deployment.connect(token_endpoint_auth_method=method)
        assert answer["token_type"] == "Bearer"


async def test_S02_both_discovery_paths_answer_the_same(deployment):
    other = await deployment.http.get("/.well-known/openid-configuration")
    assert other.json() == await metadata(deployment)


async def test_S03_the_issuer_is_the_url_it_was_found_at_byte_for_byte(deployment):
    assert (await metadata(deployment))["issuer"] == ISSUER


async def test_S04_s256_is_the_only_challenge_method(deployment, application):
    assert (await metadata(deployment))["code_challenge_methods_supported"] == ["S256"]
    answer = await deployment.http.get(application.authorization_url(code_challenge_method="plain"))
    assert told_to_the_client(answer)["error"] == "invalid_request"


async def test_S05_every_endpoint_is_https_and_redirects_are_https_or_of_this_machine(deployment):
    told = await metadata(deployment)
    assert {urlsplit(told[name]).scheme for name in told if name.endswith("_endpoint")} == {"https"}
    asked = {"client_name": "A", "redirect_uris": ["http://app.example/callback"]}
    assert (await deployment.http.post("/register", json=asked)).status_code == 400


@pytest.mark.parametrize("uri", NEAR_MISSES[:5])
async def test_S06_redirects_are_compared_exactly_and_errors_before_stay_here(deployment, uri):
    application = await Application.register(deployment.http, redirect_uri="https://claude.ai/api/mcp/auth_callback")
    answer = await deployment.http.get(application.authorization_url(redirect_uri=uri))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_S07_an_untrusted_redirect_is_shown_and_needs_a_persons_consent(deployment):
    application = await Application.register(deployment.http, redirect_uri="https://stranger.example/cb")
    page = Page(await deployment.http.get(application.authorization_url()))
    assert "stranger.example" in page.text
    assert page.refresh == ""
    wrong = await deployment.http.get(application.authorization_url(response_type="x"))
    assert "location" not in wrong.headers, "a request that is wrong on purpose leads nobody there"


async def test_S08_client_documents_are_advertised(deployment):
    assert (await metadata(deployment))["client_id_metadata_document_supported"] is True


CLIENT_ID = f"https://{HOST}/client.json"
DOCUMENT = {"client_id": CLIENT_ID, "client_name": "Documented", "redirect_uris": [CALLBACK]}
BAD = [
    {"client_id": CLIENT_ID + "x"},
    {"client_name": ""},
    {"redirect_uris": []},
    {"redirect_uris": ["https://other.example/cb"]},
]


async def fetched(seeded, clock, folder, document) -> tuple[Page, int]:
    """The answer to such a client, asked twice, and how often its host was asked."""
    async with document_host(folder) as host:
        host.serve("/client.json", json.dumps(document).encode(), "Content-Type: application/json")
        guarded = {"resolve": host.resolve, "dial": host.dial, "trust": host.trust}
        async with deployed(seeded.copy(), clock, **guarded) as running:
            client = Application(running.http, client_id=CLIENT_ID)
            page = [Page(await running.http.get(client.authorization_url())) for _ in range(2)][-1]
        return page, len(host.requests)


@pytest.mark.parametrize("wrong", BAD, ids=str)
async def test_S09_a_document_must_name_itself_and_list_the_redirect(seeded, clock, tmp_path, wrong):
    page, _ = await fetched(seeded, clock, tmp_path, {**DOCUMENT, **wrong})
    assert page.response.status_code in {400, 401}


async def test_S10_a_document_is_fetched_once_while_it_is_fresh(seeded, clock, tmp_path):
    page, asked = await fetched(seeded, clock, tmp_path, DOCUMENT)
    assert page.response.status_code == 200
    assert asked == 1


async def test_S11_a_document_inside_is_not_fetched(seeded, clock, tmp_path):
    async with document_host(tmp_path) as host:
        host.addresses = {HOST: ["169.254.169.254"]}
        guarded = {"resolve": host.resolve, "dial": host.dial, "trust": host.trust}
        async with deployed(seeded.copy(), clock, **guarded) as running:
            client = Application(running.http, client_id=CLIENT_ID)
            assert (await running.http.get(client.authorization_url())).status_code == 401
        assert host.dialled == []
        assert PUBLIC not in host.resolved


async def test_S12_the_redirect_host_is_shown_and_this_machine_is_warned_of(deployment):
    application = await Application.register(deployment.http, redirect_uri="http://localhost:1/cb")
    page = Page(await deployment.http.get(application.authorization_url()))
    assert "localhost:1" in page.text
    assert "program on this computer" in page.text


@pytest.mark.parametrize("kind", ["native", "web"])
async def test_S13_registration_takes_both_kinds_and_answers_by_rfc_7591(deployment, kind):
    asked = {"client_name": "A", "redirect_uris": [CALLBACK], "application_type": kind}
    assert (await deployment.http.post("/register", json=asked)).status_code == 201
    wrong = {**asked, "token_endpoint_auth_method": "tls_client_auth"}
    assert (await deployment.http.post("/register", json=wrong)).json()["error"] == "invalid_client_metadata"


async def test_S14_salesforce_is_reached_after_this_clients_consent_alone(deployment, application):
    await deployment.http.get(application.authorization_url())
    assert deployment.salesforce.requests == []


async def test_S15_no_approval_is_remembered_so_each_is_asked_for(deployment, application):
    """Stricter than a registry of approved clients: every authorization shows the page."""
    browser = deployment.browser()
    for _ in range(2):
        assert isinstance(await browser.open(application.authorization_url()), Page)
        await deployment.sign_in(application, browser=browser)


async def test_S16_the_consent_page_names_client_scopes_and_redirect_and_is_never_framed(deployment, application):
    page = Page(await deployment.http.get(application.authorization_url()))
    for shown in ("Helpful App", "api refresh_token id", "app.example"):
        assert shown in page.text
    assert page.response.headers["x-frame-options"] == "DENY"
    assert page.forms[0].fields["consent"]


async def test_S17_cookies_are_host_bound_secure_and_hidden(deployment, application):
    [line] = (await deployment.http.get(application.authorization_url())).headers.get_list("set-cookie")
    assert line.startswith("__Host-")
    assert {"secure", "httponly", "samesite=lax"} <= {part.strip().lower() for part in line.split(";")}


async def test_S18_the_state_is_random_bound_to_the_browser_and_good_once(deployment, application):
    browser = deployment.browser()
    callback = await finish_at_salesforce(deployment, browser, await begin(deployment, application, browser))
    assert len(query_of(callback)["state"]) >= 43
    assert (await deployment.browser().get(callback)).response.status_code == 403
    assert (await browser.get(callback)).response.status_code == 302
    assert (await browser.get(callback)).response.status_code == 403


async def test_S19_no_sign_in_cookie_before_approval(deployment, application):
    answer = await deployment.http.get(application.authorization_url())
    assert [cookie.name for cookie in answer.cookies.jar] == ["__Host-browser"]
    assert deployment.rows("state#") == []


async def test_S20_iss_is_on_success_and_error_and_advertised(deployment, application):
    refused = await deployment.http.get(application.authorization_url(response_type="x"))
    assert told_to_the_client(refused)["iss"] == ISSUER
    assert (await metadata(deployment))["authorization_response_iss_parameter_supported"] is True
    assert await deployment.sign_in(application)  # which looks at iss


async def test_S21_the_resource_is_bound_and_may_be_missing_on_refresh(deployment):
    application, answer = await deployment.connect()
    assert (await deployment.access(answer)).resource == f"{ISSUER}/mcp"
    assert (await application.refresh(answer["refresh_token"])).status_code == 200
    other = await deployment.http.get(application.authorization_url(resource="https://other.example/mcp"))
    assert told_to_the_client(other)["error"] == "invalid_target"


async def test_S22_refresh_tokens_rotate_and_access_tokens_are_short(deployment):
    application, answer = await deployment.connect()
    assert answer["expires_in"] <= 3600
    assert (await application.refresh(answer["refresh_token"])).json()["refresh_token"] != answer["refresh_token"]


async def test_S23_the_person_may_grant_less_than_was_asked(deployment, application):
    browser = deployment.browser()
    page = await deployment.consent_page(browser, application, scope="sf.admin sf.read sf.read")
    landed = await deployment.approve(browser, page, level="read")
    assert (await application.redeem(query_of(landed)["code"])).json()["scope"] == "sf.read"


async def test_S24_what_is_stored_opens_nothing(deployment):
    _, answer = await deployment.connect()
    session = await (await deployment.grants.credential(await deployment.access(answer))).session()
    stored = json.dumps(deployment.rows())
    for secret in (answer["access_token"], answer["refresh_token"], session.access_token.reveal()):
        assert secret not in stored
        assert secret[-43:] not in stored, "nor the part of it that nobody can guess"


async def test_S25_token_answers_are_not_to_be_stored(deployment, application):
    assert (await application.redeem("x")).headers["cache-control"] == "no-store"
    answer = await application.redeem(await deployment.sign_in(application))
    assert answer.headers["cache-control"] == "no-store"


async def test_S26_no_secret_travels_in_an_address(deployment):
    _, answer = await deployment.connect(token_endpoint_auth_method="client_secret_post")
    urls = " ".join(
        str(request.url) for wire in (deployment.server, deployment.salesforce) for request in wire.requests
    )
    assert answer["refresh_token"] not in urls
    assert "client_secret" not in urls
    assert "code_verifier" not in urls


async def test_S27_registrations_are_limited_and_expire(deployment, clock):
    asked = {"client_name": "A", "redirect_uris": [CALLBACK]}
    for _ in range(REGISTER_BY_ADDRESS.per_minute):
        await deployment.http.post("/register", json={})
    refused = await deployment.http.post("/register", json=asked)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= 60
    clock.advance(61)
    answer = (await deployment.http.post("/register", json=asked)).json()
    clock.advance(31 * 86400)
    client = Application(deployment.http, client_id=answer["client_id"])
    assert (await client.refresh("x")).status_code == 401


@pytest.mark.parametrize("grant", ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"])
async def test_S28_S29_machine_grants_are_neither_offered_nor_accepted(deployment, application, grant):
    """Where the operator signs in for named programs, tests/oauth shows who may have one of them."""
    assert (await metadata(deployment))["grant_types_supported"] == ["authorization_code", "refresh_token"]
    form = {"grant_type": grant, "client_id": application.client_id}
    assert (await deployment.http.post("/token", data=form)).json()["error"] == "unsupported_grant_type"
    assert deployment.rows("family#") == []
