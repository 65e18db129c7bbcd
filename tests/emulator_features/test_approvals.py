"""Approvals: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm"""

from typing import Any

import httpx
import pytest
from emulator_bulk.desk import Desk
from emulator_features.asking import create, error, first_id, rows
from emulator_http.world import BASE_URL, SALES, Clock
from starlette.applications import Starlette

STATUS = (
    "SELECT Id, Status, CompletedDate, ElapsedTimeInDays, ProcessDefinition.Name,"
    " (SELECT StepStatus, Actor.Name, Comments, CreatedDate FROM StepsAndWorkitems ORDER BY CreatedDate, Id),"
    " (SELECT Id, ActorId, OriginalActorId FROM Workitems)"
    " FROM ProcessInstance WHERE TargetObjectId = '{0}' ORDER BY CreatedDate DESC"
)
LARGE = {"StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 250_000}


async def act(client: httpx.AsyncClient, action: str, context: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(
        "/process/approvals", json={"requests": [{"actionType": action, "contextId": context, **more}]}
    )
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()
    assert sorted(result) == [
        "actorIds",
        "entityId",
        "errors",
        "instanceId",
        "instanceStatus",
        "newWorkitemIds",
        "success",
    ]
    return dict(result)


@pytest.fixture
async def account(admin: httpx.AsyncClient) -> str:
    return await create(admin, "Account", Name="To be approved")


async def test_processes_are_listed_by_object(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get("/process/approvals")).json()["approvals"]
    (process,) = listed["Account"]
    assert sorted(process) == ["description", "id", "name", "object", "sortOrder"]
    assert (process["name"], process["id"][:3], process["sortOrder"]) == ("JSforce Approval Process #1", "04a", 1)


async def test_a_record_goes_through_two_steps(admin: httpx.AsyncClient, account: str, clock: Clock) -> None:
    me = await first_id(admin, "SELECT Id FROM User WHERE Username = 'admin@demo.example'")
    first = await act(admin, "Submit", account, comments="Please look")
    assert (first["instanceStatus"], first["actorIds"], first["entityId"]) == ("Pending", [me], account)
    clock.advance(minutes=30)
    second = await act(admin, "Approve", first["newWorkitemIds"][0], comments="Fine")
    assert (second["instanceStatus"], second["instanceId"]) == ("Pending", first["instanceId"])
    assert second["newWorkitemIds"] != first["newWorkitemIds"]
    clock.advance(minutes=30)
    last = await act(admin, "Approve", second["newWorkitemIds"][0])
    assert (last["instanceStatus"], last["actorIds"], last["newWorkitemIds"]) == ("Approved", None, [])
    (instance,) = await rows(admin, STATUS.format(account))
    assert (instance["Status"], instance["Workitems"]) == ("Approved", None)
    assert instance["CompletedDate"] is not None
    assert instance["ElapsedTimeInDays"] == pytest.approx(1 / 24, abs=0.01)
    told = [(one["StepStatus"], one["Comments"]) for one in instance["StepsAndWorkitems"]["records"]]
    assert told == [("Started", "Please look"), ("Approved", "Fine"), ("Approved", None)]


async def test_who_waits_for_whom_can_be_asked(admin: httpx.AsyncClient, account: str) -> None:
    submitted = await act(admin, "Submit", account)
    (instance,) = await rows(admin, STATUS.format(account))
    assert [one["Id"] for one in instance["Workitems"]["records"]] == submitted["newWorkitemIds"]
    steps = instance["StepsAndWorkitems"]["records"]
    assert [(one["StepStatus"], one["Actor"]["Name"]) for one in steps] == [
        ("Started", "Ada Admin"),
        ("Pending", "Ada Admin"),
    ]
    waiting = await rows(admin, "SELECT ProcessInstance.TargetObject.Name FROM ProcessInstanceWorkitem")
    assert [one["ProcessInstance"]["TargetObject"]["Name"] for one in waiting] == ["To be approved"]


@pytest.mark.parametrize(("action", "status"), [("Reject", "Rejected"), ("Removed", "Removed")])
async def test_a_request_can_be_turned_down_and_recalled(
    admin: httpx.AsyncClient, account: str, action: str, status: str
) -> None:
    submitted = await act(admin, "Submit", account)
    ended = await act(admin, action, submitted["newWorkitemIds"][0])
    assert (ended["instanceStatus"], ended["actorIds"], ended["newWorkitemIds"]) == (status, None, [])
    again = await act(admin, "Submit", account)
    assert again["instanceStatus"] == "Pending"


async def test_a_record_is_locked_while_it_waits(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    deal = await create(sales, "Opportunity", Name="Large deal", **LARGE)
    submitted = await act(sales, "Submit", deal)
    assert error(await sales.patch(f"/sobjects/Opportunity/{deal}", json={"NextStep": "x"})) == (
        400,
        "ENTITY_IS_LOCKED",
    )
    assert error(await sales.delete(f"/sobjects/Opportunity/{deal}")) == (400, "ENTITY_IS_LOCKED")
    assert (await admin.patch(f"/sobjects/Opportunity/{deal}", json={"NextStep": "y"})).status_code == 204
    second = await act(admin, "Approve", submitted["newWorkitemIds"][0])
    await act(admin, "Approve", second["newWorkitemIds"][0])
    stored = (await sales.get(f"/sobjects/Opportunity/{deal}?fields=NextStep")).json()
    assert stored["NextStep"] == "Approved: send the offer"
    assert (await sales.patch(f"/sobjects/Opportunity/{deal}", json={"NextStep": "z"})).status_code == 204


async def test_a_bulk_job_meets_the_same_lock(sales: httpx.AsyncClient, app: Starlette) -> None:
    deal = await create(sales, "Opportunity", Name="Large deal", **LARGE)
    await act(sales, "Submit", deal)
    app.state.site.bulk.automatic = False
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        desk = Desk(client, app.state.site).signed_in(SALES)
        job = await desk.run(f"Id,NextStep\n{deal},x\n", object="Opportunity", operation="update")
        ((_, refusal, *_),) = (await desk.rows(job, "failedResults"))[1:]
    assert refusal.startswith("ENTITY_IS_LOCKED:")


async def test_only_who_was_asked_decides_and_only_the_sender_recalls(sales: httpx.AsyncClient) -> None:
    deal = await create(sales, "Opportunity", Name="Large deal", **LARGE)
    item = (await act(sales, "Submit", deal))["newWorkitemIds"][0]
    approve = {"requests": [{"actionType": "Approve", "contextId": item}]}
    refused = await sales.post("/process/approvals", json=approve)
    assert error(refused) == (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY")
    assert (await act(sales, "Removed", item))["instanceStatus"] == "Removed"


async def test_the_next_approver_can_be_named(admin: httpx.AsyncClient, account: str) -> None:
    other = await first_id(admin, "SELECT Id FROM User WHERE Username = 'wei.chen@demo.example'")
    submitted = await act(
        admin, "Submit", account, nextApproverIds=[other], processDefinitionNameOrId="JSforce_Approval_Process_1"
    )
    assert submitted["actorIds"] == [other]


async def test_what_cannot_be_submitted_is_said(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient, account: str
) -> None:
    async def refusal(client: httpx.AsyncClient, **request: Any) -> tuple[int, str]:
        return error(await client.post("/process/approvals", json={"requests": [request]}))

    small = await create(sales, "Opportunity", Name="Small", **{**LARGE, "Amount": 10})
    assert await refusal(sales, actionType="Submit", contextId=small) == (400, "NO_APPLICABLE_PROCESS")
    assert (await act(sales, "Submit", small, skipEntryCriteria="true"))["instanceStatus"] == "Pending"
    await act(admin, "Submit", account)
    assert await refusal(admin, actionType="Submit", contextId=account) == (400, "ALREADY_IN_PROCESS")
    assert await refusal(admin, actionType="Approve", contextId=account) == (400, "INVALID_CROSS_REFERENCE_KEY")
    assert await refusal(admin, actionType="Dance", contextId=account) == (400, "INVALID_INPUT")
    assert await refusal(admin, actionType="Submit", contextId="x") == (400, "MALFORMED_ID")
    assert error(await admin.post("/process/approvals", json={"requests": []})) == (400, "JSON_PARSER_ERROR")


async def test_one_bad_request_undoes_all(admin: httpx.AsyncClient, account: str) -> None:
    requests = [{"actionType": "Submit", "contextId": account}, {"actionType": "Submit", "contextId": account}]
    assert error(await admin.post("/process/approvals", json={"requests": requests})) == (400, "ALREADY_IN_PROCESS")
    assert await rows(admin, STATUS.format(account)) == []
