"""Products and quotes: what is added up is what the org holds."""

from typing import Any

import pytest
from server.world import READ_ONLY, SALES, SUPPORT, World
from tools_sales.calls import calls_of
from tools_sales.deals import bare_opportunity, products, with_lines


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


async def test_a_product_that_is_not_there_is_refused_with_those_that_may_be_meant(world: World) -> None:
    opportunity, before = bare_opportunity(world), world.writes()
    [(name, _, _)] = products(world, 1)
    about = {"recordId": opportunity, "products": [{"product": name.rpartition(" ")[0], "quantity": 1}]}
    result, _ = await calls_of(world, "addProducts", about)
    assert result.is_error
    assert name in result.structured_content["hint"]
    assert world.writes() == before


@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("addProducts", {"products": [{"product": "EC-100", "quantity": 1, "discountPercent": 101}]}),
        ("moveOpportunityStage", {"stage": "Prospecting", "probability": 101}),
        ("createQuote", {"discountPercent": 101}),
        ("createQuote", {"discountPercent": -10}),
        ("addProducts", {"products": [{"product": "EC-100", "quantity": 1, "discountPercent": -10}]}),
    ],
    ids=["discount of a line", "probability", "discount of a quote", "quote made dearer", "line made dearer"],
)
async def test_more_than_all_of_it_or_less_than_nothing_is_refused(
    world: World, tool: str, more: dict[str, Any]
) -> None:
    opportunity, before = bare_opportunity(world), world.writes()
    record = "recordId" if tool == "addProducts" else "opportunityId"
    result, _ = await calls_of(world, tool, {record: opportunity, **more})
    assert result.structured_content["code"] == "INVALID_ARGUMENTS"
    assert world.writes() == before


async def test_products_and_price_books_are_named_by_either_form_of_their_ids(world: World) -> None:
    opportunity = bare_opportunity(world)
    product, book = world.rows(
        'SELECT e.Product2Id, e.Pricebook2Id FROM "PricebookEntry" e JOIN "Pricebook2" b ON b.Id = e.Pricebook2Id'
        " WHERE b.IsStandard = 0 AND e.IsActive = 1 ORDER BY e.Id LIMIT 1"
    )[0]
    about = {"recordId": opportunity[:15], "products": [{"product": product[:15], "quantity": 1}]}
    result, _ = await calls_of(world, "addProducts", {**about, "pricebook": book[:15]})
    assert not result.is_error, result.content[0].text
    assert world.rows('SELECT Pricebook2Id FROM "Opportunity" WHERE Id = ?', opportunity) == [(book,)]
    for beginning in ("01t", product[:14]):
        wrong = {**about, "products": [{"product": beginning, "quantity": 1}]}
        refused, _ = await calls_of(world, "addProducts", wrong)
        assert "no active product" in refused.structured_content["message"]
