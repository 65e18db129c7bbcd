"""A knowledge article as people name it, and how this org keeps its text."""

import re
from dataclasses import dataclass

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal

MASTER_VERSIONS = ("knowledgeManagement", "articleVersions", "masterVersions")
_DIGITS = 9
_NOT_IN_A_URL_NAME = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Knowledge:
    """The org's article object, such as Knowledge__kav, and the field of its text: both have the org's own names."""

    name: str
    body: str


@dataclass(frozen=True)
class Version:
    id: str
    article_id: str
    title: str
    status: str  # Draft, Online, Archived


async def article_object(org: Salesforce) -> str:
    names = [str(entry["name"]) for entry in await org.objects() if str(entry["name"]).endswith("__kav")]
    if not names:
        raise NotFound(
            "This org has no knowledge that this user may see",
            code="INVALID_TYPE",
            hint="An administrator enables Lightning Knowledge and grants the user the Knowledge object.",
        )
    return "Knowledge__kav" if "Knowledge__kav" in names else names[0]


async def knowledge_of(org: Salesforce) -> Knowledge:
    name = await article_object(org)
    fields = (await org.describe(name))["fields"]
    texts = [field for field in fields if field["custom"] and field["type"] == "textarea"]
    texts.sort(key=lambda field: -int(field.get("length") or 0))
    return Knowledge(name, str(texts[0]["name"]) if texts else "Summary")


def article_is(article: str) -> str:
    """The condition that picks this article: by id, version id, number, URL name or title."""
    text = quote_literal(article)
    if article[:3] in ("ka0", "kA0") and len(article) in (15, 18) and article.isalnum():
        return f"{'Id' if article.startswith('ka0') else 'KnowledgeArticleId'} = {text}"
    # Numbers are written with zeros in front, and read without them.
    number = quote_literal(article.rjust(_DIGITS, "0")) if article.isdecimal() else text
    return f"(ArticleNumber = {number} OR UrlName = {text} OR Title = {text})"


async def version_of(org: Salesforce, knowledge: Knowledge, article: str) -> Version:
    """The version to work on: the draft where there is one, else what is online, else what is archived."""
    columns = "Id, KnowledgeArticleId, Title, PublishStatus"
    soql = f"SELECT {columns} FROM {knowledge.name} WHERE {article_is(article)} ORDER BY VersionNumber DESC LIMIT 20"  # noqa: S608
    found = [Version(*row) for row in (await org.query(soql)).rows]
    if len({version.article_id for version in found}) > 1:
        raise InvalidInput(
            f"Several articles are called {shown(article)}",
            fields=["article"],
            hint="Give the id of one; searchKnowledge tells it.",
            details={"candidates": list(dict.fromkeys(version.article_id for version in found))},
        )
    for status in ("Draft", "Online", "Archived"):
        for version in found:
            if version.status == status:
                return version
    raise NotFound(f"There is no article {shown(article)} that this user may see", hint="Find it with searchKnowledge.")


def url_name(title: str) -> str:
    """Letters, digits and single hyphens, as Salesforce wants them."""
    name = _NOT_IN_A_URL_NAME.sub("-", title).strip("-")[:200]
    if not name:
        raise InvalidInput("The title has no letter for the address", fields=["urlName"], hint="Give urlName.")
    return name
