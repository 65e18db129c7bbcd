"""Workflow rules: once a record comes to meet a condition, some of its fields are set.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_rules.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


@dataclass(frozen=True)
class Workflow:
    number: int
    object: str
    name: str
    description: str
    when: Mapping[str, Any]
    update: str  # what the field update is called
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return ids.make("01Q", 9_000 + self.number)

    @property
    def update_id(self) -> str:
        return ids.make("04Y", self.number)

    def met(self, row: Row) -> bool:
        return all(row[name] == value for name, value in self.when.items())


WORKFLOWS = (
    Workflow(
        1,
        "Case",
        "Standing lines are urgent",
        "Severity S1 makes a case urgent.",
        when={"Severity__c": "S1"},
        update="Set high priority",
        values={"Priority": "High"},
    ),
)


def follow(change: Change) -> None:
    """Set the fields of the rules that the record did not meet before and meets now."""
    for one in WORKFLOWS:
        if one.object == change.object.name and one.met(change.row) and not (change.before and one.met(change.before)):
            change.row.update(one.values)


def fire(org: Org, caller: Caller, row: Row, chosen: tuple[Workflow, ...]) -> None:
    """Evaluate the rules for a record now, whether or not it has changed."""
    for one in chosen:
        if one.met(row):
            org.change(caller, one.object, row["Id"], dict(one.values))
