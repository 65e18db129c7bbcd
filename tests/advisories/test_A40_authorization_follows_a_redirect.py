"""SDK CVE-2026-116685, CVE-2026-104850: a redirect takes the credentials along."""

import httpx
import pytest

from salesforce_mcp.errors import Failure
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in import exchange, refresh_token, revoke

PLACES = ["https://evil.example/", "http://acme.my.salesforce.com/", "https://acme.my.salesforce.com/other", "//evil"]


def leading_to(place: str, status: int, seen: list[str]) -> httpx.AsyncClient:
    async def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(status, headers={"location": place})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", PLACES)
async def test_nothing_is_sent_after_it(place, status):
    seen: list[str] = []
    session = Session("https://acme.my.salesforce.com", Secret("token"))
    form = refresh_token(client_id="k", client_secret=Secret("s"), token=Secret("r"))
    async with leading_to(place, status, seen) as http:
        org = Salesforce(http, FixedCredential(session), api_version="68.0")
        for attempt in (
            org.query("SELECT Id FROM Account"),
            exchange(http, "https://login.salesforce.com", form),
            revoke(http, "https://login.salesforce.com", Secret("r")),
        ):
            with pytest.raises(Failure):
                await attempt
    assert {httpx.URL(url).host for url in seen} <= {"acme.my.salesforce.com", "login.salesforce.com"}
    assert not [url for url in seen if url.endswith("/other")]
