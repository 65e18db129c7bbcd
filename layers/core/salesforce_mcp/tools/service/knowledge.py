"""Knowledge: found, written, published, linked to the cases it answered."""

from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import like_literal, quote_literal
from salesforce_mcp.salesforce.sosl import escape
from salesforce_mcp.tools.parameters import FieldValues
from salesforce_mcp.tools.results import Incomplete, Table
from salesforce_mcp.tools.service.article import (
    MASTER_VERSIONS,
    Knowledge,
    Version,
    article_is,
    knowledge_of,
    url_name,
    version_of,
)
from salesforce_mcp.tools.service.case import CASE_ID, CaseName, case_is, on_case
from salesforce_mcp.tools.tool import Effect, Org, tool

ArticleName = Annotated[str, Field(description="Article id, number or URL name", min_length=1)]
_More = Annotated[FieldValues | None, Field(description="More fields of the article")]
_SHOWN = "Id, KnowledgeArticleId, ArticleNumber, Title, Summary, UrlName, LastPublishedDate"


@tool(Effect.READS)
async def searchKnowledge(
    org: Org,
    words: Annotated[str, Field(description="At least two characters")] = "",
    category: Annotated[str, Field(description="Data category, such as Controllers")] = "",
    status: Literal["Online", "Draft", "Archived"] = "Online",
    language: str = "en_US",
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Find articles by words, by data category, or both; the newest when neither is given."""
    name = (await knowledge_of(org)).name
    where = f"PublishStatus = {quote_literal(status)} AND Language = {quote_literal(language)}"
    # SOSL refuses single letters, whatever stands around them.
    wanted = [word for word in words.split() if sum(map(str.isalnum, word)) > 1]
    if wanted and not category:
        sosl = (
            f"FIND {{{escape(' '.join(wanted))}}} IN ALL FIELDS RETURNING {name}({_SHOWN} WHERE {where} LIMIT {limit})"
        )
        page = (await org.search(sosl)).get(name)
        return Table(page.columns, page.rows, len(page.rows)).as_data() if page else Table((), (), 0).as_data()
    for word in wanted:
        where += f" AND Title LIKE {like_literal(word, before='%')}"
    if category:
        selection = f"{name.removesuffix('__kav')}__DataCategorySelection"
        picked = f"SELECT ParentId FROM {selection} WHERE DataCategoryName = {quote_literal(category)}"  # noqa: S608
        where += f" AND Id IN ({picked})"
    order = "LastPublishedDate DESC NULLS LAST"
    page = await org.query(f"SELECT {_SHOWN} FROM {name} WHERE {where} ORDER BY {order} LIMIT {limit}")  # noqa: S608
    return Table(page.columns, page.rows, page.total_size).as_data()


@tool(Effect.WRITES)
async def createArticle(
    org: Org,
    articleTitle: Annotated[str, Field(max_length=255, description="The case's subject when left out")] = "",
    body: Annotated[str, Field(description="The case's description and comments when left out")] = "",
    summary: Annotated[str, Field(max_length=1000)] = "",
    case: Annotated[str, Field(description="Id or number of the case it answers: it is linked")] = "",
    record: _More = None,
    publish: bool = False,
) -> dict[str, Any] | Incomplete:
    """Write a knowledge article, as a draft or published; from a case where one is given."""
    if not case and not (articleTitle and body):
        raise InvalidInput("An article needs articleTitle and body, or a case", fields=["articleTitle", "body"])
    knowledge = await knowledge_of(org)
    title = articleTitle
    if case and not (title and body):
        subject, text = await _told_by(org, case)
        title, body = title or subject, body or text
    values = {
        "Title": title,
        "UrlName": url_name(title),
        **({"Summary": summary} if summary else {}),
        knowledge.body: body,
        **(record or {}),
    }
    about = {"fields": "Id,KnowledgeArticleId,ArticleNumber,UrlName"}
    steps = [
        Subrequest("POST", ("sobjects", knowledge.name), "made", body=values),
        Subrequest("GET", ("sobjects", knowledge.name, "@{made.id}"), "article", params=about),
    ]
    if case:
        link = {"CaseId": CASE_ID, "KnowledgeArticleId": "@{article.KnowledgeArticleId}"}
        steps.append(Subrequest("POST", ("sobjects", "CaseArticle"), "link", body=link))
        bodies = await on_case(org, case, steps)
    else:
        bodies = await org.together(steps)
    article = bodies["article"]
    version = Version(article["Id"], article["KnowledgeArticleId"], title, "Draft")
    linked = {"linkedTo": bodies["case"]["caseNumber"]} if case else {}
    return await _published({**_named(version), "urlName": article["UrlName"], **linked}, org, version, publish=publish)


async def _told_by(org: Salesforce, case: str) -> tuple[str, str]:
    """What a case says: its subject, and its description with the comments that answered it."""
    comments = "(SELECT CommentBody FROM CaseComments ORDER BY CreatedDate LIMIT 50)"
    page = await org.query(f"SELECT Subject, Description, {comments} FROM Case WHERE {case_is(case)} LIMIT 1")  # noqa: S608
    if not page.rows:
        raise InvalidInput(f"There is no case {shown(case)} that this user may see", code="NOT_FOUND", fields=["case"])
    found = dict(zip(page.columns, page.rows[0], strict=True))
    told = [row[0] for row in (found.get("CaseComments") or {"rows": []})["rows"]]
    return str(found["Subject"] or f"Case {case}"), "\n\n".join(filter(None, [found["Description"], *told]))


@tool(Effect.WRITES)
async def updateArticle(
    article: ArticleName,
    org: Org,
    articleTitle: str = "",
    body: str = "",
    summary: str = "",
    record: _More = None,
    publish: bool = False,
) -> dict[str, Any] | Incomplete:
    """Change an article's draft; what is published gets a new draft and stays online meanwhile."""
    knowledge = await knowledge_of(org)
    given = {"Title": articleTitle, "Summary": summary, knowledge.body: body}
    values = {**{name: value for name, value in given.items() if value}, **(record or {})}
    if not values:
        raise InvalidInput("Nothing to change was given", fields=["articleTitle", "body", "summary", "record"])
    version = await version_of(org, knowledge, article)
    if version.status != "Draft":
        version = await _drafted(org, version)
    await org.update(knowledge.name, version.id, values)
    return await _published(_named(version), org, version, publish=publish)


async def _drafted(org: Salesforce, version: Version) -> Version:
    if version.status == "Archived":
        await org.invoke("PATCH", *MASTER_VERSIONS, version.id, body={"publishStatus": "draft"})
        return version
    made = await org.invoke("POST", *MASTER_VERSIONS, body={"articleId": version.article_id})
    return Version(str(made["id"]), version.article_id, version.title, "Draft")


@tool(Effect.WRITES)
async def setArticleStatus(
    article: ArticleName, status: Literal["online", "archived", "draft"], org: Org
) -> dict[str, Any]:
    """Publish an article's draft, archive what is online, or take it back to draft."""
    version = await version_of(org, await knowledge_of(org), article)
    await org.invoke("PATCH", *MASTER_VERSIONS, version.id, body={"publishStatus": status})
    return {**_named(version), "status": status.capitalize(), "was": version.status}


@tool(Effect.WRITES)
async def linkArticleToCase(article: ArticleName, case: CaseName, org: Org) -> dict[str, Any]:
    """Attach an article to the case that it answers."""
    name = (await knowledge_of(org)).name
    soql = (
        f"SELECT KnowledgeArticleId, Title FROM {name} WHERE {article_is(article)} ORDER BY VersionNumber DESC LIMIT 1"  # noqa: S608
    )
    link = {"CaseId": CASE_ID, "KnowledgeArticleId": "@{article.records[0].KnowledgeArticleId}"}
    steps = [
        Subrequest("GET", ("query",), "article", params={"q": soql}),
        Subrequest("POST", ("sobjects", "CaseArticle"), "link", body=link),
    ]
    bodies = await on_case(org, case, steps, wanted={"article": f"article {shown(article)}"})
    found = bodies["article"]["records"][0]
    return {**bodies["case"], "articleId": found["KnowledgeArticleId"], "title": found["Title"], "linked": True}


@tool(Effect.READS)
async def getArticleUsage(
    org: Org,
    search: Annotated[str, Field(description="Part of a title")] = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """Published articles by views, with the cases they were attached to: what helps, and what nobody reads."""
    knowledge: Knowledge = await knowledge_of(org)
    named = f" AND Title LIKE {like_literal(search, before='%')}" if search else ""
    columns = (
        "KnowledgeArticleId, ArticleNumber, Title, ArticleTotalViewCount, ArticleCaseAttachCount, LastPublishedDate"
    )
    where = f"PublishStatus = 'Online' AND IsMasterLanguage = TRUE{named}"
    order = "ArticleTotalViewCount DESC NULLS LAST"
    page = await org.query(f"SELECT {columns} FROM {knowledge.name} WHERE {where} ORDER BY {order} LIMIT {limit}")  # noqa: S608
    return Table(page.columns, page.rows, page.total_size).as_data()


def _named(version: Version) -> dict[str, Any]:
    return {"versionId": version.id, "articleId": version.article_id}


async def _published(
    account: dict[str, Any], org: Salesforce, version: Version, *, publish: bool
) -> dict[str, Any] | Incomplete:
    """The account of a draft that was saved: published too where that was asked and allowed."""
    if not publish:
        return {**account, "status": "Draft"}
    try:
        await org.invoke("PATCH", *MASTER_VERSIONS, version.id, body={"publishStatus": "online"})
    except Failure as failure:  # the draft is saved: who asked must hear of both
        return Incomplete({**account, "status": "Draft", "note": "Saved, not published", "error": failure.as_data()})
    return {**account, "status": "Online"}
