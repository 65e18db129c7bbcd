"""Articles found: by the words of a question, by data category, by how often they are read."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import Page, pages_by_object
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.salesforce.sosl import escape
from salesforce_mcp.tools.results import the_first
from salesforce_mcp.tools.service.article import article_object
from salesforce_mcp.tools.service.categories import within
from salesforce_mcp.tools.tool import Effect, Org, tool

_SHOWN = (
    "Id, KnowledgeArticleId, ArticleNumber, Title, Summary, LastPublishedDate, "
    "ArticleTotalViewCount, ArticleCaseAttachCount"
)
_ORDERS = {"newest": "LastPublishedDate DESC NULLS LAST", "views": "ArticleTotalViewCount DESC NULLS LAST"}
# Salesforce ranks by relevance; without words, nothing is more relevant than what is new.
_RELEVANCE = "relevance"
_MOST_RANKED = 101
_MOST_WORDS = 20
# What a question is made of besides what it asks about. Other languages are helped by the wider search.
_SAID_BESIDES = (
    "a about all am an and any are as at be been but by can cannot could did do does for from get had has have he help "
    "her here his how i if in into is it its like me my no not of on or our please she should so some than that the "
    "their them then there these they this to us was we were what when where which who why will with would you "
    "your"
)
_STOP_WORDS = frozenset(_SAID_BESIDES.split())


@tool(Effect.READS)
async def searchKnowledge(
    org: Org,
    words: str = "",
    category: Annotated[str, Field(description="Data category, such as Controllers")] = "",
    status: Literal["Online", "Draft", "Archived"] = "Online",
    language: str = "en_US",
    orderBy: Literal["relevance", "newest", "views"] = "relevance",
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Find articles by words, category or neither, with their views; getRecord with Id reads one."""
    wanted = _words(words)
    name = await article_object(org)
    spoken = language.replace("-", "_")
    where = f"WHERE PublishStatus = {quote_literal(status)} AND Language = {quote_literal(spoken)}"
    categorized = await within(org, category) if category else ""
    if wanted:
        order = f" ORDER BY {_ORDERS[orderBy]}" if orderBy != _RELEVANCE else ""
        told, page = await _searched(org, wanted, f"{name}({_SHOWN} {where}{order} LIMIT {_MOST_RANKED}){categorized}")
    else:
        order = f"ORDER BY {_ORDERS.get(orderBy, _ORDERS['newest'])} LIMIT {limit + 1}"
        told, page = {}, await org.query(f"SELECT {_SHOWN} FROM {name} {where}{categorized} {order}")  # noqa: S608
    if not page.rows:
        await _require_language(org, name, spoken)
        told = {"note": f"No article that is {status.lower()} in {spoken} fits. Ask with fewer or other words."}
    return {**told, **the_first(limit, page.columns, page.rows)}


def _words(text: str) -> list[str]:
    """What a question asks about, each word once."""
    said = [word.strip(".,;:!?…\"'()[]{}<>«»“”„¿¡*") for word in text.split()]
    # SOSL refuses single letters, whatever stands around them.
    said = [word for word in dict.fromkeys(said) if sum(map(str.isalnum, word)) > 1]
    if text.strip() and not said:
        raise InvalidInput(f"{shown(text)} has no word to search for", fields=["words"], hint="Give a longer word.")
    return ([word for word in said if word.lower() not in _STOP_WORDS] or said)[:_MOST_WORDS]


async def _searched(org: Salesforce, words: Sequence[str], returning: str) -> tuple[dict[str, str], Page]:
    """The articles with all words; where none has all, those with some of them, and a note that says so."""
    every = f"FIND {{{escape(' '.join(words))}}} IN ALL FIELDS RETURNING {returning}"
    if len(words) == 1:
        return {}, _page(await org.search(every))
    some = f"FIND {{{' OR '.join(map(escape, words))}}} IN ALL FIELDS RETURNING {returning}"
    both = [Subrequest("GET", ("search",), params={"q": sosl}) for sosl in (every, some)]
    answers = await org.batch(both)
    for answer in answers:
        if answer.failure:
            raise answer.failure
    strict, wide = (_page(pages_by_object(answer.body["searchRecords"])) for answer in answers)
    if strict.rows or not wide.rows:
        return {}, strict
    note = f"No article has all of {', '.join(words)}. These have some, those with the most in title or summary first."
    return {"note": note}, _ranked(wide, words)


def _page(found: dict[str, Page]) -> Page:
    return next(iter(found.values()), Page((), (), total_size=0))


def _ranked(page: Page, words: Sequence[str]) -> Page:
    at = [page.columns.index(column) for column in ("Title", "Summary") if column in page.columns]

    def fits(row: tuple[Any, ...]) -> int:
        text = " ".join(str(row[column] or "") for column in at).lower()
        return sum(word.lower() in text for word in words)

    return Page(page.columns, tuple(sorted(page.rows, key=fits, reverse=True)), page.total_size)


async def _require_language(org: Salesforce, name: str, language: str) -> None:
    fields = (await org.describe(name))["fields"]
    known = [
        str(value["value"])
        for field in fields
        if field["name"] == "Language"
        for value in field.get("picklistValues") or []
        if value.get("active")
    ]
    if known and language.lower() not in map(str.lower, known):
        raise InvalidInput(
            f"There are no articles in the language {shown(language)}",
            fields=["language"],
            hint=f"This org's are {', '.join(known[:30])}.",
        )
