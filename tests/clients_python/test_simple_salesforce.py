"""simple-salesforce, unmodified, takes the emulated org for Salesforce."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from clients_python.conftest import Served
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET

ADMIN = "admin@demo.example"


class ToEmulator(requests.adapters.HTTPAdapter):
    """simple-salesforce always says https://…salesforce.com: the emulator hears it on a loopback port instead."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._place = urlsplit(url)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = urlsplit(str(request.url))
        request.headers["Host"] = asked.netloc
        request.headers["X-Forwarded-Proto"] = "https"
        request.url = urlunsplit((self._place.scheme, self._place.netloc, asked.path, asked.query, ""))
        return super().send(request, *args, **kwargs)


@pytest.fixture
def session(served: Served) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", ToEmulator(served.url))
        yield session


@pytest.fixture
def client(session: requests.Session) -> Salesforce:
    return Salesforce(username=ADMIN, password="demo", security_token="", session=session)


def test_it_signs_in_by_soap(client: Salesforce, served: Served) -> None:
    assert client.session_id.startswith("00D")
    assert client.sf_instance == "login.salesforce.com"
    assert client.query("SELECT count() FROM Account")["totalSize"] == served.org.record_count("Account")


def test_a_wrong_password_is_an_authentication_failure(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as failed:
        Salesforce(username=ADMIN, password="wrong", security_token="", session=session)
    assert failed.value.code == "INVALID_LOGIN"


def test_it_signs_in_by_client_credentials(session: requests.Session) -> None:
    client = Salesforce(
        consumer_key=DEMO_CONSUMER_KEY, consumer_secret=DEMO_CONSUMER_SECRET, domain="acme.my", session=session
    )
    assert client.sf_instance == "acme.my.salesforce.com"
    assert client.describe()["maxBatchSize"] == 200


def test_it_signs_in_by_a_signed_assertion(session: requests.Session, served: Served) -> None:
    def sign_in() -> Salesforce:
        return Salesforce(username=ADMIN, consumer_key=DEMO_CONSUMER_KEY, privatekey=served.key, session=session)

    advice = pytest.warns(UserWarning, match="self-authorize")  # what the client says to that refusal
    with advice, pytest.raises(SalesforceAuthenticationFailed) as failed:
        sign_in()
    assert "user hasn't approved this consumer" in str(failed.value)
    site = served.app.state.site
    site.apps.approve(site.apps.find(DEMO_CONSUMER_KEY), site.user_id(ADMIN), "api")
    assert sign_in().query("SELECT Id FROM User LIMIT 1")["records"]


def test_it_signs_in_by_username_and_password_of_an_app(session: requests.Session) -> None:
    client = Salesforce(
        username=ADMIN,
        password="demo",
        consumer_key=DEMO_CONSUMER_KEY,
        consumer_secret=DEMO_CONSUMER_SECRET,
        session=session,
    )
    assert client.limits()["DailyApiRequests"]["Max"]


def test_it_uses_a_session_that_it_is_given(client: Salesforce, session: requests.Session) -> None:
    other = Salesforce(instance_url="https://acme.my.salesforce.com", session_id=client.session_id, session=session)
    assert other.query("SELECT Id FROM User LIMIT 1")["records"]


def test_an_expired_session_is_seen_or_renewed(client: Salesforce, session: requests.Session, served: Served) -> None:
    instance_url, expired = "https://acme.my.salesforce.com", client.session_id
    served.app.state.site.faults.expire_tokens()
    with pytest.raises(SalesforceExpiredSession):
        Salesforce(instance_url=instance_url, session_id=expired, session=session).query("SELECT Id FROM Account")
    assert client.query("SELECT Id FROM User LIMIT 1")["records"]
    assert client.session_id != expired


def test_it_creates_reads_changes_and_deletes(client: Salesforce, served: Served) -> None:
    created = client.Contact.create({"LastName": "Smith", "Email": "smith@example.com"})
    assert created["success"]
    record_id = created["id"]
    assert client.Contact.get(record_id)["LastName"] == "Smith"
    assert client.Contact.update(record_id, {"LastName": "Jones"}) == 204
    row = served.org.row("Contact", record_id)
    assert row is not None
    assert row["LastName"] == "Jones"
    assert client.Contact.delete(record_id) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Contact.get(record_id)


def test_it_upserts_by_external_id(client: Salesforce) -> None:
    assert client.Account.upsert("ERP_Id__c/sim-1", {"Name": "First"}) == 201
    assert client.Account.upsert("ERP_Id__c/sim-1", {"Name": "Second"}) == 200
    assert client.Account.get_by_custom_id("ERP_Id__c", "sim-1")["Name"] == "Second"
    for name in ("A", "B"):
        client.Contact.create({"LastName": name, "Email": "twin@example.com"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        client.Contact.get_by_custom_id("Email", "twin@example.com")


def test_it_sees_what_is_wrong(client: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.Contact.create({"FirstName": "x"})
    assert refused.value.content[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query("SELECT Foo FROM Account")
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_it_reads_every_page(client: Salesforce, served: Served) -> None:
    records = [{"attributes": {"type": "Lead"}, "LastName": f"L{number}", "Company": "Pages"} for number in range(450)]
    for start in range(0, 450, 150):
        body = {"allOrNone": True, "records": records[start : start + 150]}
        assert all(one["success"] for one in client.restful("composite/sobjects", method="POST", json=body))
    found = list(
        client.query_all_iter(
            "SELECT LastName FROM Lead WHERE Company = 'Pages' ORDER BY CreatedDate, Id",
            headers={"Sforce-Query-Options": "batchSize=200"},
        )
    )
    assert [one["LastName"] for one in found] == [one["LastName"] for one in records]
    every = client.query_all("SELECT Id FROM Lead", include_deleted=True)
    assert every["totalSize"] >= served.org.record_count("Lead")


def test_it_describes(client: Salesforce) -> None:
    assert "Account" in {one["name"] for one in client.describe()["sobjects"]}
    described = client.Account.describe()
    assert {"Name", "Industry"} <= {one["name"] for one in described["fields"]}
    assert client.Account.metadata()["objectDescribe"]["name"] == "Account"


def test_it_searches(client: Salesforce) -> None:
    record_id = client.Account.create({"Name": "Quokka Supplies"})["id"]
    found = client.search("FIND {Quokka} RETURNING Account(Id)")
    assert [one["Id"] for one in found["searchRecords"]] == [record_id]
    assert [one["Id"] for one in client.quick_search("Quokka")["searchRecords"]] == [record_id]


def test_it_composes(client: Salesforce, served: Served) -> None:
    prefix = f"/services/data/v{client.sf_version}"
    answer = client.restful(
        "composite",
        method="POST",
        json={
            "allOrNone": True,
            "compositeRequest": [
                {
                    "method": "POST",
                    "url": f"{prefix}/sobjects/Account",
                    "referenceId": "a",
                    "body": {"Name": "Composed"},
                },
                {
                    "method": "POST",
                    "url": f"{prefix}/sobjects/Contact",
                    "referenceId": "c",
                    "body": {"LastName": "x", "AccountId": "@{a.id}"},
                },
            ],
        },
    )
    account, contact = (one["body"]["id"] for one in answer["compositeResponse"])
    row = served.org.row("Contact", contact)
    assert row is not None
    assert row["AccountId"] == account


def test_it_sees_limits_and_what_has_changed(client: Salesforce) -> None:
    record_id = client.Account.create({"Name": "Changed"})["id"]
    client.limits()
    assert client.api_usage["api-usage"].total == 1_000_000
    now = datetime.datetime.now(datetime.UTC)
    span = (now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=10))
    assert record_id in client.Account.updated(*span)["ids"]
    client.Account.delete(record_id)
    assert record_id in {one["id"] for one in client.Account.deleted(*span)["deletedRecords"]}
