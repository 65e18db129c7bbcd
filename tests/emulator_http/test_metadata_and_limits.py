"""Describe, limits, counts, recent items, getUpdated and getDeleted."""

from datetime import timedelta

import httpx
import pytest
from emulator_http.world import SALES, Clock, SignIn

from salesforce_emulator.org import Org


async def test_every_object_is_listed_with_its_urls(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get("/sobjects")).json()
    assert (listed["encoding"], listed["maxBatchSize"]) == ("UTF-8", 200)
    objects = {one["name"]: one for one in listed["sobjects"]}
    assert {"Account", "Case", "Solution", "Invoice__c", "acme__Shipment__c", "Wide__c"} <= set(objects)
    assert objects["Account"]["urls"]["describe"] == "/services/data/v68.0/sobjects/Account/describe"
    assert objects["Account"]["urls"]["rowTemplate"].endswith("/sobjects/Account/{ID}")


async def test_an_object_is_described_in_short_and_in_full(admin: httpx.AsyncClient) -> None:
    record_id = (await admin.post("/sobjects/Account", json={"Name": "Seen"})).json()["id"]
    short = (await admin.get("/sobjects/Account")).json()
    assert short["objectDescribe"]["name"] == "Account"
    assert "fields" not in short["objectDescribe"]
    assert [(one["Id"], one["Name"]) for one in short["recentItems"]] == [(record_id, "Seen")]
    full = (await admin.get("/sobjects/Account/describe")).json()
    assert {"Name", "Industry", "BillingAddress"} <= {one["name"] for one in full["fields"]}


@pytest.mark.parametrize("path", ["/sobjects", "/sobjects/Account/describe"])
async def test_an_unchanged_describe_is_not_sent_again(admin: httpx.AsyncClient, signed_in: SignIn, path: str) -> None:
    first = await admin.get(path)
    for known in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        same = await admin.get(path, headers=known)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == first.headers["etag"]
    assert (await admin.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    other = await signed_in(SALES).get(path, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_records_are_counted(admin: httpx.AsyncClient, org: Org) -> None:
    await admin.post("/sobjects/Invoice__c", json={})
    counted = (await admin.get("/limits/recordCount?sObjects=User,Nonsense,Wide__c")).json()
    assert counted == {"sObjects": [{"count": org.record_count("User"), "name": "User"}]}
    every = (await admin.get("/limits/recordCount")).json()["sObjects"]
    assert {"Profile", "User"} <= {one["name"] for one in every}


@pytest.mark.parametrize(
    ("purpose", "remembered"),
    [("FOR VIEW", True), ("FOR REFERENCE, VIEW", True), ("for view", True), ("FOR UPDATE", False), ("", False)],
)
async def test_what_is_queried_for_view_has_been_looked_at(
    admin: httpx.AsyncClient, purpose: str, remembered: bool
) -> None:
    soql = f"SELECT Id FROM Account WHERE Name != 'FOR VIEW' ORDER BY Name LIMIT 2 {purpose}"  # noqa: S608
    found = [one["Id"] for one in (await admin.get("/query", params={"q": soql})).json()["records"]]
    assert [one["Id"] for one in (await admin.get("/recent")).json()] == (found if remembered else [])


async def test_recent_items_are_what_the_user_worked_with(admin: httpx.AsyncClient, signed_in: SignIn) -> None:
    ids = [
        (await admin.post("/sobjects/Account", json={"Name": name})).json()["id"] for name in ("One", "Two", "Three")
    ]
    await admin.patch(f"/sobjects/Account/{ids[0]}", json={"Site": "x"})
    await admin.delete(f"/sobjects/Account/{ids[2]}")
    recent = (await admin.get("/recent")).json()
    assert [one["Name"] for one in recent] == ["One", "Two"]
    assert recent[0]["attributes"]["type"] == "Account"
    assert len((await admin.get("/recent?limit=1")).json()) == 1
    for limit in ("x", "9" * 5000):
        assert (await admin.get(f"/recent?limit={limit}")).status_code == 400
    sales = signed_in(SALES)
    assert (await sales.get("/recent")).json() == []
    await sales.get(f"/sobjects/Account/{ids[1]}", headers={"Sforce-Mru": "updateMru=true"})
    assert [one["Name"] for one in (await sales.get("/recent")).json()] == ["Two"]


async def test_what_was_changed_and_deleted_in_a_span_is_listed(admin: httpx.AsyncClient, clock: Clock) -> None:
    kept = (await admin.post("/sobjects/Account", json={"Name": "Kept"})).json()["id"]
    gone = (await admin.post("/sobjects/Account", json={"Name": "Gone"})).json()["id"]
    await admin.delete(f"/sobjects/Account/{gone}")
    span = {
        "start": (clock() - timedelta(minutes=5)).isoformat(),
        "end": (clock() + timedelta(minutes=5)).isoformat(),
    }
    updated = (await admin.get("/sobjects/Account/updated/", params=span)).json()
    assert updated == {"ids": [kept], "latestDateCovered": "2026-11-18T10:35:00.000+0000"}
    deleted = (await admin.get("/sobjects/Account/deleted/", params=span)).json()
    assert deleted["deletedRecords"] == [{"deletedDate": "2026-11-18T10:30:00.000+0000", "id": gone}]
    # A plus that was not escaped arrives as a space.
    bare = f"start={span['start']}&end={span['end']}"
    assert (await admin.get(f"/sobjects/Account/updated/?{bare}")).json()["ids"] == [kept]


@pytest.mark.parametrize(
    "span",
    [
        {},
        {"start": "yesterday", "end": "today"},
        {"start": "2026-11-18T00:00:00Z", "end": "2026-11-17T00:00:00Z"},
        {"start": "2026-09-18T00:00:00Z", "end": "2026-11-17T00:00:00Z"},
    ],
)
async def test_a_wrong_span_is_refused(admin: httpx.AsyncClient, span: dict[str, str]) -> None:
    for kind in ("updated", "deleted"):
        refused = await admin.get(f"/sobjects/Account/{kind}/", params=span)
        assert refused.status_code == 400
        assert refused.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"
