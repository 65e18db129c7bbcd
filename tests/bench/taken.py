"""What loading and exporting the same rows took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from tests.bench.orgs import Site


@dataclass(frozen=True)
class Taken:
    """Seconds; of them `org_in` and `org_out` are those of the org's own work. `steps` has MB by step."""

    rows: int
    seconds_in: float
    seconds_out: float
    org_in: float
    org_out: float
    megabytes: float
    steps: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def at(
        cls, site: Site, seconds_in: float, seconds_out: float, *, megabytes: float, steps: Mapping[str, float]
    ) -> Self:
        org_in, org_out = site.seconds_of_the_org("V2Ingest"), site.seconds_of_the_org("V2Query")
        return cls(site.rows, seconds_in, seconds_out, org_in, org_out, megabytes, dict(steps))

    @property
    def added_in(self) -> float:
        return self.seconds_in - self.org_in

    @property
    def added_out(self) -> float:
        return self.seconds_out - self.org_out
