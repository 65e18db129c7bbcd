"""Orders: lines have a price and a total, and the order is their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import pricing
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


def follow_status(change: Change) -> None:
    row = change.row
    row["StatusCode"] = row["Status"]
    row["TotalAmount"] = pricing.total_of_lines(change.org, "OrderItem", "OrderId", row["Id"])


def price_item(change: Change) -> None:
    row = change.row
    entry = change.org.row("PricebookEntry", row["PricebookEntryId"]) if row["PricebookEntryId"] else None
    if entry and change.creating:
        row.update(Product2Id=entry["Product2Id"], ListPrice=entry["UnitPrice"])
    row["TotalPrice"] = round(row["Quantity"] * row["UnitPrice"], 2)


def total_after_save(change: Change) -> None:
    total(change.org, change.caller, change.row)


def total(org: Org, caller: Caller, row: Row) -> None:
    order = org.row("Order", row["OrderId"])
    if order and not order["IsDeleted"]:
        org.change(caller, "Order", order["Id"], {})
