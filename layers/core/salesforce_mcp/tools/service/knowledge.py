"""Knowledge: written, published, linked to the cases it answered."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.tools.results import Incomplete
from salesforce_mcp.tools.service.article import (
    MASTER_VERSIONS,
    Knowledge,
    Version,
    knowledge_of,
    url_name,
    version_of,
)
from salesforce_mcp.tools.service.case import CASE_ID, case_is, on_case
from salesforce_mcp.tools.tool import Effect, Org, tool


@tool(Effect.WRITES)
async def writeArticle(
    org: Org,
    article: Annotated[str, Field(description="Id, number or URL name of the one to change; else a new one")] = "",
    articleTitle: Annotated[str, Field(max_length=255)] = "",
    body: str = "",
    summary: Annotated[str, Field(max_length=1000)] = "",
    case: Annotated[str, Field(description="Id or number: is linked, and fills a new article's title and body")] = "",
    record: Annotated[dict[str, Any] | None, Field(description="More fields")] = None,
    status: Annotated[
        Literal["online", "archived", "draft"] | None, Field(description="Publish, archive or take back")
    ] = None,
) -> dict[str, Any] | Incomplete:
    """Write a knowledge article, from a case where one is given; or change one in a draft, publish or archive it."""
    knowledge = await knowledge_of(org)
    given = {"Title": articleTitle, "Summary": summary, knowledge.body: body}
    values = {**{name: value for name, value in given.items() if value}, **(record or {})}
    if article:
        return await _changed(org, knowledge, article, values, status=status, case=case)
    return await _created(org, knowledge, values, status=status, case=case)


async def _created(
    org: Salesforce, knowledge: Knowledge, values: dict[str, Any], *, status: str | None, case: str
) -> dict[str, Any] | Incomplete:
    if not (values.get("Title") and values.get(knowledge.body)):
        if not case:
            raise InvalidInput("An article needs articleTitle and body, or a case", fields=["articleTitle", "body"])
        subject, text = await _told_by(org, case)
        values = {"Title": subject, knowledge.body: text, **values}
    values = {"UrlName": url_name(values["Title"]), **values}
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
    made = bodies["article"]
    version = Version(made["Id"], made["KnowledgeArticleId"], values["Title"], "Draft")
    linked = {"linkedTo": bodies["case"]["caseNumber"]} if case else {}
    account = {**_named(version), "urlName": made["UrlName"], **linked}
    return await _moved(account, org, version, status, saved=True)


async def _told_by(org: Salesforce, case: str) -> tuple[str, str]:
    """What a case says: its subject, and its description with the comments that answered it."""
    comments = "(SELECT CommentBody FROM CaseComments ORDER BY CreatedDate LIMIT 50)"
    page = await org.query(f"SELECT Subject, Description, {comments} FROM Case WHERE {case_is(case)} LIMIT 1")  # noqa: S608
    if not page.rows:
        raise InvalidInput(f"There is no case {shown(case)} that this user may see", code="NOT_FOUND", fields=["case"])
    found = dict(zip(page.columns, page.rows[0], strict=True))
    told = [row[0] for row in (found.get("CaseComments") or {"rows": []})["rows"]]
    return str(found["Subject"] or f"Case {case}"), "\n\n".join(filter(None, [found["Description"], *told]))


async def _changed(
    org: Salesforce, knowledge: Knowledge, article: str, values: dict[str, Any], *, status: str | None, case: str
) -> dict[str, Any] | Incomplete:
    if not (values or status or case):
        raise InvalidInput(
            "Nothing to do was given", fields=["articleTitle", "body", "summary", "record", "status", "case"]
        )
    found = version = await version_of(org, knowledge, article)
    linked = await _linked(org, version, case) if case else {}
    # What is archived comes back as a draft only.
    if version.status != "Draft" and (values or (version.status == "Archived" and status == "online")):
        version = await _drafted(org, version)
    if values:
        await org.update(knowledge.name, version.id, values)
    return await _moved(
        {**_named(version), **linked}, org, version, status, saved=bool(linked or version is not found or values)
    )


async def _linked(org: Salesforce, version: Version, case: str) -> dict[str, Any]:
    link = {"CaseId": CASE_ID, "KnowledgeArticleId": version.article_id}
    bodies = await on_case(org, case, [Subrequest("POST", ("sobjects", "CaseArticle"), "link", body=link)])
    return {"linkedTo": bodies["case"]["caseNumber"]}


async def _drafted(org: Salesforce, version: Version) -> Version:
    if version.status == "Archived":
        await org.invoke("PATCH", *MASTER_VERSIONS, version.id, body={"publishStatus": "draft"})
        return replace(version, status="Draft")
    made = await org.invoke("POST", *MASTER_VERSIONS, body={"articleId": version.article_id})
    return Version(str(made["id"]), version.article_id, version.title, "Draft")


def _named(version: Version) -> dict[str, Any]:
    return {"versionId": version.id, "articleId": version.article_id}


async def _moved(
    account: dict[str, Any], org: Salesforce, version: Version, status: str | None, *, saved: bool
) -> dict[str, Any] | Incomplete:
    """The account of an article in its new state; where that is refused, what was saved before is told too."""
    if status is None or status == version.status.lower():
        return {**account, "status": version.status}
    try:
        await org.invoke("PATCH", *MASTER_VERSIONS, version.id, body={"publishStatus": status})
    except Failure as failure:
        if not saved:
            raise
        note = f"Saved, but it stays {version.status.lower()}"
        return Incomplete({**account, "status": version.status, "note": note, "error": failure.as_data()})
    return {**account, "status": status.capitalize()}
