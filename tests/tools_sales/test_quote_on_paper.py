"""The PDF of a quote: what is drawn is what the quote says, in every currency and in most writings."""

import os
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops
from server.world import ADMIN, READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of
from tools_sales.deals import bare_opportunity, products, with_lines

from salesforce_mcp.tools.sales.offer import Offer, OfferLine
from salesforce_mcp.tools.sales.quote_pdf import drawn, money

PICTURES = Path(__file__).parents[2] / "docs/pictures"


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def picture_of(content: bytes, *, scale: float = 1) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    picture: Image.Image = document[0].render(scale=scale).to_pil().convert("RGB")
    document.close()
    return picture


async def quoted(world: World, opportunity: str, **more: Any) -> dict[str, Any]:
    """A quote of the opportunity on paper: what the tool says, and the stored bytes."""
    quote, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity, "expirationDate": "2027-01-31"})
    about = {"quoteId": quote.structured_content["id"], **more}
    result, calls = await calls_of(world, "generateQuotePdf", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 3
    told = dict(result.structured_content)
    kept = world.rows('SELECT QuoteId, Name, Document FROM "QuoteDocument" WHERE Id = ?', told["documentId"])
    assert kept[0][:2] == (about["quoteId"], told["name"])
    assert told["link"].endswith(told["documentId"])
    return {**told, "content": kept[0][2]}


TOTALS = {
    "USD": ("$1,000.00", "$1,850.00", "-$150.00"),
    "EUR": ("€1,000.00", "€1,850.00", "-€150.00"),
    "JPY": ("¥1,000", "¥1,850", "-¥150"),
}


@pytest.mark.parametrize("currency", list(TOTALS))
async def test_the_pdf_shows_customer_lines_discounts_totals_and_terms(world: World, currency: str) -> None:
    opportunity = bare_opportunity(world, Name="Łódź & Ümlaut")
    name = products(world, 1)[0][0]
    lines = [
        {"product": name, "quantity": 1, "unitPrice": 1000},
        {"product": name, "quantity": 2, "unitPrice": 500, "discountPercent": 15, "description": "Second site"},
    ]
    await calls_of(world, "addProducts", {"recordId": opportunity, "products": lines})
    told = await quoted(world, opportunity, currency=currency.lower(), terms="Payable within 30 days.")
    assert "note" not in told
    text = text_of(told["content"])
    customer = world.rows(
        'SELECT a.Name, a.BillingCity FROM "Account" a JOIN "Opportunity" o ON o.AccountId = a.Id WHERE o.Id = ?',
        opportunity,
    )[0]
    seller = "Northwind Controls"
    said = (*customer, name, "15 %", "Second site", *TOTALS[currency], "Payable within 30 days.", seller, "2027-01-31")
    for words in (*said, "Łódź & Ümlaut", currency):
        assert words in text
    if currency == "JPY":
        assert ".00" not in text


async def test_a_quote_without_an_address_of_its_own_goes_to_the_billing_address(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    values = {"Name": "By hand", "BillingCity": "Lisboa", "OpportunityId": bare_opportunity(world)}
    quote = world.org.insert(admin, "Quote", values)
    result, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote})
    content = world.rows('SELECT Document FROM "QuoteDocument" WHERE QuoteId = ?', quote)[0][0]
    assert not result.is_error, result.content[0].text
    assert "Lisboa" in text_of(content)


async def test_a_long_quote_goes_on_over_pages_and_keeps_every_line(world: World) -> None:
    opportunity = await with_lines(world, 10, description="A long description of what is delivered. " * 5)
    about = {"recordId": opportunity, "products": [{"product": products(world, 1)[0][0], "quantity": 7}] * 20}
    await calls_of(world, "addProducts", about)
    told = await quoted(world, opportunity)
    assert told["pages"] >= 2
    text = text_of(told["content"])
    for name, *_ in products(world, 10):
        assert name.split()[0] in text
    assert f"Page 2 of {told['pages']}" in text


@pytest.mark.parametrize(
    "customer",
    [
        "東京精密工業株式会社",
        "上海精密仪器有限公司",
        "臺灣精密科技股份有限公司",
        "주식회사 서울정밀",
        "Ångström Ελλάς Україна",
    ],
    ids=["Japanese", "simplified Chinese", "traditional Chinese", "Korean", "European"],
)
async def test_a_customer_of_another_writing_is_drawn_in_it(world: World, customer: str) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    account = world.org.insert(admin, "Account", {"Name": customer})
    told = await quoted(world, bare_opportunity(world, AccountId=account, Name=f"{customer} 2027"))
    assert "note" not in told
    assert customer in text_of(told["content"]).replace("\n", "").replace("\r", "")
    assert told["bytes"] < 100_000  # of the large fonts only what is written


async def test_letters_that_no_font_has_stand_as_boxes_and_are_told(world: World) -> None:
    admin = world.org.caller(world.site.user_id(ADMIN))
    account = world.org.insert(admin, "Account", {"Name": "شركة Nord 🚀"})
    told = await quoted(world, bare_opportunity(world, AccountId=account))
    text = text_of(told["content"])
    assert "□□□□ Nord □" in text
    assert all(letter in told["note"] for letter in "شركة🚀")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (1234.5, "USD", "$1,234.50"),
        (-1234.5, "EUR", "-€1,234.50"),
        (1234.5, "JPY", "¥1,234"),
        (1234.5, "CHF", "1,234.50 CHF"),
        (1234.5, "KWD", "1,234.500 KWD"),
        (0, "JPY", "¥0"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: float, currency: str, written: str) -> None:
    assert money(amount, currency) == written


