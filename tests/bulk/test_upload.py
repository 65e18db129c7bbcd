"""A file too large for a chat: brought in the browser of the person who asked for it, and of nobody else."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import requests
from botocore.session import Session
from bulk.office import Office, signed_in
from bulk.test_import import contacts
from emulated_aws import REGION
from moto import mock_aws
from sam_template import read_template
from server.world import ADMIN, SALES

from salesforce_mcp.aws.uploads import S3Uploads
from salesforce_mcp.errors import NotFound

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


async def awaited(desk: Any) -> dict[str, Any]:
    return dict(await desk.call("previewImport", objectName="Contact", operation="insert"))


def token_in(page: str) -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


async def test_ten_thousand_contacts_are_uploaded_seen_and_loaded(office: Office, pages: httpx.AsyncClient) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
        form = await pages.get(upload["url"], headers=cookie)
        assert '<form method="post"' in form.text
        csv = contacts(10_000, poisoned=frozenset({5}))
        sent = await pages.post(
            upload["url"],
            headers=cookie,
            data={"form": token_in(form.text)},
            files={"file": ("people.csv", csv.encode(), "text/csv")},
        )
        assert (sent.status_code, sent.headers["location"]) == (303, f"/account/uploads/{upload['uploadId']}")
        seen = await pages.get(upload["url"], headers=cookie)
        for shown in (
            "10,000 rows to insert as Contact, 1 of them wrong",
            "First Name",
            "FirstName (is its label)",
            "Row 5: Email",
        ):
            assert shown in seen.text
        assert office.count("LastName LIKE 'Import %'") == 0
        wanted = {"objectName": "Contact", "operation": "insert", "uploadId": upload["uploadId"]}
        assert (await desk.refused("createBulkJob", **wanted))["code"] == "UPLOAD_NOT_CONFIRMED"
        await pages.post(f"{upload['url']}/confirm", headers=cookie, data={"form": token_in(seen.text)})
        assert "The file is ready" in (await pages.get(upload["url"], headers=cookie)).text
        other = await desk.refused("createBulkJob", **{**wanted, "objectName": "Lead"})
        assert other["code"] == "UPLOAD_NOT_CONFIRMED"
        begun = await desk.call("createBulkJob", **wanted)
        job = await desk.ended(begun["jobId"])
    assert (job["state"], job["rows"], job["succeeded"], job["failed"]) == ("complete", 10_000, 9_999, 1)
    assert job["failures"][0]["rowNumbers"] == [5]


async def test_a_stranger_sees_nothing_and_brings_nothing(office: Office, pages: httpx.AsyncClient) -> None:
    async with office.desk() as desk:
        upload = await awaited(desk)
    mine, stranger = await signed_in(office, ADMIN), await signed_in(office, SALES)
    token = token_in((await pages.get(upload["url"], headers=mine)).text)
    file = {"file": ("a.csv", b"LastName\nx\n", "text/csv")}
    for headers in ({}, stranger):
        page = await pages.get(upload["url"], headers=headers)
        assert 'type="file"' not in page.text
        assert "Contact" not in page.text
        await pages.post(upload["url"], headers=headers, data={"form": token}, files=file)
    for token in ("0" * 64, "é"):
        forged = await pages.post(upload["url"], headers=mine, data={"form": token}, files=file)
        assert forged.status_code == 403
    assert await office.files.names("uploads/") == []


async def test_a_file_that_cannot_be_read_is_explained_on_the_page(office: Office, pages: httpx.AsyncClient) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    token = token_in((await pages.get(upload["url"], headers=cookie)).text)
    file = {"file": ("a.csv", "LastName\nMüller\n".encode("cp1252"), "text/csv")}
    await pages.post(upload["url"], headers=cookie, data={"form": token}, files=file)
    seen = await pages.get(upload["url"], headers=cookie)
    assert "Line 2 of the CSV is not UTF-8" in seen.text


async def test_a_file_comes_in_parts_and_another_file_must_be_confirmed_again(
    office: Office, pages: httpx.AsyncClient
) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    csv = ("LastName,Description\n" + "".join(f"Part {n},{'x' * 900}\n" for n in range(20_000))).encode()
    form = {**cookie, "x-form": token_in((await pages.get(upload["url"], headers=cookie)).text)}
    for _ in range(2):
        begun = await pages.post(f"{upload['url']}/parts", headers=form, json={"size": len(csv)})
        parts = begun.json()
        assert len(parts["addresses"]) == 3
        tags = []
        for at, address in enumerate(parts["addresses"]):
            part = csv[at * parts["size"] : (at + 1) * parts["size"]]
            tags.append((await pages.put(address, headers=form, content=part)).headers["etag"])
        whole = {"id": parts["id"], "tags": tags}
        assert (await pages.post(f"{upload['url']}/parts/whole", headers=form, json=whole)).status_code == 204
        [name] = await office.files.names("uploads/")
        assert await office.files.read(name) == csv
        seen = await pages.get(upload["url"], headers=cookie)
        assert "Is this right?" in seen.text
        await pages.post(f"{upload['url']}/confirm", headers=cookie, data={"form": token_in(seen.text)})
        assert "The file is ready" in (await pages.get(upload["url"], headers=cookie)).text


async def test_a_file_that_went_past_us_must_be_confirmed_as_well(office: Office, pages: httpx.AsyncClient) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    form = token_in((await pages.get(upload["url"], headers=cookie)).text)
    file = {"file": ("a.csv", b"LastName,FirstName\nOne,A\n", "text/csv")}
    await pages.post(upload["url"], headers=cookie, data={"form": form}, files=file)
    await pages.post(f"{upload['url']}/confirm", headers=cookie, data={"form": form})
    assert "The file is ready" in (await pages.get(upload["url"], headers=cookie)).text
    [name] = await office.files.names("uploads/")
    await office.files.write(name, b"LastName,FirstName\nTwo,B\nThree,C\n")
    back = await pages.get(f"{upload['url']}?uploaded=1", headers=cookie)
    assert "2 rows to insert as Contact" in back.text
    async with office.desk() as desk:
        wanted = {"objectName": "Contact", "operation": "insert", "uploadId": upload["uploadId"]}
        assert (await desk.refused("createBulkJob", **wanted))["code"] == "UPLOAD_NOT_CONFIRMED"


REFUSED_PARTS = {
    "of a stranger": ({}, SALES, {"size": 5}, "There is no such upload"),
    "without the form": ({"x-form": "0" * 64}, ADMIN, {"size": 5}, "this form was not shown"),
    "of no size": ({}, ADMIN, {}, "empty or larger than 5 GB"),
    "of too large a file": ({}, ADMIN, {"size": 6 * 1024**3}, "empty or larger than 5 GB"),
    "of no object": ({}, ADMIN, [], "not a JSON object"),
}


@pytest.mark.parametrize(("headers", "who", "body", "words"), REFUSED_PARTS.values(), ids=REFUSED_PARTS)
async def test_parts_are_refused(
    office: Office, pages: httpx.AsyncClient, headers: dict[str, str], who: str, body: Any, words: str
) -> None:
    mine = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    token = token_in((await pages.get(upload["url"], headers=mine)).text)
    sent = {**(mine if who == ADMIN else await signed_in(office, who)), "x-form": token, **headers}
    answer = await pages.post(f"{upload['url']}/parts", headers=sent, json=body)
    assert (answer.status_code, words in answer.text) == (400, True), answer.text


UNREADABLE = {"nested": b"[" * 100_000, "cut": b'{"size": ', "no object": b"7", "long": b" " * 1_000_001, "none": b""}


@pytest.mark.parametrize("question", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_the_script_would_not_send_is_refused(
    office: Office, pages: httpx.AsyncClient, question: bytes
) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    form = {**cookie, "x-form": token_in((await pages.get(upload["url"], headers=cookie)).text)}
    for path in ("parts", "parts/whole"):
        answer = await pages.post(f"{upload['url']}/{path}", headers=form, content=question)
        assert answer.status_code == 400, answer.text


async def test_parts_that_do_not_belong_together_make_no_file(office: Office, pages: httpx.AsyncClient) -> None:
    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    form = {**cookie, "x-form": token_in((await pages.get(upload["url"], headers=cookie)).text)}
    for whole in ({"id": "0" * 24, "tags": ['"1"']}, {"id": "../..", "tags": ["1"]}, {"id": "x", "tags": []}, {}):
        answer = await pages.post(f"{upload['url']}/parts/whole", headers=form, json=whole)
        assert answer.status_code == 400
    assert await office.files.names("uploads/") == []


@pytest.mark.parametrize("length", [None, "0", "10000001", "many", "-1"])
async def test_a_part_that_says_no_length_or_too_much_is_refused(
    office: Office, pages: httpx.AsyncClient, length: str | None
) -> None:
    async def chunked() -> AsyncIterator[bytes]:
        yield b"LastName"

    cookie = await signed_in(office, ADMIN)
    async with office.desk() as desk:
        upload = await awaited(desk)
    form = {**cookie, "x-form": token_in((await pages.get(upload["url"], headers=cookie)).text)}
    address = f"{upload['url']}/parts/{'0' * 24}/1"
    headers = {**form, **({"content-length": length} if length else {})}
    refused = await pages.put(address, headers=headers, content=chunked())
    assert (refused.status_code, "larger than the 10 MB" in refused.text) == (400, True), refused.text


def put(address: str, content: bytes) -> str:
    """As a browser does: nothing but the signed address."""
    return requests.put(address, data=content, timeout=30).headers["etag"]


async def test_on_aws_a_browser_puts_the_parts_into_s3_itself() -> None:
    with mock_aws():
        client = Session().create_client("s3", region_name=REGION, **KEYS)
        bucket = f"files-{uuid4().hex}"  # another test of this process may have its own
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        uploads, content = S3Uploads(lambda: client, bucket), bytes(64 * 2**20) + b"the end"
        parts = await uploads.parts("uploads/o/u/up-1.csv", size=len(content), here="")
        assert len(parts.addresses) == 2
        cuts = [content[at : at + parts.size] for at in range(0, len(content), parts.size)]
        tags = [put(address, cut) for address, cut in zip(parts.addresses, cuts, strict=True)]
        with pytest.raises(NotFound):
            await uploads.join("uploads/o/u/up-1.csv", parts.id, tags[::-1])
        await uploads.join("uploads/o/u/up-1.csv", parts.id, tags)
        assert await uploads.read("uploads/o/u/up-1.csv") == content


def test_on_aws_a_browser_may_put_parts_and_read_what_they_are_called() -> None:
    [rule] = read_template()["Resources"]["BulkFiles"]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["ExposedHeaders"]) == (["PUT"], ["ETag"])


async def test_on_aws_the_browser_sends_the_file_to_s3_itself() -> None:
    client = Session().create_client("s3", region_name=REGION, **KEYS)
    form = await S3Uploads(lambda: client, "files").form("uploads/o/u/up-1.csv", back="https://mcp.example.com/x")
    assert form is not None
    assert form.action.startswith("https://files.s3")
    assert form.fields["key"] == "uploads/o/u/up-1.csv"
    assert form.fields["success_action_redirect"] == "https://mcp.example.com/x"
    assert "policy" in form.fields
