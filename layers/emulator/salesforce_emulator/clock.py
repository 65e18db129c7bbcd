"""The org's time: as the machine tells it, moved, or standing still."""

from datetime import UTC, datetime, timedelta

YEARS = range(1980, 2101)


def moment(text: str) -> datetime:
    """Read a time that says its zone: the org's is not the machine's."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone: write it as 2026-11-18T10:30:00Z")
    return time


class OrgClock:
    """`start` sets it; from there it runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta()
        self._still: datetime | None = None
        if start is not None:
            self.set(start)

    def __call__(self) -> datetime:
        return self._still or datetime.now(UTC) + self._ahead

    def set(self, time: datetime) -> None:
        """Make it that time now. What stood still goes on standing."""
        if time.year not in YEARS:
            raise ValueError(f"{time.isoformat()} is outside of {YEARS[0]} to {YEARS[-1]}")
        if self._still is not None:
            self._still = time.astimezone(UTC)
        else:
            self._ahead = time.astimezone(UTC) - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        self.set(self() + timedelta(seconds=seconds))

    def stop(self) -> None:
        self._still = self()

    def run(self) -> None:
        """Go on from where it stood."""
        time, self._still = self(), None
        self.set(time)
