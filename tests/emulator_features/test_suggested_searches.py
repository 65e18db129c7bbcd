"""What others have searched for in the knowledge base, before one types it whole."""

import httpx
import pytest
from emulator_features.asking import error


async def tracked(client: httpx.AsyncClient, words: str, source: str, language: str = "en_US") -> None:
    where = f"PublishStatus = 'Online' AND Language = '{language}'"
    sosl = f"FIND {{{words}}} RETURNING {source}(Title WHERE {where}) UPDATE TRACKING"
    assert (await client.get("/search", params={"q": sosl})).status_code == 200


async def suggested(client: httpx.AsyncClient, q: str, **more: str) -> tuple[list[str], bool]:
    answer = await client.get("/search/suggestSearchQueries", params={"q": q, "language": "en_US", **more})
    told = answer.json()
    return [words for one in told["autoSuggestResults"] for words in one.values()], told["hasMoreResults"]


async def test_searches_of_others_in_the_knowledge_base_are_suggested(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient
) -> None:
    for words in ('"Banana apple"', "apple*", "apple", "pineapple"):
        await tracked(sales, words, "Knowledge__kav")
    await tracked(sales, "apple pie", "Knowledge__kav", language="de")
    await tracked(admin, "apple core", "Knowledge__kav")
    await sales.get("/search", params={"q": "FIND {apple street} RETURNING Account UPDATE TRACKING"})
    await sales.get("/search", params={"q": "FIND {apple cake} RETURNING Knowledge__kav"})
    assert await suggested(admin, "app") == (["apple", "banana apple"], False)
    assert await suggested(admin, '"App*"', limit="1") == (["apple"], True)
    assert await suggested(admin, "apple", language="de") == (["apple pie"], False)
    assert await suggested(sales, "apple") == (["apple core"], False)
    assert await suggested(admin, "ap") == ([], False)


ASKED = {
    "nothing": "",
    "no language": "?q=app",
    "no words": "?language=en_US",
    "no limit": "?q=app&language=en_US&limit=0",
    "a huge limit": f"?q=app&language=en_US&limit={'9' * 5000}",
    "no channel": "?q=app&language=en_US&channel=Fax",
    "too long": f"?q={'a' * 251}&language=en_US",
}


@pytest.mark.parametrize("query", ASKED.values(), ids=ASKED)
async def test_a_suggestion_that_cannot_be_made_is_refused(admin: httpx.AsyncClient, query: str) -> None:
    assert error(await admin.get(f"/search/suggestSearchQueries{query}")) == (400, "INVALID_SEARCH")
