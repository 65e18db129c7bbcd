"""The workflow: whatever dies or comes twice, no row is doubled and none is lost."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from bulk.office import Office
from bulk.test_import import contacts
from server.world import ADMIN, WORKFLOW, World

from salesforce_mcp.bulk.csv_text import RowCount
from salesforce_mcp.bulk.ledger import Load, Part
from salesforce_mcp.bulk.selecting import begin_export
from salesforce_mcp.bulk.worker import MOST_STATE, STEPS, run_step
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.bulk_steps import workshop_of
from salesforce_mcp.embedded.states import States
from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission

MACHINE = json.loads(WORKFLOW.read_text())
COUNT = 250


class Died(Exception):  # noqa: N818 - what a killed function looks like to the workflow
    """Lambda says so of a process that is gone."""


Died.__name__ = "Lambda.Unknown"


class Hands:
    """Does the steps, and dies or repeats where a test says so."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.done: Counter[str] = Counter()
        self.die_before = self.die_after = ""
        self.twice = False

    async def __call__(self, task: Mapping[str, Any]) -> dict[str, Any]:
        step = str(task["step"])
        self.done[step] += 1
        first = self.done[step] == 1
        if first and self.die_before == step:
            raise Died
        answer = await run_step(self.workshop, task)
        if self.twice:
            answer = await run_step(self.workshop, task)
        if first and self.die_after == step:
            raise Died
        return answer


@pytest.fixture
async def hands(office: Office) -> Hands:
    await office.world.sign_in()
    return Hands(workshop_of(office.world.services, part_rows=100))


async def begin(hands: Hands, world: World, csv: str, **more: Any) -> Load:
    user = world.site.user_id("admin@demo.example")
    load = Load(
        id="job-" + "0" * 32,
        owner=f"{world.org.organization_id}/{user}",
        object="Contact",
        operation="insert",
        created_at=hands.workshop.now(),
        source="uploads/rows.csv",
        columns={"First Name": "FirstName", "Last Name": "LastName"},
        **more,
    )
    await hands.workshop.uploads.write(load.source, csv.encode())
    await hands.workshop.ledger.add(load)
    return load


async def run(hands: Hands, load: Load, *, kind: str = "load") -> Load:
    states = States(invoke=hands, read=hands.workshop.uploads.read, clock=hands.workshop.clock, random=lambda: 0.5)
    await states.run(MACHINE, {"job": load.id, "owner": load.owner, "round": 1, "kind": kind})
    return await hands.workshop.ledger.load(load.owner, load.id)


def require_all_once(office: Office, load: Load) -> None:
    assert (load.state, load.rows, load.succeeded, load.failed) == ("complete", COUNT, COUNT, 0)
    assert office.count("LastName LIKE 'Import %'") == COUNT
    assert office.world.rows("SELECT count(DISTINCT LastName) FROM Contact WHERE LastName LIKE 'Import %'") == [
        (COUNT,)
    ]


LOADING = [step for step in STEPS if step not in {"open_export", "poll_export", "pages", "give_up", "abandon"}]


@pytest.mark.parametrize("step", LOADING)
async def test_a_step_that_dies_before_it_does_anything_is_done_again(office: Office, hands: Hands, step: str) -> None:
    hands.die_before = step
    require_all_once(office, await run(hands, await begin(hands, office.world, contacts(COUNT))))


@pytest.mark.parametrize("step", LOADING)
async def test_a_step_that_dies_after_its_work_is_done_again_to_no_effect(
    office: Office, hands: Hands, step: str
) -> None:
    hands.die_after = step
    require_all_once(office, await run(hands, await begin(hands, office.world, contacts(COUNT))))
    assert hands.done[step] > 1


async def test_every_step_may_be_delivered_twice(office: Office, hands: Hands) -> None:
    hands.twice = True
    require_all_once(office, await run(hands, await begin(hands, office.world, contacts(COUNT))))
    assert office.world.rows("SELECT count(*) FROM _bulk_job WHERE state = 'JobComplete'") == [(3,)]


@pytest.mark.parametrize("path", ["POST /services/data/v68.0/jobs/ingest", "/batches", "PATCH", "failedResults"])
async def test_lost_answers_of_salesforce_double_nothing(office: Office, hands: Hands, path: str) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    office.world.faults.reset_after(1, matching=path)
    require_all_once(office, await run(hands, load))


