"""Asana, June 2025; FastMCP #4041: what was cached for one person is shown to another."""

import asyncio
import re

import pytest

from salesforce_mcp.errors import NotFound
from salesforce_mcp.salesforce.client import Salesforce

PEOPLE = ["admin@demo.example", "sales@demo.example", "support@demo.example", "readonly@demo.example"]


async def allowed(whole, token: str, object_name: str) -> list[str]:
    """The fields that the org itself shows to this person, asked without any cache of ours."""
    credential = await whole.deployment.grants.credential(await whole.deployment.tokens.verify(token))
    alone = Salesforce(whole.services.http, credential, api_version="68.0")
    try:
        return [field["name"] for field in (await alone.describe(object_name))["fields"]]
    except NotFound:
        return []


async def visible(whole, token: str, object_name: str) -> str:
    return (await whole.call(token, "describeObject", objectName=object_name)).json()["result"]["content"][0]["text"]


@pytest.mark.parametrize("object_name", ["Account", "Contact", "Opportunity", "Case", "Lead"])
async def test_each_person_sees_the_fields_of_their_own_profile(whole, object_name):
    tokens = [await whole.token(person) for person in PEOPLE]
    alone = [await visible(whole, token, object_name) for token in tokens]
    together = await asyncio.gather(*(visible(whole, token, object_name) for token in [*tokens, *reversed(tokens)]))
    assert list(together) == [*alone, *reversed(alone)]
    allowances = [await allowed(whole, token, object_name) for token in tokens]
    assert len({frozenset(names) for names in allowances}) > 1, "or this would show nothing"
    for text, own in zip(alone, allowances, strict=True):
        hidden = {name for names in allowances for name in names} - set(own)
        words = set(re.findall(r"\w+", text))
        if not own:
            assert "NOT_FOUND" in words
            continue
        assert not hidden & words
        assert set(own) <= words


async def test_the_person_is_always_the_tokens_own(whole):
    tokens = [await whole.token(person) for person in PEOPLE]
    answers = await asyncio.gather(*(whole.result(token, "getUserInfo") for token in tokens * 5))
    assert [answer["username"] for answer in answers] == PEOPLE * 5
