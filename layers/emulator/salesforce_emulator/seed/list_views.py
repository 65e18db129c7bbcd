"""The list views that an org starts with."""

from typing import Any

from salesforce_emulator import definitions
from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.schema.displayed import CHOSEN
from salesforce_emulator.schema.model import Object

LISTED = ("Account", "Contact", "Lead", "Opportunity", "Case", "Campaign", "Task", "Product2", "Quote")
Condition = dict[str, Any]


def _is(field: str, operator: str, *values: str) -> Condition:
    return {"field": field, "operator": operator, "values": list(values)}


def _all(*conditions: Condition) -> Condition:
    return {"conditions": list(conditions), "conjunction": "and"}


OPEN = _is("IsClosed", "equals", "false")
# Beside All, My, New This Week and Recently Viewed, which every listed object has.
MORE: dict[str, list[tuple[str, str, Condition]]] = {
    "Account": [("PlatinumandGoldSLACustomers", "Platinum and Gold", _is("Tier__c", "in", "'Platinum'", "'Gold'"))],
    "Lead": [
        ("TodaysLeads", "Today's Leads", _is("CreatedDate", "equals", "TODAY")),
        ("AllOpenLeads", "All Open Leads", _is("IsConverted", "equals", "false")),
    ],
    "Opportunity": [
        ("AllOpenOpportunities", "All Open Opportunities", OPEN),
        ("ClosingThisMonth", "Closing This Month", _is("CloseDate", "equals", "THIS_MONTH")),
        ("Won", "Won", _is("IsWon", "equals", "true")),
    ],
    "Case": [
        ("AllOpenCases", "All Open Cases", OPEN),
        ("AllClosedCases", "All Closed Cases", _is("IsClosed", "equals", "true")),
        ("OpenEscalatedCases", "Open Escalated Cases", _all(OPEN, _is("IsEscalated", "equals", "true"))),
        ("MyOpenCases", "My Open Cases", OPEN),
    ],
    "Task": [("OpenTasks", "Open Tasks", OPEN)],
    "Campaign": [("AllActiveCampaigns", "All Active Campaigns", _is("IsActive", "equals", "true"))],
}


def fill(org: Org, root: Caller) -> None:
    for name in (*LISTED, *(one.name for one in org.schema if one.name.endswith("__c"))):
        one = org.schema.known(name)
        plural = one.label_plural
        short = plural.replace(" ", "")
        _add(org, root, one, f"All{short}", f"All {plural}"[:40], None)
        if one.field("OwnerId"):
            _add(org, root, one, f"My{short}", f"My {plural}"[:40], None, mine=True)
        _add(org, root, one, "NewThisWeek", "New This Week", _is("CreatedDate", "equals", "THIS_WEEK"))
        for developer_name, label, condition in MORE.get(name, []):
            _add(org, root, one, developer_name, label, condition, mine=developer_name.startswith("My"))


def _add(
    org: Org, root: Caller, one: Object, name: str, label: str, condition: Condition | None, *, mine: bool = False
) -> None:
    values = {"Name": label, "DeveloperName": name, "SobjectType": one.name}
    record_id = org.add(root, "ListView", values)
    order = CHOSEN[one.name][0] if one.name in CHOSEN else (one.name_field.name if one.name_field else "CreatedDate")
    meant = {"whereCondition": condition, "scope": "mine" if mine else None, "orderBy": order}
    definitions.put(org, record_id, meant)
