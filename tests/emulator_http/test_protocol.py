"""What holds for every data resource: versions, sessions, headers, errors, forms of answers."""

import gzip
import zlib

import httpx
import pytest
from emulator_http.world import BASE_URL, SALES, Clock, SignIn
from starlette.applications import Starlette

from salesforce_emulator.org import Org


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    (error,) = response.json()
    return response.status_code, error["errorCode"], error["message"]


async def test_versions_need_no_session_and_end_with_the_newest(http: httpx.AsyncClient) -> None:
    versions = (await http.get("/services/data")).json()
    assert versions[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert {one["label"]: one["version"] for one in versions}["Spring '25"] == "63.0"
    assert len(versions) == 38


@pytest.mark.parametrize("version", ["31.0", "50.0", "63.0", "68.0"])
async def test_every_supported_version_answers_with_its_own_urls(admin: httpx.AsyncClient, version: str) -> None:
    resources = (await admin.get(f"{BASE_URL}/services/data/v{version}")).json()
    assert resources["sobjects"] == f"/services/data/v{version}/sobjects"
    assert resources["identity"].startswith(f"{BASE_URL}/id/00D")
    assert (await admin.get(resources["identity"])).json()["username"] == "admin@demo.example"


@pytest.mark.parametrize(
    ("version", "status"), [("v30.0", 410), ("v7.0", 410), ("v69.0", 404), ("v6.0", 404), ("x", 404)]
)
async def test_other_versions_are_gone_or_were_never_there(admin: httpx.AsyncClient, version: str, status: int) -> None:
    assert (await admin.get(f"{BASE_URL}/services/data/{version}/sobjects")).status_code == status


async def test_old_versions_are_answered_with_a_warning(admin: httpx.AsyncClient) -> None:
    assert "deprecated" in (await admin.get(f"{BASE_URL}/services/data/v40.0")).headers["warning"]
    assert "warning" not in (await admin.get(f"{BASE_URL}/services/data/v41.0")).headers


@pytest.mark.parametrize(
    "path", ["//services/data/v68.0/limits", "/services/data/v68.0/limits/", "/services//data/v68.0//limits"]
)
async def test_stray_slashes_are_tolerated(admin: httpx.AsyncClient, path: str) -> None:
    assert (await admin.get(BASE_URL + path)).status_code == 200


async def test_object_names_are_case_insensitive_and_come_back_as_they_are(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/sobjects/account/describe")).json()["name"] == "Account"


@pytest.mark.parametrize(
    ("header", "code", "message"),
    [
        ({}, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"),
        ({"Authorization": "Digest x"}, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"),
        ({"Authorization": "Bearer x"}, "INVALID_SESSION_ID", "Session expired or invalid"),
        ({"Authorization": "OAuth x"}, "INVALID_SESSION_ID", "Session expired or invalid"),
    ],
)
async def test_a_request_without_a_session_is_refused(
    http: httpx.AsyncClient, header: dict[str, str], code: str, message: str
) -> None:
    assert error_of(await http.get("/services/data/v68.0/limits", headers=header)) == (401, code, message)


async def test_the_older_scheme_of_the_header_is_a_session_too(
    http: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    token = admin.headers["authorization"].removeprefix("Bearer ")
    answer = await http.get("/services/data/v68.0", headers={"Authorization": f"OAuth {token}"})
    assert answer.status_code == 200


async def test_each_data_answer_counts_as_a_request(admin: httpx.AsyncClient) -> None:
    first = (await admin.get("/limits")).headers["sforce-limit-info"]
    second = await admin.get("/limits")
    assert (first, second.headers["sforce-limit-info"]) == ("api-usage=1/1000000", "api-usage=2/1000000")
    assert second.json()["DailyApiRequests"] == {"Max": 1_000_000, "Remaining": 999_998}


async def test_the_counter_starts_again_after_a_day(admin: httpx.AsyncClient, app: Starlette, clock: Clock) -> None:
    app.state.site.faults.spend_limit()
    refused = await admin.get("/limits")
    assert error_of(refused) == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    app.state.site.sessions.life *= 100
    clock.advance(hours=24)
    token = app.state.site.sessions.start(app.state.site.user_id(SALES)).token
    assert (await admin.get("/limits", headers={"Authorization": f"Bearer {token}"})).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{]", "Unexpected character (']' (code 93)): "),
        (b'{"Name": ', "Unexpected end-of-input at [line:1, column:10]"),
        (b"", "No content to map to Object due to end of input"),
        (b"[]", "The request body must be a JSON object"),
        (b'{"Name": NaN}', "Numeric value out of range"),
        (b'{"Name": "\\ud800"}', "Unpaired surrogate"),
        (b"\xff", "Invalid UTF-8 start byte 0xff"),
        (b"[" * 100_000, "The document is nested too deeply"),
    ],
)
async def test_broken_json_is_refused_with_its_place(
    admin: httpx.AsyncClient, org: Org, body: bytes, message: str
) -> None:
    before = org.record_count("Account")
    refused = await admin.post("/sobjects/Account", content=body, headers={"Content-Type": "application/json"})
    status, code, text = error_of(refused)
    assert (status, code) == (400, "JSON_PARSER_ERROR")
    assert text.startswith(message)
    assert org.record_count("Account") == before


async def test_a_wrong_verb_names_the_right_ones(admin: httpx.AsyncClient) -> None:
    refused = await admin.put("/sobjects/Account/001000000000001", json={})
    assert error_of(refused) == (
        405,
        "METHOD_NOT_ALLOWED",
        "HTTP Method 'PUT' not allowed. Allowed are DELETE,GET,HEAD,PATCH",
    )


async def test_a_wrong_verb_outside_of_the_data_is_refused_in_the_same_words(http: httpx.AsyncClient) -> None:
    refused = await http.put("/services/oauth2/introspect")
    assert error_of(refused) == (
        405,
        "METHOD_NOT_ALLOWED",
        "HTTP Method 'PUT' not allowed. Allowed are POST",
    )


async def test_a_media_type_that_nobody_reads_is_refused(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/sobjects/Account", content=b"x", headers={"Content-Type": "text/plain"})
    assert refused.status_code == 415
    assert refused.json()[0]["errorCode"] == "UNSUPPORTED_MEDIA_TYPE"


async def test_a_uri_may_have_16384_bytes(admin: httpx.AsyncClient) -> None:
    path = "/services/data/v68.0/limits?x="
    fits = await admin.get(f"{BASE_URL}{path}{'x' * (16_384 - len(path))}")
    assert fits.status_code == 200
    assert (await admin.get(f"{BASE_URL}{path}{'x' * (16_385 - len(path))}")).status_code == 414


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_request_may_be_compressed(admin: httpx.AsyncClient, org: Org, encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    created = await admin.post(
        "/sobjects/Account",
        content=pack(b'{"Name": "Packed"}'),
        headers={"Content-Encoding": encoding, "Content-Type": "application/json"},
    )
    row = org.row("Account", created.json()["id"])
    assert row is not None
    assert row["Name"] == "Packed"


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b"{}", mtime=0)[:-4]])
async def test_a_broken_compression_is_refused(admin: httpx.AsyncClient, content: bytes) -> None:
    refused = await admin.post("/sobjects/Account", content=content, headers={"Content-Encoding": "gzip"})
    assert refused.status_code == 400


async def test_a_body_that_is_too_large_is_refused_also_when_compressed(admin: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b" " * (51 * 2**20))
    refused = await admin.post("/sobjects/Account", content=bomb, headers={"Content-Encoding": "gzip"})
    assert refused.status_code == 413


async def test_pretty_printing_is_asked_for(admin: httpx.AsyncClient) -> None:
    assert '"DailyApiRequests":{' in (await admin.get("/limits")).text
    pretty = await admin.get("/limits", headers={"X-PrettyPrint": "1"})
    assert '"DailyApiRequests" : {\n' in pretty.text


async def test_answers_come_in_xml_when_asked_for(admin: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    xml = {"Accept": "application/xml"}
    refused = await http.get("/services/data/v68.0/limits", headers=xml)
    assert refused.text == (
        '<?xml version="1.0" encoding="UTF-8"?><Errors><Error><errorCode>INVALID_AUTH_HEADER</errorCode>'
        "<message>INVALID_HEADER_TYPE</message></Error></Errors>"
    )
    versions = await http.get("/services/data", headers=xml)
    assert "<Versions><Version><label>Summer '14</label>" in versions.text
    row = (await admin.post("/sobjects/Account", json={"Name": "A & B"})).json()["id"]
    record = await admin.get(f"/sobjects/Account/{row}?fields=Name,Site", headers=xml)
    assert '<Account type="Account" url="' in record.text
    assert "<Name>A &amp; B</Name>" in record.text
    assert '<Site xsi:nil="true"' in record.text


async def test_an_unknown_path_is_not_found_and_a_known_one_that_is_not_built_says_so(
    admin: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    unknown = await admin.get("/nonsense")
    assert error_of(unknown) == (404, "NOT_FOUND", "The requested resource does not exist")
    assert (await http.get("/nowhere")).status_code == 404
    refused = await admin.get("/wave/users/me")
    assert error_of(refused)[:2] == (501, "NOT_EMULATED")
    assert "CRM Analytics" in refused.json()[0]["message"]
    assert (await http.get("/services/apexrest/Mine")).status_code == 501


async def test_patch_can_be_said_in_a_parameter(admin: httpx.AsyncClient, org: Org) -> None:
    row = (await admin.post("/sobjects/Account", json={"Name": "Before"})).json()["id"]
    changed = await admin.post(f"/sobjects/Account/{row}?_HttpMethod=PATCH", json={"Name": "After"})
    assert (changed.status_code, changed.content) == (204, b"")
    stored = org.row("Account", row)
    assert stored is not None
    assert stored["Name"] == "After"


async def test_a_fixed_instance_url_wins_over_the_host(org: Org, signed_in: SignIn, demo_app: dict[str, str]) -> None:
    from salesforce_emulator.app import build_app

    fixed = build_app(org, instance_url="https://fixed.my.salesforce.com/")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(fixed), base_url="http://localhost:1") as client:
        token = await client.post("/services/oauth2/token", data={"grant_type": "client_credentials", **demo_app})
        assert token.json()["instance_url"] == "https://fixed.my.salesforce.com"
