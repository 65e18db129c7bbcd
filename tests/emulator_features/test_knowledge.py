"""Knowledge: https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/"""

import httpx
import pytest
from emulator_features.asking import create, error, first_id, rows
from emulator_http.world import SUPPORT, SignIn

from salesforce_emulator.org import Org

VERSIONS = "/knowledgeManagement/articleVersions/masterVersions"
ENGLISH = {"Accept-Language": "en-US"}
ONLINE = (
    "SELECT Id, Title, KnowledgeArticleId FROM Knowledge__kav WHERE PublishStatus = 'Online' AND Language = 'en_US'"
)


async def state(client: httpx.AsyncClient, version: str) -> tuple[str, int, bool]:
    (row,) = await rows(
        client,
        f"SELECT PublishStatus, VersionNumber, IsLatestVersion FROM Knowledge__kav WHERE Id = '{version}'",  # noqa: S608
    )
    return row["PublishStatus"], row["VersionNumber"], row["IsLatestVersion"]


async def test_an_article_is_drafted_published_edited_and_archived(admin: httpx.AsyncClient) -> None:
    first = await create(admin, "Knowledge__kav", Title="How to", UrlName="how-to", Answer__c="Like this")
    assert await state(admin, first) == ("Draft", 0, True)
    assert (await admin.patch(f"{VERSIONS}/{first}", json={"publishStatus": "online"})).status_code == 204
    assert await state(admin, first) == ("Online", 1, True)
    edit = {"Title": "Other"}
    refused = await admin.patch(f"/sobjects/Knowledge__kav/{first}", json=edit)
    assert error(refused) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")
    row = (await rows(admin, f"SELECT KnowledgeArticleId FROM Knowledge__kav WHERE Id = '{first}'"))[0]  # noqa: S608
    article = row["KnowledgeArticleId"]
    second = await admin.post(VERSIONS, json={"articleId": article})
    assert second.status_code == 201
    draft = second.json()["id"]
    assert (await admin.patch(f"/sobjects/Knowledge__kav/{draft}", json=edit)).status_code == 204
    assert await state(admin, first) == ("Online", 1, True)
    await admin.patch(f"{VERSIONS}/{draft}", json={"publishStatus": "online"})
    assert await state(admin, draft) == ("Online", 2, True)
    assert await state(admin, first) == ("Archived", 1, False)
    listed = (await admin.get(f"{VERSIONS}?filterArticleId={article}&filterPublishStatus=online")).json()
    assert [one["id"] for one in listed] == [draft]
    await admin.patch(f"{VERSIONS}/{draft}", json={"publishStatus": "archived"})
    assert (await state(admin, draft))[0] == "Archived"
    assert (await admin.delete(f"{VERSIONS}/{draft}")).status_code == 204
    assert error(await admin.get(f"{VERSIONS}/{draft}")) == (404, "ENTITY_IS_DELETED")


async def test_an_agent_who_is_a_knowledge_user_writes_articles_and_another_does_not(
    signed_in: SignIn, admin: httpx.AsyncClient
) -> None:
    draft = {"Title": "Bleed the pump", "UrlName": "bleed-the-pump"}
    sue, nora = signed_in(SUPPORT), signed_in("nora.patel@demo.example")
    refused = await nora.post("/sobjects/Knowledge__kav", json=draft)
    assert error(refused) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert (await nora.get("/sobjects/Knowledge__kav/describe")).json()["createable"] is False
    version = await create(sue, "Knowledge__kav", **draft)
    online = await sue.patch(
        f"/knowledgeManagement/articleVersions/masterVersions/{version}", json={"publishStatus": "online"}
    )
    assert online.status_code == 204
    me = await first_id(admin, "SELECT Id FROM User WHERE Username = 'support@demo.example'")
    await admin.patch(f"/sobjects/User/{me}", json={"UserPermissionsKnowledgeUser": False})
    again = await sue.post("/sobjects/Knowledge__kav", json={**draft, "UrlName": "bleed-it-again"})
    assert error(again) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")


