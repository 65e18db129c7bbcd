"""Duplicates become one record: shown field by field first, then done once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import is_record_of, record_id, shown
from salesforce_mcp.salesforce.soql import identifier as field_path
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_Kind = Literal["Account", "Contact", "Lead", "Case"]
_Losers = Annotated[list[str], Field(min_length=1, max_length=2, description="Merged into the master")]
# A merge moves these by itself, or they belong to the record and not to what it says.
_LEFT_OUT = {"OwnerId", "RecordTypeId", "MasterRecordId", "IsUnreadByOwner", "Jigsaw", "CleanStatus", "ParentId"}
_WRITABLE = {"string", "textarea", "phone", "email", "url", "picklist", "currency", "double", "int", "percent", "date"}
_MOST_FIELDS = 150


async def _asked(
    objectName: str, masterId: str, duplicateIds: list[str], planId: str | None, ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    question = f"Merge {objectName} {' and '.join(duplicateIds)} into {masterId}? It cannot be undone."
    return confirmed(ctx, question if planId else "")


@tool(Effect.DESTROYS)
async def mergeRecords(
    objectName: _Kind,
    masterId: str,
    duplicateIds: _Losers,
    org: Org,
    caller: Calling,
    take: Annotated[dict[str, str] | None, Field(description="Field → id of the record to take it from")] = None,
    planId: str | None = None,
    *,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any]:
    """Merge duplicates into the master: its values stay, empty ones are filled, related records move to it. Without
    planId nothing changes: you get where they differ, field by field, and a planId to show the person."""
    confirmation.require()
    ids = _distinct(objectName, masterId, duplicateIds)
    describe = await org.describe(objectName)
    names = [field["name"] for field in describe["fields"] if _compared(field)][:_MOST_FIELDS]
    records = await _read(org, objectName, names, ids)
    chosen = _chosen(take or {}, ids, names)
    rows, values = [], dict[str, Any]()
    for name in names:
        kept = [record.get(name) for record in records]
        result = records[chosen[name]].get(name) if name in chosen else next((v for v in kept if v is not None), None)
        if len({str(value) for value in kept}) > 1:
            rows.append((name, *kept, result))
        if result != kept[0]:
            values[name] = result
    # The plan holds for what was shown: when a record says something else by then, it is shown again.
    arguments = {"objectName": objectName, "ids": ids, "values": values, "differences": rows}
    if planId is not None:
        await caller.plans.redeem(planId, subject=caller.subject, tool="mergeRecords", arguments=arguments)
        return await _merged(org, objectName, ids, values)
    plan_id = await caller.plans.propose(subject=caller.subject, tool="mergeRecords", arguments=arguments)
    columns = ("field", "master", *(f"duplicate{number}" for number in range(1, len(ids))), "result")
    return {
        "planId": plan_id,
        "names": [record.get("Name") or record.get("CaseNumber") for record in records],
        "values": values,
        **Table(columns, rows, len(rows)).as_data(),
    }


async def _merged(org: Salesforce, name: str, ids: Sequence[str], values: Mapping[str, Any]) -> dict[str, Any]:
    outcome = await org.soap.merge(name, ids[0], ids[1:], values)
    if outcome.failure:
        raise outcome.failure
    return {
        "id": outcome.one("id"),
        "merged": outcome.all("mergedRecordIds"),
        "relatedRecordsMoved": len(outcome.all("updatedRelatedIds")),
    }


def _distinct(kind: str, master: str, losers: Sequence[str]) -> list[str]:
    others = [id_of(kind, one, parameter=f"duplicateIds[{at}]") for at, one in enumerate(losers)]
    ids = [id_of(kind, master, parameter="masterId"), *others]
    if len(set(ids)) < len(ids):
        raise InvalidInput(
            "A record is named twice", fields=["duplicateIds"], hint="The master is not among its duplicates."
        )
    return ids


def _compared(field: Mapping[str, Any]) -> bool:
    return bool(field.get("updateable")) and field["type"] in _WRITABLE and field["name"] not in _LEFT_OUT


async def _read(org: Salesforce, name: str, fields: Sequence[str], ids: Sequence[str]) -> list[dict[str, Any]]:
    """The records in the order of their ids."""
    title = "CaseNumber" if name == "Case" else "Name"
    columns = ", ".join(map(field_path, dict.fromkeys(["Id", title, *fields])))
    listed = ", ".join(map(quote_literal, ids))
    found = (await org.query(f"SELECT {columns} FROM {name} WHERE Id IN ({listed})")).records  # noqa: S608
    by_id = {str(record["Id"]): record for record in found}
    if missing := [one for one in ids if one not in by_id]:
        raise NotFound(f"There is no {name} {missing[0]}", hint="It may be deleted, hidden, or another kind of record.")
    return [by_id[one] for one in ids]


def _chosen(take: Mapping[str, str], ids: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Of which record each of these fields is taken, by its place."""
    by_lower = {name.lower(): name for name in names}
    columns = {"master": 0, **{f"duplicate{number}": number for number in range(1, len(ids))}}
    sources = {**{one: number for number, one in enumerate(ids)}, **columns}
    for name, source in take.items():
        if name.lower() not in by_lower:
            meant = nearest(name, names)
            raise InvalidInput(
                f"{shown(name)} is no field that a merge can take",
                fields=["take"],
                hint=f"Did you mean {' or '.join(meant)}?" if meant else "The preview lists those that differ.",
            )
        if _source(source) not in sources:
            raise InvalidInput(
                f"{shown(source)} is none of the records that are merged",
                fields=["take"],
                hint=f"Take {name} from one of {', '.join(sources)}.",
            )
    return {by_lower[name.lower()]: sources[_source(source)] for name, source in take.items()}


def _source(text: str) -> str:
    """A record by its id, or by its column in the preview."""
    return record_id(text) if is_record_of("", text) else text.lower()
