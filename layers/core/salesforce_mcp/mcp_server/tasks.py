"""Long work as a task: a handle at once, progress for the asking, the result when it is there.

https://modelcontextprotocol.io/seps/2663-tasks-extension
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver import require_client_extension
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import decode_header_value
from mcp_types import HEADER_MISMATCH, INTERNAL_ERROR, INVALID_PARAMS, CallToolRequestParams, CallToolResult
from mcp_types import RequestParams as Params
from pydantic import Field

from salesforce_mcp.errors import Failure, NotFound
from salesforce_mcp.policy.audit import Audit
from salesforce_mcp.policy.caller import current
from salesforce_mcp.policy.scopes import Scope

TASKS = "io.modelcontextprotocol/tasks"
_REVISIONS = frozenset({"2026-07-28"})
_POLL_MILLISECONDS = 5_000

Context = ServerRequestContext[Any, Any]


@dataclass(frozen=True)
class Task:
    """How long work stands. Times are in epoch seconds."""

    id: str
    status: Literal["working", "input_required", "completed", "failed", "cancelled"]
    created_at: float
    updated_at: float
    seconds_kept: int
    message: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)  # what the status calls for: result, error, inputRequests

    def as_handle(self) -> dict[str, Any]:
        return {
            "taskId": self.id,
            "status": self.status,
            **({"statusMessage": self.message} if self.message else {}),
            "createdAt": _timestamp(self.created_at),
            "lastUpdatedAt": _timestamp(self.updated_at),
            "ttlMs": self.seconds_kept * 1_000,
            "pollIntervalMs": _POLL_MILLISECONDS,
        }

    def as_data(self) -> dict[str, Any]:
        return {**self.as_handle(), **self.outcome}


class LongWork(Protocol):
    """What goes on after the call that began it was answered.

    It belongs to the caller who began it: for anybody else, and once it is forgotten, it is NotFound.
    """

    async def begun(self, tool: str, result: CallToolResult) -> Task | None:
        """The task that a call of this tool has begun, as its result tells; None if it has left nothing to do."""
        ...

    async def state(self, task: str) -> Task: ...

    async def answer(self, task: str, responses: Mapping[str, Any]) -> None:
        """Take the answers to what the task has asked for; those that it has not asked for mean nothing."""
        ...

    async def cancel(self, task: str) -> None:
        """Stop what can be stopped. What has ended stays as it is."""
        ...


class _TaskParams(Params):
    task_id: str
    input_responses: dict[str, Any] = Field(default_factory=dict)


class Tasks(Extension):
    """For clients that declare the extension in their request; for all others a call's result is what it was."""

    identifier = TASKS

    def __init__(self, work: LongWork, audit: Audit) -> None:
        self._work = work
        self._audit = audit

    def methods(self) -> Sequence[MethodBinding]:
        async def get(asked: _TaskParams) -> dict[str, Any]:
            return (await self._work.state(asked.task_id)).as_data()

        async def update(asked: _TaskParams) -> dict[str, Any]:
            await self._work.answer(asked.task_id, asked.input_responses)
            return {}

        async def cancel(asked: _TaskParams) -> dict[str, Any]:
            await self._work.cancel(asked.task_id)
            return {}

        served = {"tasks/get": get, "tasks/update": update, "tasks/cancel": cancel}
        return [MethodBinding(name, _TaskParams, self._behind(act), _REVISIONS) for name, act in served.items()]

    async def intercept_tool_call(
        self, params: CallToolRequestParams, ctx: Context, call_next: CallNext
    ) -> HandlerResult:
        result = await call_next(ctx)
        if not isinstance(result, CallToolResult) or result.is_error or not _declared(ctx):
            return result
        with suppress(Failure):  # what has begun must not look as if it had failed: the plain result names it too
            if task := await self._work.begun(params.name, result):
                return {"resultType": "task", **task.as_handle()}
        return result

    def _behind(self, act: Callable[[_TaskParams], Awaitable[dict[str, Any]]]) -> Any:
        """What stands before each method, and its error boundary."""

        async def serve(ctx: Context, asked: _TaskParams) -> HandlerResult:
            require_client_extension(ctx, TASKS)
            _require_same_name(ctx, asked.task_id)
            caller = current.get()
            try:
                with self._audit.call(caller, ctx.method, {}):
                    await caller.admit(Scope.READ)  # whoever has written too much may still look on, and stop it
                    return await act(asked)
            except Failure as failure:
                caller.note_refusal(failure)
                raise _error(failure) from failure

        return serve


def _declared(ctx: Context) -> bool:
    capabilities = ctx.session.client_capabilities
    declared = capabilities.extensions if capabilities else None
    return ctx.protocol_version in _REVISIONS and TASKS in (declared or {})


def _require_same_name(ctx: Context, task: str) -> None:
    """Routers in between read the header: it must say what the body says. The SDK checks its own methods only."""
    if ctx.request is not None and decode_header_value(ctx.request.headers.get("mcp-name")) != task:
        raise MCPError(HEADER_MISMATCH, "The header Mcp-Name is not the taskId of the request")


def _error(failure: Failure) -> MCPError:
    code = INVALID_PARAMS if isinstance(failure, NotFound) else INTERNAL_ERROR
    return MCPError(code, failure.in_words, failure.as_data())


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
