"""Validation rules: conditions under which a record is not saved, each with the message of who wrote the rule.

https://help.salesforce.com/s/articleView?id=platform.fields_about_field_validation.htm
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.change import Change

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


@dataclass(frozen=True)
class Rule:
    object: str
    name: str
    message: str
    field: str | None
    broken: Callable[[Change], bool]
    active: bool = True  # when the org is made; the row of ValidationRule decides from then on


def _outside(name: str, least: float, most: float) -> Callable[[Change], bool]:
    def broken(change: Change) -> bool:
        value = change.row[name]
        return value is not None and not least <= value <= most

    return broken


def _lost_without_reason(change: Change) -> bool:
    row = change.row
    return row["StageName"] == "Closed Lost" and row["Loss_Reason__c"] is None and change.changed("StageName")


RULES = (
    Rule(
        "Case",
        "Satisfaction_Range",
        "Satisfaction goes from 1 to 5.",
        "Satisfaction__c",
        _outside("Satisfaction__c", 1, 5),
    ),
    Rule("Lead", "Score_Range", "A score goes from 0 to 100.", "Score__c", _outside("Score__c", 0, 100)),
    Rule(
        "Opportunity",
        "Loss_Reason_Required",
        "Say why the deal was lost before you close it.",
        "Loss_Reason__c",
        _lost_without_reason,
        active=False,
    ),
)


def check(change: Change) -> None:
    for rule in RULES:
        if rule.object == change.object.name and rule.broken(change) and _is_active(change.org, rule):
            fields = [rule.field] if rule.field else []
            raise Refused(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields)


def _is_active(org: Org, rule: Rule) -> bool:
    found = org.connection.execute(
        'SELECT Active FROM "ValidationRule" WHERE ValidationName = ?', (rule.name,)
    ).fetchone()
    return bool(found and found[0])
