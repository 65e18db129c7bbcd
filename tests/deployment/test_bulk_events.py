"""The steps of bulk jobs under AWS's own runtime client: what they raise reaches the workflow by its name."""

import json
from collections.abc import Iterator

import pytest
from lambda_runtime import FunctionError, Sandbox, sandbox
from lambda_world import lambda_world
from sam_template import ROOT

from salesforce_mcp.bulk.workshop import MOST_POLLS

pytestmark = pytest.mark.xdist_group("events")

CASES = sorted((ROOT / "events/bulk_job").glob("*.json"))
# Classes of errors.py; what Step Functions says when Lambda itself fails, is full, or has ended the process.
HEALS = {
    *("Unavailable", "LimitExceeded", "RateLimited", "OutcomeUnknown"),
    *("Lambda.ServiceException", "Lambda.TooManyRequestsException", "Lambda.Unknown"),
    *("Sandbox.Timedout", "Runtime.ExitError", "States.Timeout"),
}
WORKFLOW = json.loads((ROOT / "functions/bulk_job.asl.json").read_text())


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    log = tmp_path_factory.mktemp("logs") / "bulk.log"
    with lambda_world() as world, sandbox("bulk_job.handler", world.environment, log) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_job_that_is_gone_is_said_by_name_cold_and_warm(bulk: Sandbox, case) -> None:
    for _ in range(2):
        with pytest.raises(FunctionError) as caught:
            bulk.invoke(json.loads(case.read_text()))
        told = json.loads(caught.value.args[1])
        assert told["errorType"] == "NotFound"
        assert told["errorMessage"] == "There is no such job"


def test_every_task_tries_again_what_heals_and_says_where_it_goes_when_it_does_not() -> None:
    tasks = [state for state in states_of(WORKFLOW) if state["Type"] == "Task"]
    assert len(tasks) == 12
    for task in tasks:
        assert set(task["Retry"][0]["ErrorEquals"]) >= HEALS
        if task["Parameters"]["Payload"]["step"] not in {"give_up", "abandon"}:
            assert task["Catch"][0]["ErrorEquals"] == ["States.ALL"]


def test_every_state_can_be_reached_and_every_next_is_there() -> None:
    for machine in (WORKFLOW, WORKFLOW["States"]["Parts"]["ItemProcessor"]):
        named = {machine["StartAt"]}
        for state in machine["States"].values():
            named |= {state.get("Next"), state.get("Default")} - {None}
            named |= {choice["Next"] for choice in state.get("Choices", []) + state.get("Catch", [])}
        assert named == set(machine["States"])


# What one pass through a state adds: entered and exited, for a task also scheduled, started and succeeded.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
EVENTS = {"Wait": 2, "Choice": 2, "Task": 5}


@pytest.mark.parametrize(
    ("machine", "pause"), [(WORKFLOW["States"]["Parts"]["ItemProcessor"], "Pause"), (WORKFLOW, "PauseExport")]
)
def test_polls_go_on_in_a_new_execution_before_a_history_holds_20_000_events(machine, pause: str) -> None:
    events, name = 0, pause
    while not events or name != pause:
        state = machine["States"][name]
        events += EVENTS[state["Type"]]
        name = state.get("Default") or state["Next"]
    print(f"{events} events a poll, {MOST_POLLS * events:,} until a new execution goes on")
    assert MOST_POLLS * events < 20_000


def test_the_workflow_is_of_the_kind_that_runs_once_and_loads_a_few_parts_at_a_time(template) -> None:
    properties = template["Resources"]["BulkWorkflow"]["Properties"]
    assert properties["Type"] == "STANDARD"
    parts = WORKFLOW["States"]["Parts"]
    assert parts["ItemReader"]["Resource"] == "arn:aws:states:::s3:getObject"
    assert 1 < parts["MaxConcurrency"] <= 10
    assert parts["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def states_of(machine) -> list[dict]:
    found = list(machine["States"].values())
    return found + [inner for state in found if "ItemProcessor" in state for inner in states_of(state["ItemProcessor"])]
