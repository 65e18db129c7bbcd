"""Few rows: saved in requests of 200, at once. The outcome is kept as that of a large job is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from salesforce_mcp.bulk.cell import as_json
from salesforce_mcp.bulk.columns import Column
from salesforce_mcp.bulk.csv_text import row_text
from salesforce_mcp.bulk.ledger import COMPLETE, FAILED, Load, Part
from salesforce_mcp.bulk.load import RESULTS, result_name
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import Failure, InvalidRecord, OutcomeUnknown
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.collections import MOST, Saved
from salesforce_mcp.salesforce.paths import shown

FEWER_THAN = 2_000
# API Gateway gives up after 30 s; what is left by then is reported as not done.
_SECONDS = 20


@dataclass
class _Account:
    """What became of each row, as Salesforce's own result files tell it."""

    header: Sequence[str]
    files: dict[str, bytearray] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        heads = {"successful": ["sf__Id", "sf__Created"], "failed": ["sf__Id", "sf__Error"], "unprocessed": []}
        for kind, extra in heads.items():
            self.files[kind] = bytearray(row_text([*extra, *self.header]))
            self.counts[kind] = 0

    def note(self, kind: str, extra: Sequence[str], cells: Sequence[str]) -> None:
        self.files[kind] += row_text([*extra, *cells])
        self.counts[kind] += 1

    def note_failure(self, number: int, failure: Failure, cells: Sequence[str]) -> None:
        fields = list(failure.fields)
        self.note("failed", ["", f"{failure.code}:{failure.message}:{','.join(fields)} --"], cells)
        self.failures.append(
            {
                "row": number,
                "code": failure.code,
                "message": failure.message[:300],
                **({"fields": fields} if fields else {}),
            }
        )
        self.reasons[failure.code] = self.reasons.get(failure.code, 0) + 1


Numbered = tuple[int, Sequence[str]]  # a row's number in the file, and its values


async def save_few(
    workshop: Workshop, load: Load, *, org: Salesforce, columns: Sequence[Column], rows: Sequence[Numbered]
) -> Load:
    """Save every row that can be saved, and account for each."""
    account, started = _Account([column.field for column in columns]), workshop.clock.now()
    stopped: Failure | None = None
    for first in range(0, len(rows), MOST):
        batch = rows[first : first + MOST]
        if stopped or workshop.clock.now() - started > _SECONDS:
            for _, cells in batch:
                account.note("unprocessed", [], cells)
            continue
        stopped = await _save(org, load, columns, batch, account)
    return await _kept(workshop, load, account, rows=len(rows), stopped=stopped)


async def _save(
    org: Salesforce, load: Load, columns: Sequence[Column], batch: Sequence[Numbered], account: _Account
) -> Failure | None:
    """One request. When its answer is lost nothing more is sent: what is known stays true."""
    try:
        saved = await _sent(org, load, [_record(columns, cells, load) for _, cells in batch])
    except Failure as failure:
        unsent = not isinstance(failure, OutcomeUnknown)
        for number, cells in batch:
            if unsent:
                account.note("unprocessed", [], cells)
            else:
                account.note_failure(number, failure, cells)
        return failure
    for (number, cells), one in zip(batch, saved, strict=True):
        if one.failure is not None:
            account.note_failure(number, one.failure, cells)
        else:
            created = one.created or load.operation == "insert"
            account.note("successful", [one.id, "true" if created else "false"], cells)
    return None


async def _sent(org: Salesforce, load: Load, records: list[dict[str, Any]]) -> list[Saved]:
    if load.operation == "insert":
        return await org.collections.create(load.object, records, all_or_none=False)
    if load.operation == "update":
        return await org.collections.update(load.object, records, all_or_none=False)
    if load.operation == "upsert":
        return await org.collections.upsert(load.object, load.external_id, records)
    return await _deleted(org, load.object, [str(record.get("Id", "")) for record in records])


async def _deleted(org: Salesforce, name: str, ids: Sequence[str]) -> list[Saved]:
    """Salesforce deletes whatever an id stands for; here only what the job says: the ids of its object."""
    prefix = (await org.describe(name))["keyPrefix"]

    def is_own(identifier: str) -> bool:
        return bool(prefix) and identifier.startswith(prefix)

    own = list(filter(is_own, ids))
    outcomes = iter(await org.collections.delete(own) if own else ())
    return [next(outcomes) if is_own(one) else Saved(one, _foreign(name, one)) for one in ids]


def _foreign(name: str, identifier: str) -> InvalidRecord:
    hint = f"Give ids of {name} only, or start a job for the other object."
    return InvalidRecord(f"{shown(identifier)} is no {name}", code="INVALID_CROSS_REFERENCE_KEY", hint=hint)


def _record(columns: Sequence[Column], cells: Sequence[str], load: Load) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column, text in zip(columns, cells, strict=True):
        if text == "" and load.operation != "delete":
            continue
        if column.described is None and "." in column.field:
            relationship, _, key = column.field.rpartition(":")[2].partition(".")
            record[relationship] = {key: text}
        else:
            record[column.field] = as_json(column.described, text)
    return record


async def _kept(workshop: Workshop, load: Load, account: _Account, *, rows: int, stopped: Failure | None) -> Load:
    for kind in RESULTS:
        await workshop.uploads.write(result_name(load, 0, kind), bytes(account.files[kind]))
    done: dict[str, Any] = {
        "succeeded": account.counts["successful"],
        "failed": account.counts["failed"],
        "unprocessed": account.counts["unprocessed"],
    }
    part = Part(job=load.id, number=0, rows=rows, first=1, collected=True, **done)
    await workshop.ledger.add_part(load, replace(part, failures=account.failures[:100], reasons=account.reasons))
    state = FAILED if stopped or done["unprocessed"] else COMPLETE
    message = f"{stopped.code}: {stopped.message}" if stopped else ""
    ended: Mapping[str, Any] = {"state": state, "message": message, "parts": 1, "ended_at": workshop.now(), **done}
    return await workshop.ledger.change(load, lambda now: replace(now, **ended))
