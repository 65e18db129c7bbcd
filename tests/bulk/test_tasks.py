"""Bulk jobs as tasks, for clients that declare the extension. https://modelcontextprotocol.io/seps/2663-tasks-extension"""

import itertools
import json
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from bulk.office import Office, jobs_of
from bulk.test_import import contacts
from fake_clock import FakeClock
from mcp_types import CallToolResult, TextContent
from server.world import ADMIN, EVERYTHING, JSON, MODERN, SALES, SUPPORT, call, given, tool_call

from salesforce_mcp.errors import Unavailable
from salesforce_mcp.mcp_server.bulk_tasks import BulkTasks
from salesforce_mcp.mcp_server.tasks import Task
from salesforce_mcp.mcp_server.tool_server import ToolServer
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.server import build_app

TASKS = "io.modelcontextprotocol/tasks"
DAY = 86_400
MANY = 2_400
NOT_FOUND, MISSING_CAPABILITY, HEADER_MISMATCH = -32602, -32021, -32020


@dataclass
class TaskClient:
    """What is on the wire; `declared` is what each request says the client can do."""

    http: httpx.AsyncClient
    declared: dict[str, Any] = field(default_factory=lambda: {"extensions": {TASKS: {}}})
    numbers: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    async def send(self, method: str, *, named: str, **params: Any) -> httpx.Response:
        meta = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": self.declared,
        }
        headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method, "Mcp-Name": named}
        body = call(method, {**params, "_meta": meta}, identifier=next(iter(self.numbers)))
        return await self.http.post("/mcp/x/all", json=body, headers=headers)

    async def tool(self, name: str, **arguments: Any) -> dict[str, Any]:
        return dict((await self.send("tools/call", named=name, name=name, arguments=arguments)).json()["result"])

    async def task(self, method: str, task: str, **params: Any) -> dict[str, Any]:
        return dict((await self.send(f"tasks/{method}", named=task, taskId=task, **params)).json()["result"])

    async def refusal(self, method: str, task: str, **params: Any) -> dict[str, Any]:
        return dict((await self.send(f"tasks/{method}", named=task, taskId=task, **params)).json()["error"])

    async def import_many(self) -> str:
        """The handle of a job that goes on."""
        begun = await self.tool("createBulkJob", objectName="Contact", operation="insert", csv=contacts(MANY))
        assert begun["resultType"] == "task"
        return str(begun["taskId"])


@asynccontextmanager
async def client(
    office: Office, username: str = ADMIN, *, scopes: Iterable[str] = EVERYTHING, **declared: Any
) -> AsyncIterator[TaskClient]:
    token = (await office.world.sign_in(username, scopes=scopes)).access_token
    async with office.world.http(token, headers=JSON) as http:
        yield TaskClient(http, **declared)
    office.world.site.bulk.automatic = True  # whatever was begun comes to its end
    await jobs_of(office.world).idle()


@pytest.fixture
def held(office: Office) -> Any:
    """Salesforce takes jobs and does not get round to them until `automatic` is set again."""
    office.world.site.bulk.automatic = False
    return office.world.site.bulk


async def test_an_import_is_a_task_with_progress_and_ends_with_what_getBulkJob_tells(office: Office, held: Any) -> None:
    async with client(office) as one:
        begun = await one.tool("createBulkJob", objectName="Contact", operation="insert", csv=contacts(MANY))
        task = begun.pop("taskId")
        assert begun.keys() >= {"resultType", "status", "statusMessage", "createdAt", "ttlMs", "pollIntervalMs"}
        assert not begun.keys() & {"content", "structuredContent", "result"}
        working = await one.task("get", task)
        assert (working["resultType"], working["taskId"], working["status"]) == ("complete", task, "working")
        assert working["statusMessage"] in {"The rows are being read", f"0 of {MANY:,} rows done, 0 failed"}
        assert "result" not in working
        held.automatic = True
        await jobs_of(office.world).idle()
        ended = await one.task("get", task)
        report = await one.tool("getBulkJob", jobId=task)
    assert (ended["status"], ended["statusMessage"]) == ("completed", f"{MANY:,} of {MANY:,} rows done, 0 failed")
    assert ended["result"]["structuredContent"] == report["structuredContent"]
    assert ended["result"]["content"] == report["content"]
    assert ended["result"]["isError"] is False
    assert office.count("LastName LIKE 'Import %'") == MANY


async def test_an_export_is_a_task_whose_result_names_the_file(office: Office) -> None:
    async with client(office) as one:
        begun = await one.tool("exportQuery", soql="SELECT Id, LastName FROM Contact")
        await jobs_of(office.world).idle()
        ended = await one.task("get", begun["taskId"])
    rows = office.count("IsDeleted = 0")
    assert ended["statusMessage"] == f"{rows:,} rows exported"
    assert ended["result"]["structuredContent"]["files"]["rows"].endswith(f"{begun['taskId']}/rows.csv")


