"""The last step of a job: what came of its parts, summed up and checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_mcp.bulk.ledger import ABORTED, COMPLETE, ENDED, FAILED, Load, Part
from salesforce_mcp.bulk.load import said_by
from salesforce_mcp.bulk.workshop import Workshop


async def finish(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    """Sum up; where a part was only parked, have a new execution go on."""
    load = await workshop.ledger.load(task["owner"], task["job"])
    parts = await workshop.ledger.parts(load.id)
    if any(part.parked for part in parts):
        await start(workshop, load, round_number=int(task["round"]) + 1)
        return {"job": load.id, "state": "continued"}
    cancelled, now = await workshop.ledger.is_cancelled(load.id), workshop.now()
    load = await workshop.ledger.change(load, lambda one: _summed(one, parts, cancelled=cancelled, now=now))
    return {"job": load.id, "state": load.state}


async def abandon(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    load = await workshop.ledger.load(task["owner"], task["job"])
    message, now = said_by(task), workshop.now()
    load = await workshop.ledger.change(
        load, lambda one: one if one.state in ENDED else replace(one, state=FAILED, message=message, ended_at=now)
    )
    return {"job": load.id, "state": load.state}


async def start(workshop: Workshop, load: Load, *, round_number: int = 1) -> None:
    kind = "export" if is_export(load) else "load"
    state = {"job": load.id, "owner": load.owner, "round": round_number, "kind": kind}
    await workshop.jobs.start(f"{load.id}-{round_number}", state)


def is_export(load: Load) -> bool:
    return load.operation in {"query", "queryAll"}


def _summed(load: Load, parts: list[Part], *, cancelled: bool, now: int) -> Load:
    if load.state in ENDED:
        return load
    succeeded = sum(part.succeeded for part in parts)
    failed = sum(part.failed for part in parts)
    unprocessed = sum(part.unprocessed for part in parts)
    rows = max(succeeded, *(part.processed for part in parts), 0) if is_export(load) else load.rows
    message = next((part.message for part in parts if part.message), "")
    missing = rows - load.rejected - succeeded - failed - unprocessed
    if missing and all(part.collected for part in parts):
        message = f"{missing} rows are in none of the accounts that Salesforce gives. {message}".strip()
    state = ABORTED if cancelled else COMPLETE
    if missing or (unprocessed and not cancelled) or (is_export(load) and message):
        state = ABORTED if cancelled else FAILED
    return replace(
        load,
        state=state,
        message=message,
        rows=rows,
        succeeded=succeeded,
        failed=failed,
        unprocessed=unprocessed,
        ended_at=now,
    )
