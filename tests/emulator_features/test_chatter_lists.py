"""People, groups and feeds of Chatter, and what several requests in one answer."""

import httpx
from emulator_features.asking import create, error, first_id

BODY = {"messageSegments": [{"type": "Text", "text": "Hello"}]}


async def test_people_come_in_pages_and_by_name(admin: httpx.AsyncClient) -> None:
    page = (await admin.get("/chatter/users?pageSize=4")).json()
    rest = (await admin.get(page["nextPageUrl"].partition("v68.0")[2])).json()
    assert len(page["users"]) == 4
    assert page["users"][0].keys() >= {"id", "name", "url", "username"}
    assert not {one["id"] for one in page["users"]} & {one["id"] for one in rest["users"]}
    found = (await admin.get("/chatter/users?q=patel")).json()["users"]
    assert [one["name"] for one in found] == ["Nora Patel"]
    assert error(await admin.get("/chatter/users?pageSize=0")) == (400, "INVALID_INPUT")


async def test_a_group_counts_its_members_and_has_a_feed(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    (group,) = (await sales.get("/chatter/groups")).json()["groups"]
    assert (group["name"], group["memberCount"], group["myRole"]) == ("All Northwind", 9, "StandardMember")
    post = {"body": BODY, "feedElementType": "FeedItem", "subjectId": group["id"]}
    made = await sales.post("/chatter/feed-elements", json=post)
    assert made.json()["parent"]["name"] == "All Northwind"
    feed = (await admin.get(f"/chatter/feeds/record/{group['id']}/feed-elements")).json()["elements"]
    assert [one["id"] for one in feed] == [made.json()["id"]]
    own = await create(sales, "CollaborationGroup", Name="Sellers")
    shown = (await sales.get(f"/chatter/groups/{own}")).json()
    assert (shown["memberCount"], shown["myRole"]) == (1, "GroupOwner")


async def test_every_listed_feed_answers(sales: httpx.AsyncClient) -> None:
    listed = (await sales.get("/chatter/feeds")).json()["feeds"]
    assert [one["feedType"] for one in listed] == ["News", "Company", "UserProfile"]
    batch = [{"method": "GET", "url": one["feedElementsUrl"].removeprefix("/services/data/")} for one in listed]
    answer = (await sales.post("/connect/batch", json={"batchRequests": batch})).json()
    assert answer["hasErrors"] is False
    assert all("elements" in one["result"] for one in answer["results"])


async def test_a_comment_is_liked_once_and_the_like_taken_back(
    admin: httpx.AsyncClient, sales: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    me = await first_id(sales, "SELECT Id FROM User WHERE Username = 'sales@demo.example'")
    post = {"body": BODY, "feedElementType": "FeedItem", "subjectId": me}
    element = (await sales.post("/chatter/feed-elements", json=post)).json()["url"].partition("v68.0")[2]
    comment = (await sales.post(f"{element}/capabilities/comments/items", json={"body": BODY})).json()
    likes = comment["likes"]["currentPageUrl"].partition("v68.0")[2]
    first, again = [(await support.post(likes)).json() for _ in range(2)]
    assert first["id"] == again["id"]
    assert (await sales.get(likes)).json()["total"] == 1
    assert (await sales.get(element)).json()["capabilities"]["chatterLikes"]["page"]["total"] == 0
    like = first["url"].partition("v68.0")[2]
    assert error(await sales.delete(like)) == (403, "INSUFFICIENT_ACCESS")
    assert (await support.delete(like)).status_code == 204
    assert (await sales.get(likes)).json()["total"] == 0
