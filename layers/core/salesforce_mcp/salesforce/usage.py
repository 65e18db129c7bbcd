"""How much of the org's daily API allocation is used, as each answer tells in Sforce-Limit-Info."""

import re
from dataclasses import dataclass

_USAGE = re.compile(r"(?:^|[;\s])api-usage=(\d{1,12})/(\d{1,12})")


@dataclass(frozen=True)
class Usage:
    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    def as_data(self) -> dict[str, int]:
        return {"used": self.used, "limit": self.limit, "left": self.left}

    @classmethod
    def parse(cls, header: str | None) -> "Usage | None":
        found = _USAGE.search(header or "")
        return cls(int(found[1]), int(found[2])) if found else None
