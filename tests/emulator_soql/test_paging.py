"""Results longer than a page."""

from datetime import timedelta
from typing import Any

import pytest
from emulator_soql.conftest import make_caller
from emulator_soql.world import ACME, LABS, NOW, REP, key, put

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries

MANY = 450


@pytest.fixture
def crowded(org: Org) -> Org:
    """450 contacts more, 300 of them at Labs."""
    for number in range(1000, 1000 + MANY):
        account = LABS if number < 1300 else ACME
        put(org.connection, "Contact", key("003", number), LastName=f"N{number}", Name=f"N{number}", AccountId=account)
    return org


def locator(answer: dict[str, Any]) -> str:
    return str(answer["nextRecordsUrl"]).rsplit("/", 1)[1]


def last_names(answer: dict[str, Any]) -> list[str]:
    return [record["LastName"] for record in answer["records"]]


SOQL = "SELECT LastName FROM Contact WHERE LastName LIKE 'N%' ORDER BY LastName DESC"


def test_pages_follow_each_other_to_the_end(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    first = queries.query(caller, SOQL, version="68.0", batch_size=200)
    assert list(first) == ["totalSize", "done", "nextRecordsUrl", "records"]
    assert (first["totalSize"], first["done"], len(first["records"])) == (MANY, False, 200)
    assert first["nextRecordsUrl"].startswith("/services/data/v68.0/query/01g")
    assert first["nextRecordsUrl"].endswith("-200")
    second = queries.next_page(caller, locator(first), version="66.0")
    assert second["nextRecordsUrl"].startswith("/services/data/v66.0/query/01g")
    assert second["nextRecordsUrl"].endswith("-400")
    third = queries.next_page(caller, locator(second), version="68.0")
    assert (third["totalSize"], third["done"], "nextRecordsUrl" in third) == (MANY, True, False)
    found = last_names(first) + last_names(second) + last_names(third)
    assert found == [f"N{number}" for number in reversed(range(1000, 1000 + MANY))]


@pytest.mark.parametrize(("asked", "given"), [(1, 200), (200, 200), (250, 250), (2000, MANY), (99999, MANY)])
def test_a_page_has_between_200_and_2000_records(crowded: Org, caller: Caller, asked: int, given: int) -> None:
    answer = Queries(crowded).query(caller, SOQL, version="68.0", batch_size=asked)
    assert len(answer["records"]) == given
    assert answer["done"] == (given == MANY)


def test_total_size_counts_the_whole_result_and_limit_bounds_it(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    first = queries.query(caller, f"{SOQL} LIMIT 300 OFFSET 10", version="68.0", batch_size=200)
    rest = queries.next_page(caller, locator(first), version="68.0")
    assert (first["totalSize"], len(first["records"]), len(rest["records"]), rest["done"]) == (300, 200, 100, True)
    exact = queries.query(caller, f"{SOQL} LIMIT 200", version="68.0", batch_size=200)
    assert (exact["totalSize"], exact["done"]) == (200, True)


def test_a_frozen_result_has_no_new_rows_and_shows_the_others_as_they_are(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    first = queries.query(caller, SOQL, version="68.0", batch_size=200)
    put(crowded.connection, "Contact", key("003", 5000), LastName="N1200x", Name="N1200x")
    crowded.connection.execute("UPDATE \"Contact\" SET LastName = 'changed' WHERE LastName = 'N1240'")
    crowded.connection.execute("UPDATE \"Contact\" SET IsDeleted = 1 WHERE LastName = 'N1241'")
    second = queries.next_page(caller, locator(first), version="68.0")
    expected = [f"N{number}" for number in reversed(range(1050, 1250)) if number != 1241]
    assert last_names(second) == ["changed" if name == "N1240" else name for name in expected]
    assert second["totalSize"] == MANY


def test_a_page_can_be_read_again(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    first = queries.query(caller, SOQL, version="68.0", batch_size=200)
    again = Queries(crowded).next_page(caller, locator(first), version="68.0")
    assert again == queries.next_page(caller, locator(first), version="68.0")


@pytest.mark.parametrize(
    "bad", ["", "garbage", "01g000000000001-200", "01gE00000000001IAA-200", "01g' OR 1=1--200", "01g-1", "é" * 20]
)
def test_a_locator_that_nobody_got_is_invalid(queries: Queries, caller: Caller, bad: str) -> None:
    with pytest.raises(Refused) as refused:
        queries.next_page(caller, bad, version="68.0")
    assert (refused.value.status, refused.value.code, refused.value.message) == (
        400,
        "INVALID_QUERY_LOCATOR",
        "invalid query locator",
    )


def test_a_locator_is_good_for_its_own_user_within_two_days_and_within_its_result(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    found = locator(queries.query(caller, SOQL, version="68.0", batch_size=200))
    cursor = found.split("-")[0]
    for user, offset in ((make_caller(REP), 200), (caller, MANY), (caller, 99999)):
        with pytest.raises(Refused, match="invalid query locator"):
            queries.next_page(user, f"{cursor}-{offset}", version="68.0")
    assert queries.next_page(caller, f"{cursor[:15]}-200", version="68.0")["records"]
    with crowded.at(NOW + timedelta(days=2, seconds=1)), pytest.raises(Refused, match="invalid query locator"):
        queries.next_page(caller, found, version="68.0")


def test_rights_taken_away_meanwhile_hold_for_the_next_page(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    found = locator(queries.query(caller, SOQL, version="68.0", batch_size=200))
    less = make_caller(hidden=frozenset({"Contact.LastName"}))
    with pytest.raises(Refused, match="No such column 'LastName'"):
        queries.next_page(less, found, version="68.0")


def test_children_have_pages_of_their_own(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    soql = "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName) FROM Account ORDER BY Name"
    answer = queries.query(caller, soql, version="68.0", batch_size=200)
    acme, labs = answer["records"][0]["Contacts"], answer["records"][1]["Contacts"]
    assert (acme["totalSize"], acme["done"]) == (152, True)
    assert (labs["totalSize"], labs["done"], len(labs["records"])) == (301, False, 200)
    rest = queries.next_page(caller, locator(labs), version="68.0")
    assert (rest["totalSize"], rest["done"], len(rest["records"])) == (301, True, 101)
    assert last_names(labs) + last_names(rest) == ["Cole", *(f"N{number}" for number in range(1000, 1300))]
    assert rest["records"][0]["Account"]["Name"] == "acme labs"


def test_children_come_with_every_page(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    put(crowded.connection, "Task", key("00T", 900), Subject="Later", WhoId=key("003", 1005))
    soql = "SELECT LastName, (SELECT Subject FROM Tasks) FROM Contact WHERE LastName LIKE 'N%' ORDER BY LastName DESC"
    answer = queries.query(caller, soql, version="68.0", batch_size=400)
    last = queries.next_page(caller, locator(answer), version="68.0")
    tasks = {record["LastName"]: record["Tasks"] for record in last["records"]}
    assert tasks["N1005"]["records"][0]["Subject"] == "Later"
    assert tasks["N1006"] is None


def test_query_all_pages_keep_deleted_rows(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    crowded.connection.execute("UPDATE \"Contact\" SET IsDeleted = 1 WHERE LastName = 'N1001'")
    first = queries.query(caller, SOQL, version="68.0", batch_size=400, all_rows=True)
    assert "/query/" in first["nextRecordsUrl"]
    assert "N1001" in last_names(queries.next_page(caller, locator(first), version="68.0"))


def test_aggregates_have_no_second_page(org: Org, caller: Caller) -> None:
    with org.transaction():
        for number in range(1, 2002):
            put(org.connection, "Place__c", key("a0T", 100 + number), Name=f"P{number}", Count__c=number + 100)
    queries = Queries(org)
    with pytest.raises(Refused) as refused:
        queries.query(caller, "SELECT Count__c, COUNT(Id) FROM Place__c GROUP BY Count__c", version="68.0")
    assert (refused.value.status, refused.value.code) == (400, "EXCEEDED_ID_LIMIT")
    assert refused.value.message == (
        "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
    )
    answer = queries.query(caller, "SELECT Count__c FROM Place__c GROUP BY Count__c LIMIT 2000", version="68.0")
    assert answer["totalSize"] == 2000


def test_only_so_many_cursors_are_kept(crowded: Org, caller: Caller) -> None:
    queries = Queries(crowded)
    oldest = locator(queries.query(caller, SOQL, version="68.0", batch_size=200))
    other = make_caller(REP)
    theirs = locator(queries.query(other, SOQL, version="68.0", batch_size=200))
    for _ in range(100):
        queries.query(caller, SOQL, version="68.0", batch_size=200)
    with pytest.raises(Refused, match="invalid query locator"):
        queries.next_page(caller, oldest, version="68.0")
    assert queries.next_page(other, theirs, version="68.0")["totalSize"] == MANY
