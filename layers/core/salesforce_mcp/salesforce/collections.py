"""Many records in one request: up to 200 side by side, or as a tree of parents with their children.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import Failure, InvalidInput, Refused
from salesforce_mcp.salesforce.connection import Call, Connection
from salesforce_mcp.salesforce.failures import failure_from
from salesforce_mcp.salesforce.paths import api_name, record_id
from salesforce_mcp.salesforce.retry import Kind
from salesforce_mcp.salesforce.wire import body_of

Rows = Sequence[Mapping[str, Any]]
Explain = Callable[[Sequence[tuple[str, Failure]]], Awaitable[None]]  # of an object's name and its refusal

MOST = 200
# What every other record of an all-or-none request is told: it says nothing about that record.
_ROLLED_BACK = {"ALL_OR_NONE_OPERATION_ROLLED_BACK", "PROCESSING_HALTED"}


@dataclass(frozen=True)
class Saved:
    """What became of one record of several."""

    id: str
    failure: Failure | None = None
    created: bool = False


class Collections:
    """Writes of several records of one object, answered in their order."""

    def __init__(self, connection: Connection, explain: Explain) -> None:
        self._connection = connection
        self._explain = explain

    async def create(self, name: str, rows: Rows, *, all_or_none: bool) -> list[Saved]:
        return await self._saved(Kind.CREATE, "POST", _body(name, rows, all_or_none=all_or_none))

    async def create_mixed(self, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Saved]:
        """Create records of several objects, those of one object after each other; all of them or none."""
        whole: dict[str, Any] = {"allOrNone": True, "records": []}
        for name, fields in rows:
            whole["records"] += _body(name, [fields], all_or_none=True)["records"]
        return await self._saved(Kind.CREATE, "POST", whole)

    async def update(
        self, name: str, rows: Rows, *, all_or_none: bool, headers: Mapping[str, str] | None = None
    ) -> list[Saved]:
        """Change records, each named by its Id."""
        return await self._saved(Kind.WRITE, "PATCH", _body(name, rows, all_or_none=all_or_none), headers=headers)

    async def upsert(self, name: str, external_field: str, rows: Rows) -> list[Saved]:
        """Create or change records by an external id, each on its own."""
        body, path = _body(name, rows, all_or_none=False), ("composite", "sobjects", api_name(name))
        return await self._saved(Kind.WRITE, "PATCH", body, path=(*path, api_name(external_field)))

    async def delete(self, identifiers: Sequence[str]) -> list[Saved]:
        """Delete records, each on its own."""
        params = {"ids": ",".join(map(record_id, identifiers)), "allOrNone": "false"}
        call = Call(Kind.CREATE, "DELETE", ("composite", "sobjects"), params)
        return [_saved(entry) for entry in body_of(await self._connection.send(call))]

    async def create_tree(self, name: str, records: Rows) -> dict[str, str]:
        """Create parents with their children, all of them or none: reference id → record id."""
        body = {"records": list(records)}
        call = Call(Kind.CREATE, "POST", ("composite", "tree", api_name(name)), body=lambda _version: body)
        try:
            answer = body_of(await self._connection.send(call))
        except Refused as failure:
            await self._explain([(name, failure)])
            raise
        return {str(entry["referenceId"]): str(entry["id"]) for entry in answer["results"]}

    async def _saved(
        self,
        kind: Kind,
        method: str,
        body: dict[str, Any],
        *,
        path: tuple[str, ...] = ("composite", "sobjects"),
        headers: Mapping[str, str] | None = None,
    ) -> list[Saved]:
        call = Call(kind, method, path, body=lambda _version: body, headers=headers or {})
        saved = [_saved(entry) for entry in body_of(await self._connection.send(call))]
        pairs = zip(body["records"], saved, strict=False)
        await self._explain([(row["attributes"]["type"], one.failure) for row, one in pairs if one.failure])
        return saved


def _body(name: str, rows: Rows, *, all_or_none: bool) -> dict[str, Any]:
    if not 1 <= len(rows) <= MOST:
        raise InvalidInput(f"{len(rows)} records were given; one request takes 1 to {MOST}", hint="Send fewer at once.")
    return {"allOrNone": all_or_none, "records": [{"attributes": {"type": api_name(name)}, **row} for row in rows]}


def _saved(entry: Mapping[str, Any]) -> Saved:
    failure = None if entry.get("success") else failure_from(400, entry.get("errors") or [{}])
    return Saved(str(entry.get("id") or ""), failure, bool(entry.get("created")))


def first_failure(saved: Sequence[Saved]) -> tuple[int, Failure] | None:
    """Where an all-or-none request failed, and why."""
    failed = [(position, one.failure) for position, one in enumerate(saved) if one.failure]
    own = [(position, failure) for position, failure in failed if failure.code not in _ROLLED_BACK]
    return next(iter(own or failed), None)


def tree_record(name: str, reference: str, fields: Mapping[str, Any], **children: Sequence[Any]) -> dict[str, Any]:
    """A node of a tree; `children` are nodes by the name of their relationship."""
    nested = {relationship: {"records": list(nodes)} for relationship, nodes in children.items() if nodes}
    return {"attributes": {"type": name, "referenceId": reference}, **fields, **nested}
