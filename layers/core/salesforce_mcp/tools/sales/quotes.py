"""Quotes: made from an opportunity with its lines, and drawn as a PDF."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from salesforce_mcp.salesforce.collections import tree_record
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.sales.offer import quote_meant, read_offer
from salesforce_mcp.tools.tool import Effect, Org, tool

_TOTALS = "Name,QuoteNumber,Status,ExpirationDate,LineItemCount,Subtotal,Discount,TotalPrice,GrandTotal"
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_COPIED = ("Quantity", "UnitPrice", "Discount", "Description", "ServiceDate", "SortOrder")


def _currency(text: str | None) -> str | None:
    if text is not None and not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise ValueError("must be a currency's three letters, such as EUR")
    return text


_Currency = Annotated[
    str | None, AfterValidator(_currency), Field(description="ISO code, where the org has one currency")
]


@tool(Effect.WRITES)
async def createQuote(
    opportunityId: str,
    org: Org,
    name: str | None = None,
    expirationDate: date | None = None,
    discountPercent: Annotated[float | None, Field(ge=0, le=100, description="On every line")] = None,
    record: Annotated[dict[str, Any] | None, Field(description="More fields of the quote, such as Tax")] = None,
) -> dict[str, Any]:
    """Make a quote from an opportunity: its products, prices, discounts, account and main contact. Returns totals."""
    of = id_of("Opportunity", opportunityId, parameter="opportunityId")
    there = Subrequest("GET", ("sobjects", "Opportunity", of), "there", params={"fields": "Id"})
    found = await org.together([there, _opportunity(of), _contact(of)])
    opportunity = found["opportunity"]["records"][0]
    contact = (found["role"]["records"] or [{}])[0].get("Contact") or {}
    quote = {
        **_quote_values(opportunity, contact, name, expirationDate.isoformat() if expirationDate else None),
        **(record or {}),
    }
    lines = [
        tree_record("QuoteLineItem", f"line{number}", _line_values(line, discountPercent))
        for number, line in enumerate((opportunity["OpportunityLineItems"] or {"records": []})["records"])
    ]
    made = await org.collections.create_tree("Quote", [tree_record("Quote", "quote", quote, QuoteLineItems=lines)])
    after = await org.get("Quote", made["quote"], _TOTALS.split(","))
    note = {} if lines else {"note": "The opportunity has no products: add some to the quote with addProducts"}
    return {"id": made["quote"], **after, **note}


def _opportunity(identifier: str) -> Subrequest:
    address = ", ".join(f"Account.Billing{part}" for part in _ADDRESS)
    lines = (
        f"SELECT Id, PricebookEntryId, Product2Id, {', '.join(_COPIED)} FROM OpportunityLineItems"  # noqa: S608
        " ORDER BY SortOrder NULLS LAST, CreatedDate LIMIT 199"
    )
    soql = (
        f"SELECT Id, Name, Pricebook2Id, AccountId, Account.Name, {address}, ({lines})"  # noqa: S608
        f" FROM Opportunity WHERE Id = {quote_literal(identifier)}"
    )
    return Subrequest("GET", ("query",), "opportunity", params={"q": soql})


def _contact(identifier: str) -> Subrequest:
    soql = (
        "SELECT ContactId, Contact.Id, Contact.Name, Contact.Email, Contact.Phone FROM OpportunityContactRole"  # noqa: S608
        f" WHERE OpportunityId = {quote_literal(identifier)} ORDER BY IsPrimary DESC, CreatedDate LIMIT 1"
    )
    return Subrequest("GET", ("query",), "role", params={"q": soql})


def _quote_values(
    opportunity: Mapping[str, Any], contact: Mapping[str, Any], name: str | None, expires: str | None
) -> dict[str, Any]:
    account = opportunity["Account"] or {}
    values = {
        "Name": (name or f"{opportunity['Name']} - Quote")[:255],
        "OpportunityId": opportunity["Id"],
        "Pricebook2Id": opportunity["Pricebook2Id"],
        "ExpirationDate": expires,
        "ContactId": contact.get("Id"),
        "Email": contact.get("Email"),
        "Phone": contact.get("Phone"),
        "BillingName": account.get("Name"),
        "QuoteToName": account.get("Name"),
        **{f"{kind}{part}": account.get(f"Billing{part}") for kind in ("Billing", "QuoteTo") for part in _ADDRESS},
    }
    return {field: value for field, value in values.items() if value is not None}


def _line_values(line: Mapping[str, Any], discount: float | None) -> dict[str, Any]:
    values = {
        "PricebookEntryId": line["PricebookEntryId"],
        "Product2Id": line["Product2Id"],
        "OpportunityLineItemId": line["Id"],
        **{name: line[name] for name in _COPIED},
        **({"Discount": discount} if discount is not None else {}),
    }
    return {name: value for name, value in values.items() if value is not None}


@tool(Effect.WRITES)
async def generateQuotePdf(
    quoteId: Annotated[str, Field(description="Or its number, or its opportunity's id")],
    org: Org,
    terms: str | None = None,
    currency: _Currency = None,
) -> dict[str, Any]:
    """Draw a quote as a PDF (customer, lines, discounts, totals, terms), keep it with the quote, return its link."""
    from salesforce_mcp.tools.sales.quote_pdf import drawn  # only a quote that is drawn pays for it

    quoteId = await quote_meant(org, quoteId)
    offer = await read_offer(org, quoteId, terms, currency)
    drawing = drawn(offer)
    name = f"Quote {offer.number}.pdf"
    content = b64encode(drawing.content).decode()
    document = await org.create("QuoteDocument", {"QuoteId": quoteId, "Name": name, "Document": content})
    return {
        "documentId": document,
        "name": name,
        "pages": drawing.pages,
        "bytes": len(drawing.content),
        "link": await org.address(document),
        **({"note": f"Boxes stand for what the fonts lack: {drawing.undrawn[:50]}"} if drawing.undrawn else {}),
    }
