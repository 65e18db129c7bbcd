"""Products, quotes and their PDF: what is added up is what the org holds, and what is drawn is what it says."""

from typing import Any

import pypdfium2
import pytest
from server.world import ADMIN, READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of

STANDARD = 'SELECT Id FROM "Pricebook2" WHERE IsStandard = 1'


def bare_opportunity(world: World, **values: Any) -> str:
    caller = world.org.caller(world.site.user_id(SALES))
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 AND BillingCity IS NOT NULL LIMIT 1')[0][0]
    given = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "AccountId": account, **values}
    return str(world.org.insert(caller, "Opportunity", given))


def products(world: World, count: int) -> list[tuple[str, str, float]]:
    found = world.rows(
        'SELECT p.Name, p.ProductCode, e.UnitPrice FROM "PricebookEntry" e JOIN "Product2" p ON p.Id = e.Product2Id'
        ' JOIN "Pricebook2" b ON b.Id = e.Pricebook2Id'
        " WHERE b.IsStandard = 1 AND e.IsActive = 1 AND p.IsActive = 1 ORDER BY p.Id"
    )
    return found[:count]


async def with_lines(world: World, count: int, **line: Any) -> str:
    opportunity = bare_opportunity(world)
    lines = [
        {"product": name, "quantity": number + 1, **line} for number, (name, *_) in enumerate(products(world, count))
    ]
    result, _ = await calls_of(world, "addProducts", {"recordId": opportunity, "products": lines})
    assert not result.is_error, result.content[0].text
    return opportunity


async def test_products_are_added_by_name_or_code_with_their_own_price_and_the_amount_follows(world: World) -> None:
    opportunity = bare_opportunity(world)
    (first, _, price), (_, code, _) = products(world, 2)
    about = {
        "recordId": opportunity,
        "products": [
            {"product": first.upper(), "quantity": 3},
            {"product": code, "quantity": 2, "unitPrice": 100, "discountPercent": 10, "description": "Trade-in"},
        ],
    }
    result, calls = await calls_of(world, "addProducts", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    total = 3 * price + 180
    assert result.structured_content["Amount"] == pytest.approx(total)
    stored = world.rows(
        'SELECT Quantity, UnitPrice, Discount FROM "OpportunityLineItem" WHERE OpportunityId = ? AND IsDeleted = 0'
        " ORDER BY Quantity DESC",
        opportunity,
    )
    assert stored == [(3, price, None), (2, 100, 10)]
    assert world.rows('SELECT Amount FROM "Opportunity" WHERE Id = ?', opportunity)[0][0] == pytest.approx(total)


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"products": [{"product": "Warp drive", "quantity": 1}]}, SALES, "INVALID_INPUT"),
        ({"products": [{"product": "Warp drive", "quantity": 0}]}, SALES, "INVALID_ARGUMENTS"),
        ({"products": []}, SALES, "INVALID_ARGUMENTS"),
        ({"products": [{"quantity": 1}]}, SALES, "INVALID_ARGUMENTS"),
        ({"recordId": "001E00000000001"}, SALES, "MALFORMED_ID"),
        ({"recordId": "006E0000000zzzz"}, SALES, "NOT_FOUND"),
        ({"pricebook": "Imaginary"}, SALES, "INVALID_INPUT"),
        ({}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
        ({}, SUPPORT, "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_added_leaves_no_line(world: World, more: dict[str, Any], user: str, code: str) -> None:
    opportunity = bare_opportunity(world)
    before = world.writes()
    about = {"recordId": opportunity, "products": [{"product": products(world, 1)[0][0], "quantity": 1}], **more}
    result, _ = await calls_of(world, "addProducts", about, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_one_line_that_salesforce_refuses_takes_back_the_others(world: World) -> None:
    opportunity = bare_opportunity(world)
    name = products(world, 1)[0][0]
    lines = [{"product": name, "quantity": 1}, {"product": name, "quantity": 1, "description": "x" * 300}]
    result, _ = await calls_of(world, "addProducts", {"recordId": opportunity, "products": lines})
    assert result.structured_content["code"] == "STRING_TOO_LONG"
    assert world.rows('SELECT count(*) FROM "OpportunityLineItem" WHERE OpportunityId = ?', opportunity) == [(0,)]
    assert world.rows('SELECT Pricebook2Id FROM "Opportunity" WHERE Id = ?', opportunity) == [(None,)]


async def test_a_quote_takes_over_five_lines_in_four_calls(world: World) -> None:
    opportunity = await with_lines(world, 5, discountPercent=5)
    result, calls = await calls_of(world, "createQuote", {"opportunityId": opportunity, "expirationDate": "2027-01-31"})
    assert not result.is_error, result.content[0].text
    assert calls <= 4
    told = result.structured_content
    quote = world.rows(
        'SELECT OpportunityId, ExpirationDate, LineItemCount, GrandTotal, AccountId FROM "Quote" WHERE Id = ?',
        told["id"],
    )[0]
    amount, account = world.rows('SELECT Amount, AccountId FROM "Opportunity" WHERE Id = ?', opportunity)[0]
    assert quote == (opportunity, "2027-01-31", 5, pytest.approx(amount), account)
    assert told["GrandTotal"] == pytest.approx(amount)
    lines = 'SELECT Product2Id, Quantity, UnitPrice, Discount FROM "{}" WHERE {} = ? ORDER BY Product2Id'
    assert world.rows(lines.format("QuoteLineItem", "QuoteId"), told["id"]) == world.rows(
        lines.format("OpportunityLineItem", "OpportunityId"), opportunity
    )


async def test_a_discount_for_the_quote_stands_on_every_line(world: World) -> None:
    opportunity = await with_lines(world, 2)
    result, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity, "discountPercent": 50})
    amount = world.rows('SELECT Amount FROM "Opportunity" WHERE Id = ?', opportunity)[0][0]
    assert result.structured_content["GrandTotal"] == pytest.approx(amount / 2)


async def test_a_quote_without_products_says_so_and_takes_them_later(world: World) -> None:
    made, _ = await calls_of(world, "createQuote", {"opportunityId": bare_opportunity(world), "name": "Empty"})
    assert "addProducts" in made.structured_content["note"]
    name, _, price = products(world, 1)[0]
    about = {"recordId": made.structured_content["id"], "products": [{"product": name, "quantity": 4}]}
    added, calls = await calls_of(world, "addProducts", about)
    assert not added.is_error, added.content[0].text
    assert calls <= 2
    assert added.structured_content["GrandTotal"] == pytest.approx(4 * price)


@pytest.mark.parametrize(
    ("more", "user", "code"),
    [
        ({"opportunityId": "006E0000000zzzz"}, SALES, "NOT_FOUND"),
        ({"opportunityId": "x"}, SALES, "MALFORMED_ID"),
        ({"expirationDate": "soon"}, SALES, "INVALID_ARGUMENTS"),
        ({"record": {"Taxes": 3}}, SALES, "INVALID_FIELD"),
        ({}, READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"),
    ],
)
async def test_what_cannot_be_quoted_makes_no_quote(world: World, more: dict[str, Any], user: str, code: str) -> None:
    opportunity = await with_lines(world, 2)
    before = world.writes()
    result, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity, **more}, user=user)
    assert result.is_error
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