async def test_what_is_done_at_once_is_answered_at_once(office: Office) -> None:
    soql = "SELECT Id FROM Contact"
    async with client(office) as one:
        few = await one.tool("createBulkJob", objectName="Contact", operation="insert", csv=contacts(3))
        plan = await one.tool("massChange", operation="update", soql=soql, record={"Title": "Poet"})
        looked_at = await one.tool("getBulkJob", jobId=few["structuredContent"]["jobId"])
        refused = await one.tool("createBulkJob", objectName="Contact", operation="insert", csv="LastName\n")
    for result in (few, plan, looked_at, refused):
        assert result["resultType"] == "complete"
        assert "taskId" not in result
    assert few["structuredContent"]["succeeded"] == 3
    assert plan["structuredContent"]["planId"]
    assert refused["isError"] is True


@pytest.mark.parametrize(
    "declared", [{}, {"extensions": {}}, {"extensions": {"com.example/other": {}}}, {"tasks": {}}], ids=json.dumps
)
async def test_a_client_that_does_not_declare_tasks_gets_the_job_id(office: Office, declared: dict[str, Any]) -> None:
    async with client(office, declared=declared) as one:
        begun = await one.tool("createBulkJob", objectName="Contact", operation="insert", csv=contacts(MANY))
        job = begun["structuredContent"]["jobId"]
        assert begun["resultType"] == "complete"
        for method, params in (("get", {}), ("update", {"inputResponses": {}}), ("cancel", {})):
            refusal = await one.refusal(method, job, **params)
            assert refusal["code"] == MISSING_CAPABILITY
            assert refusal["data"] == {"requiredCapabilities": {"extensions": {TASKS: {}}}}
        await jobs_of(office.world).idle()
        assert (await one.tool("getBulkJob", jobId=job))["structuredContent"]["state"] == "complete"


async def test_a_client_of_the_handshake_era_gets_the_job_id(office: Office) -> None:
    token = (await office.world.sign_in()).access_token
    asked = tool_call("createBulkJob", objectName="Contact", operation="insert", csv=contacts(MANY))
    async with office.world.http(token, headers=JSON) as http:
        begun = (await http.post("/mcp", json=asked)).json()["result"]
        refused = (await http.post("/mcp", json=call("tasks/get", {"taskId": "job-" + 32 * "0"}))).json()
    await jobs_of(office.world).idle()
    assert begun["structuredContent"]["jobId"]
    assert "taskId" not in begun
    assert refused["error"]["code"] == -32601


async def test_another_persons_handle_is_not_found_and_does_nothing(office: Office, held: Any) -> None:
    never = "job-" + 32 * "0"
    async with client(office, SALES) as owner, client(office, SUPPORT) as stranger:
        task = await owner.import_many()
        for method, params in (("get", {}), ("update", {"inputResponses": {}}), ("cancel", {})):
            theirs, nobodys = [await stranger.refusal(method, one, **params) for one in (task, never)]
            assert theirs == nobodys
            assert theirs["code"] == NOT_FOUND
        held.automatic = True
        await jobs_of(office.world).idle()
        assert (await owner.task("get", task))["status"] == "completed"
    assert office.count("LastName LIKE 'Import %'") == MANY


class Forgetful(BulkTasks):
    async def state(self, task: str) -> Task:
        raise Unavailable(f"The store does not tell {task}")


class ForgetfulServer(ToolServer):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options, long_work=Forgetful())


async def test_a_job_that_has_begun_never_looks_as_if_it_had_not(office: Office) -> None:
    """A client that saw an error would begin it again."""
    services = office.world.services
    app = build_app(services.settings, lambda: given(services), server_class=ForgetfulServer)
    async with app.router.lifespan_context(app), client(replace(office, world=replace(office.world, app=app))) as one:
        begun = await one.tool("createBulkJob", objectName="Contact", operation="insert", csv=contacts(MANY))
    assert begun["resultType"] == "complete"
    assert begun["structuredContent"]["jobId"]
    assert office.count("LastName LIKE 'Import %'") == MANY


class ServerWithAToolOfItsOwn(ToolServer):
    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        if name == "greet":
            return CallToolResult(content=[TextContent(text="hello")])
        return await super().call_tool(name, arguments, context)


async def test_a_tool_that_is_not_of_the_catalogue_begins_no_task(office: Office) -> None:
    services = office.world.services
    app = build_app(services.settings, lambda: given(services), server_class=ServerWithAToolOfItsOwn)
    async with app.router.lifespan_context(app), client(replace(office, world=replace(office.world, app=app))) as one:
        answer = await one.tool("greet")
    assert (answer["resultType"], answer["content"][0]["text"]) == ("complete", "hello")


async def test_a_handle_of_the_same_person_is_good_in_another_client(office: Office) -> None:
    async with client(office) as one, client(office) as other:
        task = await one.import_many()
        assert (await other.task("get", task))["taskId"] == task


