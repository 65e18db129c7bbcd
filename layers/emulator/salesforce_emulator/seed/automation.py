"""Validation rules, assignment rules, business hours and entitlement processes that an org starts with."""

from typing import Any

from salesforce_emulator import definitions
from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.rules import entities
from salesforce_emulator.rules.validation import RULES

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
# object -> which values lead to which queue; the first entry that fits decides
ASSIGNMENTS: dict[str, list[tuple[dict[str, list[str]], str]]] = {
    "Case": [({"Severity__c": ["S1"]}, "Escalations"), ({"Origin": ["Email", "Web"]}, "Support")],
    "Lead": [({"LeadSource": ["Web"]}, "New Leads")],
}
# minutes by priority of the case; "*" is every other
MILESTONES = {
    "First Response": {"High": 60, "*": 240},
    "Resolution Time": {"High": 480, "*": 2880},
}


def fill(org: Org, root: Caller) -> None:
    for rule in RULES:
        values = {"ValidationName": rule.name, "Active": rule.active, "ErrorMessage": rule.message}
        values["EntityDefinitionId"] = entities.entity_id(org, rule.object)
        org.add(root, "ValidationRule", {**values, "ErrorDisplayField": rule.field})
    queues = dict(org.connection.execute("SELECT Name, Id FROM \"Group\" WHERE Type = 'Queue'").fetchall())
    for name, entries in ASSIGNMENTS.items():
        rule_id = org.add(root, "AssignmentRule", {"Name": f"Standard {name} Routing", "SobjectType": name})
        meant = [{"when": when, "owner": queues[queue]} for when, queue in entries]
        definitions.put(org, rule_id, {"entries": meant})
    _entitlement_process(org, root)


def _entitlement_process(org: Org, root: Caller) -> None:
    hours: dict[str, Any] = {"Name": "Default", "IsDefault": True, "TimeZoneSidKey": "America/Los_Angeles"}
    hours |= {f"{day}{end}Time": "00:00:00.000Z" for day in DAYS for end in ("Start", "End")}  # around the clock
    business_hours = org.add(root, "BusinessHours", hours)
    values = {"Name": "Standard Support", "NameNorm": "standard support", "SobjectType": "Case"}
    process = org.add(root, "SlaProcess", {**values, "BusinessHoursId": business_hours})
    promised = []
    for name, minutes in MILESTONES.items():
        promised.append({"type": org.add(root, "MilestoneType", {"Name": name}), "minutes": minutes})
    definitions.put(org, process, {"milestones": promised})
