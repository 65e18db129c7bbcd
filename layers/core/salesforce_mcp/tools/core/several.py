"""Several operations in one call. Each is one of a closed list, and asks for the right of its own verb."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.composite import SubAnswer, Subrequest
from salesforce_mcp.salesforce.page import flat_record, page_of, pages_by_object
from salesforce_mcp.salesforce.paths import api_name, is_reference, record_id
from salesforce_mcp.salesforce.soql import read, without_side_effects
from salesforce_mcp.salesforce.sosl import require_find
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.core.references import resolved
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Incomplete, Table, is_table, text_of
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_REFERENCE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
# What an account says beside the results themselves.
_HEAD_BYTES = 2_000
# Salesforce runs at most five queries in one composite request.
_MOST_QUERIES = 5

Verb = Literal["create", "get", "update", "upsert", "delete", "query", "search"]

_SCOPES: dict[str, Scope] = {
    "create": Scope.WRITE,
    "get": Scope.READ,
    "update": Scope.WRITE,
    "upsert": Scope.WRITE,
    "delete": Scope.DELETE,
    "query": Scope.READ,
    "search": Scope.READ,
}


class Operation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    operation: Verb
    objectName: str = ""
    recordId: str = ""
    externalIdField: str = ""
    externalId: str = ""
    record: dict[str, Any] = Field(default_factory=dict)
    fields: list[str] = Field(default_factory=list)
    soql: str = ""
    sosl: str = ""
    referenceId: str = Field(default="", description="Name for later operations")


_InOrder = Annotated[list[Operation], Field(min_length=1, max_length=25)]
_AllOrNone = Annotated[bool, Field(description="Undo everything if one fails")]


async def _asked(operations: list[Operation], ctx: Context) -> Confirmation | Elicit[Confirmation]:
    deletes = [f"{one.objectName} {one.recordId}" for one in operations if one.operation == "delete"]
    return confirmed(ctx, f"Delete {deletes[0]}?" if len(deletes) == 1 else "")


_Asked = Annotated[Confirmation, Resolve(_asked)]


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def executeComposite(
    operations: _InOrder, org: Org, caller: Calling, confirmation: _Asked, allOrNone: _AllOrNone = True
) -> dict[str, Any] | Incomplete:
    """Run up to 25 operations in order; later ones may use an earlier result, as "@{refAcme.id}"
    (of a query: "@{refQuery.records[0].Id}") in recordId or in record. One delete at most.
    """
    confirmation.require()
    operations = _referring(operations)
    subrequests = _authorised(operations, caller)
    if sum(operation.operation in ("query", "search") for operation in operations) > _MOST_QUERIES:
        raise InvalidInput(
            f"More than {_MOST_QUERIES} queries in one composite request",
            fields=["operations"],
            hint="Use executeBatch for queries that do not depend on each other.",
        )
    answers = await org.composite(subrequests, all_or_none=allOrNone)
    return _account(operations, answers, caller, undone=allOrNone)


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def executeBatch(
    operations: _InOrder, org: Org, caller: Calling, confirmation: _Asked
) -> dict[str, Any] | Incomplete:
    """Run up to 25 independent operations; each succeeds or fails alone. One delete at most."""
    confirmation.require()
    for number, operation in enumerate(operations):
        if "@{" in operation.model_dump_json():
            raise _wrong(number, "refers to another operation", hint="Use executeComposite for references.")
    return _account(operations, await org.batch(_authorised(operations, caller)), caller, undone=False)


def _referring(operations: Sequence[Operation]) -> list[Operation]:
    """The operations with the references that they mean."""
    earlier: dict[str, str] = {}
    referring = []
    for number, operation in enumerate(operations):
        meant = {name: resolved(getattr(operation, name), earlier) for name in ("recordId", "record")}
        referring.append(operation.model_copy(update=meant))
        earlier[_reference(operation, number)] = operation.operation
    return referring


def _reference(operation: Operation, number: int) -> str:
    return operation.referenceId or f"op{number + 1}"


def _authorised(operations: Sequence[Operation], caller: Calling) -> list[Subrequest]:
    _require_shown_before_deleted(operations)
    caller.require({_SCOPES[operation.operation] for operation in operations})
    names = [operation.referenceId for operation in operations if operation.referenceId]
    if len(names) != len({name.lower() for name in names}):
        raise InvalidInput(
            "Two operations have the same referenceId", fields=["referenceId"], hint="Name each its own."
        )
    return [_subrequest(operation, number) for number, operation in enumerate(operations)]


def _require_shown_before_deleted(operations: Sequence[Operation]) -> None:
    """Several records are deleted by a plan from their preview only, whichever tool it is."""
    deletes = sum(operation.operation == "delete" for operation in operations)
    if deletes > 1:
        raise InvalidInput(
            f"{deletes} records would be deleted that nobody was shown",
            code="PREVIEW_NEEDED",
            fields=["operations"],
            hint="Delete one in a call, or several with createBulkJob (operation delete, rows with Id) or massChange: "
            "they show first what goes, and give a planId. Nothing was done.",
        )


def _subrequest(operation: Operation, number: int) -> Subrequest:
    reference = _reference(operation, number)
    if not _REFERENCE_ID.fullmatch(reference):
        raise _wrong(
            number, "has an impossible referenceId", hint="Use letters, digits and underscores, a letter first."
        )
    verb = operation.operation
    if verb == "query":
        resource = "queryAll" if read(_given(operation, number, "soql")).all_rows else "query"
        return Subrequest("GET", (resource,), reference, params={"q": without_side_effects(operation.soql)})
    if verb == "search":
        return Subrequest("GET", ("search",), reference, params={"q": require_find(_given(operation, number, "sosl"))})
    name = api_name(_given(operation, number, "objectName"))
    if verb != "get":
        require_writable(name)
    if verb == "create":
        return Subrequest("POST", ("sobjects", name), reference, body=_values(operation, number))
    if verb == "upsert":
        key = api_name(_given(operation, number, "externalIdField"))
        where = ("sobjects", name, key, _given(operation, number, "externalId"))
        return Subrequest("PATCH", where, reference, body=_values(operation, number, without=key))
    path = ("sobjects", name, _identifier(_given(operation, number, "recordId")))
    if verb == "update":
        return Subrequest("PATCH", path, reference, body=_values(operation, number))
    if verb == "delete":
        return Subrequest("DELETE", path, reference)
    return Subrequest("GET", path, reference, params={"fields": ",".join(operation.fields)} if operation.fields else {})


def _given(operation: Operation, number: int, parameter: str) -> str:
    value: str = getattr(operation, parameter)
    if not value:
        raise _wrong(number, f"({operation.operation}) needs {parameter}", hint=f"Give {parameter}.")
    return value


def _values(operation: Operation, number: int, *, without: str = "") -> dict[str, Any]:
    if not operation.record:
        raise _wrong(number, f"({operation.operation}) needs record", hint="Give the field values to write in record.")
    return {name: value for name, value in operation.record.items() if name.lower() != without.lower()}


def _identifier(text: str) -> str:
    return text if is_reference(text) else record_id(text)


def _wrong(number: int, what: str, *, hint: str) -> InvalidInput:
    return InvalidInput(f"Operation {number + 1} {what}", fields=[f"operations[{number}]"], hint=hint)


def _account(
    operations: Sequence[Operation], answers: Sequence[SubAnswer], caller: Caller, *, undone: bool
) -> dict[str, Any] | Incomplete:
    """What became of each operation: nothing is called done that is not, and nothing is cut in silence."""
    share = (caller.result_tokens * BYTES_PER_TOKEN - _HEAD_BYTES) // len(operations)
    results = [
        _within(_outcome(operation, answer), share) for operation, answer in zip(operations, answers, strict=True)
    ]
    failed = sum("error" in result for result in results)
    account = {"succeeded": 0 if failed and undone else len(results) - failed, "failed": failed, "results": results}
    if not failed:
        return account
    what = "nothing was changed" if undone else f"{account['succeeded']} of {len(results)} were done and stay done"
    return Incomplete({"note": f"{failed} of {len(results)} operations failed; {what}", **account})


def _outcome(operation: Operation, answer: SubAnswer) -> dict[str, Any]:
    result: dict[str, Any] = {"referenceId": answer.reference_id, "operation": operation.operation}
    if answer.failure:
        return {**result, "error": _why(answer.failure)}
    if operation.operation == "query":
        page = page_of(answer.body, read(operation.soql))
        return {**result, **Table(page.columns, page.rows, page.total_size).as_data()}
    if operation.operation == "search":
        found = pages_by_object(answer.body.get("searchRecords") or [])
        return {
            **result,
            **{name: Table(page.columns, page.rows, page.total_size).as_data() for name, page in found.items()},
        }
    if operation.operation == "get":
        return {**result, "record": flat_record(answer.body)}
    written = answer.body if isinstance(answer.body, dict) else {}
    created = {"created": bool(written["created"])} if "created" in written else {}
    return {**result, "id": written.get("id") or operation.recordId, **created}


def _why(failure: Failure) -> dict[str, Any]:
    """An operation that was only halted needs no advice: the one that failed has it."""
    told = failure.as_data()
    return {key: told[key] for key in ("code", "message")} if failure.code == "PROCESSING_HALTED" else told


def _within(result: dict[str, Any], share: int) -> dict[str, Any]:
    """The result of one operation in its share of the whole: fewer rows, and a word on where the rest is."""
    left = share
    kept = dict(result)
    for name, value in [("", result), *result.items()]:
        if is_table(value):
            rows = value["rows"]
            while rows and len(text_of(clean({**value, "rows": rows})).encode()) > left:
                rows = rows[: len(rows) // 2]
            left -= len(text_of(clean({**value, "rows": rows})).encode())
            cut = {**value, "rows": rows, "returned": len(rows)}
            kept = {**kept, **cut} if not name else {**kept, name: cut}
            if len(rows) < value["totalSize"]:
                kept["note"] = "There are more rows: run this query alone, with executeQuery"
        elif name == "record" and len(text_of(clean(value)).encode()) > left:
            kept["record"] = {}
            kept["note"] = "The record is too large for this result: read it with getRecord, naming fields"
    return kept
