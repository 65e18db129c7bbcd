"""The custom objects of the demo company: a formula on the line, a roll-up on its master."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def multiply(change: Change) -> None:
    row = change.row
    row["Line_Total__c"] = round((row["Quantity__c"] or 0) * (row["Unit_Price__c"] or 0), 2)


def total_after_save(change: Change) -> None:
    total(change.org, change.caller, change.row)


def total(org: Org, caller: Caller, row: Row) -> None:  # noqa: ARG001
    query = 'SELECT coalesce(sum(Line_Total__c), 0.0) FROM "Invoice_Line__c" WHERE Invoice__c = ? AND IsDeleted = 0'
    found = org.connection.execute(query, (row["Invoice__c"],)).fetchone()[0]
    rows.change(org.connection, "Invoice__c", row["Invoice__c"], {"Total__c": round(found, 2)})
