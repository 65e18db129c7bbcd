"""Chatter's lists: people, groups, feeds, and likes of comments.

https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_chatter.htm
"""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import chatter
from salesforce_emulator.routes.call import NO_CONTENT, Answer, Call
from salesforce_emulator.rules.rows import rows

FEEDS = (
    ("News", "What I Follow", "news/me"),
    ("Company", "Company", "company"),
    ("UserProfile", "Me", "user-profile/me"),
)


def users(call: Call) -> Answer:
    """GET /chatter/users?q=&page=&pageSize="""
    return _listed(call, "users", "User", "IsActive = 1", lambda row: chatter.person(call, row["Id"], full=True))


def groups(call: Call) -> Answer:
    """GET /chatter/groups?q=&page=&pageSize="""
    call.find_object("CollaborationGroup")
    return _listed(call, "groups", "CollaborationGroup", "IsArchived = 0", lambda row: _group(call, row))


def group(call: Call) -> Answer:
    """GET /chatter/groups/{id}"""
    one = call.find_object("CollaborationGroup")
    return Answer(200, _group(call, call.org.require(call.caller, one, call.names["id"])))


def feeds(call: Call) -> Answer:
    """GET /chatter/feeds"""
    found = []
    for kind, label, path in FEEDS:
        url = call.url("chatter/feeds", path)
        shown = {"feedElementsUrl": f"{url}/feed-elements", "feedType": kind, "feedUrl": url, "keyPrefix": None}
        found.append({"label": label, **shown, "redirectedFeedSort": None, "redirectedFeedType": None})
    return Answer(200, {"favorites": [], "favoritesUrl": None, "feeds": found})


def of_company(call: Call) -> Answer:
    """GET /chatter/feeds/company/feed-elements"""
    return chatter.page(call, "1", ())


def like_comment(call: Call) -> Answer:
    """POST /chatter/comments/{id}/likes: once, however often it is asked"""
    comment = call.org.require(call.caller, call.find_object("FeedComment"), call.names["id"])
    mine = [one for one in chatter.found_likes(call, comment["Id"]) if one["InsertedById"] == call.caller.user_id]
    if not mine:
        values = {"FeedItemId": comment["FeedItemId"], "FeedEntityId": comment["Id"]}
        record_id = call.org.add(call.caller, "FeedLike", {**values, "InsertedById": call.caller.user_id})
        mine = [call.org.row("FeedLike", record_id) or {}]
    return Answer(201, chatter.shown_like(call, mine[0]))


def likes_of_comment(call: Call) -> Answer:
    """GET /chatter/comments/{id}/likes"""
    comment = call.org.require(call.caller, call.find_object("FeedComment"), call.names["id"])
    return Answer(200, chatter.likes_page(call, comment["Id"], chatter.likes_url(call, comment["Id"])))


def unlike(call: Call) -> Answer:
    """DELETE /chatter/likes/{id}: one's own"""
    row = call.org.require(call.caller, call.find_object("FeedLike"), call.names["id"])
    if row["InsertedById"] != call.caller.user_id:
        raise Refused(403, "INSUFFICIENT_ACCESS", "You can take back only your own likes")
    call.org.delete(call.caller, "FeedLike", row["Id"])
    return NO_CONTENT


def _listed(call: Call, key: str, table: str, condition: str, shown: Any) -> Answer:
    size, page = chatter.number(call, "pageSize", chatter.USUAL_PAGE), chatter.number(call, "page", 0)
    if not 1 <= size <= chatter.LONGEST_PAGE:
        raise Refused(400, "INVALID_INPUT", f"pageSize must be 1 to {chatter.LONGEST_PAGE}")
    sought = call.query.get("q", "")
    query = (
        f'SELECT * FROM "{table}" WHERE {condition} AND instr(lower(Name), lower(?)) ORDER BY Name, Id LIMIT ? OFFSET ?'  # noqa: S608
    )
    found = rows(call.org.connection, query, (sought, size + 1, size * page))
    here = call.url("chatter", key)
    more = f"{here}?page={page + 1}&pageSize={size}" if len(found) > size else None
    before = f"{here}?page={page - 1}&pageSize={size}" if page else None
    urls = {"currentPageUrl": f"{here}?page={page}&pageSize={size}", "nextPageUrl": more, "previousPageUrl": before}
    return Answer(200, {**urls, key: [shown(row) for row in found[:size]]})


def _group(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    member = 'SELECT Id FROM "CollaborationGroupMember" WHERE CollaborationGroupId = ? AND MemberId = ?'
    mine = call.org.connection.execute(member, (row["Id"], call.caller.user_id)).fetchone()
    role = "GroupOwner" if row["OwnerId"] == call.caller.user_id else "StandardMember" if mine else "NotAMember"
    return {
        "canHaveChatterGuests": False,
        "description": row["Description"],
        "id": row["Id"],
        "isArchived": bool(row["IsArchived"]),
        "memberCount": row["MemberCount"],
        "myRole": role,
        "name": row["Name"],
        "owner": chatter.person(call, row["OwnerId"]),
        "type": "CollaborationGroup",
        "url": call.url("chatter/groups", row["Id"]),
        "visibility": f"{row['CollaborationType']}Access",
    }
