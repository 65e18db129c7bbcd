"""What a quote says on paper, read from the org."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import is_record_of, record_id, shown
from salesforce_mcp.salesforce.soql import like_literal, quote_literal
from salesforce_mcp.tools.existence import require_record

_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")


@dataclass(frozen=True)
class OfferLine:
    name: str
    code: str
    description: str
    quantity: float
    price: float
    discount: float
    total: float


@dataclass(frozen=True)
class Offer:
    number: str
    title: str
    date: str
    valid_until: str | None
    currency: str
    seller: str
    seller_lines: Sequence[str]
    customer: str
    customer_lines: Sequence[str]
    contact: str
    lines: Sequence[OfferLine]
    subtotal: float
    total: float
    tax: float
    shipping: float
    grand_total: float
    terms: str


_QUOTE, _OPPORTUNITY = "0Q0", "006"
_MOST_NAMED = 8


async def quote_meant(org: Salesforce, given: str) -> str:
    """The id of the quote, however it is named: by id, number or name, or by the opportunity that has only this one."""
    if is_record_of(_QUOTE, given):
        return record_id(given)
    of_opportunity = is_record_of(_OPPORTUNITY, given)
    where = f"OpportunityId = {quote_literal(record_id(given))}" if of_opportunity else _named(given)
    soql = f"SELECT Id, QuoteNumber, Name FROM Quote WHERE {where} ORDER BY CreatedDate DESC LIMIT 200"  # noqa: S608
    found = (await org.query(soql)).rows
    exact = [row for row in found if given.lower() in (str(row[1]), str(row[1]).lstrip("0"), str(row[2]).lower())]
    meant = exact or found
    if len(meant) == 1:
        return str(meant[0][0])
    if meant:
        names = "; ".join(f"{number} {name} ({identifier})" for identifier, number, name in meant[:_MOST_NAMED])
        raise InvalidInput(f"{len(meant)} quotes fit: {names}", fields=["quoteId"], hint="Give the id of one.")
    if of_opportunity:
        await require_record(org, given)
        raise NotFound("The opportunity has no quote", fields=["quoteId"], hint="createQuote makes one of it.")
    raise NotFound(
        f"There is no quote {shown(given)} that this user may see",
        fields=["quoteId"],
        hint="Give the id or the number of a quote, or the id of its opportunity.",
    )


def _named(text: str) -> str:
    """The number may be given without its zeros."""
    number, name = like_literal(text, before="%", after=""), like_literal(text, before="%")
    return f"QuoteNumber LIKE {number} OR Name LIKE {name}"


async def read_offer(org: Salesforce, quote_id: str, terms: str | None, currency: str | None) -> Offer:
    known = {field["name"] for field in (await org.describe("Quote"))["fields"]}
    own = ", CurrencyIsoCode" if "CurrencyIsoCode" in known else ""
    address = ", ".join(f"{kind}{part}" for kind in ("QuoteTo", "Billing") for part in _ADDRESS)
    lines = (
        "SELECT Product2.Name, Product2.ProductCode, Description, Quantity, ListPrice, UnitPrice, Discount,"
        " Subtotal, TotalPrice FROM QuoteLineItems ORDER BY SortOrder NULLS LAST, LineNumber LIMIT 500"
    )
    quote = (
        f"SELECT Name, QuoteNumber, CreatedDate, ExpirationDate, Description, QuoteToName, {address}, Email, Phone,"  # noqa: S608
        f" Account.Name, Contact.Name, Owner.Name, Subtotal, TotalPrice, Tax, ShippingHandling, GrandTotal{own},"
        f" ({lines}) FROM Quote WHERE Id = {quote_literal(quote_id)}"
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
        customer_lines=(
            *(_address(quote, "QuoteTo") or _address(quote, "Billing")),
            *filter(None, [quote.get("Contact.Name"), quote.get("Email")]),
        ),
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
