"""Moments as the org keeps them: UTC text that sorts as time does."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=8)  # what is written together has one time
def stamp(moment: datetime) -> str:
    """The platform keeps its own stamps to the second and shows three zeros."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
