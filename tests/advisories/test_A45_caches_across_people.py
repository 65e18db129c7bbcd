"""Asana, June 2025; FastMCP #4041: what was cached for one person is shown to another."""

import asyncio

import pytest

PEOPLE = ["admin@demo.example", "sales@demo.example", "support@demo.example", "readonly@demo.example"]


async def visible(whole, token: str, object_name: str) -> str:
    return (await whole.call(token, "describeObject", objectName=object_name)).json()["result"]["content"][0]["text"]


@pytest.mark.parametrize("object_name", ["Account", "Contact", "Opportunity", "Case", "Lead"])
async def test_each_person_sees_the_fields_of_their_own_profile(whole, object_name):
    tokens = [await whole.token(person) for person in PEOPLE]
    alone = [await visible(whole, token, object_name) for token in tokens]
    together = await asyncio.gather(*(visible(whole, token, object_name) for token in [*tokens, *reversed(tokens)]))
    assert list(together) == [*alone, *reversed(alone)]


async def test_the_person_is_always_the_tokens_own(whole):
    tokens = [await whole.token(person) for person in PEOPLE]
    answers = await asyncio.gather(*(whole.result(token, "getUserInfo") for token in tokens * 5))
    assert [answer["username"] for answer in answers] == PEOPLE * 5
