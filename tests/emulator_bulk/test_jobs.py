"""Bulk API 2.0 ingest: the life of a job, from its order to its end."""

import pytest
from emulator_bulk.desk import ACCOUNTS, Desk, names
from emulator_http.world import SALES

from salesforce_emulator.org import Org

DESCRIBED = {
    "id",
    "operation",
    "object",
    "createdById",
    "createdDate",
    "systemModstamp",
    "state",
    "concurrencyMode",
    "contentType",
    "apiVersion",
    "contentUrl",
    "lineEnding",
    "columnDelimiter",
}


async def test_a_job_goes_through_every_state_where_a_client_can_see_it(desk: Desk, org: Org) -> None:
    created = await desk.call("POST", "jobs/ingest", json={**ACCOUNTS, "contentType": "CSV", "lineEnding": "LF"})
    job = created.json()["id"]
    seen = [created.json()["state"]]
    await desk.upload(job, "Name\n" + "".join(f"Acme {number}\n" for number in range(250)))
    seen.append((await desk.close(job)).json()["state"])
    while (await desk.read(job))["state"] != "JobComplete":
        seen.append((await desk.read(job))["state"])
        desk.site.bulk.step()

    assert list(dict.fromkeys(seen)) == ["Open", "UploadComplete", "InProgress"]
    assert set(created.json()) == DESCRIBED
    assert created.json()["contentUrl"] == f"services/data/v68.0/jobs/ingest/{job}/batches"
    assert created.json()["apiVersion"] == 68.0
    done = await desk.read(job)
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"], done["jobType"]) == (250, 0, "V2Ingest")
    assert len(names(org)) == 250


async def test_job_and_content_can_come_together(desk: Desk, org: Org) -> None:
    job = '{"object": "Account", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}'
    answer = await desk.call(
        "POST",
        "jobs/ingest",
        files={"job": (None, job, "application/json"), "content": ("content.csv", "Name\nAcme\n", "text/csv")},
    )
    desk.site.bulk.finish()

    assert (answer.status_code, answer.json()["state"]) == (200, "UploadComplete")
    assert names(org) == ["Acme"]


async def test_content_comes_once(desk: Desk, org: Org) -> None:
    job = await desk.create(**ACCOUNTS)
    first, second = await desk.upload(job, "Name\nA\n"), await desk.upload(job, "Name\nB\n")
    await desk.close(job)
    desk.site.bulk.finish()

    assert (first.status_code, first.content) == (201, b"")
    assert (second.status_code, second.json()[0]["errorCode"]) == (400, "CLIENTINPUTERROR")
    assert names(org) == ["A"]


async def test_an_aborted_job_keeps_what_it_did_and_gives_back_the_rest(desk: Desk, org: Org) -> None:
    job = await desk.create(**ACCOUNTS)
    await desk.upload(job, "Name\n" + "".join(f"A{number}\n" for number in range(500)))
    await desk.close(job)
    desk.site.bulk.step()
    desk.site.bulk.step()
    aborted = await desk.call("PATCH", f"jobs/ingest/{job}", json={"state": "Aborted"})
    desk.site.bulk.finish()

    assert aborted.json()["state"] == "Aborted"
    assert len(names(org)) == 200
    assert len(await desk.rows(job, "successfulResults")) == 201
    rest = await desk.rows(job, "unprocessedrecords")
    assert (rest[0], rest[1], len(rest)) == (["Name"], ["A200"], 301)


async def test_state_changes_that_make_no_sense_are_conflicts(desk: Desk) -> None:
    job = await desk.run("Name\nA\n", **ACCOUNTS)
    fresh = await desk.create(**ACCOUNTS)
    refused = [
        await desk.close(job),
        await desk.call("PATCH", f"jobs/ingest/{job}", json={"state": "Aborted"}),
        await desk.call("DELETE", f"jobs/ingest/{fresh}"),
    ]

    assert [(one.status_code, one.json()[0]["errorCode"]) for one in refused] == [(409, "INVALIDJOBSTATE")] * 3


