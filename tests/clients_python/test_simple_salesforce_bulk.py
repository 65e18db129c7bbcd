"""simple-salesforce's Bulk 2.0 client, unmodified, moves rows in and out of the emulated org."""

import csv
import io
from collections.abc import Iterator

import pytest
import requests
from clients_python.conftest import Served
from clients_python.test_simple_salesforce import ADMIN, ToEmulator
from simple_salesforce import Salesforce
from simple_salesforce.bulk2 import ColumnDelimiter, LineEnding, SFBulk2Type
from simple_salesforce.exceptions import SalesforceOperationError

NO_WAIT = 0


@pytest.fixture
def client(served: Served) -> Iterator[Salesforce]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", ToEmulator(served.url))
        yield Salesforce(username=ADMIN, password="demo", security_token="", session=session)


@pytest.fixture
def contacts(client: Salesforce) -> SFBulk2Type:
    return client.bulk2.Contact


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_rows_are_inserted_and_their_results_read(contacts: SFBulk2Type, served: Served) -> None:
    rows = [{"LastName": f"Bulk {number}", "Email": f"bulk{number}@demo.example"} for number in range(450)]
    rows[7]["Email"] = "not an address"
    (result,) = contacts.insert(records=rows, wait=NO_WAIT)

    assert (result["numberRecordsProcessed"], result["numberRecordsFailed"]) == (450, 1)
    job = result["job_id"]
    (failed,) = parsed(contacts.get_failed_records(job))
    assert failed["sf__Error"] == "INVALID_EMAIL_ADDRESS:Email: invalid email address: not an address:Email --"
    assert len(parsed(contacts.get_successful_records(job))) == 449
    assert parsed(contacts.get_unprocessed_records(job)) == []
    found = served.org.connection.execute("""SELECT count(*) FROM "Contact" WHERE LastName LIKE 'Bulk %'""")
    assert found.fetchone() == (449,)


def test_rows_are_updated_upserted_and_deleted(client: Salesforce, contacts: SFBulk2Type, served: Served) -> None:
    (result,) = contacts.insert(records=[{"LastName": "One"}, {"LastName": "Two"}], wait=NO_WAIT)
    one, two = (row["sf__Id"] for row in parsed(contacts.get_successful_records(result["job_id"])))
    contacts.update(records=[{"Id": one, "Title": "CEO"}], wait=NO_WAIT)
    contacts.delete(records=[{"Id": two}], wait=NO_WAIT)
    accounts = client.bulk2.Account
    key = "ERP_Id__c"
    for name in ("Old", "New"):
        accounts.upsert(records=[{key: "B-1", "Name": name}], external_id_field=key, wait=NO_WAIT)

    assert (served.org.row("Contact", one) or {})["Title"] == "CEO"
    assert (served.org.row("Contact", two) or {})["IsDeleted"] == 1
    assert client.query("SELECT Name FROM Account WHERE ERP_Id__c = 'B-1'")["records"][0]["Name"] == "New"


def test_a_result_is_read_page_by_page(client: Salesforce, served: Served) -> None:
    pages = list(client.bulk2.Account.query("SELECT Id, Name FROM Account", max_records=25, wait=NO_WAIT))

    rows = [row for page in pages for row in parsed(str(page))]
    assert len(pages) > 1
    assert sorted(row["Name"] for row in rows) == sorted(
        name for (name,) in served.org.connection.execute('SELECT Name FROM "Account" WHERE IsDeleted = 0')
    )


def test_query_all_shows_what_was_deleted(client: Salesforce, contacts: SFBulk2Type) -> None:
    (result,) = contacts.insert(records=[{"LastName": "Gone"}], wait=NO_WAIT)
    (row,) = parsed(contacts.get_successful_records(result["job_id"]))
    contacts.delete(records=[{"Id": row["sf__Id"]}], wait=NO_WAIT)
    soql = "SELECT Id, IsDeleted FROM Contact WHERE LastName = 'Gone'"

    assert parsed("".join(map(str, contacts.query(soql, wait=NO_WAIT)))) == []
    assert parsed("".join(contacts.query_all(soql, wait=NO_WAIT))) == [{"Id": row["sf__Id"], "IsDeleted": "true"}]


def test_other_delimiters_and_line_endings(contacts: SFBulk2Type, served: Served) -> None:
    (result,) = contacts.insert(
        records=[{"LastName": "a|b, c", "Department": "x\r\ny"}],
        column_delimiter=ColumnDelimiter.PIPE,
        line_ending=LineEnding.CRLF,
        wait=NO_WAIT,
    )

    assert result["numberRecordsFailed"] == 0
    found = served.org.connection.execute('SELECT LastName, Department FROM "Contact" ORDER BY Id DESC LIMIT 1')
    assert found.fetchone()[0] == "a|b, c"


def test_a_job_that_fails_says_why(contacts: SFBulk2Type) -> None:
    with pytest.raises(SalesforceOperationError, match="InvalidBatch : Field name not found : Nope"):
        contacts.insert(records=[{"LastName": "A", "Nope": "B"}], wait=NO_WAIT)
