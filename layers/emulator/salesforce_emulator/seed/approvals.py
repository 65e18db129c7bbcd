"""The approval processes that an org starts with."""

import re
from typing import Any

from salesforce_emulator import definitions
from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org

# name, object, what a record must have to enter, the steps with their approvers, field updates
PROCESSES: tuple[tuple[str, str, dict[str, Any] | None, tuple[tuple[str, str], ...], dict[str, Any]], ...] = (
    (
        "JSforce Approval Process #1",
        "Account",
        None,
        (("Step 1", "admin@demo.example"), ("Step 2", "admin@demo.example")),
        {},
    ),
    (
        "Large Deal Approval",
        "Opportunity",
        {"field": "Amount", "least": 100_000.0},
        (("Sales Manager", "maria.lopez@demo.example"), ("Operations", "admin@demo.example")),
        {"approved": {"NextStep": "Approved: send the offer"}, "rejected": {"NextStep": "Not approved: rework"}},
    ),
    (
        "Quote Approval",
        "Quote",
        None,
        (("Sales Manager", "maria.lopez@demo.example"),),
        {"approved": {"Status": "Approved"}, "rejected": {"Status": "Rejected"}},
    ),
)


def fill(org: Org, root: Caller) -> None:
    users = dict(org.connection.execute('SELECT Username, Id FROM "User"').fetchall())
    for name, target, entry, steps, updates in PROCESSES:
        developer_name = re.sub(r"\W+", "_", name)
        values = {"Name": name, "DeveloperName": developer_name, "TableEnumOrId": target}
        process = org.add(root, "ProcessDefinition", values)
        made = []
        for label, approver in steps:
            node = {"Name": label, "DeveloperName": label.replace(" ", "_"), "ProcessDefinitionId": process}
            made.append({"node": org.add(root, "ProcessNode", node), "approver": users[approver]})
        definitions.put(org, process, {"entry": entry, "steps": made, "updates": updates})
