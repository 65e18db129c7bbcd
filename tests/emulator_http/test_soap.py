"""The SOAP API's login and the little around it."""

import re

import httpx
import pytest
from emulator_http.world import BASE_URL, PASSWORD, SALES

from salesforce_emulator.faults import Faults

LOGIN = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>'
    '<n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>{username}</n1:username>'
    "<n1:password>{password}</n1:password></n1:login></env:Body></env:Envelope>"
)
CALL = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:enterprise.soap.sforce.com"><soapenv:Header><SessionHeader><sessionId>{session}</sessionId>'
    "</SessionHeader></soapenv:Header><soapenv:Body>{operation}</soapenv:Body></soapenv:Envelope>"
)


def value(document: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", document)
    assert found, document
    return found[1]


async def post(http: httpx.AsyncClient, path: str, document: str | bytes) -> httpx.Response:
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
    return await http.post(f"/services/Soap/{path}", content=document, headers=headers)


async def log_in(http: httpx.AsyncClient) -> str:
    answer = await post(http, "u/59.0", LOGIN.format(username=SALES, password=PASSWORD))
    assert answer.status_code == 200, answer.text
    return value(answer.text, "sessionId")


@pytest.mark.parametrize("wsdl", ["u", "c"])
@pytest.mark.parametrize("version", ["31.0", "59.0", "64.0"])
async def test_login_gives_a_session_and_where_to_use_it(http: httpx.AsyncClient, wsdl: str, version: str) -> None:
    answer = await post(http, f"{wsdl}/{version}", LOGIN.format(username=SALES, password=PASSWORD))
    assert answer.status_code == 200
    session = value(answer.text, "sessionId")
    organization = value(answer.text, "organizationId")
    assert value(answer.text, "serverUrl") == f"{BASE_URL}/services/Soap/{wsdl}/{version}/{organization[:15]}"
    assert value(answer.text, "passwordExpired") == "false"
    assert value(answer.text, "userName") == SALES
    limits = await http.get("/services/data/v59.0/limits", headers={"Authorization": f"Bearer {session}"})
    assert limits.status_code == 200


async def test_a_wrong_password_is_a_login_fault(http: httpx.AsyncClient) -> None:
    refused = await post(http, "u/59.0", LOGIN.format(username=SALES, password="wrong"))
    assert refused.status_code == 500
    assert value(refused.text, "faultcode") == "sf:INVALID_LOGIN"
    assert value(refused.text, "faultstring") == (
        "INVALID_LOGIN: Invalid username, password, security token; or user locked out."
    )
    assert value(refused.text, "sf:exceptionCode") == "INVALID_LOGIN"
    assert "<sf:LoginFault" in refused.text


@pytest.mark.parametrize("version", ["65.0", "68.0", "30.0", "69.0", "x"])
async def test_login_is_not_there_in_new_versions_nor_anything_in_unknown_ones(
    http: httpx.AsyncClient, version: str
) -> None:
    refused = await post(http, f"u/{version}", LOGIN.format(username=SALES, password=PASSWORD))
    assert (refused.status_code, value(refused.text, "sf:exceptionCode")) == (500, "UNSUPPORTED_API_VERSION")


async def test_the_session_opens_the_other_calls_also_in_new_versions(http: httpx.AsyncClient) -> None:
    session = await log_in(http)
    path = "c/68.0/00D000000000001"
    who = await post(http, path, CALL.format(session=session, operation="<getUserInfo/>"))
    assert value(who.text, "userName") == SALES
    assert "<getUserInfoResponse><result>" in who.text
    time = await post(http, path, CALL.format(session=session, operation="<getServerTimestamp/>"))
    assert value(time.text, "timestamp") == "2026-11-18T10:30:00.000Z"
    out = await post(http, path, CALL.format(session=session, operation="<logout/>"))
    assert "<logoutResponse></logoutResponse>" in out.text
    refused = await post(http, path, CALL.format(session=session, operation="<getUserInfo/>"))
    assert (refused.status_code, value(refused.text, "faultstring")) == (
        500,
        "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session",
    )


async def test_sessions_from_oauth_are_sessions_here(http: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    token = admin.headers["authorization"].removeprefix("Bearer ")
    answer = await post(http, "u/68.0", CALL.format(session=token, operation="<getUserInfo/>"))
    assert value(answer.text, "userName") == "admin@demo.example"


async def test_what_is_not_emulated_says_so(http: httpx.AsyncClient) -> None:
    session = await log_in(http)
    refused = await post(http, "u/59.0", CALL.format(session=session, operation="<describeSoftphoneLayout/>"))
    assert (refused.status_code, value(refused.text, "sf:exceptionCode")) == (500, "NOT_EMULATED")
    assert "describeSoftphoneLayout" in value(refused.text, "faultstring")
    assert value((await post(http, "T/59.0", "<x/>")).text, "sf:exceptionCode") == "NOT_EMULATED"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<",
        b"not xml",
        b"<Envelope/>",
        b"<Envelope><Body/></Envelope>",
        b"<Envelope><Body><login/><login/></Body></Envelope>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Envelope><Body><login>&a;</login></Body></Envelope>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Envelope><Body><login/></Body></Envelope>',
        b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="klingon"?><Envelope/>',
    ],
)
async def test_a_message_that_cannot_be_read_is_a_fault(http: httpx.AsyncClient, document: bytes) -> None:
    refused = await post(http, "u/59.0", document)
    assert refused.status_code == 500
    assert "The SOAP message cannot be read" in value(refused.text, "faultstring")


async def test_expired_sessions_are_refused_here_too(http: httpx.AsyncClient, faults: Faults) -> None:
    session = await log_in(http)
    faults.expire_tokens()
    refused = await post(http, "u/59.0", CALL.format(session=session, operation="<getUserInfo/>"))
    assert value(refused.text, "faultcode") == "sf:INVALID_SESSION_ID"
