"""Files and executions: on one machine and on AWS alike."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from botocore.response import StreamingBody
from botocore.session import Session
from emulated_aws import CREDENTIALS, REGION
from fake_clock import FakeClock
from moto import mock_aws

from salesforce_mcp.aws.jobs import StepFunctionsJobs
from salesforce_mcp.aws.uploads import S3Uploads
from salesforce_mcp.embedded import FolderUploads, LocalJobs, SqliteStore
from salesforce_mcp.errors import InvalidInput, NotFound, Unavailable
from salesforce_mcp.ports import Uploads


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield lambda service: Session().create_client(service, region_name=REGION)


@pytest.fixture(params=["folder", "s3"])
def uploads(request: pytest.FixtureRequest, tmp_path: Path, aws: Any) -> Uploads:
    if request.param == "folder":
        return FolderUploads(tmp_path)
    client = aws("s3")
    bucket = f"files-{uuid4().hex}"  # another test of this process may have its own
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Uploads(lambda: client, bucket)


async def test_a_file_is_read_as_it_was_written_and_replaced_whole(uploads: Uploads) -> None:
    await uploads.write("jobs/a/b.csv", b"first")
    await uploads.write("jobs/a/b.csv", b"second")
    assert await uploads.read("jobs/a/b.csv") == b"second"
    assert b"".join([piece async for piece in uploads.pieces("jobs/a/b.csv")]) == b"second"


@pytest.mark.parametrize("sizes", [[], [0], [10], [3_000_000, 6_000_000, 9_000_000, 1]], ids=str)
async def test_a_file_that_comes_in_pieces_is_the_same_file(uploads: Uploads, sizes: list[int]) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number, size in enumerate(sizes):
            yield bytes([number]) * size

    await uploads.keep("jobs/a/b.csv", pieces())
    whole = await uploads.read("jobs/a/b.csv")
    assert whole == b"".join(bytes([number]) * size for number, size in enumerate(sizes))


async def test_a_file_whose_pieces_break_off_is_not_there(uploads: Uploads) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield bytes(9_000_000)
        raise Unavailable("The transfer broke off")

    with pytest.raises(Unavailable):
        await uploads.keep("jobs/a/b.csv", pieces())
    assert await uploads.names("jobs/") == []


class Bucket:
    """An S3 whose answer breaks off in the middle of a file."""

    def __init__(self) -> None:
        self.meta = SimpleNamespace(service_model=SimpleNamespace(service_id="S3"))
        self.sent = BytesIO(b"Name\nAcme\n")

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": StreamingBody(self.sent, content_length=1_000)}


async def test_a_file_that_breaks_off_on_its_way_from_s3_is_worth_another_try() -> None:
    bucket = Bucket()
    uploads = S3Uploads(lambda: bucket, "files")
    with pytest.raises(Unavailable, match="IncompleteReadError"):
        await uploads.read("jobs/a/b.csv")
    assert bucket.sent.closed
    bucket.sent = BytesIO(b"Name\nAcme\n")
    with pytest.raises(Unavailable, match="IncompleteReadError"):
        _ = [piece async for piece in uploads.pieces("jobs/a/b.csv")]


async def test_who_reads_no_further_gives_the_connection_to_s3_back() -> None:
    bucket = Bucket()
    async with aclosing(S3Uploads(lambda: bucket, "files").pieces("jobs/a/b.csv")) as pieces:
        assert await anext(pieces) == b"Name\nAcme\n"
    assert bucket.sent.closed


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def test_what_breaks_off_takes_no_room_on_the_disk(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield bytes(3_000_000)
        raise Unavailable("The transfer broke off")

    with pytest.raises(Unavailable):
        await FolderUploads(tmp_path).keep("jobs/a/b.csv", pieces())
    assert files_in(tmp_path) == []


async def test_a_file_that_is_not_there_is_not_found(uploads: Uploads) -> None:
    with pytest.raises(NotFound):
        await uploads.read("jobs/none.csv")


async def test_names_come_in_order_and_by_their_beginning(uploads: Uploads) -> None:
    for name in ("jobs/a/2", "jobs/a/1", "jobs/b/1"):
        await uploads.write(name, b"")
    assert await uploads.names("jobs/a/") == ["jobs/a/1", "jobs/a/2"]


@pytest.mark.parametrize("name", ["../key", "/etc/passwd", "jobs/../../key", "", "jobs//a", ".hidden"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        await FolderUploads(tmp_path / "files").read(name)


async def test_an_execution_is_started_once_by_its_name_on_aws(aws: Any) -> None:
    client = aws("stepfunctions")
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    role = "arn:aws:iam::123456789012:role/workflow"
    arn = client.create_state_machine(name="bulk", definition=definition, roleArn=role)["stateMachineArn"]
    jobs = StepFunctionsJobs(lambda: client, arn)
    for _ in range(2):
        await jobs.start("job-1-1", {"job": "job-1"})
    assert len(client.list_executions(stateMachineArn=arn)["executions"]) == 1


MACHINE = {
    "StartAt": "Do",
    "States": {
        "Do": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"Payload": {"job.$": "$.job"}},
            "OutputPath": "$.Payload",
            "TimeoutSeconds": 60,
            "End": True,
        }
    },
}


async def test_an_execution_is_started_once_by_its_name_on_one_machine(tmp_path: Path, clock: FakeClock) -> None:
    jobs = LocalJobs(MACHINE, store=SqliteStore(clock=clock), uploads=FolderUploads(tmp_path), clock=clock)
    done: list[Any] = []

    async def note(payload: Any) -> dict[str, Any]:
        done.append(payload)
        return {}

    async with jobs.running(note):
        for _ in range(2):
            await jobs.start("job-1-1", {"job": "job-1"})
        await jobs.idle()
        await jobs.start("job-1-1", {"job": "job-1"})
        await jobs.idle()
    assert done == [{"job": "job-1"}]


async def test_what_a_stopped_process_left_is_taken_up_by_the_next(tmp_path: Path, clock: FakeClock) -> None:
    store, uploads, done = SqliteStore(clock=clock), FolderUploads(tmp_path), []
    before = LocalJobs(MACHINE, store=store, uploads=uploads, clock=clock)
    await before.start("job-1-1", {"job": "job-1"})  # noted, and the process is gone

    async def note(payload: Any) -> dict[str, Any]:
        done.append(payload)
        return {}

    after = LocalJobs(MACHINE, store=store, uploads=uploads, clock=clock)
    async with after.running(note):
        await after.idle()
    async with after.running(note):
        await after.idle()
    assert done == [{"job": "job-1"}]