@pytest.mark.parametrize(("user", "code"), [(READ_ONLY, "INSUFFICIENT_ACCESS_OR_READONLY"), (SUPPORT, "NOT_FOUND")])
async def test_who_may_not_write_quotes_draws_none(world: World, user: str, code: str) -> None:
    quote = world.rows('SELECT Id FROM "Quote" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    before = world.writes()
    result, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote}, user=user)
    missing, _ = await calls_of(world, "generateQuotePdf", {"quoteId": "0Q0E0000000zzzz"}, user=ADMIN)
    money_of_nowhere, _ = await calls_of(world, "generateQuotePdf", {"quoteId": quote, "currency": "€"}, user=SALES)
    assert result.structured_content["code"] == code
    assert missing.structured_content["code"] == "NOT_FOUND"
    assert money_of_nowhere.structured_content["code"] == "INVALID_ARGUMENTS"
    assert world.writes() == before


def offer(currency: str) -> Offer:
    """One deal, as a customer of each currency would see it."""
    rate = {"USD": 1, "EUR": 1, "JPY": 150}[currency]
    customers = {
        "USD": ("Harborview Games", ("12 Pier Road", "Oakland, CA 94607", "USA", "Jane Rivers")),
        "EUR": ("Großmann & Söhne GmbH", ("Lindenstraße 7", "50674 Köln", "Deutschland", "Jörg Weiß")),
        "JPY": ("東京精密工業株式会社", ("丸の内1-9-1", "東京都 千代田区 100-0005", "日本", "佐藤 花子")),
    }
    name, lines = customers[currency]
    sold = [
        ("Edge Controller 200", "EC-200", "", 4, 2450, 0),
        ("Analytics, per site", "AN-01", "Second site, from January", 12, 180, 15),
        ("Installation day", "SV-01", "", 3, 900, 0),
    ]
    full = sum(quantity * price for *_, quantity, price, _ in sold) * rate
    net = sum(quantity * price * (1 - off / 100) for *_, quantity, price, off in sold) * rate
    return Offer(
        number="00000123",
        title=f"{name} - Controller upgrade",
        date="2026-11-22",
        valid_until="2027-01-31",
        currency=currency,
        seller="Northwind Controls",
        seller_lines=("500 Howard Street", "San Francisco, CA 94105", "USA", "+1 415 555 0100"),
        customer=name,
        customer_lines=lines,
        contact="Sam Sales",
        lines=tuple(
            OfferLine(product, code, about, quantity, price * rate, off, quantity * price * rate * (1 - off / 100))
            for product, code, about, quantity, price, off in sold
        ),
        subtotal=full,
        total=net,
        tax=round(net * 0.08),
        shipping=120 * rate,
        grand_total=net + round(net * 0.08) + 120 * rate,
        terms="Payable within 30 days. Prices exclude travel. Delivery 4 weeks after order.",
    )


@pytest.mark.parametrize("currency", list(TOTALS))
def test_the_page_looks_as_it_does_in_the_documentation(currency: str) -> None:
    """UPDATE_SCREENSHOTS=1 takes the picture anew."""
    file = PICTURES / f"quote-{currency.lower()}.png"
    seen = picture_of(drawn(offer(currency)).content, scale=1.2)
    if os.environ.get("UPDATE_SCREENSHOTS") == "1":
        seen.quantize(64).save(file, optimize=True)
    with Image.open(file) as stored:
        difference = ImageChops.difference(seen, stored.convert("RGB"))
    wrong = sum(difference.convert("L").histogram()[64:])
    assert wrong < 0.001 * seen.width * seen.height


@pytest.mark.parametrize("currency", list(TOTALS))
def test_the_logo_stands_in_its_block_and_the_foot_is_free(currency: str) -> None:
    picture = picture_of(drawn(offer(currency)).content)
    red, green, blue = picture.getpixel((60, 50))
    assert blue > red + 50
    assert blue > green + 30
    assert picture.getpixel((300, 780)) == (255, 255, 255)


async def test_a_quote_is_drawn_by_its_number_its_name_or_its_opportunity(world: World) -> None:
    opportunity = bare_opportunity(world)
    made, _ = await calls_of(world, "createQuote", {"opportunityId": opportunity, "name": "Quokka offer"})
    number = made.structured_content["QuoteNumber"]
    for named in (number, number.lstrip("0"), "quokka OFFER", "Quokka", opportunity, opportunity[:15]):
        result, calls = await calls_of(world, "generateQuotePdf", {"quoteId": named})
        assert not result.is_error, result.content[0].text
        assert calls <= 4
        kept = 'SELECT QuoteId FROM "QuoteDocument" WHERE Id = ?'
        assert world.rows(kept, result.structured_content["documentId"]) == [(made.structured_content["id"],)]


async def test_what_names_no_quote_or_several_is_told_with_what_to_do(world: World) -> None:
    opportunity = bare_opportunity(world)
    none, _ = await calls_of(world, "generateQuotePdf", {"quoteId": opportunity})
    assert none.structured_content["message"] == "The opportunity has no quote"
    assert "createQuote" in none.structured_content["hint"]
    made = [
        (await calls_of(world, "createQuote", {"opportunityId": opportunity}))[0].structured_content["QuoteNumber"]
        for _ in range(2)
    ]
    before = world.writes()
    several, _ = await calls_of(world, "generateQuotePdf", {"quoteId": opportunity})
    assert all(number in several.structured_content["message"] for number in made)
    for wrong in ("Nothing like it", f"{opportunity[:12]}zzz", "001E00000000001IAA"):
        absent, _ = await calls_of(world, "generateQuotePdf", {"quoteId": wrong})
        assert absent.structured_content["code"] == "NOT_FOUND", wrong
    assert world.writes() == before