async def test_a_wrong_step_is_refused(admin: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
    draft = await create(admin, "Knowledge__kav", Title="Draft", UrlName="a-draft")
    online = (await rows(admin, ONLINE))[0]
    archive = {"publishStatus": "archived"}
    assert error(await admin.patch(f"{VERSIONS}/{draft}", json=archive)) == (400, "INVALID_INPUT")
    assert error(await admin.delete(f"{VERSIONS}/{online['Id']}")) == (400, "INVALID_INPUT")
    publish = await reader.patch(f"{VERSIONS}/{draft}", json={"publishStatus": "online"})
    assert error(publish) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert (await state(admin, draft))[0] == "Draft"
    twice = await admin.post("/sobjects/Knowledge__kav", json={"Title": "Same", "UrlName": "a-draft"})
    assert error(twice) == (400, "DUPLICATE_VALUE")
    odd = await admin.post("/sobjects/Knowledge__kav", json={"Title": "Odd", "UrlName": "not a slug"})
    assert error(odd) == (400, "FIELD_INTEGRITY_EXCEPTION")


async def test_readers_find_what_is_online_and_a_view_is_counted(support: httpx.AsyncClient) -> None:
    assert error(await support.get("/support/knowledgeArticles", headers={"Accept-Language": ""})) == (
        400,
        "INVALID_INPUT",
    )
    listed = (await support.get("/support/knowledgeArticles?sort=ViewScore&pageSize=4", headers=ENGLISH)).json()
    assert sorted(listed) == ["articles", "currentPageUrl", "nextPageUrl", "pageNumber"]
    views = [one["viewCount"] for one in listed["articles"]]
    assert views == sorted(views, reverse=True)
    assert len(views) == 4
    assert listed["nextPageUrl"]
    rest = (await support.get(listed["nextPageUrl"].partition("v68.0")[2], headers=ENGLISH)).json()
    assert (len(rest["articles"]), rest["nextPageUrl"]) == (len(await rows(support, ONLINE)) - 4, None)
    found = (await support.get("/support/knowledgeArticles?q=gateway+firmware", headers=ENGLISH)).json()["articles"]
    assert [one["urlName"] for one in found] == ["Update-the-firmware-of-a-gateway"]
    read = (await support.get(f"/support/knowledgeArticles/{found[0]['id']}", headers=ENGLISH)).json()
    assert read["viewCount"] == found[0]["viewCount"] + 1
    assert read["categoryGroups"][0]["selectedCategories"][0]["name"] == "Controllers"
    stats = await rows(
        support,
        f"SELECT ViewCount FROM Knowledge__ViewStat WHERE ParentId = '{found[0]['id']}' AND Channel = 'App'",  # noqa: S608
    )
    assert stats[0]["ViewCount"] == read["viewCount"]


async def test_versions_of_articles_are_listed_whatever_their_type(admin: httpx.AsyncClient) -> None:
    soql = "SELECT Id, KnowledgeArticleId, Title, PublishStatus, VersionNumber, Owner.Name FROM {} ORDER BY Id"
    listed = await rows(admin, soql.format("KnowledgeArticleVersion"))
    assert listed[0]["attributes"]["type"] == "KnowledgeArticleVersion"
    typed = await rows(admin, soql.format("Knowledge__kav"))
    assert [{**one, "attributes": None} for one in listed] == [{**one, "attributes": None} for one in typed]
    refused = await admin.post("/sobjects/KnowledgeArticleVersion", json={"Title": "x"})
    assert error(refused) == (400, "INVALID_TYPE_FOR_OPERATION")


async def test_an_article_is_attached_to_a_case(admin: httpx.AsyncClient) -> None:
    online = (await rows(admin, ONLINE))[0]
    case = await create(admin, "Case", Subject="Help")
    attached = await create(admin, "CaseArticle", CaseId=case, KnowledgeArticleId=online["KnowledgeArticleId"])
    count = f"SELECT CaseAssociationCount FROM KnowledgeArticle WHERE Id = '{online['KnowledgeArticleId']}'"  # noqa: S608
    before = (await rows(admin, count))[0]["CaseAssociationCount"]
    wrong = await admin.post("/sobjects/CaseArticle", json={"CaseId": case, "KnowledgeArticleId": online["Id"]})
    assert error(wrong) == (400, "MALFORMED_ID")
    await admin.delete(f"/sobjects/CaseArticle/{attached}")
    assert (await rows(admin, count))[0]["CaseAssociationCount"] == before - 1


async def test_categories_and_suggestions(admin: httpx.AsyncClient) -> None:
    path = "/support/dataCategoryGroups?sObjectName=KnowledgeArticleVersion"
    top = (await admin.get(path)).json()["categoryGroups"][0]["topCategories"][0]
    assert (top["name"], top["childCategories"]) == ("All", None)
    groups = (await admin.get(f"{path}&topCategoriesOnly=false")).json()
    children = groups["categoryGroups"][0]["topCategories"][0]["childCategories"]
    assert "Platform" in {one["name"] for one in children}
    assert error(await admin.get("/support/dataCategoryGroups")) == (400, "INVALID_INPUT")
    titles = (await admin.get("/search/suggestTitleMatches?q=gateway&language=en_US")).json()
    assert [one["Title"] for one in titles["autoSuggestResults"]] == ["Update the firmware of a gateway"]
    case = await create(admin, "Case", Subject="dashboard without values")
    found = (await admin.get(f"/sobjects/Case/{case}/suggestedArticles?language=en_US")).json()
    title = await rows(admin, f"SELECT Title FROM Knowledge__kav WHERE Id = '{found[0]['Id']}'")  # noqa: S608
    assert title[0]["Title"] == "Why a dashboard shows no values"
    same = await admin.get("/sobjects/Case/suggestedArticles?language=en_US&subject=dashboard+without+values")
    assert same.json() == found


CATEGORIZED = {
    "AT Controllers__c": {"Controllers"},
    "AT (controllers__c, Platform__c)": {"Controllers", "Platform"},
    "AT All__c": set(),
    "BELOW All__c": {"Controllers", "Platform", "Analytics", "Services"},
    "ABOVE Services__c": {"Services"},
    "ABOVE_OR_BELOW All__c": {"Controllers", "Platform", "Analytics", "Services"},
    "BELOW All__c AND Products__c AT Analytics__c": {"Analytics"},
}


@pytest.mark.parametrize("clause", CATEGORIZED)
async def test_articles_are_found_by_their_categories(admin: httpx.AsyncClient, org: Org, clause: str) -> None:
    query = (
        'SELECT s.DataCategoryName, v.Id FROM "Knowledge__DataCategorySelection" s'
        " JOIN \"Knowledge__kav\" v ON v.Id = s.ParentId WHERE v.PublishStatus = 'Online'"
    )
    chosen = {article for name, article in org.connection.execute(query) if name in CATEGORIZED[clause]}
    category = f"WITH DATA CATEGORY Products__c {clause}"
    online = "WHERE PublishStatus = 'Online' AND Language = 'en_US'"
    soql = f"SELECT Id FROM Knowledge__kav {online} {category} ORDER BY Title LIMIT 50"  # noqa: S608
    found = await rows(admin, soql)
    assert {one["Id"] for one in found} == chosen
    sosl = f"FIND {{the OR is OR can OR you}} RETURNING Knowledge__kav(Id {online}) {category} LIMIT 50"
    searched = await admin.get("/search", params={"q": sosl})
    assert {one["Id"] for one in searched.json()["searchRecords"]} == chosen


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Account WITH DATA CATEGORY Products__c AT All__c",
        "SELECT Id FROM Knowledge__kav WITH DATA CATEGORY Regions__c AT All__c",
        "SELECT Id FROM Knowledge__kav WITH DATA CATEGORY Products__c AT Nothing__c",
        "SELECT Id FROM Knowledge__kav WITH DATA CATEGORY Products__c AT Platform",
        "SELECT Id FROM Knowledge__kav WITH DATA CATEGORY Products__c NEAR Platform__c",
        "SELECT Id FROM Knowledge__kav WITH DATA CATEGORY Products__c AT All__c OR Products__c AT Platform__c",
    ],
)
async def test_categories_that_are_not_there_are_refused(admin: httpx.AsyncClient, query: str) -> None:
    assert error(await admin.get("/query", params={"q": query})) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize("path", ["/knowledgeManagement/articleVersions/translations", "/support/embeddedservice/x"])
async def test_the_rest_is_not_emulated(admin: httpx.AsyncClient, path: str) -> None:
    assert error(await admin.get(path)) == (501, "NOT_EMULATED")
