"""Products with their prices, on an opportunity or on a quote."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import is_record_of, record_id, shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.tool import Effect, Org, tool

_MOST = 20  # as composite subrequests, one a line, beside what is read and written around them


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    product: str = Field(description="Name, code or id")
    quantity: float = Field(gt=0)
    unitPrice: float | None = Field(default=None, description="Instead of the list price")
    discountPercent: float | None = Field(default=None, ge=0, le=100)
    serviceDate: date | None = None
    description: str | None = None


class _Parent(NamedTuple):
    name: str
    line: str
    reference: str
    totals: str


_PARENTS = {
    "006": _Parent("Opportunity", "OpportunityLineItem", "OpportunityId", "Amount,ExpectedRevenue,Pricebook2Id"),
    "0Q0": _Parent("Quote", "QuoteLineItem", "QuoteId", "Subtotal,Discount,TotalPrice,GrandTotal,Pricebook2Id"),
}


@tool(Effect.WRITES)
async def addProducts(
    recordId: Annotated[str, Field(description="Id of an opportunity or quote")],
    products: Annotated[list[Line], Field(min_length=1, max_length=_MOST)],
    org: Org,
    pricebook: Annotated[str | None, Field(description="Name or id; else the record's")] = None,
) -> dict[str, Any]:
    """Add products to an opportunity or quote with quantity, own price, discount; all lines or none. Returns totals."""
    recordId = record_id(recordId)
    parent = _PARENTS.get(recordId[:3])
    if parent is None:
        raise InvalidInput(
            f"{shown(recordId)} is neither an opportunity nor a quote", code="MALFORMED_ID", fields=["recordId"]
        )
    path = ("sobjects", parent.name, recordId)
    entries = _query(_entries([line.product for line in products]))
    read = await org.together([Subrequest("GET", path, "record", params={"fields": "Name,Pricebook2Id"}), entries])
    offered = [flat_record(entry) for entry in read["entries"]["records"]]
    await _require_known(org, [line.product for line in products], offered)
    book = _pricebook(offered, pricebook, read["record"].get("Pricebook2Id"))
    chosen = [_entry(line.product, offered, book, number) for number, line in enumerate(products)]
    steps = []
    if read["record"].get("Pricebook2Id") is None:
        steps.append(Subrequest("PATCH", path, "book", body={"Pricebook2Id": book}))
    for number, (line, entry) in enumerate(zip(products, chosen, strict=True)):
        body = {parent.reference: recordId, "PricebookEntryId": entry["Id"], **_values(line, entry)}
        steps.append(Subrequest("POST", ("sobjects", parent.line), f"line{number}", body=body))
    steps.append(Subrequest("GET", path, "after", params={"fields": parent.totals}))
    written = await org.together(steps)
    ids = [written[f"line{number}"]["id"] for number in range(len(products))]
    return {"id": recordId, "lineIds": ids, "pricebook": chosen[0]["Pricebook2.Name"], **flat_record(written["after"])}


def _query(soql: str) -> Subrequest:
    return Subrequest("GET", ("query",), "entries", params={"q": soql})


def _entries(products: Sequence[str]) -> str:
    listed = ", ".join(map(quote_literal, dict.fromkeys(products)))
    ids = [record_id(product) for product in products if is_record_of("01t", product)]
    by_id = f" OR Product2Id IN ({', '.join(map(quote_literal, ids))})" if ids else ""
    return (
        "SELECT Id, UnitPrice, Product2Id, Product2.Name, Product2.ProductCode, Pricebook2Id, Pricebook2.Name,"  # noqa: S608
        " Pricebook2.IsStandard FROM PricebookEntry WHERE IsActive = TRUE AND Pricebook2.IsActive = TRUE"
        f" AND (Product2.Name IN ({listed}) OR Product2.ProductCode IN ({listed}){by_id}) LIMIT 2000"
    )


def _pricebook(offered: Sequence[Mapping[str, Any]], wanted: str | None, current: str | None) -> str | None:
    """The price book to take: the one that is named, else the record's own, else the standard one."""
    if wanted:
        named = {str(entry["Pricebook2.Name"]).lower(): entry["Pricebook2Id"] for entry in offered}
        known = record_id(wanted) if is_record_of("01s", wanted) else None
        found = named.get(wanted.lower()) or (known if known in named.values() else None)
        if found is None:
            names = sorted({str(entry["Pricebook2.Name"]) for entry in offered})
            raise InvalidInput(
                f"No price book {shown(wanted)} has these products",
                fields=["pricebook"],
                hint=f"They are in: {', '.join(names) or 'none'}. Nothing was changed.",
            )
        if current and found != current:
            raise InvalidInput(
                "The record has another price book, and its lines with it",
                fields=["pricebook"],
                hint="Leave pricebook out, or remove the lines and change Pricebook2Id first. Nothing was changed.",
            )
        return str(found)
    return current or next((entry["Pricebook2Id"] for entry in offered if entry["Pricebook2.IsStandard"]), None)


def _is(entry: Mapping[str, Any], product: str) -> bool:
    names = (str(entry["Product2.Name"]).lower(), str(entry["Product2.ProductCode"]).lower())
    return product.lower() in names or (is_record_of("01t", product) and entry["Product2Id"] == record_id(product))


async def _require_known(org: Salesforce, products: Sequence[str], offered: Sequence[Mapping[str, Any]]) -> None:
    """Refuse the first product that is in no price book, naming those that may be meant."""
    for number, product in enumerate(products):
        if any(_is(entry, product) for entry in offered):
            continue
        page = await org.query("SELECT Name FROM Product2 WHERE IsActive = TRUE ORDER BY Name LIMIT 2000")
        meant = nearest(product, [str(row[0]) for row in page.rows])
        names = " or ".join(meant)
        raise InvalidInput(
            f"{shown(product)} is no active product with a price",
            fields=[f"products[{number}].product"],
            hint=f"{f'Did you mean {names}?' if meant else 'Query Product2.'} Nothing was changed.",
        )


def _entry(product: str, offered: Sequence[Mapping[str, Any]], book: str | None, number: int) -> Mapping[str, Any]:
    same = [entry for entry in offered if _is(entry, product)]
    in_book = [entry for entry in same if entry["Pricebook2Id"] == book]
    if len(in_book) == 1:
        return in_book[0]
    others = sorted({str(entry["Pricebook2.Name"]) for entry in same})
    if in_book:
        what, hint = "fits several products", "Give the product's code or id."
    else:
        what, hint = "has no price in this price book", f"It has one in: {', '.join(others)}."
    raise InvalidInput(
        f"{shown(product)} {what}", fields=[f"products[{number}].product"], hint=f"{hint} Nothing was changed."
    )


def _values(line: Line, entry: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        "Quantity": line.quantity,
        "UnitPrice": entry["UnitPrice"] if line.unitPrice is None else line.unitPrice,
        "Discount": line.discountPercent,
        "ServiceDate": line.serviceDate.isoformat() if line.serviceDate else None,
        "Description": line.description,
    }
    return {name: value for name, value in values.items() if value is not None}
