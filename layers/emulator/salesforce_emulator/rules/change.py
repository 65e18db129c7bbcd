"""One record on its way into the org."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.schema.model import Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

Row = dict[str, Any]


@dataclass
class Change:
    """A record before and after a write. Rules that run before it is saved may still change `row`."""

    org: Org
    caller: Caller
    object: Object
    before: Row | None
    given: Row  # what the caller said, by canonical field name
    row: Row

    @property
    def creating(self) -> bool:
        return self.before is None

    def changed(self, *names: str) -> bool:
        """Whether any of these fields is new or another than it was."""
        return self.before is None or any(self.row[name] != self.before[name] for name in names)