@pytest.mark.parametrize(("currency", "total"), [("USD", "$1,850.00"), ("EUR", "€1,850.00"), ("JPY", "¥1,850")])
async def test_the_pdf_shows_customer_lines_discounts_totals_and_terms(world: World, currency: str, total: str) -> None:
    opportunity = bare_opportunity(world, Name="Łódź & Ümlaut")
    name = products(world, 1)[0][0]
    lines = [
        {"product": name, "quantity": 1, "unitPrice": 1000},
        {"product": name, "quantity": 2, "unitPrice": 500, "discountPercent": 15, "description": "Second site"},
    ]
    await calls_of(world, "addProducts", {"recordId": opportunity, "products": lines})
    quote, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity, "expirationDate": "2027-01-31"})
    about = {"quoteId": quote.structured_content["id"], "currency": currency, "terms": "Payable within 30 days."}
    result, calls = await calls_of(world, "generateQuotePdf", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    told = result.structured_content
    kept = world.rows('SELECT QuoteId, Name, Document FROM "QuoteDocument" WHERE Id = ?', told["documentId"])
    assert kept[0][:2] == (quote.structured_content["id"], told["name"])
    assert told["link"].endswith(told["documentId"])
    text = text_of(kept[0][2])
    customer = world.rows(
        'SELECT a.Name, a.BillingCity FROM "Account" a JOIN "Opportunity" o ON o.AccountId = a.Id WHERE o.Id = ?',
        opportunity,
    )[0]
    for said in (*customer, name, "15 %", "Second site", total, "Payable within 30 days.", "Northwind Controls"):
        assert said in text
    assert "Łódź & Ümlaut" in text
    assert "2027-01-31" in text


async def test_a_long_quote_goes_on_over_pages_and_keeps_every_line(world: World) -> None:
    opportunity = await with_lines(world, 10, description="A long description of what is delivered. " * 5)
    about = {"recordId": opportunity, "products": [{"product": products(world, 1)[0][0], "quantity": 7}] * 20}
    await calls_of(world, "addProducts", about)
    quote, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity})
    result, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote.structured_content["id"]})
    assert result.structured_content["pages"] >= 2
    content = world.rows('SELECT Document FROM "QuoteDocument" WHERE Id = ?', result.structured_content["documentId"])[
        0
    ][0]
    text = text_of(content)
    for name, *_ in products(world, 10):
        assert name.split()[0] in text
    assert f"Page 2 of {result.structured_content['pages']}" in text


async def test_the_page_is_painted_where_the_logo_stands(world: World) -> None:
    opportunity = await with_lines(world, 3)
    quote, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity})
    result, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote.structured_content["id"]})
    content = world.rows('SELECT Document FROM "QuoteDocument" WHERE Id = ?', result.structured_content["documentId"])[
        0
    ][0]
    document = pypdfium2.PdfDocument(content)
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    red, green, blue = picture.getpixel((60, 50))
    assert blue > red + 50 and blue > green + 30  # noqa: PT018 - one colour
    assert picture.getpixel((300, 820)) == (255, 255, 255)


@pytest.mark.parametrize(("user", "code"), [(READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"), (SUPPORT, "NOT_FOUND")])
async def test_who_may_not_write_quotes_draws_none(world: World, user: str, code: str) -> None:
    quote = world.rows('SELECT Id FROM "Quote" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    before = world.writes()
    result, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote}, user=user)
    missing, _ = await calls_of(world, "generateQuotePdf", {"quoteId": "0Q0E0000000zzzz"}, user=ADMIN)
    assert result.structured_content["code"] == code
    assert missing.structured_content["code"] == "NOT_FOUND"
    assert world.writes() == before
