"""Apex run by an administrator, where the operator allows it, and the logs of what ran."""

from typing import Annotated, Any
from urllib.parse import quote

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound, NotPermitted
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.connection import LONGEST_URI
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Incomplete, Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_LOG_COLUMNS = "Id, StartTime, LogUser.Name, Operation, Status, DurationMilliseconds, LogLength"
_HEAD_BYTES = 1_000
_LONGEST_CODE = LONGEST_URI - 200  # as it is written in the address, beside the path


async def _asked(code: str, ctx: Context) -> Confirmation | Elicit[Confirmation]:
    return confirmed(ctx, f"Run this Apex?\n\n{code}" if code else "")


@tool(Effect.ADMINISTERS)
async def runApex(
    org: Org,
    caller: Calling,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
    code: Annotated[str, Field(max_length=10_000, description="Anonymous Apex")] = "",
    tests: Annotated[list[str] | None, Field(max_length=20, description="Test classes to run instead")] = None,
) -> dict[str, Any] | Incomplete:
    """Run anonymous Apex, or Apex tests. Off unless this server's operator turned it on."""
    confirmation.require()
    if not caller.allow_apex:
        raise NotPermitted(
            "This server runs no Apex",
            code="APEX_OFF",
            hint="Its operator turns it on with the setting ALLOW_APEX=true. Nothing was run.",
        )
    if bool(code) == bool(tests):
        raise InvalidInput("Give code or tests, one of them", fields=["code", "tests"])
    return await (_anonymous(org, code) if code else _tested(org, tests or []))


async def _anonymous(org: Salesforce, code: str) -> dict[str, Any] | Incomplete:
    if len(quote(code)) > _LONGEST_CODE:
        raise InvalidInput(
            "The code is too long to be sent: it travels in an address",
            fields=["code"],
            hint="Shorten it, or deploy most of it as a class with deployMetadata. Nothing was run.",
        )
    told = await org.invoke("GET", "tooling", "executeAnonymous", params={"anonymousBody": code})
    if told["success"]:
        return {"success": True, "note": "getDebugLogs shows what it logged, where a trace flag is set"}
    place = {"line": told["line"], "column": told["column"]}
    if not told["compiled"]:
        return Incomplete({"compiled": False, **place, "problem": told["compileProblem"], "note": "Nothing was run"})
    failed = {"problem": told["exceptionMessage"], "stackTrace": told["exceptionStackTrace"]}
    return Incomplete({"compiled": True, **place, **failed, "note": "It was rolled back"})


async def _tested(org: Salesforce, classes: list[str]) -> dict[str, Any]:
    body = {"tests": [{"className": one} for one in classes]}
    told = await org.invoke("POST", "tooling", "runTestsSynchronous", body=body)
    rows = [(f"{one['name']}.{one['methodName']}", one["message"], one["stackTrace"]) for one in told["failures"]]
    counts = {"run": told["numTestsRun"], "failed": told["numFailures"], "milliseconds": told["totalTime"]}
    return {**counts, **Table(("test", "message", "stackTrace"), rows, len(rows)).as_data()}


@tool(Effect.READS)
async def getDebugLogs(
    org: Org,
    caller: Calling,
    logId: Annotated[str, Field(description="Reads this log")] = "",
    offset: Annotated[int, Field(ge=0, description="Byte to go on from")] = 0,
    limit: Annotated[int, Field(ge=1, le=200)] = 20,
) -> Table | dict[str, Any]:
    """The latest debug logs of the org, or the text of one."""
    if not logId:
        page = await org.tooling(f"SELECT {_LOG_COLUMNS} FROM ApexLog ORDER BY StartTime DESC LIMIT {limit}")  # noqa: S608
        return Table(page.columns, page.rows, page.total_size)
    content = await org.log(record_id(logId))
    if offset > len(content):
        raise NotFound(f"The log has {len(content)} bytes", fields=["offset"])
    part = content[offset : offset + (caller.result_tokens * BYTES_PER_TOKEN - _HEAD_BYTES) * 3 // 4]
    end = offset + len(part)
    more = {"nextOffset": end} if end < len(content) else {}
    return {"logId": logId, "bytes": len(content), **more, "text": part.decode("utf-8", "replace")}
