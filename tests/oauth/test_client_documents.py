"""Clients described by a document: fetched with the guard up, over real TLS (A14, A22, A36)."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import jwt
import pytest
from oauth.application import CALLBACK, Application
from oauth.browser import Page
from oauth.deployment import SETTINGS, deployed
from oauth.document_host import HOST, PUBLIC, DocumentHost, document_host

from salesforce_mcp.oauth.addresses import is_public
from salesforce_mcp.oauth.fetch import FetchError, fetch_json, is_fetchable

CLIENT_ID = f"https://{HOST}/oauth/client.json"
DOCUMENT = {"client_id": CLIENT_ID, "client_name": "Documented App", "redirect_uris": [CALLBACK]}
JSON = "Content-Type: application/json"


@pytest.fixture
async def host(tmp_path) -> AsyncIterator[DocumentHost]:
    async with document_host(tmp_path) as running:
        running.serve("/oauth/client.json", json.dumps(DOCUMENT).encode(), JSON)
        yield running


@pytest.fixture
async def deployment(seeded, clock, host):
    async with deployed(seeded.copy(), clock, resolve=host.resolve, dial=host.dial, trust=host.trust) as running:
        yield running


@pytest.fixture
def application(deployment) -> Application:
    return Application(deployment.http, client_id=CLIENT_ID)


async def page_of(deployment, application) -> Page:
    return Page(await deployment.http.get(application.authorization_url()))


async def test_a_documented_client_signs_in_and_its_host_is_shown(deployment, application, host):
    page = await page_of(deployment, application)
    assert "Documented App (described by app.example)" in page.text
    answer = await application.redeem(await deployment.sign_in(application))
    assert (await deployment.access(answer.json())).client_id == CLIENT_ID
    assert host.resolved == [HOST]
    assert host.dialled == [(PUBLIC, 443)]
    assert b"authorization" not in host.requests[0].lower()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("X: y", 3600),
        ("Cache-Control: max-age=600", 600),
        ("Cache-Control: max-age=1", 60),
        ("Cache-Control: no-store", 3600),
        ("Cache-Control: public, max-age=99999999", 86400),
    ],
)
async def test_a_document_is_kept_as_long_as_its_host_says_within_a_minute_and_a_day(
    deployment, application, host, clock, header, seconds
):
    host.serve("/oauth/client.json", json.dumps(DOCUMENT).encode(), JSON, header)
    await page_of(deployment, application)
    clock.advance(seconds - 1)
    await page_of(deployment, application)
    assert len(host.requests) == 1
    clock.advance(1)
    await page_of(deployment, application)
    assert len(host.requests) == 2


async def test_a_failure_is_not_kept(deployment, application, host):
    good = host.answers.pop("/oauth/client.json")
    assert (await page_of(deployment, application)).response.status_code == 401
    host.answers["/oauth/client.json"] = good
    assert (await page_of(deployment, application)).response.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": f"{CLIENT_ID}/"},
        {"client_id": CLIENT_ID.upper()},
        {"client_id": None},
        {"client_name": None},
        {"client_name": " "},
        {"client_name": 7},
        {"redirect_uris": None},
        {"redirect_uris": []},
        {"redirect_uris": ["javascript:alert(1)", "myapp://x"]},
        {"redirect_uris": CALLBACK},
        {"redirect_uris": [7]},
        {"client_secret": "x"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"token_endpoint_auth_method": ["none"]},
        {"jwks": {"keys": "x"}},
        {"jwks": {"keys": [7]}},
        {"jwks_uri": 7},
        {"jwks": {"keys": [{"kty": "RSA", "n": "x", "e": "AQAB", "d": "secret"}]}},
        {"jwks": {"keys": [{"kty": "oct", "k": "secret"}]}},
        {"jwks": "x"},
        {"jwks_uri": "http://app.example/keys"},
        {"jwks_uri": "https://169.254.169.254/keys"},
    ],
    ids=str,
)
async def test_a_document_that_is_wrong_is_refused_with_the_reason(deployment, application, host, changes):
    document = {name: value for name, value in {**DOCUMENT, **changes}.items() if value is not None}
    host.serve("/oauth/client.json", json.dumps(document).encode(), JSON)
    page = await page_of(deployment, application)
    assert page.response.status_code == 401
    assert "cannot be used: it" in page.text
    assert page.forms == []


async def test_a_redirect_that_the_document_does_not_list_is_refused(deployment, application):
    application.redirect_uri = "https://app.example/other"
    assert (await page_of(deployment, application)).response.status_code == 400


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        ("302 Found", b"", ("Location: https://127.0.0.1/", JSON)),
        ("301 Moved Permanently", b"", (f"Location: {CLIENT_ID}2", JSON)),
        ("404 Not Found", b"{}", (JSON,)),
        ("500 Internal Server Error", b"{}", (JSON,)),
        ("204 No Content", b"", (JSON,)),
        ("200 OK", json.dumps(DOCUMENT).encode(), ("Content-Type: text/html",)),
        ("200 OK", json.dumps(DOCUMENT).encode(), ()),
        ("200 OK", json.dumps(DOCUMENT).encode(), (JSON, "Content-Encoding: gzip")),
        ("200 OK", json.dumps({**DOCUMENT, "padding": "x" * 5200}).encode(), (JSON,)),
        ("200 OK", b"{", (JSON,)),
        ("200 OK", b"[]", (JSON,)),
        ("200 OK", b"[" * 5000, (JSON,)),
        ("200 OK", b"\xff\xfe{}", (JSON,)),
        ("200 OK", json.dumps({**DOCUMENT, "client_uri": "\ud800"}).encode(), (JSON,)),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_an_answer_that_is_no_small_plain_json_is_refused(deployment, application, host, status, body, headers):
    host.serve("/oauth/client.json", body, *headers, status=status)
    assert (await page_of(deployment, application)).response.status_code == 401
    assert len(host.requests) == 1


async def test_a_body_without_a_length_is_cut_off_at_the_limit(deployment, application, host):
    head = f"HTTP/1.1 200 OK\r\n{JSON}\r\nConnection: close\r\n\r\n".encode()
    host.answers["/oauth/client.json"] = head + json.dumps({**DOCUMENT, "padding": "x" * 4_000_000}).encode()
    assert "larger than 5120 bytes" in (await page_of(deployment, application)).text


async def test_a_host_that_trickles_is_given_up_at_the_deadline(deployment, host):
    host.trickles = True  # ten seconds, this document
    began = time.monotonic()
    with pytest.raises(FetchError, match="did not arrive within"):
        await fetch_json(deployment.services, CLIENT_ID, seconds=0.3)
    assert time.monotonic() - began < 8


async def test_a_certificate_for_another_name_or_authority_is_not_believed(deployment, host):
    host.addresses["other.example"] = [PUBLIC]
    with pytest.raises(FetchError, match="could not be reached"):
        await fetch_json(deployment.services, "https://other.example/oauth/client.json")
    assert host.requests == []


NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.1.2.3",  # noqa: S104
    "127.255.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "169.254.100.1", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1",
    "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8",
    "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fdff:ffff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
    "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
    "0x7f.1", "1.2.3", "127.0.0.1.", "localhost", "", " 8.8.8.8", "8.8.8.8 ", "8.8.8.8/32", "[::1]", "8.8.8.08",
    "１.1.1.1", "1e1.1.1.1",
]  # fmt: skip


def test_the_table_of_addresses_that_are_not_public():
    assert len(NOT_PUBLIC) >= 80
    assert [address for address in NOT_PUBLIC if is_public(address)] == []
    public = ["8.8.8.8", PUBLIC, "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1", "2a00:1450:4001::200e"]
    assert [address for address in public if not is_public(address)] == []


@pytest.mark.parametrize("address", [address for address in NOT_PUBLIC if address])
async def test_a_name_that_leads_to_such_an_address_is_never_connected_to(deployment, application, host, address):
    for addresses in ([address], [PUBLIC, address], [address, PUBLIC]):
        host.addresses[HOST] = addresses
        assert (await page_of(deployment, application)).response.status_code == 401
    assert host.dialled == []


async def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_dialled(deployment, application, host):
    """A rebinding resolver gives a private address the second time; there is no second time."""
    answers = [[PUBLIC], ["127.0.0.1"]]

    async def rebinding(name: str, port: int) -> list[str]:
        host.resolved.append(name)
        return answers.pop(0)

    services = replace(deployment.services, resolve=rebinding)
    assert (await fetch_json(services, CLIENT_ID)).value == DOCUMENT
    assert host.dialled == [(PUBLIC, 443)]
    assert len(answers) == 1


async def test_ipv4_is_preferred_where_a_host_has_both(deployment, application, host):
    host.addresses[HOST] = ["2606:4700::1", PUBLIC]
    await page_of(deployment, application)
    assert host.dialled == [(PUBLIC, 443)]


UNFETCHABLE = [
    "http://app.example/client.json", "https://app.example", "https://app.example/", "https://app.example/#x",
    "https://app.example/client.json#x", "https://app.example/client.json?x=1",
    "https://user@app.example/client.json", "https://user:pass@app.example/client.json",
    "https://app.example:8443/client.json", "https://app.example:443/client.json", "https://127.0.0.1/client.json",
    "https://169.254.169.254/latest/meta-data", "https://[::1]/client.json", "https://2130706433/client.json",
    "https://0x7f000001/client.json", "https://0177.0.0.1/client.json", "https://localhost/client.json",
    "https://app.example./client.json", "https://.example/client.json", "https://app.example/../client.json",
    "https://app.example/./client.json", "https://app.example/%2e%2e/client.json", "https://app.example/a%2fb",
    "https://app.example/a%00b", "https://app.example/a\\b", "https://app.example\\@evil/x",
    "https://App.example/client.json", "https://аpp.example/client.json", "https://app.example/cliент",
    "https://[", "https://[::1", "https://app.example／b/x", "https://\u2100.example/x",
    "HTTPS://app.example/x", "https://app.example/a b", "https://app.example/a\nb", "https:/app.example/x",
    "https:///x", "ftp://app.example/x", "https://app.example/" + "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("url", UNFETCHABLE, ids=repr)
async def test_an_id_that_is_no_plain_https_url_is_refused_without_a_lookup(deployment, application, host, url):
    assert not is_fetchable(url)
    application.client_id = url
    assert (await page_of(deployment, application)).response.status_code in {400, 401}
    assert host.resolved == []


async def test_what_was_fetched_as_keys_is_not_believed_as_a_description(deployment, application, host):
    """Anybody may name any URL as their keys, and so choose what is fetched and kept."""
    signing = {**DOCUMENT, "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": f"https://{HOST}/keys.json"}
    host.serve("/oauth/client.json", json.dumps(signing).encode(), JSON)
    host.serve(
        "/keys.json", json.dumps({"keys": [], "redirect_uris": [CALLBACK], "client_name": "Keys"}).encode(), JSON
    )
    claims = {"iss": CLIENT_ID, "sub": CLIENT_ID}
    form = {
        "grant_type": "refresh_token",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(claims, "k" * 32, algorithm="HS256"),
    }
    assert (await deployment.http.post("/token", data=form)).status_code == 401
    assert len(host.requests) == 2
    application.client_id = f"https://{HOST}/keys.json"
    page = await page_of(deployment, application)
    assert page.response.status_code == 401
    assert "its client_id is not its own address" in page.text


async def test_the_operator_can_name_the_hosts_whose_documents_count(seeded, clock, host):
    guard = {"resolve": host.resolve, "dial": host.dial, "trust": host.trust}
    for hosts, status in ((("claude.ai",), 401), (("claude.ai", HOST), 200)):
        settings = replace(SETTINGS, cimd_allowed_hosts=hosts)
        async with deployed(seeded.copy(), clock, settings=settings, **guard) as deployment:
            application = Application(deployment.http, client_id=CLIENT_ID)
            assert (await page_of(deployment, application)).response.status_code == status
