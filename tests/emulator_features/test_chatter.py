"""Chatter: https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/"""

from typing import Any

import httpx
import pytest
from emulator_features.asking import create, error, first_id, rows


def said(text: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {"messageSegments": [{"type": "Text", "text": text}, *more]}


async def post(client: httpx.AsyncClient, subject: str, text: str, *more: dict[str, Any]) -> dict[str, Any]:
    body = {"body": said(text, *more), "feedElementType": "FeedItem", "subjectId": subject}
    answer = await client.post("/chatter/feed-elements", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_post_is_read_commented_liked_and_deleted(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="Talked about")
    wei = await first_id(admin, "SELECT Id FROM User WHERE Name = 'Wei Chen'")
    made = await post(admin, account, "Look at this, ", {"type": "Mention", "id": wei})
    assert made["body"]["text"] == "Look at this, @Wei Chen"
    assert (made["actor"]["name"], made["parent"]["name"], made["id"][:3]) == ("Ada Admin", "Talked about", "0D5")
    url = f"/chatter/feed-elements/{made['id']}"
    commented = await sales.post(f"{url}/capabilities/comments/items", json={"body": said("Done")})
    assert (commented.status_code, commented.json()["id"][:3]) == (201, "0D7")
    for _ in range(2):
        assert (await sales.post(f"{url}/capabilities/chatter-likes/items")).status_code == 201
    read = (await sales.get(url)).json()
    assert read["capabilities"]["comments"]["page"]["total"] == 1
    assert read["capabilities"]["chatterLikes"]["isLikedByCurrentUser"]
    assert read["capabilities"]["chatterLikes"]["page"]["total"] == 1
    (stored,) = await rows(admin, f"SELECT CommentCount, LikeCount FROM FeedItem WHERE Id = '{made['id']}'")  # noqa: S608
    assert (stored["CommentCount"], stored["LikeCount"]) == (1, 1)
    assert error(await sales.delete(url)) == (403, "INSUFFICIENT_ACCESS")
    assert (await admin.delete(url)).status_code == 204
    assert error(await admin.get(url)) == (404, "ENTITY_IS_DELETED")


async def test_a_feed_comes_in_pages_the_latest_first(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="Busy")
    made = [(await post(admin, account, f"Post {number}"))["id"] for number in range(5)]
    first = (await admin.get(f"/chatter/feeds/record/{account}/feed-elements?pageSize=3")).json()
    assert {"currentPageToken", "currentPageUrl", "elements", "isModifiedToken", "isModifiedUrl", "nextPageUrl"} <= set(
        first
    )
    rest = (await admin.get(first["nextPageUrl"].partition("v68.0")[2])).json()
    found = [one["id"] for one in [*first["elements"], *rest["elements"]]]
    assert found == made[::-1]
    assert rest["nextPageUrl"] is None
    news = (await admin.get("/chatter/feeds/news/me/feed-elements")).json()["elements"]
    assert made[-1] in [one["id"] for one in news]


async def test_a_post_on_a_hidden_record_is_hidden(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    deal = await create(admin, "Opportunity", Name="Secret", StageName="Prospecting", CloseDate="2026-12-01")
    made = (await post(admin, deal, "Eight million"))["id"]
    news = (await support.get("/chatter/feeds/news/me/feed-elements")).json()["elements"]
    assert made not in [one["id"] for one in news]
    assert await rows(support, f"SELECT Body FROM FeedItem WHERE Id = '{made}'") == []  # noqa: S608
    for path in (f"/chatter/feed-elements/{made}", f"/sobjects/FeedItem/{made}"):
        assert error(await support.get(path)) == (404, "NOT_FOUND")
    assert (await support.get(f"/chatter/feeds/record/{deal}/feed-elements")).status_code == 404


async def test_who_somebody_is(admin: httpx.AsyncClient) -> None:
    me = (await admin.get("/chatter/users/me")).json()
    assert (me["name"], me["username"], me["type"]) == ("Ada Admin", "admin@demo.example", "User")
    assert (await admin.get(f"/chatter/users/{me['id']}")).json() == me
    assert error(await admin.get("/chatter/users/005000000000000AAA")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"feedElementType": "FeedItem", "subjectId": "me"},
        {"feedElementType": "FeedItem", "subjectId": "me", "body": {"messageSegments": []}},
        {"feedElementType": "FeedItem", "subjectId": "me", "body": said("  ")},
        {"feedElementType": "FeedItem", "subjectId": "nobody", "body": said("x")},
    ],
)
async def test_a_post_of_nothing_is_refused(admin: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await admin.post("/chatter/feed-elements", json=body)).status_code == 400


async def test_the_rest_of_chatter_is_not_emulated(admin: httpx.AsyncClient) -> None:
    for path in ("/chatter/topics", "/chatter/users/me/groups", "/connect/communities"):
        assert error(await admin.get(path)) == (501, "NOT_EMULATED")
