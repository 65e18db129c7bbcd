"""A file too large for a chat: brought in the browser of the person who asked for it, and of nobody else."""

import re
from typing import Any

import httpx
from botocore.session import Session
from bulk.office import Office, signed_in
from bulk.test_import import contacts
from emulated_aws import REGION
from server.world import ADMIN, SALES

from salesforce_mcp.aws.uploads import S3Uploads


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
        assert "<script" not in form.text
        csv = contacts(10_000, poisoned=frozenset({5}))
        sent = await pages.post(
            upload["url"],
            headers=cookie,
            data={"form": token_in(form.text)},
            files={"file": ("people.csv", csv.encode(), "text/csv")},
        )
        assert (sent.status_code, sent.headers["location"]) == (303, f"/account/uploads/{upload['uploadId']}")
        seen = await pages.get(upload["url"], headers=cookie)
        for shown in ("10,000 rows, 1 of them wrong", "First Name", "FirstName (is its label)", "Row 5: Email"):
            assert shown in seen.text
        assert office.count("LastName LIKE 'Import %'") == 0
        begun = await desk.call("createBulkJob", objectName="Contact", operation="insert", uploadId=upload["uploadId"])
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
        assert "<form" not in page.text
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


async def test_on_aws_the_browser_sends_the_file_to_s3_itself() -> None:
    client = Session().create_client(
        "s3", region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    form = await S3Uploads(lambda: client, "files").form("uploads/o/u/up-1.csv", back="https://mcp.example.com/x")
    assert form is not None
    assert form.action.startswith("https://files.s3")
    assert form.fields["key"] == "uploads/o/u/up-1.csv"
    assert form.fields["success_action_redirect"] == "https://mcp.example.com/x"
    assert "policy" in form.fields
