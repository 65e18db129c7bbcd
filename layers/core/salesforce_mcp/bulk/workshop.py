"""What every step of a job works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.ports import Clock, Jobs, Uploads
from salesforce_mcp.salesforce.client import Salesforce

# Salesforce takes 150 MB counted as base64; parts a quarter of that load side by side and fit into a small memory.
PART_BYTES = 25_000_000
PART_ROWS = 500_000
MOST_REJECTED = 1_000
# A poll is about ten events of a history that ends at 25,000.
MOST_POLLS = 1_900
LONGEST_PAUSE = 60
# Of a job that says nothing of its end, so much of the time so far is waited on: late by a seventh at most.
_SHARE = 7


@dataclass(frozen=True)
class Workshop:
    """`org_of` gives the org with the grant of a job's owner; SignInRequired when it is gone."""

    ledger: Ledger
    uploads: Uploads
    jobs: Jobs
    clock: Clock
    org_of: Callable[[str], Awaitable[Salesforce]]
    part_bytes: int = PART_BYTES
    part_rows: int = PART_ROWS
    most_polls: int = MOST_POLLS

    def now(self) -> int:
        return int(self.clock.now())

    def pause(self, *, since: int, left: int = 0, gained: int = 0, seconds: int = 0) -> int:
        """Seconds until a job is looked at again: soon at first and ever more rarely, but when it should have ended.

        `gained` rows were done in the last `seconds`, and so many are `left`.
        """
        waited = max(self.now() - since, 1)
        until_done = left * seconds // gained if gained > 0 and seconds else LONGEST_PAUSE
        return max(1, min(until_done, waited // _SHARE, LONGEST_PAUSE))
