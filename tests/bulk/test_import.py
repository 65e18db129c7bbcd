"""Rows in: the story of ten thousand contacts, and the ways that lead there."""

import time

from bulk.office import Office
from server.world import SALES


def contacts(count: int, *, poisoned: frozenset[int] = frozenset()) -> str:
    """A spreadsheet with labels for a header. A poisoned row has an e-mail address that is none."""
    lines = ["First Name,Last Name,Email,Phone"]
    for number in range(1, count + 1):
        email = "no address" if number in poisoned else f"person{number}@import.example"
        lines.append(f"Ada,Import {number},{email},555-{number:05}")
    return "\n".join(lines) + "\n"


async def test_ten_thousand_contacts_are_imported_and_37_poisoned_rows_are_named(office: Office) -> None:
    poisoned = frozenset(range(100, 100 + 37 * 250, 250))
    csv = contacts(10_000, poisoned=poisoned)
    async with office.desk() as desk:
        preview = await desk.call("previewImport", objectName="Contact", operation="insert", csv=csv)
        assert preview["rows"] == 10_000
        assert preview["ready"] is True
        assert preview["wrongRows"] == 37
        assert [row["row"] for row in preview["firstWrongRows"]] == sorted(poisoned)[:20]
        assert {column["column"]: column["field"] for column in preview["mapping"]} == {
            "First Name": "FirstName",
            "Last Name": "LastName",
            "Email": "Email",
            "Phone": "Phone",
        }
        assert office.count("LastName LIKE 'Import %'") == 0
        begun = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=csv)
        job = await desk.ended(begun["jobId"])
    assert job["state"] == "complete"
    assert (job["rows"], job["succeeded"], job["failed"]) == (10_000, 9_963, 37)
    assert office.count("LastName LIKE 'Import %'") == 9_963
    [reason] = job["failures"]
    assert reason["code"] == "INVALID_EMAIL_ADDRESS"
    assert reason["count"] == 37
    assert set(reason["rowNumbers"]) == poisoned


async def test_a_long_cell_is_judged_as_fast_as_a_short_one(office: Office) -> None:
    began = time.process_time()
    async with office.desk() as desk:
        csv = f"LastName,Email\nA,a@{'.' * 60_000}@\n"
        preview = await desk.call("previewImport", objectName="Contact", operation="insert", csv=csv)
    assert preview["wrongRows"] == 1
    assert time.process_time() - began < 5


async def test_an_upload_that_cannot_be_is_not_found(office: Office) -> None:
    async with office.desk() as desk:
        for upload in ("x" * 100_000, "../up-1", "up-1/../../x", "\0"):
            told = await desk.refused("previewImport", objectName="Contact", operation="insert", uploadId=upload)
            assert told["code"] == "FILE_NOT_FOUND", upload[:20]


async def test_few_rows_are_saved_at_once(office: Office) -> None:
    async with office.desk(SALES) as desk:
        job = await desk.call(
            "createBulkJob", objectName="Contact", operation="insert", csv=contacts(450, poisoned=frozenset({7}))
        )
    assert job["state"] == "complete"
    assert (job["rows"], job["succeeded"], job["failed"]) == (450, 449, 1)
    assert job["failures"][0]["rowNumbers"] == [7]
    assert office.count("LastName LIKE 'Import %'") == 449
