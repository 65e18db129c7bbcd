"""What is told of a job: how far, how fast, how long still, and what failed."""

from bulk.office import Office
from bulk.test_import import contacts

from salesforce_mcp.bulk.ledger import Load, Part
from salesforce_mcp.bulk.report import report_of

LOAD = Load("job-1", "o/u", "Contact", "insert", created_at=1_000, rows=1_000, state="running")


def told(*parts: Part, now: int = 1_100) -> dict[str, object]:
    return report_of(LOAD, parts, now=now, file_of=lambda _, kind: kind)


def test_a_job_under_way_says_how_fast_it_is_and_how_long_it_takes_still() -> None:
    begun = Part(job="job-1", number=0, rows=1_000, first=1, processed=400, refused=10)
    report = told(begun)
    assert (report["succeeded"], report["failed"]) == (390, 10)
    assert (report["rowsPerSecond"], report["secondsLeft"]) == (4.0, 150)
    waiting = told(Part(job="job-1", number=0, rows=1_000, first=1))
    assert waiting["seconds"] == 100
    assert "secondsLeft" not in waiting, "nothing is known of the pace yet"


def test_failures_are_grouped_by_their_error_with_examples_of_the_rows() -> None:
    def failure(row: int, code: str) -> dict[str, object]:
        return {"row": row, "code": code, "message": f"{code} it is", "fields": ["Email"]}

    failures = [failure(row, "INVALID_EMAIL_ADDRESS") for row in range(1, 61)] + [failure(61, "DUPLICATE_VALUE")]
    reasons = {"INVALID_EMAIL_ADDRESS": 700, "DUPLICATE_VALUE": 1}
    part = Part(job="job-1", number=0, rows=1_000, first=1, collected=True, failures=failures, reasons=reasons)
    emails, doubles = told(part)["failures"]
    assert (emails["code"], emails["count"], emails["rowNumbers"]) == ("INVALID_EMAIL_ADDRESS", 700, [*range(1, 51)])
    assert (doubles["code"], doubles["count"], doubles["rowNumbers"]) == ("DUPLICATE_VALUE", 1, [61])


async def test_a_job_that_has_ended_links_to_the_files_that_have_rows(office: Office) -> None:
    async with office.desk() as desk:
        csv = contacts(5, poisoned=frozenset({2}))
        job = await desk.call("createBulkJob", objectName="Contact", operation="insert", csv=csv)
    assert {kind: address.rpartition("/")[2] for kind, address in job["files"].items()} == {
        "successful": "successful.csv",
        "failed": "failed.csv",
    }
