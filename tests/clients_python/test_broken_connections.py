"""Faults that only a real socket can show."""

from collections.abc import Iterator

import httpx
import pytest
from clients_python.conftest import Served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    site = served.app.state.site
    token = site.sessions.start(site.user_id("admin@demo.example")).token
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{served.url}/services/data/v68.0", headers=bearer, trust_env=False) as client:
        yield client


def test_a_connection_that_breaks_before_the_work_leaves_nothing_done(served: Served, client: httpx.Client) -> None:
    before = served.org.record_count("Account")
    served.app.state.site.faults.reset_before()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.post("/sobjects/Account", json={"Name": "x"})
    assert served.org.record_count("Account") == before


def test_a_connection_that_breaks_after_the_work_leaves_it_done(served: Served, client: httpx.Client) -> None:
    before = served.org.record_count("Account")
    served.app.state.site.faults.reset_after()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.post("/sobjects/Account", json={"Name": "x"})
    assert served.org.record_count("Account") == before + 1
    assert client.get("/limits").status_code == 200


def test_absolute_urls_follow_the_host_that_was_called(served: Served, client: httpx.Client) -> None:
    resources = client.get("").json()
    assert resources["identity"].startswith(f"{served.url}/id/00D")
