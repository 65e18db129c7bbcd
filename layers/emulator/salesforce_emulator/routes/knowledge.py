"""Knowledge: https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/knowledge_REST_intro.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.categories import CATEGORIES, GROUP, TOP
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call
from salesforce_emulator.routes.conditional import quoted
from salesforce_emulator.rules import knowledge
from salesforce_emulator.rules.rows import rows

KAV = knowledge.KAV
LANGUAGES = ("en_US", "de", "fr")
STATES = ("online", "draft", "archived")
SORTS = {"ViewScore": "ArticleTotalViewCount", "LastPublishedDate": "LastPublishedDate", "Title": "Title"}
LONGEST_PAGE = 100


def settings(call: Call) -> Answer:
    """GET /knowledgeManagement/settings"""
    call.find_object(KAV)
    languages = [{"active": True, "name": name} for name in LANGUAGES]
    return Answer(200, {"defaultLanguage": LANGUAGES[0], "knowledgeEnabled": True, "languages": languages})


def versions(call: Call) -> Answer:
    """GET /knowledgeManagement/articleVersions/masterVersions?filterArticleId=&filterPublishStatus=online"""
    call.find_object(KAV)
    article = ids.canonical(call.query.get("filterArticleId", ""))
    if article is None:
        raise Refused(400, "INVALID_INPUT", "filterArticleId is required: the id of an article")
    status = call.query.get("filterPublishStatus", "online").lower()
    if status not in STATES:
        raise Refused(400, "INVALID_INPUT", f"filterPublishStatus must be one of {', '.join(STATES)}")
    found = rows(
        call.org.connection,
        f'SELECT Id, VersionNumber FROM "{KAV}" WHERE KnowledgeArticleId = ? AND PublishStatus = ? AND IsDeleted = 0',  # noqa: S608
        (article, status),
    )
    return Answer(200, [_version(call, one) for one in found])


def edit(call: Call) -> Answer:
    """POST /knowledgeManagement/articleVersions/masterVersions {"articleId": "kA0…"}: a draft of what is online"""
    call.find_object(KAV)
    article = ids.canonical(str(call.json_object.get("articleId")))
    if article is None or call.org.row("KnowledgeArticle", article) is None:
        raise Refused(400, "INVALID_INPUT", "articleId must be the id of an article")
    call.site.faults.check_lock(article)
    return Answer(201, {"id": knowledge.edit_online(call.org, call.caller, article)})


def read_version(call: Call) -> Answer:
    """GET /knowledgeManagement/articleVersions/masterVersions/{id}"""
    return Answer(200, _version(call, knowledge.version(call.org, call.caller, call.names["id"])))


def change_version(call: Call) -> Answer:
    """PATCH /knowledgeManagement/articleVersions/masterVersions/{id} {"publishStatus": "online"}"""
    row = knowledge.version(call.org, call.caller, call.names["id"])
    call.site.faults.check_lock(row["Id"])
    wanted, now = str(call.json_object.get("publishStatus")).lower(), str(row["PublishStatus"]).lower()
    match (now, wanted):
        case ("draft", "online"):
            knowledge.publish(call.org, call.caller, row["Id"])
        case ("online", "archived"):
            knowledge.archive(call.org, call.caller, row["Id"])
        case ("online", "draft"):
            knowledge.edit_online(call.org, call.caller, row["KnowledgeArticleId"], unpublish=True)
        case ("archived", "draft"):
            knowledge.restore(call.org, call.caller, row["Id"])
        case _:
            raise Refused(400, "INVALID_INPUT", f"A version that is {now} cannot become {wanted}")
    return NO_CONTENT


def delete_version(call: Call) -> Answer:
    """DELETE /knowledgeManagement/articleVersions/masterVersions/{id}"""
    knowledge.delete(call.org, call.caller, call.names["id"])
    return NO_CONTENT


def articles(call: Call) -> Answer:
    """GET /support/knowledgeArticles?q=&sort=ViewScore&order=DESC&pageSize=20&pageNumber=1"""
    language = _language(call)
    if call.query.get("channel", "App") not in {"App", "Pkb", "Csp", "Prm"}:
        raise Refused(400, "INVALID_INPUT", "channel must be one of App, Pkb, Csp, Prm")
    size, page = _number(call, "pageSize", 20), _number(call, "pageNumber", 1)
    if not 1 <= size <= LONGEST_PAGE or page < 1:
        raise Refused(400, "INVALID_INPUT", f"pageSize must be 1 to {LONGEST_PAGE}, pageNumber at least 1")
    found = _found(call, language)
    shown = found[(page - 1) * size : page * size]
    more = len(found) > page * size
    body = {
        "articles": [_short(call, one) for one in shown],
        "currentPageUrl": _page(call, page),
        "nextPageUrl": _page(call, page + 1) if more else None,
        "pageNumber": page,
    }
    return Answer(200, body)


def article(call: Call) -> Answer:
    """GET /support/knowledgeArticles/{id}: a view, which is counted"""
    language, known = _language(call), ids.canonical(call.names["id"])
    one = next((one for one in _online(call, language) if one["KnowledgeArticleId"] == known), None)
    if one is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    knowledge.view(call.org, one["KnowledgeArticleId"])
    row = knowledge.version(call.org, call.caller, one["Id"])
    own = call.org.schema.known(KAV)
    fields = [field for field in own.fields if field.custom or field.name in {"Title", "Summary", "UrlName"}]
    items = [
        {"label": field.label, "name": field.name, "type": field.type.upper(), "value": row[field.name]}
        for field in fields
        if call.caller.can_see(own, field)
    ]
    return Answer(200, {**_short(call, row), "layoutItems": items})


def category_groups(call: Call) -> Answer:
    """GET /support/dataCategoryGroups?sObjectName=KnowledgeArticleVersion[&topCategoriesOnly=false]"""
    call.find_object(KAV)
    if call.query.get("sObjectName") != "KnowledgeArticleVersion":
        raise Refused(400, "INVALID_INPUT", "sObjectName is required: KnowledgeArticleVersion")
    whole = call.query.get("topCategoriesOnly", "true").lower() == "false"
    children = [{**_category(call, name), "childCategories": []} for name in CATEGORIES]
    top = {**_category(call, TOP), "childCategories": children if whole else None}
    group = {"label": GROUP, "name": GROUP, "objectUsage": "KnowledgeArticleVersion", "topCategories": [top]}
    return Answer(200, {"categoryGroups": [group]})


def category(call: Call) -> Answer:
    """GET /support/dataCategoryGroups/{group}/dataCategories/{category}"""
    name = call.names["category"]
    if call.names["group"] != GROUP or name not in {TOP, *CATEGORIES}:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    children = [_category(call, one) for one in CATEGORIES] if name == TOP else []
    return Answer(200, {**_category(call, name), "childCategories": children})


def suggested_titles(call: Call) -> Answer:
    """GET /search/suggestTitleMatches?q=&language=en_US&publishStatus=Online"""
    text, language = call.query.get("q", ""), call.query.get("language", "")
    status = call.query.get("publishStatus", "Online")
    if len(text) < 2 or language not in LANGUAGES:
        raise Refused(400, "INVALID_INPUT", "q of at least two characters and language are required")
    where = (
        f"Title LIKE {quoted('%' + text + '%')} AND PublishStatus = {quoted(status)} AND Language = {quoted(language)}"
    )
    return Answer(200, {"autoSuggestResults": _records(call, where), "hasMoreResults": False})


def suggested_for_case(call: Call) -> Answer:
    """GET /sobjects/Case/{id}/suggestedArticles?language=en_US"""
    row = call.org.read(call.caller, call.object.name, call.names["id"], ["Subject", "Description"])
    return _suggested(call, f"{row['Subject'] or ''} {row['Description'] or ''}")


def suggested_for_text(call: Call) -> Answer:
    """GET /sobjects/Case/suggestedArticles?subject=&description=&language="""
    return _suggested(call, f"{call.query.get('subject', '')} {call.query.get('description', '')}")


def _suggested(call: Call, text: str) -> Answer:
    if call.object.name != "Case":
        raise NotEmulated(f"suggested articles for {call.object.name}")
    if call.query.get("language", "") not in LANGUAGES:
        raise Refused(400, "INVALID_INPUT", "The parameter language is required")
    words = [word for word in dict.fromkeys(text.lower().split()) if len(word) > 3 and word.isalnum()]
    ranked = []
    for one in _online(call, call.query["language"]):
        said = f"{one['Title']} {one['Summary'] or ''}".lower()
        score = sum(word in said for word in words)
        if score:
            ranked.append((-score, one["Title"], one["Id"]))
    base = call.url("sobjects", KAV)
    listed = [{"attributes": {"type": KAV, "url": f"{base}/{key}"}, "Id": key} for _, _, key in sorted(ranked)[:5]]
    return Answer(200, listed)


def _version(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    url = call.url("knowledgeManagement/articleVersions/masterVersions", row["Id"])
    return {"id": row["Id"], "url": url, "versionNumber": row["VersionNumber"]}


def _online(call: Call, language: str) -> list[dict[str, Any]]:
    call.find_object(KAV)
    query = f"SELECT * FROM \"{KAV}\" WHERE PublishStatus = 'Online' AND Language = ? AND IsDeleted = 0 ORDER BY Id"  # noqa: S608
    return rows(call.org.connection, query, (language,))


def _found(call: Call, language: str) -> list[dict[str, Any]]:
    words = call.query.get("q", "").lower().split()
    sort = call.query.get("sort", "LastPublishedDate")
    if sort not in SORTS:
        raise Refused(400, "INVALID_INPUT", f"sort must be one of {', '.join(SORTS)}")
    fits = [
        one
        for one in _online(call, language)
        if all(word in f"{one['Title']} {one['Summary']} {one['Answer__c']}".lower() for word in words)
    ]
    descending = call.query.get("order", "DESC").upper() != "ASC"
    return sorted(fits, key=lambda one: one[SORTS[sort]] or "", reverse=descending)


def _short(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    score = call.org.connection.execute(
        "SELECT NormalizedScore FROM \"Knowledge__ViewStat\" WHERE ParentId = ? AND Channel = 'AllChannels'",
        (row["KnowledgeArticleId"],),
    ).fetchone()
    return {
        "articleNumber": row["ArticleNumber"],
        "categoryGroups": _chosen(call, row["Id"]),
        "downVoteCount": 0,
        "id": row["KnowledgeArticleId"],
        "lastPublishedDate": (row["LastPublishedDate"] or "").replace(".000Z", "Z") or None,
        "summary": row["Summary"],
        "title": row["Title"],
        "upVoteCount": 0,
        "url": call.url("support/knowledgeArticles", row["KnowledgeArticleId"]),
        "urlName": row["UrlName"],
        "viewCount": row["ArticleTotalViewCount"],
        "viewScore": score[0] if score else 0.0,
    }


def _chosen(call: Call, version_id: str) -> list[dict[str, Any]]:
    found = call.org.connection.execute(
        'SELECT DataCategoryName FROM "Knowledge__DataCategorySelection"'
        " WHERE ParentId = ? AND DataCategoryGroupName = ? AND IsDeleted = 0",
        (version_id, GROUP),
    ).fetchall()
    chosen = [_category(call, name) for (name,) in found]
    return [{"groupLabel": GROUP, "groupName": GROUP, "selectedCategories": chosen}] if chosen else []


def _category(call: Call, name: str) -> dict[str, Any]:
    url = call.url("support/dataCategoryGroups", GROUP, "dataCategories", name)
    return {"label": name, "name": name, "url": url}


def _records(call: Call, where: str) -> list[dict[str, Any]]:
    soql = f"SELECT Id, Title, UrlName FROM {KAV} WHERE {where} ORDER BY Title LIMIT 10"  # noqa: S608 - quoted above
    return list(call.site.queries.query(call.caller, soql, version=call.version)["records"])


def _language(call: Call) -> str:
    """Articles have a language, so the client must say one."""
    said = call.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    if not said:
        raise Refused(400, "INVALID_INPUT", "The header Accept-Language is required")
    same = [name for name in LANGUAGES if name.replace("_", "-").lower() == said.replace("_", "-").lower()]
    near = [name for name in LANGUAGES if name.split("_")[0] == said.replace("_", "-").split("-")[0].lower()]
    if not same and not near:
        raise Refused(400, "INVALID_INPUT", f"The language {said} is not supported")
    return (same or near)[0]


def _page(call: Call, number: int) -> str:
    kept = "".join(f"&{name}={value}" for name, value in call.query.items() if name != "pageNumber")
    return f"{call.url('support/knowledgeArticles')}?pageNumber={number}{kept}"


def _number(call: Call, name: str, usual: int) -> int:
    given = call.query.get(name, str(usual))
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise Refused(400, "INVALID_INPUT", f"{name} must be a whole number, not {given!r}")
    return int(given)
