"""Chatter: posts, comments and likes on records.

https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/features_feeds.htm
"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call
from salesforce_emulator.rules.rows import rows

USUAL_PAGE, LONGEST_PAGE = 25, 100
LONGEST_TEXT = 10_000


def resources(call: Call) -> Answer:
    """GET /chatter"""
    return Answer(200, {name: call.url("chatter", name) for name in ("feeds", "groups", "users")})


def user(call: Call) -> Answer:
    """GET /chatter/users/{id}: me, or somebody else"""
    return Answer(200, person(call, _user_id(call, call.names["user"]), full=True))


def news(call: Call) -> Answer:
    """GET /chatter/feeds/news/{user}/feed-elements: what happens on records that the user may see"""
    _user_id(call, call.names["user"])
    return page(call, "1", ())


def of_record(call: Call) -> Answer:
    """GET /chatter/feeds/record/{id}/feed-elements"""
    return page(call, "ParentId = ?", (_subject(call, call.names["id"]),))


def of_user(call: Call) -> Answer:
    """GET /chatter/feeds/user-profile/{user}/feed-elements"""
    known = _user_id(call, call.names["user"])
    return page(call, "(ParentId = ? OR CreatedById = ?)", (known, known))


def post(call: Call) -> Answer:
    """POST /chatter/feed-elements {"body": {"messageSegments": […]}, "feedElementType": "FeedItem", "subjectId": …}"""
    body = call.json_object
    if body.get("feedElementType") != "FeedItem":
        raise Refused(400, "JSON_PARSER_ERROR", "feedElementType must be FeedItem at [line:1, column:2]")
    for name in ("originalFeedElementId", "capabilities"):
        if body.get(name):
            raise NotEmulated(f"{name} of a Chatter post")
    subject = call.caller.user_id if body.get("subjectId") == "me" else _subject(call, body.get("subjectId"))
    values = {"ParentId": subject, "Body": _text(call, body.get("body"))}
    if body.get("visibility") in {"AllUsers", "InternalUsers"}:
        values["Visibility"] = body["visibility"]
    call.site.faults.check_lock("")
    record_id = call.org.insert(call.caller, "FeedItem", values)
    return Answer(201, _element(call, call.org.row("FeedItem", record_id) or {}))


def read(call: Call) -> Answer:
    """GET /chatter/feed-elements/{id}"""
    return Answer(200, _element(call, _item(call)))


def delete(call: Call) -> Answer:
    """DELETE /chatter/feed-elements/{id}: one's own, or anybody's for who may modify all data"""
    item = _item(call)
    if item["CreatedById"] != call.caller.user_id and not call.caller.may("modify_all_data"):
        raise Refused(403, "INSUFFICIENT_ACCESS", "You can delete only your own posts")
    call.org.delete(call.caller, "FeedItem", item["Id"])
    return NO_CONTENT


def comments(call: Call) -> Answer:
    """GET /chatter/feed-elements/{id}/capabilities/comments/items"""
    return Answer(200, _comments(call, _item(call)))


def comment(call: Call) -> Answer:
    """POST /chatter/feed-elements/{id}/capabilities/comments/items {"body": {"messageSegments": […]}}"""
    item = _item(call)
    values = {"FeedItemId": item["Id"], "CommentBody": _text(call, call.json_object.get("body"))}
    call.site.faults.check_lock("")
    record_id = call.org.insert(call.caller, "FeedComment", values)
    return Answer(201, _comment(call, call.org.row("FeedComment", record_id) or {}))


def likes(call: Call) -> Answer:
    """GET /chatter/feed-elements/{id}/capabilities/chatter-likes/items"""
    return Answer(200, _likes(call, _item(call)))


def like(call: Call) -> Answer:
    """POST /chatter/feed-elements/{id}/capabilities/chatter-likes/items: once, however often it is asked"""
    item = _item(call)
    mine = [one for one in found_likes(call, item["Id"]) if one["InsertedById"] == call.caller.user_id]
    if not mine:
        values = {"FeedItemId": item["Id"], "InsertedById": call.caller.user_id}
        record_id = call.org.add(call.caller, "FeedLike", values)
        mine = [call.org.row("FeedLike", record_id) or {}]
    return Answer(201, shown_like(call, mine[0]))


def _user_id(call: Call, given: str) -> str:
    known = call.caller.user_id if given == "me" else ids.canonical(given)
    if known is None or call.org.row("User", known) is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return known


def _subject(call: Call, given: Any) -> str:
    """A record that has a feed and that the caller may see."""
    known = ids.canonical(str(given))
    one = call.org.schema.by_prefix(known) if known else None
    if known is None or one is None:
        raise Refused(400, "INVALID_ID_FIELD", f"Invalid identifier: {given}")
    call.org.require(call.caller, one, known)
    field = call.org.schema.known("FeedItem").field("ParentId")
    if field is None or one.name not in field.reference_to:
        raise Refused(400, "INVALID_INPUT", f"{one.label_plural} have no feed")
    return known


def _text(call: Call, body: Any) -> str:
    segments = body.get("messageSegments") if isinstance(body, dict) else None
    if not isinstance(segments, list) or not segments or not all(isinstance(one, dict) for one in segments):
        raise Refused(400, "JSON_PARSER_ERROR", "body.messageSegments must be a list of segments at [line:1, column:2]")
    text = "".join(_segment(call, one) for one in segments)
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Refused(400, "INVALID_INPUT", f"A text of 1 to {LONGEST_TEXT} characters is required")
    return text


def _segment(call: Call, one: dict[str, Any]) -> str:
    match one.get("type"):
        case "Text" if isinstance(one.get("text"), str):
            return str(one["text"])
        case "Mention":
            known = ids.canonical(str(one.get("id")))
            found = (call.org.row("User", known) or call.org.row("Group", known)) if known else None
            if found is None:
                raise Refused(400, "INVALID_ID_FIELD", f"Invalid identifier: {one.get('id')}")
            return f"@{found['Name']}"
        case "Link" if isinstance(one.get("url"), str):
            return str(one["url"])
        case "Hashtag" if isinstance(one.get("tag"), str):
            return f"#{one['tag']}"
    raise NotEmulated(f"the Chatter segment {one.get('type')}")


def _item(call: Call) -> dict[str, Any]:
    row = call.org.require(call.caller, call.find_object("FeedItem"), call.names["id"])
    _subject(call, row["ParentId"])
    return row


def page(call: Call, condition: str, values: tuple[str, ...]) -> Answer:
    size, page = number(call, "pageSize", USUAL_PAGE), number(call, "page", 0)
    if not 1 <= size <= LONGEST_PAGE:
        raise Refused(400, "INVALID_INPUT", f"pageSize must be 1 to {LONGEST_PAGE}")
    visible = call.caller.row_condition(call.find_object("FeedItem"))
    also = f" AND {visible.replace('{t}', 'f')}" if visible else ""
    found = rows(
        call.org.connection,
        f'SELECT * FROM "FeedItem" f WHERE IsDeleted = 0 AND {condition}{also}'  # noqa: S608
        " ORDER BY CreatedDate DESC, Id DESC LIMIT ? OFFSET ?",
        (*values, size + 1, size * page),
    )
    here = call.url(*call.path)
    body = {
        "currentPageToken": str(page),
        "currentPageUrl": f"{here}?page={page}&pageSize={size}",
        "elements": [_element(call, one) for one in found[:size]],
        "isModifiedToken": None,
        "isModifiedUrl": None,
        "nextPageToken": str(page + 1) if len(found) > size else None,
        "nextPageUrl": f"{here}?page={page + 1}&pageSize={size}" if len(found) > size else None,
        "updatesToken": None,
        "updatesUrl": None,
    }
    return Answer(200, body)


def _element(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": person(call, row["CreatedById"]),
        "body": _body(row["Body"]),
        "capabilities": {"chatterLikes": _liked(call, row), "comments": {"page": _comments(call, row)}},
        "createdDate": row["CreatedDate"],
        "feedElementType": "FeedItem",
        "id": row["Id"],
        "modifiedDate": row["LastModifiedDate"],
        "parent": _parent(call, row["ParentId"]),
        "type": row["Type"],
        "url": call.url("chatter/feed-elements", row["Id"]),
        "visibility": row["Visibility"],
    }


def _liked(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    found = found_likes(call, row["Id"])
    mine = any(one["InsertedById"] == call.caller.user_id for one in found)
    return {"isLikedByCurrentUser": mine, "page": _likes(call, row)}


def found_likes(call: Call, entity_id: str) -> list[dict[str, Any]]:
    query = 'SELECT * FROM "FeedLike" WHERE coalesce(FeedEntityId, FeedItemId) = ? AND IsDeleted = 0 ORDER BY Id'
    return rows(call.org.connection, query, (entity_id,))


def _likes(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return likes_page(call, row["Id"], call.url("chatter/feed-elements", row["Id"], "capabilities/chatter-likes/items"))


def likes_page(call: Call, entity_id: str, url: str) -> dict[str, Any]:
    items = [shown_like(call, one) for one in found_likes(call, entity_id)]
    return {"currentPageToken": 0, "currentPageUrl": url, "items": items, "nextPageUrl": None, "total": len(items)}


def likes_url(call: Call, comment_id: str) -> str:
    return call.url("chatter/comments", comment_id, "likes")


def shown_like(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    liked = row["FeedEntityId"] or row["FeedItemId"]
    place = "comments" if row["FeedEntityId"] else "feed-elements"
    item = {"id": liked, "url": call.url("chatter", place, liked)}
    return {
        "id": row["Id"],
        "likedItem": item,
        "url": call.url("chatter/likes", row["Id"]),
        "user": person(call, row["InsertedById"]),
    }


def _comments(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    query = 'SELECT * FROM "FeedComment" WHERE FeedItemId = ? AND IsDeleted = 0 ORDER BY CreatedDate, Id'
    items = [_comment(call, one) for one in rows(call.org.connection, query, (row["Id"],))]
    url = call.url("chatter/feed-elements", row["Id"], "capabilities/comments/items")
    return {"currentPageToken": None, "currentPageUrl": url, "items": items, "nextPageUrl": None, "total": len(items)}


def _comment(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "body": _body(row["CommentBody"]),
        "createdDate": row["CreatedDate"],
        "feedElement": {"id": row["FeedItemId"], "url": call.url("chatter/feed-elements", row["FeedItemId"])},
        "id": row["Id"],
        "likes": likes_page(call, row["Id"], likes_url(call, row["Id"])),
        "parent": _parent(call, row["ParentId"]),
        "url": call.url("chatter/comments", row["Id"]),
        "user": person(call, row["CreatedById"]),
    }


def _body(text: str | None) -> dict[str, Any]:
    segment = {"text": text, "type": "Text"}
    return {"isRichText": False, "messageSegments": [segment] if text else [], "text": text}


def _parent(call: Call, record_id: str) -> dict[str, Any]:
    one = call.org.schema.by_prefix(record_id)
    row = call.org.row(one.name, record_id) if one else None
    name = row[one.name_field.name] if row and one and one.name_field else None
    url = call.url("chatter/records", record_id)
    return {"id": record_id, "name": name, "type": one.name if one else None, "url": url}


def person(call: Call, user_id: str, *, full: bool = False) -> dict[str, Any]:
    row = call.org.row("User", user_id) or {}
    shown = {
        "companyName": row.get("CompanyName"),
        "displayName": row.get("Name"),
        "firstName": row.get("FirstName"),
        "id": user_id,
        "isActive": bool(row.get("IsActive")),
        "lastName": row.get("LastName"),
        "name": row.get("Name"),
        "photo": {
            "url": call.url("chatter/users", user_id, "photo"),
            "largePhotoUrl": row.get("FullPhotoUrl"),
            "smallPhotoUrl": row.get("SmallPhotoUrl"),
        },
        "title": row.get("Title"),
        "type": "User",
        "url": call.url("chatter/users", user_id),
        "userType": "Internal",
    }
    return shown | {"email": row.get("Email"), "username": row.get("Username")} if full else shown


def number(call: Call, name: str, usual: int) -> int:
    given = call.query.get(name, str(usual))
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise Refused(400, "INVALID_INPUT", f"{name} must be a whole number, not {given!r}")
    return int(given)
