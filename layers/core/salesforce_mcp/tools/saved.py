"""What became of several records that were written all or none."""

from collections.abc import Sequence

from salesforce_mcp.salesforce.collections import Saved, first_failure


def require_all(saved: Sequence[Saved], *, parameter: str) -> None:
    """Raise the failure that took everything back, and say which of the given records it was."""
    failed = first_failure(saved)
    if failed is None:
        return
    position, failure = failed
    failure.message = f"{parameter}[{position}]: {failure.message}"
    failure.hint = f"{failure.hint} Nothing was changed.".strip()
    raise failure
