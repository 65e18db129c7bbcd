"""Bulk jobs as tasks: the job's id is the handle, its record the state. Nothing else is kept."""

import re
from collections.abc import Mapping
from typing import Any

from mcp_types import CallToolResult

from salesforce_mcp.bulk.ending import is_export
from salesforce_mcp.bulk.ids import JOB
from salesforce_mcp.bulk.ledger import ABORTED, COMPLETE, ENDED, FAILED, KEPT_SECONDS, Load
from salesforce_mcp.errors import NotFound
from salesforce_mcp.mcp_server.answers import answered
from salesforce_mcp.mcp_server.tasks import Task
from salesforce_mcp.policy.caller import Caller, current
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.tools.bulk.jobs import standing, stop
from salesforce_mcp.tools.catalogue import TOOLSETS
from salesforce_mcp.tools.results import Incomplete

_JOB = re.compile(JOB)
_BEGINNERS = frozenset(tool.__name__ for tool in TOOLSETS["bulk"]) - {"getBulkJob"}


class BulkTasks:
    async def begun(self, tool: str, result: CallToolResult) -> Task | None:
        """Few rows are saved at once, a preview begins nothing, and to look at a job is not to begin it."""
        if tool not in _BEGINNERS:
            return None
        told: Mapping[str, Any] = result.structured_content
        if told.get("state", COMPLETE) in ENDED:
            return None
        return await self.state(told["jobId"])

    async def state(self, task: str) -> Task:
        caller = current.get()
        load, report = await _standing(caller, task)
        return _task(load, report, now=caller.clock.now(), most_tokens=caller.result_tokens)

    async def answer(self, task: str, responses: Mapping[str, Any]) -> None:  # noqa: ARG002 - a job asks for nothing
        await _standing(current.get(), task)

    async def cancel(self, task: str) -> None:
        caller = current.get()
        load, _ = await _standing(caller, task)
        if not is_export(load):
            caller.require({Scope.WRITE})
        if load.state not in ENDED:
            await stop(caller, await caller.org(), load)


async def _standing(caller: Caller, task: str) -> tuple[Load, dict[str, Any]]:
    """As with getBulkJob."""
    caller.require({Scope.READ, Scope.BULK})
    if not _JOB.fullmatch(task):
        raise NotFound("There is no such task", code="TASK_NOT_FOUND", hint="Its id is the one you were given.")
    return await standing(caller, await caller.org(), task)


def _task(load: Load, report: dict[str, Any], *, now: float, most_tokens: int) -> Task:
    ended = load.state in ENDED
    told = Incomplete(report) if load.state == FAILED else report
    result = answered(told, most_tokens=most_tokens).model_dump(mode="json", by_alias=True, exclude_none=True)
    return Task(
        id=load.id,
        status="working" if not ended else "cancelled" if load.state == ABORTED else "completed",
        created_at=load.created_at,
        updated_at=load.ended_at if ended else now,
        seconds_kept=KEPT_SECONDS,
        message=_progress(load, report),
        outcome={"result": result} if ended and load.state != ABORTED else {},
    )


def _progress(load: Load, report: dict[str, Any]) -> str:
    if load.state not in ENDED and load.parts is None:
        return "The rows are being read" if "succeeded" in report else "The query has been sent"
    if "succeeded" not in report:
        return f"{report['rows']:,} rows exported"
    said = f"{report['succeeded'] + report['failed']:,} of {report['rows']:,} rows done, {report['failed']:,} failed"
    return f"{said}, about {report['secondsLeft']:,} s left" if "secondsLeft" in report else said
