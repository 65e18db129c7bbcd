"""Price books, and the lines and sums of opportunities and quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

PARENTS = {"OpportunityLineItem": ("Opportunity", "OpportunityId"), "QuoteLineItem": ("Quote", "QuoteId")}


def describe_entry(change: Change) -> None:
    product = change.org.row("Product2", change.row["Product2Id"]) or {}
    change.row.update(Name=product.get("Name"), ProductCode=product.get("ProductCode"))


def require_standard_price(change: Change) -> None:
    """A price of one's own needs a standard price to differ from, and a price book has one price for a product."""
    org, row = change.org, change.row
    if not change.creating:
        return
    if _entry(org, row["Product2Id"], row["Pricebook2Id"]):
        raise Refused(400, "DUPLICATE_VALUE", "This price definition already exists in this price book", [])
    standard = org.connection.execute(
        'SELECT e.UnitPrice FROM "PricebookEntry" e JOIN "Pricebook2" b ON b.Id = e.Pricebook2Id'
        " WHERE b.IsStandard = 1 AND e.Product2Id = ? AND e.IsDeleted = 0",
        (row["Product2Id"],),
    ).fetchone()
    book = org.row("Pricebook2", row["Pricebook2Id"]) or {}
    if not book.get("IsStandard") and standard is None:
        raise Refused(400, "STANDARD_PRICE_NOT_DEFINED", "Before creating a custom price, create a standard price.", [])
    if row["UseStandardPrice"] and standard:
        row["UnitPrice"] = standard[0]


def find_entry(change: Change) -> None:
    """A line takes product and list price from its entry, which must be of its parent's price book."""
    if not change.creating:
        return
    org, row = change.org, change.row
    parent_name, reference = PARENTS[change.object.name]
    parent = org.row(parent_name, row[reference]) or {}
    if row["PricebookEntryId"] is None and row["Product2Id"]:
        row["PricebookEntryId"] = _entry(org, row["Product2Id"], parent["Pricebook2Id"] or standard_book(org))
    if row["PricebookEntryId"] is None:
        raise Refused(
            400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [PricebookEntryId]", ["PricebookEntryId"]
        )
    entry = org.row("PricebookEntry", row["PricebookEntryId"]) or {}
    if not entry["IsActive"]:
        raise _integrity("pricebook entry is inactive")
    if parent["Pricebook2Id"] is None:
        org.change(change.caller, parent_name, parent["Id"], {"Pricebook2Id": entry["Pricebook2Id"]})
    elif parent["Pricebook2Id"] != entry["Pricebook2Id"]:
        where = parent_name.lower()
        raise _integrity(f"pricebook entry is in a different pricebook than the one assigned to the {where}")
    row.update(Product2Id=entry["Product2Id"], ListPrice=entry["UnitPrice"])
    if "ProductCode" in row:
        row["ProductCode"] = entry["ProductCode"]
        row["Name"] = f"{parent['Name']} {entry['Name']}"[:376]


def price_line(change: Change) -> None:
    """Sales price, subtotal and total; the caller may give either the price or the total."""
    row, quantity = change.row, change.row["Quantity"]
    part = 1 - (row["Discount"] or 0) / 100
    if change.given.get("UnitPrice") is None and change.given.get("TotalPrice") is not None and quantity and part:
        row["UnitPrice"] = round(row["TotalPrice"] / quantity / part, 2)
    elif row["UnitPrice"] is None:
        row["UnitPrice"] = row["ListPrice"]
    row["Subtotal"] = round(quantity * row["UnitPrice"], 2)
    row["TotalPrice"] = round(row["Subtotal"] * part, 2)


def describe_quote(change: Change) -> None:
    opportunity = change.org.row("Opportunity", change.row["OpportunityId"]) or {}
    change.row["AccountId"] = opportunity.get("AccountId")
    change.row["Pricebook2Id"] = change.row["Pricebook2Id"] or opportunity.get("Pricebook2Id")


def total_quote_row(change: Change) -> None:
    row = change.row
    subtotal, total, count = change.org.connection.execute(
        'SELECT coalesce(sum(Subtotal), 0.0), coalesce(sum(TotalPrice), 0.0), count(*) FROM "QuoteLineItem"'
        " WHERE QuoteId = ? AND IsDeleted = 0",
        (row["Id"],),
    ).fetchone()
    row.update(
        Subtotal=round(subtotal, 2),
        TotalPrice=round(total, 2),
        LineItemCount=count,
        Discount=round(100 * (1 - total / subtotal), 2) if subtotal else 0.0,
        GrandTotal=round(total + (row["Tax"] or 0) + (row["ShippingHandling"] or 0), 2),
    )


def total_after_save(change: Change) -> None:
    total(change.org, change.caller, change.row)


def total(org: Org, caller: Caller, row: Row) -> None:
    """Let the parent of a line sum up again."""
    if "QuoteId" in row:
        _touch(org, caller, "Quote", row["QuoteId"], {})
        return
    count, quantity = org.connection.execute(
        'SELECT count(*), sum(Quantity) FROM "OpportunityLineItem" WHERE OpportunityId = ? AND IsDeleted = 0',
        (row["OpportunityId"],),
    ).fetchone()
    sums = {"HasOpportunityLineItem": count > 0, "TotalOpportunityQuantity": quantity}
    _touch(org, caller, "Opportunity", row["OpportunityId"], sums)


def total_of_lines(org: Org, name: str, reference: str, parent_id: str) -> float:
    found = org.connection.execute(
        f'SELECT coalesce(sum(TotalPrice), 0.0) FROM "{name}" WHERE {reference} = ? AND IsDeleted = 0',  # noqa: S608
        (parent_id,),
    ).fetchone()
    return round(float(found[0]), 2)


def standard_book(org: Org) -> str | None:
    found = org.connection.execute('SELECT Id FROM "Pricebook2" WHERE IsStandard = 1').fetchone()
    return str(found[0]) if found else None


def _touch(org: Org, caller: Caller, name: str, record_id: str, values: Row) -> None:
    parent = org.row(name, record_id)
    if parent and not parent["IsDeleted"]:
        org.change(caller, name, record_id, values)


def _entry(org: Org, product_id: str, book_id: str | None) -> str | None:
    found = org.connection.execute(
        'SELECT Id FROM "PricebookEntry" WHERE Product2Id = ? AND Pricebook2Id = ? AND IsDeleted = 0',
        (product_id, book_id),
    ).fetchone()
    return str(found[0]) if found else None


def _integrity(why: str) -> Refused:
    message = f"field integrity exception: PricebookEntryId ({why})"
    return Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["PricebookEntryId"])
