"""The content of a job: in any pieces, packed or not, all of it or nothing, and out again as it came in."""

import asyncio
import csv
import gzip
import io
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from emulator_bulk.desk import Desk
from emulator_http.world import ADMIN, BASE_URL, Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org
from salesforce_emulator.routes import uploads

ACCOUNTS = {"object": "Account", "operation": "insert"}
# What no text field of the platform holds: surrogates, and the controls that XML and JSON clients choke on.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(",\"\n'\t;|"), min_size=1, max_size=60)


def in_pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), size):
            yield content[at : at + size]

    return pieces()


def stored_pieces(org: Org) -> int:
    return int(org.connection.execute("SELECT count(*) FROM _bulk_piece").fetchone()[0])


@pytest.mark.parametrize("encoding", ["identity", "gzip", "deflate"])
@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_content_comes_in_pieces_packed_or_not(desk: Desk, org: Org, encoding: str, size: int) -> None:
    plain = "Name\n" + "".join(f"Ünï {number} 🚀\n" for number in range(300))
    pack = {"identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress}[encoding]
    job = await desk.create(**ACCOUNTS)
    headers = {"Content-Type": "text/csv; charset=UTF-8", "Content-Encoding": encoding}
    content = in_pieces(pack(plain.encode()), size)
    answer = await desk.call("PUT", f"jobs/ingest/{job}/batches", content=content, headers=headers)
    await desk.close(job)
    desk.site.bulk.finish()

    assert answer.status_code == 201
    names = [
        row[0] for row in org.connection.execute('SELECT Name FROM "Account" ORDER BY CAST(substr(Name, 5) AS INT)')
    ]
    assert names == [f"Ünï {number} 🚀" for number in range(300)]


async def test_packed_content_that_is_broken_leaves_nothing_and_can_be_sent_again(desk: Desk, org: Org) -> None:
    job = await desk.create(**ACCOUNTS)
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    for content in (b"Name\nA\n", gzip.compress(b"Name\nA\n" * 1000)[:-9]):
        answer = await desk.call("PUT", f"jobs/ingest/{job}/batches", content=content, headers=headers)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "CLIENTINPUTERROR")
    assert stored_pieces(org) == 0

    assert (await desk.upload(job, "Name\nA\n")).status_code == 201


async def test_too_much_content_is_refused_and_dropped_however_small_it_was_packed(desk: Desk, org: Org) -> None:
    job = await desk.create(**ACCOUNTS)
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b"Name\n" + b"x" * uploads.LARGEST, compresslevel=1)
    answer = await desk.call("PUT", f"jobs/ingest/{job}/batches", content=bomb, headers=headers)

    assert answer.status_code == 413
    assert stored_pieces(org) == 0
    assert (await desk.read(job))["state"] == "Open"


@pytest.mark.parametrize("media_type", ["application/json", "", "text/plain"])
async def test_content_must_be_csv(desk: Desk, media_type: str) -> None:
    job = await desk.create(**ACCOUNTS)
    headers = {"Content-Type": media_type}
    answer = await desk.call("PUT", f"jobs/ingest/{job}/batches", content=b"Name\nA\n", headers=headers)

    assert answer.status_code == 415


async def test_an_upload_needs_a_session_and_an_own_job(desk: Desk) -> None:
    job = await desk.create(**ACCOUNTS)
    nobody = await desk.client.put(f"/services/data/v68.0/jobs/ingest/{job}/batches", content=b"")
    seller = await desk.signed_in("sales@demo.example").upload(job, "Name\nA\n")

    assert (nobody.status_code, seller.status_code) == (401, 404)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=8))
async def test_any_text_comes_out_as_it_went_in(desk: Desk, texts: list[str]) -> None:
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows([["Text_1__c", "Name"], *([text, "x"] for text in texts)])
    job = await desk.run(content.getvalue(), object="Wide__c", operation="insert")
    results = (await desk.rows(job, "successfulResults"))[1:]
    ids = ", ".join(f"'{row[0]}'" for row in results)
    query = await desk.query(f"SELECT Text_1__c FROM Wide__c WHERE Id IN ({ids}) ORDER BY Id")  # noqa: S608
    answer = await desk.call("GET", f"jobs/query/{query}/results")

    said = [text for text in texts if text != "#N/A"]
    assert [row[2] for row in results] == texts
    assert [row[0] for row in csv.reader(io.StringIO(answer.text, newline=""))][1:] == said


async def test_the_worker_runs_by_itself_beside_other_requests() -> None:
    org = Org.create(clock=Clock(), seed=False)
    app: Starlette = build_app(org)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        desk = Desk(client, app.state.site).signed_in(ADMIN)
        job = await desk.create(**ACCOUNTS)
        await desk.upload(job, "Name\n" + "".join(f"A{number}\n" for number in range(2_000)))
        await desk.close(job)
        counts, states = [], []
        while not states or states[-1] not in {"JobComplete", "Failed"}:
            answer = await desk.call("GET", "query", params={"q": "SELECT COUNT() FROM Account"})
            counts.append(answer.json()["totalSize"])
            states.append((await desk.read(job))["state"])
            await asyncio.sleep(0)
        await app.state.site.bulk.settled()

    assert states[-1] == "JobComplete"
    assert counts == sorted(counts)
    assert any(0 < count < 2_000 for count in counts)
    assert org.record_count("Account") == 2_000


async def test_a_job_is_finished_after_the_org_was_started_again(tmp_path: object) -> None:
    path = f"{tmp_path}/org.db"
    first = Org.create(path, clock=Clock(), seed=False)
    app = build_app(first)
    app.state.site.bulk.automatic = False
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        desk = Desk(client, app.state.site).signed_in(ADMIN)
        job = await desk.create(**ACCOUNTS)
        await desk.upload(job, "Name\n" + "".join(f"A{number}\n" for number in range(500)))
        await desk.close(job)
        app.state.site.bulk.step()
        app.state.site.bulk.step()
    first.connection.close()

    second = Org.create(path, clock=Clock())
    app = build_app(second)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        desk = Desk(client, app.state.site).signed_in(ADMIN)
        await desk.read(job)
        await app.state.site.bulk.settled()
    assert second.record_count("Account") == 500
    second.connection.close()


def test_a_worker_whose_loop_ended_is_woken_in_the_next_one() -> None:
    org = Org.create(clock=Clock(), seed=False)
    app = build_app(org)
    worker = app.state.site.bulk

    async def begin() -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            desk = Desk(client, app.state.site).signed_in(ADMIN)
            job = await desk.create(**ACCOUNTS)
            await desk.upload(job, "Name\n" + "A\n" * 1_000)
            await desk.close(job)
            return job

    async def look(job: str) -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            desk = Desk(client, app.state.site).signed_in(ADMIN)
            await desk.read(job)
            await worker.settled()
            return str((await desk.read(job))["state"])

    job = asyncio.run(begin())
    assert asyncio.run(look(job)) == "JobComplete"
    assert org.record_count("Account") == 1_000