async def test_a_deleted_job_is_gone_with_its_content(desk: Desk, org: Org) -> None:
    job = await desk.run("Name\nA\n", **ACCOUNTS)
    assert (await desk.call("DELETE", f"jobs/ingest/{job}")).status_code == 204

    assert (await desk.call("GET", f"jobs/ingest/{job}")).status_code == 404
    assert org.connection.execute("SELECT count(*) FROM _bulk_piece").fetchone() == (0,)


async def test_jobs_are_listed_for_their_maker_and_for_who_sees_all(desk: Desk) -> None:
    mine = await desk.create(**ACCOUNTS)
    seller = desk.signed_in(SALES)
    theirs = await seller.create(**ACCOUNTS)
    listed = (await desk.call("GET", "jobs/ingest")).json()
    classic = (await desk.call("GET", "jobs/ingest", params={"jobType": "Classic"})).json()
    for_seller = (await seller.call("GET", "jobs/ingest")).json()

    assert [one["id"] for one in listed["records"]] == [mine, theirs]
    assert (listed["done"], listed["nextRecordsUrl"]) == (True, None)
    assert classic["records"] == []
    assert [one["id"] for one in for_seller["records"]] == [theirs]
    assert (await seller.call("GET", f"jobs/ingest/{mine}")).status_code == 404


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"object": "Nothing", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "Support_Tier__mdt", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "Account", "operation": "explode"}, "INVALIDOPERATION"),
        ({"object": "Account", "operation": "upsert"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "upsert", "externalIdFieldName": "Phone"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "insert", "columnDelimiter": "SPACE"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "insert", "contentType": "JSON"}, "INVALIDJOB"),
        ({"object": 5, "operation": "insert"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "insert", "oprator": "x"}, "JSON_PARSER_ERROR"),
    ],
)
async def test_an_impossible_order_makes_no_job(desk: Desk, order: dict[str, str], code: str) -> None:
    answer = await desk.call("POST", "jobs/ingest", json=order)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert (await desk.call("GET", "jobs/ingest")).json()["records"] == []


async def test_a_worker_begun_anew_goes_on_where_the_last_one_ended(desk: Desk, org: Org) -> None:
    job = await desk.create(**ACCOUNTS)
    await desk.upload(job, "Name\n" + "".join(f"A{number:03}\n" for number in range(450)))
    await desk.close(job)
    desk.site.bulk.step()
    desk.site.bulk.step()
    desk.site.bulk.forget()
    desk.site.bulk.finish()

    assert names(org) == [f"A{number:03}" for number in range(450)]
    assert (await desk.read(job))["numberRecordsProcessed"] == 450


async def test_result_routes_do_not_mind_case(desk: Desk) -> None:
    job = await desk.run("Name\nA\n", **ACCOUNTS)

    assert await desk.text(job, "unprocessedRecords") == '"Name"\n'
    assert (await desk.text(job, "SUCCESSFULRESULTS")).startswith('"sf__Id"')


async def test_there_are_no_results_before_the_end(desk: Desk) -> None:
    job = await desk.create(**ACCOUNTS)
    answer = await desk.call("GET", f"jobs/ingest/{job}/successfulResults")

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")


async def test_what_a_day_allows_is_counted_and_ends(desk: Desk, org: Org) -> None:
    await desk.run("Name\nA\n", **ACCOUNTS)
    await desk.query("SELECT Id FROM Account")
    limits = (await desk.call("GET", "limits")).json()
    org.connection.execute("UPDATE _bulk_job SET processed = 150000000 WHERE kind = 'V2Ingest'")
    refused = await desk.call("POST", "jobs/ingest", json=ACCOUNTS)

    assert limits["DailyBulkApiBatches"] == {"Max": 15000, "Remaining": 14999}
    assert limits["DailyBulkV2QueryJobs"] == {"Max": 10000, "Remaining": 9999}
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "EXCEEDEDQUOTA")
    assert "ApiBatchItems Limit exceeded." in refused.json()[0]["message"]


async def test_a_long_list_of_jobs_comes_in_pages(desk: Desk) -> None:
    made = [await desk.create(**ACCOUNTS) for _ in range(1_005)]
    first = (await desk.call("GET", "jobs/ingest")).json()
    second = (await desk.call("GET", first["nextRecordsUrl"])).json()

    assert (first["done"], second["done"]) == (False, True)
    assert [one["id"] for one in [*first["records"], *second["records"]]] == made
