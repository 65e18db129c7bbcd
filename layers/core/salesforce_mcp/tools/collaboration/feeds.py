"""Chatter: what is said at a record."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import is_record_of, record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_record
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_Text = Annotated[str, Field(min_length=1, max_length=10_000)]
_FEED_ITEM = "0D5"


def _address(text: str) -> str:
    if text and (len(text.split()) != 1 or not text.lower().startswith(("https://", "http://"))):
        raise ValueError("must be a web address, such as https://example.com/offer")
    return text


_Link = Annotated[str, AfterValidator(_address), Field(description="Web address to share")]


@tool(Effect.WRITES)
async def postToFeed(
    recordId: Annotated[str, Field(description="Record, group or user; or a post, to comment on it")],
    text: _Text,
    org: Org,
    link: _Link = "",
) -> dict[str, Any]:
    """Post to the Chatter feed of a record, group or user, or comment on a post."""
    if is_record_of(_FEED_ITEM, recordId):
        return await _commented(org, recordId, text, link=link)
    shared = {"Type": "LinkPost", "LinkUrl": link, "Title": link[:255]} if link else {"Type": "TextPost"}
    made = await org.create("FeedItem", {"ParentId": record_id(recordId), "Body": text, **shared})
    return {"postId": made, "recordId": recordId}


async def _commented(org: Salesforce, post: str, text: str, *, link: str) -> dict[str, Any]:
    if link:
        raise InvalidInput("A comment shares no link", fields=["link"], hint="Write the address into text.")
    made = await org.create("FeedComment", {"FeedItemId": post, "CommentBody": text})
    return {"commentId": made, "postId": post}


@tool(Effect.READS)
async def readFeed(recordId: str, org: Org, caller: Calling, cursor: Cursor = None) -> Table:
    """The Chatter posts of a record with their comments, the newest first."""
    comments = "(SELECT CommentBody, CreatedBy.Name, CreatedDate FROM FeedComments ORDER BY CreatedDate LIMIT 20)"
    columns = f"Id, CreatedDate, CreatedBy.Name, Type, Body, LinkUrl, LikeCount, {comments}"
    by = "Id" if is_record_of(_FEED_ITEM, recordId) else "ParentId"
    where = f"{by} = {quote_literal(record_id(recordId))}"
    soql = f"SELECT {columns} FROM FeedItem WHERE {where} ORDER BY CreatedDate DESC, Id DESC LIMIT 500"  # noqa: S608
    table = await Rows(org, caller, soql).read(cursor)
    if not table.rows:
        await require_record(org, recordId)
    return table
