"""What is known of a job: one fact for the job, one for each of its parts, all changed by comparing versions only."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from salesforce_mcp.errors import NotFound, Unavailable
from salesforce_mcp.ports import Item, Key, Store

KEPT_SECONDS = 7 * 86400
_TRIES = 20

PREPARING, RUNNING, COMPLETE, FAILED, ABORTED = "preparing", "running", "complete", "failed", "aborted"
ENDED = frozenset({COMPLETE, FAILED, ABORTED})


@dataclass(frozen=True)
class Load:
    """A job that writes rows (`soql` empty unless they are selected), or with the operation query exports them."""

    id: str
    owner: str  # "<organization id>/<user id>"
    object: str
    operation: str
    created_at: int
    external_id: str = ""
    source: str = ""  # the file the rows come from
    delimiter: str = ""
    columns: dict[str, str] = field(default_factory=dict)  # column of the file → field; empty to leave it out
    soql: str = ""
    values: dict[str, str] = field(default_factory=dict)  # the same for every selected row
    state: str = PREPARING
    message: str = ""
    parts: int | None = None  # None until the rows have been read
    rows: int = 0
    rejected: int = 0  # rows that were never sent: not right as CSV
    succeeded: int = 0
    failed: int = 0
    unprocessed: int = 0
    ended_at: int = 0
    rejections: list[dict[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> str:
        return f"jobs/{self.owner}/{self.id}"


@dataclass(frozen=True)
class Part:
    """Some of the rows, loaded by one job of Salesforce."""

    job: str
    number: int
    rows: int
    first: int  # number of its first row in the file
    gaps: list[int] = field(default_factory=list)  # rows between that were rejected
    sha256: str = ""
    intent_at: int = 0  # when a Salesforce job was about to be opened
    salesforce_job: str = ""
    uploaded: bool = False
    closed: bool = False
    processed: int = 0
    refused: int = 0
    collected: bool = False
    parked: bool = False
    succeeded: int = 0
    failed: int = 0
    unprocessed: int = 0
    message: str = ""
    failures: list[dict[str, Any]] = field(default_factory=list)  # the first ones, with their rows
    reasons: dict[str, int] = field(default_factory=dict)  # every failure, counted by its code
    locator: str = ""  # of an export: where its next page begins
    pages: int = 0


class Ledger:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, load: Load) -> None:
        await self._store.create(_job_key(load.owner, load.id), asdict(load), expires_at=_expiry(load))

    async def load(self, owner: str, job: str) -> Load:
        """A job of this owner; anybody else's is not found."""
        return Load(**(await self._item(_job_key(owner, job))).value)

    async def loads(self, owner: str) -> list[Load]:
        found = [Load(**item.value) for item in await self._store.list(f"bulk#{owner}")]
        return sorted(found, key=lambda load: load.created_at, reverse=True)

    async def change(self, load: Load, change: Callable[[Load], Load]) -> Load:
        """The job as it is now, changed. The change may be asked for more than once."""
        key = _job_key(load.owner, load.id)
        for _ in range(_TRIES):
            item = await self._item(key)
            wanted = change(Load(**item.value))
            if asdict(wanted) == dict(item.value):
                return wanted
            if await self._store.replace(item, asdict(wanted), expires_at=item.expires_at):
                return wanted
        raise _contended()

    async def add_part(self, load: Load, part: Part) -> Part:
        """Note a part unless it is noted: a step that is done twice must not forget what came after it."""
        key = _part_key(load.id, part.number)
        if await self._store.create(key, asdict(part), expires_at=_expiry(load)):
            return part
        return await self.part(load.id, part.number)

    async def part(self, job: str, number: int) -> Part:
        return Part(**(await self._item(_part_key(job, number))).value)

    async def parts(self, job: str) -> list[Part]:
        return [Part(**item.value) for item in await self._store.list(f"bulkpart#{job}")]

    async def change_part(self, part: Part, **values: Any) -> Part:
        return await self.amend_part(part, lambda now: replace(now, **values))

    async def amend_part(self, part: Part, change: Callable[[Part], Part]) -> Part:
        key = _part_key(part.job, part.number)
        for _ in range(_TRIES):
            item = await self._item(key)
            wanted = change(Part(**item.value))
            if await self._store.replace(item, asdict(wanted), expires_at=item.expires_at):
                return wanted
        raise _contended()

    async def claim(self, part: Part, salesforce_job: str, *, expires_at: int) -> bool:
        """Whether this Salesforce job is this part's: no two parts may fill the same."""
        key, mine = Key("bulkclaim", salesforce_job), {"part": f"{part.job}/{part.number}"}
        if await self._store.create(key, mine, expires_at=expires_at):
            return True
        item = await self._store.get(key)
        return item is not None and dict(item.value) == mine

    async def is_claimed(self, salesforce_job: str) -> bool:
        return await self._store.get(Key("bulkclaim", salesforce_job)) is not None

    async def cancel(self, load: Load) -> None:
        await self._store.create(Key("bulkcancel", load.id), {}, expires_at=_expiry(load))

    async def is_cancelled(self, job: str) -> bool:
        return await self._store.get(Key("bulkcancel", job)) is not None

    async def _item(self, key: Key) -> Item:
        item = await self._store.get(key)
        if item is None:
            raise NotFound(
                "There is no such job",
                code="JOB_NOT_FOUND",
                hint="Only who started one sees it, for seven days. getBulkJob without jobId lists them.",
            )
        return item


def _job_key(owner: str, job: str) -> Key:
    return Key(f"bulk#{owner}", job)


def _part_key(job: str, number: int) -> Key:
    return Key(f"bulkpart#{job}", f"{number:05}")


def _expiry(load: Load) -> int:
    return load.created_at + KEPT_SECONDS


def _contended() -> Unavailable:
    return Unavailable("The job is being changed by too many at once", hint="Try again in a moment.")
