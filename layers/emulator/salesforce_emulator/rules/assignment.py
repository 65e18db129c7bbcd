"""Assignment rules: new cases and leads find their queue.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.rules.change import Change

OFF, USUAL, ACTIVE = "off", "usual", "active"


@dataclass
class AssignmentRules:
    """What the request says about assignment: nothing (the active rule, where nobody chose an owner), TRUE (the
    active rule in any case), the id of a rule, or FALSE."""

    mode: str = OFF  # writes of the platform itself are never routed

    @contextmanager
    def told(self, header: str) -> Iterator[None]:
        """Sforce-Auto-Assign: TRUE | FALSE | <id of a rule>"""
        said, before = header.strip(), self.mode
        known = {"": USUAL, "true": ACTIVE, "false": OFF}
        self.mode = known.get(said.lower(), said)
        try:
            yield
        finally:
            self.mode = before


def assign(change: Change) -> None:
    """Give the record to the owner of the first entry that it meets."""
    mode = change.org.assignment.mode
    if mode == OFF or (mode == USUAL and (not change.creating or change.given.get("OwnerId"))):
        return
    owner = _owner(change, mode)
    if owner:
        change.row["OwnerId"] = owner


def _owner(change: Change, mode: str) -> str | None:
    rule_id = None if mode in {USUAL, ACTIVE} else ids.canonical(mode)
    chosen = "Id = ?" if rule_id else "Active = 1 AND ? IS NULL"
    found = change.org.connection.execute(
        f'SELECT Id FROM "AssignmentRule" WHERE SobjectType = ? AND {chosen}',  # noqa: S608
        (change.object.name, rule_id),
    ).fetchone()
    meant = definitions.get(change.org, found[0]) if found else None
    for entry in meant["entries"] if meant else []:
        if _meets(change.row, entry["when"]):
            return str(entry["owner"])
    return None


def _meets(row: Mapping[str, Any], wanted: Mapping[str, list[str]]) -> bool:
    return all(row[name] in values for name, values in wanted.items())
