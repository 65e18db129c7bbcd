"""A job as a person wants to know it: how far, how fast, what failed and where."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from salesforce_mcp.bulk.ending import is_export
from salesforce_mcp.bulk.ledger import ENDED, Load, Part

_LISTED = 50
# Where the person gets the file of a job, by its kind.
FileOf = Callable[[Load, str], str]


def report_of(load: Load, parts: Sequence[Part], *, now: int, file_of: FileOf) -> dict[str, Any]:
    ended = load.state in ENDED
    told: dict[str, Any] = {
        "jobId": load.id,
        "operation": load.operation,
        **({"objectName": load.object} if load.object else {}),
        "state": load.state,
        **({"message": load.message} if load.message else {}),
    }
    if is_export(load):
        told["rows"] = load.rows if ended else sum(part.succeeded or part.processed for part in parts)
    else:
        told |= _counts(load, parts, ended=ended)
        told |= _pace(load, told, now=now, ended=ended)
        told |= _failures(load, parts)
    return told | ({"files": _links(load, parts, file_of)} if ended else {})


def brief(load: Load) -> list[Any]:
    created = datetime.fromtimestamp(load.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [load.id, load.operation, load.object, load.state, load.rows, load.succeeded, load.failed, created]


def _counts(load: Load, parts: Sequence[Part], *, ended: bool) -> dict[str, Any]:
    if ended:
        succeeded, failed, unprocessed = load.succeeded, load.failed, load.unprocessed
    else:
        failed = sum(part.failed if part.collected else part.refused for part in parts)
        done = sum(part.rows if part.collected else part.processed for part in parts)
        unprocessed = sum(part.unprocessed for part in parts)
        succeeded = max(done - failed - unprocessed, 0)
    return {
        "rows": load.rows,
        "succeeded": succeeded,
        "failed": failed,
        **({"unprocessed": unprocessed} if unprocessed else {}),
        **({"rejected": load.rejected} if load.rejected else {}),
    }


def _pace(load: Load, counts: dict[str, Any], *, now: int, ended: bool) -> dict[str, Any]:
    seconds = max((load.ended_at if ended else now) - load.created_at, 1)
    done = counts["succeeded"] + counts["failed"]
    rate = done / seconds
    if ended or not done:
        return {"seconds": seconds}
    left = max(load.rows - load.rejected - done, 0)
    return {"rowsPerSecond": round(rate, 1), "secondsLeft": round(left / rate)}


def _failures(load: Load, parts: Sequence[Part]) -> dict[str, Any]:
    """Each reason once, with how many rows it hit and some of them."""
    groups: dict[str, dict[str, Any]] = {}
    for failure in (one for part in parts for one in part.failures):
        group = groups.setdefault(
            f"{failure['code']} {failure.get('fields')}",
            {
                "code": failure["code"],
                "message": failure["message"],
                "fields": failure.get("fields", []),
                "rowNumbers": [],
            },
        )
        group["rowNumbers"].append(failure["row"])
    totals: Counter[str] = Counter()
    for part in parts:
        totals.update(part.reasons)
    told = list(groups.values())
    for group in told:
        alone = sum(1 for other in told if other["code"] == group["code"]) == 1
        group["count"] = totals[group["code"]] if alone else len(group["rowNumbers"])
        group["rowNumbers"] = group["rowNumbers"][:_LISTED]
        if not group["fields"]:
            del group["fields"]
    found: dict[str, Any] = {"failures": told} if told else {}
    if load.rejections:
        found["rejectedRows"] = load.rejections
    return found


def _links(load: Load, parts: Sequence[Part], file_of: FileOf) -> dict[str, str]:
    if is_export(load):
        return {"rows": file_of(load, "rows")} if any(part.pages for part in parts) else {}
    counts = {"successful": load.succeeded, "failed": load.failed, "unprocessed": load.unprocessed}
    counts["rejected"] = load.rejected
    return {kind: file_of(load, kind) for kind, count in counts.items() if count}