async def test_a_job_whose_creation_was_lost_is_found_again(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    office.world.faults.reset_after(1, matching="POST /services/data/v68.0/jobs/ingest")
    require_all_once(office, await run(hands, load))
    assert office.world.rows("SELECT count(*) FROM _bulk_job") == [(3,)]


async def test_maintenance_is_waited_for(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    office.world.faults.maintenance(5, matching="jobs/ingest")
    require_all_once(office, await run(hands, load))


async def test_polling_goes_on_in_a_new_execution_before_the_history_is_full(office: Office, hands: Hands) -> None:
    office.world.site.bulk.automatic = False
    patient = replace(hands.workshop, most_polls=3, jobs=(kept := KeptJobs()))
    hands.workshop = patient
    load = await run(hands, await begin(hands, office.world, contacts(COUNT)))
    assert load.state == "running"
    assert kept.started == [(f"{load.id}-2", {"job": load.id, "owner": load.owner, "round": 2, "kind": "load"})]
    office.world.site.bulk.finish()
    require_all_once(office, await run(hands, load))


async def test_a_job_that_is_aborted_before_it_is_uploaded_writes_nothing(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    await hands.workshop.ledger.cancel(load)
    load = await run(hands, load)
    assert (load.state, load.succeeded, load.unprocessed) == ("aborted", 0, COUNT)
    assert office.count("LastName LIKE 'Import %'") == 0


async def test_who_signs_out_stops_the_job_and_reads_why(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    organization, _, user = load.owner.partition("/")
    await Grants(office.world.services).end(Permission(f"{organization}/{user}", "default", "c", frozenset(), ""))
    hands.workshop = workshop_of(office.world.services, part_rows=100)
    load = await run(hands, load)
    assert load.state == "failed"
    assert load.message
    assert office.count("LastName LIKE 'Import %'") == 0


async def test_a_file_that_cannot_be_read_fails_the_job_before_anything_is_written(
    office: Office, hands: Hands
) -> None:
    load = await run(hands, await begin(hands, office.world, contacts(COUNT) + '"never closed\n'))
    assert load.state == "failed"
    assert "never closed" in load.message
    assert office.count("LastName LIKE 'Import %'") == 0


async def test_rows_with_too_few_values_are_put_aside_and_counted(office: Office, hands: Hands) -> None:
    load = await run(hands, await begin(hands, office.world, contacts(COUNT) + "Ada\n"))
    assert (load.state, load.rows, load.succeeded, load.rejected) == ("complete", COUNT + 1, COUNT, 1)
    assert load.rejections[0]["row"] == COUNT + 1


async def test_a_step_answers_with_references_only(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))
    answers: list[int] = []

    async def measured(task: Mapping[str, Any]) -> dict[str, Any]:
        answer = await hands(task)
        answers.append(len(json.dumps(answer)))
        return answer

    states = States(invoke=measured, read=hands.workshop.uploads.read, clock=hands.workshop.clock)
    await states.run(MACHINE, {"job": load.id, "owner": load.owner, "round": 1, "kind": "load"})
    assert max(answers) < 500


async def test_a_step_that_would_answer_with_more_than_the_workflow_carries_fails(office: Office, hands: Hands) -> None:
    load = replace(await begin(hands, office.world, contacts(1)), id="j" * (MOST_STATE - 50))
    await hands.workshop.ledger.add(load)
    await hands.workshop.ledger.add_part(load, Part(job=load.id, number=0, rows=1, first=1))
    with pytest.raises(InvalidInput) as caught:
        await run_step(hands.workshop, {"step": "close", "job": load.id, "owner": load.owner, "part": 0})
    assert caught.value.code == "STATE_TOO_LARGE"


def test_the_workflow_names_exactly_the_steps_that_there_are() -> None:
    text = json.dumps(MACHINE)
    named = {part.partition('"')[0] for part in text.split('"step": "')[1:]}
    assert named == set(STEPS)


class KeptJobs:
    """Notes what would have been started."""

    def __init__(self) -> None:
        self.started: list[tuple[str, dict[str, Any]]] = []

    async def start(self, name: str, state: Mapping[str, Any]) -> None:
        self.started.append((name, dict(state)))


async def test_a_file_that_is_not_the_one_that_was_noted_is_not_sent(office: Office, hands: Hands) -> None:
    load = await begin(hands, office.world, contacts(COUNT))

    async def tampered(task: Mapping[str, Any]) -> dict[str, Any]:
        answer = await hands(task)
        if task["step"] == "split":
            await hands.workshop.uploads.write(f"{load.folder}/parts/00001.csv", b"LastName\nImport X\n")
        return answer

    states = States(invoke=tampered, read=hands.workshop.uploads.read, clock=hands.workshop.clock)
    await states.run(MACHINE, {"job": load.id, "owner": load.owner, "round": 1, "kind": "load"})
    load = await hands.workshop.ledger.load(load.owner, load.id)
    assert (load.state, load.succeeded) == ("failed", 150)
    assert "is not the one that was noted" in load.message
    assert office.count("LastName = 'Import X'") == 0


@pytest.mark.parametrize("order", [0, 1], ids=["first row", "any row"])
async def test_rows_are_counted_as_they_pass_wherever_the_text_is_cut(order: int) -> None:
    rows = [b'"sf__Id","Name"\n', b'"1","a\nb"\n', b'"2","say ""hi"""\r\n', b"3,c\n", b'"4","\n\n,"'][order:]
    text = b"".join(rows)
    for size in (1, 2, 3, 7, 100):

        async def pieces(size: int = size) -> AsyncIterator[bytes]:
            for at in range(0, len(text), size):
                yield text[at : at + size]

        count = RowCount()
        assert b"".join([piece async for piece in count.counting(pieces())]) == text
        assert count.rows == len(rows) - 1


async def test_a_job_is_looked_at_soon_at_first_then_rarely_and_when_it_should_have_ended(hands: Hands) -> None:
    workshop, now = hands.workshop, hands.workshop.now()
    assert [workshop.pause(since=now - waited) for waited in (0, 7, 70, 7_000)] == [1, 1, 10, 60]
    waiting_long = now - 700
    assert workshop.pause(since=waiting_long, left=300, gained=100, seconds=4) == 12
    assert workshop.pause(since=waiting_long, left=10, gained=100, seconds=4) == 1
    assert workshop.pause(since=waiting_long, left=10_000, gained=100, seconds=4) == 60
    assert workshop.pause(since=waiting_long, left=10_000, gained=0, seconds=4) == 60


@pytest.mark.parametrize(
    "path", ["POST /services/data/v68.0/jobs/query", "GET /services/data/v68.0/jobs/query", "/results"]
)
async def test_lost_answers_of_salesforce_leave_an_export_whole(office: Office, hands: Hands, path: str) -> None:
    await run(hands, await begin(hands, office.world, contacts(COUNT)))
    owner = f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}"
    soql = "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Import %'"
    idle, org = replace(hands.workshop, jobs=KeptJobs()), await hands.workshop.org_of(owner)
    load = await begin_export(idle, org, owner=owner, soql=soql, all_rows=False)
    office.world.faults.reset_after(1, matching=path)
    load = await run(hands, load, kind="export")
    assert (load.state, load.rows) == ("complete", COUNT)
    names = [name for name in await office.files.names(load.folder) if "/rows/" in name]
    lines = [line for name in names for line in (await office.files.read(name)).decode().splitlines()[1:]]
    assert len(lines) == len(set(lines)) == COUNT


async def test_the_pages_of_an_export_are_fetched_side_by_side_and_none_twice(office: Office, hands: Hands) -> None:
    await run(hands, await begin(hands, office.world, contacts(12_500)))
    hands.twice = True
    soql = "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Import %'"
    org = await hands.workshop.org_of(f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}")
    owner = f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}"
    load = await begin_export(replace(hands.workshop, jobs=KeptJobs()), org, owner=owner, soql=soql, all_rows=False)
    office.world.salesforce_requests.clear()
    load = await run(hands, load, kind="export")
    assert (load.state, load.rows) == ("complete", 12_500)
    assert sum("resultPages" in request for request in office.world.salesforce_requests) == 1
    names = [name for name in await office.files.names(load.folder) if "/rows/" in name]
    assert [name[-9:] for name in names] == ["00000.csv", "00001.csv"]
    lines = [line for name in names for line in (await office.files.read(name)).decode().splitlines()[1:]]
    assert len(set(lines)) == 12_500


@pytest.mark.parametrize(
    ("operation", "part"),
    [("query", {"rows": 0, "processed": 3, "succeeded": 2}), ("insert", {"rows": 3, "succeeded": 1, "failed": 1})],
    ids=["out", "in"],
)
async def test_a_job_that_lacks_rows_in_the_end_says_so(hands: Hands, operation: str, part: dict[str, int]) -> None:
    now = hands.workshop.now()
    load = Load("job-" + "1" * 24, "o/u", "Contact", operation, created_at=now, rows=part["rows"])
    await hands.workshop.ledger.add(load)
    await hands.workshop.ledger.add_part(
        load, Part(job=load.id, number=0, first=1, salesforce_job="750", collected=True, **part)
    )
    await run_step(hands.workshop, {"step": "finish", "job": load.id, "owner": load.owner, "round": 1})
    load = await hands.workshop.ledger.load(load.owner, load.id)
    assert (load.state, load.message) == ("failed", "1 rows are in none of the accounts that Salesforce gives.")
