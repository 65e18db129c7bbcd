"""How many calls a person may make in a minute, counted across every instance."""

from salesforce_mcp.errors import RateLimited
from salesforce_mcp.ports import Clock, Key, Store

_WINDOW_SECONDS = 60


class CallLimit:
    def __init__(self, store: Store, clock: Clock, *, per_minute: int) -> None:
        self._store = store
        self._clock = clock
        self._per_minute = per_minute

    async def spend(self, subject: str) -> None:
        """Count one call; refuse it when this minute's are used up."""
        now = self._clock.now()
        window = int(now // _WINDOW_SECONDS)
        ends = (window + 1) * _WINDOW_SECONDS
        # The count outlives its minute by one, so that clocks of two instances may differ.
        count = await self._store.add(Key(f"calls#{subject}", str(window)), expires_at=ends + _WINDOW_SECONDS)
        if count > self._per_minute:
            wait = max(1, int(ends - now))
            raise RateLimited(
                f"More than {self._per_minute} calls in a minute",
                retry_after=wait,
                hint=f"Wait {wait} seconds. Ask for more at once: executeQuery with IN (…), executeComposite.",
            )
