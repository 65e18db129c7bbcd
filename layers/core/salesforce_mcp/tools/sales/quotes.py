"""Quotes: made from an opportunity with its lines, and drawn as a PDF."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.collections import tree_record
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.sales.quote_pdf import Offer, OfferLine, drawn
from salesforce_mcp.tools.tool import Effect, Org, tool

_TOTALS = "Name,QuoteNumber,Status,ExpirationDate,LineItemCount,Subtotal,Discount,TotalPrice,GrandTotal"
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_COPIED = ("Quantity", "UnitPrice", "Discount", "Description", "ServiceDate", "SortOrder")


@tool(Effect.WRITES)
async def createQuote(
    opportunityId: str,
    org: Org,
    name: str | None = None,
    expirationDate: date | None = None,
    discountPercent: Annotated[float | None, Field(description="On every line")] = None,
    record: Annotated[dict[str, Any] | None, Field(description="More fields of the quote, such as Tax")] = None,
) -> dict[str, Any]:
    """Make a quote from an opportunity: its products, prices, discounts, account and main contact. Returns totals."""
    there = Subrequest("GET", ("sobjects", "Opportunity", record_id(opportunityId)), "there", params={"fields": "Id"})
    found = await org.together([there, _opportunity(opportunityId), _contact(opportunityId)])
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
        f" FROM Opportunity WHERE Id = {quote_literal(record_id(identifier))}"
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
    quoteId: str,
    org: Org,
    terms: str | None = None,
    currency: Annotated[str | None, Field(description="ISO code, where the org has one currency", max_length=3)] = None,
) -> dict[str, Any]:
    """Draw a quote as a PDF (customer, lines, discounts, totals, terms), keep it with the quote, return its link."""
    offer = await _offer(org, quoteId, terms, currency)
    content, pages = drawn(offer)
    name = f"Quote {offer.number}.pdf"
    document = await org.create(
        "QuoteDocument", {"QuoteId": quoteId, "Name": name, "Document": b64encode(content).decode()}
    )
    link = await org.address(document)
    return {"documentId": document, "name": name, "pages": pages, "bytes": len(content), "link": link}


async def _offer(org: Salesforce, quote_id: str, terms: str | None, currency: str | None) -> Offer:
    known = {field["name"] for field in (await org.describe("Quote"))["fields"]}
    own = ", CurrencyIsoCode" if "CurrencyIsoCode" in known else ""
    address = ", ".join(f"QuoteTo{part}" for part in _ADDRESS)
    lines = (
        "SELECT Product2.Name, Product2.ProductCode, Description, Quantity, ListPrice, UnitPrice, Discount,"
        " Subtotal, TotalPrice FROM QuoteLineItems ORDER BY SortOrder NULLS LAST, LineNumber LIMIT 500"
    )
    quote = (
        f"SELECT Name, QuoteNumber, CreatedDate, ExpirationDate, Description, QuoteToName, {address}, Email, Phone,"  # noqa: S608
        f" Account.Name, Contact.Name, Owner.Name, Subtotal, TotalPrice, Tax, ShippingHandling, GrandTotal{own},"
        f" ({lines}) FROM Quote WHERE Id = {quote_literal(record_id(quote_id))}"
    )
    company = "SELECT Name, Street, City, State, PostalCode, Country, Phone, DefaultLocaleSidKey FROM Organization"
    bodies = await org.together(
        [
            Subrequest("GET", ("sobjects", "Quote", quote_id), "there", params={"fields": "Id"}),
            Subrequest("GET", ("query",), "quote", params={"q": quote}),
            Subrequest("GET", ("query",), "company", params={"q": company}),
        ]
    )
    found = bodies["quote"]["records"][0]
    seller = (bodies["company"]["records"] or [{}])[0]
    code = currency or found.get("CurrencyIsoCode") or _currency_of(str(seller.get("DefaultLocaleSidKey") or ""))
    return _as_offer(flat_record({**found, "QuoteLineItems": None}), found, seller, code.upper(), terms)


# An org with one currency does not say which: its locale does.
_CURRENCIES = {"US": "USD", "GB": "GBP", "JP": "JPY", "CH": "CHF", "CA": "CAD", "AU": "AUD", "IN": "INR", "PL": "PLN"}
_EURO = {"DE", "FR", "IT", "ES", "NL", "AT", "BE", "IE", "FI", "PT", "GR", "LU"}


def _currency_of(locale: str) -> str:
    country = locale.partition("_")[2][:2]
    return "EUR" if country in _EURO else _CURRENCIES.get(country, "USD")


def _as_offer(
    quote: Mapping[str, Any], record: Mapping[str, Any], seller: Mapping[str, Any], currency: str, terms: str | None
) -> Offer:
    return Offer(
        number=str(quote["QuoteNumber"]),
        title=str(quote["Name"]),
        date=str(quote["CreatedDate"])[:10],
        valid_until=quote.get("ExpirationDate"),
        currency=currency,
        seller=str(seller.get("Name") or ""),
        seller_lines=tuple(_address(seller, "")) + tuple(filter(None, [seller.get("Phone")])),
        customer=str(quote.get("QuoteToName") or quote.get("Account.Name") or ""),
        customer_lines=(*_address(quote, "QuoteTo"), *filter(None, [quote.get("Contact.Name"), quote.get("Email")])),
        contact=str(quote.get("Owner.Name") or ""),
        lines=tuple(map(_offer_line, (record["QuoteLineItems"] or {"records": []})["records"])),
        subtotal=quote.get("Subtotal") or 0,
        total=quote.get("TotalPrice") or 0,
        tax=quote.get("Tax") or 0,
        shipping=quote.get("ShippingHandling") or 0,
        grand_total=quote.get("GrandTotal") or 0,
        terms=terms or quote.get("Description") or "",
    )


def _address(record: Mapping[str, Any], prefix: str) -> list[str]:
    part = {name: str(record.get(f"{prefix}{name}") or "") for name in _ADDRESS}
    town = " ".join(filter(None, [", ".join(filter(None, [part["City"], part["State"]])), part["PostalCode"]]))
    return [line for line in [*part["Street"].splitlines(), town, part["Country"]] if line]


def _offer_line(line: Mapping[str, Any]) -> OfferLine:
    product = line["Product2"] or {}
    return OfferLine(
        name=str(product.get("Name") or ""),
        code=str(product.get("ProductCode") or ""),
        description=str(line["Description"] or ""),
        quantity=line["Quantity"],
        price=line["UnitPrice"],
        discount=line["Discount"] or 0,
        total=line["TotalPrice"],
    )
