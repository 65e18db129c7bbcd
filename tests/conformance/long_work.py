"""Long work of the suite's examples. No process does it: how far it is follows from when it was begun."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

from conformance.contents import EXAMPLE
from conformance.questions import filled_in, form
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, require_client_extension
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, InputRequiredResult, TextContent

from salesforce_mcp.errors import NotFound
from salesforce_mcp.mcp_server.tasks import TASKS, Task
from salesforce_mcp.policy.caller import current
from salesforce_mcp.ports import Item, Key, Store

KEPT_SECONDS = 600
Call = Context[Any, Any]


class ExampleWork:
    """A fact of the store for each task: what is to be done, since when, what was answered, whether it was stopped."""

    async def begun(self, tool: str, result: CallToolResult) -> Task | None:  # noqa: ARG002 - the result says it all
        told = result.structured_content
        return await self.state(told["begun"]) if isinstance(told, dict) and "begun" in told else None

    async def state(self, task: str) -> Task:
        item = await _item(task)
        fact, now = item.value, time.time()
        status, outcome = _standing(fact, now)
        return Task(task, status, fact["at"], now, KEPT_SECONDS, outcome=outcome)

    async def answer(self, task: str, responses: Mapping[str, Any]) -> None:
        item = await _item(task)
        answered = {*item.value["answered"], *(item.value["asks"].keys() & responses.keys())}
        await _store().replace(item, {**item.value, "answered": sorted(answered)}, expires_at=item.expires_at)

    async def cancel(self, task: str) -> None:
        item = await _item(task)
        if _standing(item.value, time.time())[0] in {"working", "input_required"}:
            await _store().replace(item, {**item.value, "stopped": True}, expires_at=item.expires_at)


def _standing(fact: Mapping[str, Any], now: float) -> tuple[Any, dict[str, Any]]:
    open_questions = {key: fact["asks"][key] for key in fact["asks"] if key not in fact["answered"]}
    if fact["stopped"]:
        return "cancelled", {}
    if open_questions:
        return "input_required", {"inputRequests": open_questions}
    if now - fact["at"] < fact["seconds"]:
        return "working", {}
    return ("failed" if "error" in fact["ends"] else "completed"), fact["ends"]


def _store() -> Store:
    place = current.get().workplace
    assert place
    return place.store


async def _item(task: str) -> Item:
    item = await _store().get(Key(f"example#{current.get().subject}", task)) if len(task) < 100 else None
    if item is None:
        raise NotFound("There is no such task")
    return item


async def _begin(seconds: float, *, text: str = "", ends: Any = None, asks: Mapping[str, Any] | None = None) -> Any:
    task = f"example-{secrets.token_hex(16)}"
    fact = {
        "at": time.time(),
        "seconds": seconds,
        "ends": ends or {"result": _result(text)},
        "asks": dict(asks or {}),
        "answered": [],
        "stopped": False,
    }
    expires = int(fact["at"]) + KEPT_SECONDS
    await _store().create(Key(f"example#{current.get().subject}", task), fact, expires_at=expires)
    return CallToolResult(content=[], structured_content={"begun": task})


def _result(text: str, *, is_error: bool = False) -> dict[str, Any]:
    told = CallToolResult(content=[TextContent(type="text", text=text)], is_error=is_error)
    return told.model_dump(mode="json", by_alias=True, exclude_none=True)


def _asked(**forms: str) -> dict[str, Any]:
    asked = {key: form(message, "confirm", "boolean") for key, message in forms.items()}
    return {key: one.model_dump(mode="json", by_alias=True, exclude_none=True) for key, one in asked.items()}


def greet(name: str) -> str:
    return f"Hello, {name}!"


async def slow_compute(ctx: Call, seconds: float, label: str = "") -> CallToolResult:
    if not _takes_tasks(ctx):
        await asyncio.sleep(seconds)
        return CallToolResult(content=[TextContent(type="text", text=f"{label}: done")])
    return await _begin(seconds, text=f"{label}: done")


async def failing_job(ctx: Call) -> CallToolResult:
    require_client_extension(ctx.request_context, TASKS)
    return await _begin(1, ends={"result": _result("It did not work", is_error=True)})


async def protocol_error_job(ctx: Call) -> CallToolResult:
    require_client_extension(ctx.request_context, TASKS)
    return await _begin(0, ends={"error": {"code": -32603, "message": "It broke"}})


async def confirm_delete(ctx: Call, filename: str) -> CallToolResult:
    require_client_extension(ctx.request_context, TASKS)
    return await _begin(0, text=f"{filename} is gone", asks=_asked(confirm=f"Delete {filename}?"))


async def multi_input(ctx: Call) -> CallToolResult:
    require_client_extension(ctx.request_context, TASKS)
    return await _begin(0, text="Both have come", asks=_asked(first="The first?", second="The second?"))


async def test_tool_with_task(ctx: Call) -> CallToolResult | InputRequiredResult:
    require_client_extension(ctx.request_context, TASKS)
    name = filled_in(ctx, "user_name", "name")
    if name:
        return await _begin(1, text=f"Hello, {name}!")
    return InputRequiredResult(input_requests={"user_name": form("What is your name?", "name")})


def _takes_tasks(ctx: Call) -> bool:
    try:
        require_client_extension(ctx.request_context, TASKS)
    except MCPError:
        return False
    return True


TOOLS = (greet, slow_compute, failing_job, protocol_error_job, confirm_delete, multi_input, test_tool_with_task)


def add(server: MCPServer[Any]) -> None:
    for tool in TOOLS:
        server.tool(description=EXAMPLE)(tool)