@pytest.mark.parametrize(
    "task", ["", "job-1", "../job-00000000000000000000000000000000", "x" * 5_000, "job-" + 32 * "g"]
)
async def test_a_handle_that_never_was_one_is_not_found(office: Office, task: str) -> None:
    async with client(office) as one:
        assert (await one.refusal("get", task))["code"] == NOT_FOUND


@pytest.mark.usefixtures("held")
async def test_a_cancelled_task_stops_its_job_at_salesforce_and_says_what_was_done(office: Office) -> None:
    async with client(office) as one:
        task = await one.import_many()
        assert (await one.task("cancel", task)).keys() <= {"resultType", "_meta"}
        await jobs_of(office.world).idle()
        ended = await one.task("get", task)
        assert ended["status"] == "cancelled"
        assert ended["statusMessage"] == f"0 of {MANY:,} rows done, 0 failed"
        assert not ended.keys() & {"result", "error"}
        assert (await one.task("cancel", task)).keys() <= {"resultType", "_meta"}
        report = (await one.tool("getBulkJob", jobId=task))["structuredContent"]
    assert (report["state"], report["unprocessed"]) == ("aborted", MANY)
    assert office.count("LastName LIKE 'Import %'") == 0


@pytest.mark.usefixtures("held")
async def test_a_job_that_fails_is_a_result_that_says_why(office: Office) -> None:
    """Its owner has signed out. `failed` is for errors of the protocol, and this is none."""
    async with client(office) as one:
        task = await one.import_many()
        owner = f"{office.world.org.organization_id}/{office.world.site.user_id(ADMIN)}"
        await Grants(office.world.services).end(Permission(owner, "default", "a client", frozenset(), ""))
        await jobs_of(office.world).idle()
    async with client(office) as signed_in_again:
        ended = await signed_in_again.task("get", task)
    assert (ended["status"], ended["result"]["isError"]) == ("completed", True)
    assert ended["result"]["structuredContent"]["message"]
    assert "error" not in ended


@pytest.mark.usefixtures("held")
async def test_who_may_only_read_can_stop_an_export(office: Office) -> None:
    async with client(office, scopes=("sf.read", "sf.bulk")) as one:
        task = (await one.tool("exportQuery", soql="SELECT Id FROM Contact"))["taskId"]
        await one.task("cancel", task)
        await jobs_of(office.world).idle()
        assert (await one.task("get", task))["status"] == "cancelled"


async def test_who_may_only_read_cannot_stop_an_import(office: Office, held: Any) -> None:
    async with client(office) as one, client(office, scopes=("sf.read", "sf.bulk")) as reader:
        task = await one.import_many()
        answer = await reader.send("tasks/cancel", named=task, taskId=task)
        assert answer.status_code == 403
        assert "sf.write" in answer.headers["WWW-Authenticate"]
        held.automatic = True
        await jobs_of(office.world).idle()
        assert (await one.task("get", task))["status"] == "completed"


async def test_answers_to_questions_that_were_not_asked_mean_nothing(office: Office) -> None:
    async with client(office) as one:
        task = await one.import_many()
        answered = await one.task("update", task, inputResponses={"who": {"action": "accept"}})
        await jobs_of(office.world).idle()
        assert answered.keys() <= {"resultType", "_meta"}
        assert (await one.task("get", task))["status"] == "completed"


async def test_a_handle_is_good_as_long_as_it_says_and_then_not_found(office: Office, clock: FakeClock) -> None:
    async with client(office) as one:
        task = await one.import_many()
        await jobs_of(office.world).idle()
        told = await one.task("get", task)
    assert told["ttlMs"] == 7 * DAY * 1_000
    clock.advance(7 * DAY - 600)
    async with client(office) as one:
        assert (await one.task("get", task))["status"] == "completed"
    clock.advance(700)
    async with client(office) as one:
        assert (await one.refusal("get", task))["code"] == NOT_FOUND


async def test_a_token_without_the_right_to_bulk_work_is_asked_for_it_by_403(office: Office) -> None:
    async with client(office) as one, client(office, scopes=("sf.read",)) as reader:
        task = await one.import_many()
        answer = await reader.send("tasks/get", named=task, taskId=task)
    assert answer.status_code == 403
    assert "sf.bulk" in answer.headers["WWW-Authenticate"]


async def test_the_header_must_name_the_task_of_the_body(office: Office) -> None:
    async with client(office) as one:
        task = await one.import_many()
        answer = await one.send("tasks/get", named="job-" + 32 * "0", taskId=task)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == HEADER_MISMATCH


async def test_each_request_is_in_the_audit_trail_without_what_it_was_about(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="salesforce_mcp.audit")
    async with client(office) as one:
        task = await one.import_many()
        await one.task("cancel", task)
        await one.refusal("get", "job-" + 32 * "0")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "salesforce_mcp.audit"]
    told = [(line["tool"], line["outcome"]) for line in lines]
    assert told == [("createBulkJob", "ok"), ("tasks/cancel", "ok"), ("tasks/get", "JOB_NOT_FOUND")]
