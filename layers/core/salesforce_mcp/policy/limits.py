"""How many calls a person may make in a minute, and how many that write in a day, counted across every instance."""

from salesforce_mcp.errors import RateLimited
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.ports import Clock, Key, Store

_MINUTE, _DAY = 60, 86_400


class CallLimit:
    def __init__(self, store: Store, clock: Clock, *, per_minute: int, writes_per_day: int) -> None:
        self._store = store
        self._clock = clock
        self._per_minute = per_minute
        self._writes_per_day = writes_per_day

    async def spend(self, subject: str, needed: Scope) -> None:
        """Count one call; refuse it when this minute's, or the day's that write, are used up."""
        if wait := await self._wait(f"calls#{subject}", self._per_minute, seconds=_MINUTE):
            raise RateLimited(
                f"More than {self._per_minute} calls in a minute",
                retry_after=wait,
                hint=f"Wait {wait} seconds. Ask for more at once: executeQuery with IN (…), executeComposite.",
            )
        if needed is Scope.READ:
            return
        if wait := await self._wait(f"writes#{subject}", self._writes_per_day, seconds=_DAY):
            raise RateLimited(
                f"More than {self._writes_per_day} calls of writing tools in a day",
                retry_after=wait,
                hint="Reading goes on; writing does after midnight UTC. createBulkJob and massChange count once for "
                "all their records. The operator sets the number with WRITES_PER_DAY.",
            )

    async def _wait(self, counted: str, most: int, *, seconds: int) -> int:
        """Count one; the seconds until the next window begins if that was too many."""
        now = self._clock.now()
        window = int(now // seconds)
        ends = (window + 1) * seconds
        # The count outlives its window by a minute, so that clocks of two instances may differ.
        count = await self._store.add(Key(counted, str(window)), expires_at=ends + _MINUTE)
        return max(1, int(ends - now)) if count > most else 0
