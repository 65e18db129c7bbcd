"""Feeds: a post counts its comments and its likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

COUNTS = {"FeedComment": "CommentCount", "FeedLike": "LikeCount"}


def place_comment(change: Change) -> None:
    """A comment belongs to the record that its post belongs to."""
    change.row["ParentId"] = (change.org.row("FeedItem", change.row["FeedItemId"]) or {}).get("ParentId")


def count_after_save(change: Change) -> None:
    count(change.org, change.caller, change.row)


def count(org: Org, _caller: Caller, row: Row) -> None:
    for name, column in COUNTS.items():
        query = f'SELECT count(*) FROM "{name}" WHERE FeedItemId = ? AND IsDeleted = 0'  # noqa: S608
        found = org.connection.execute(query, (row["FeedItemId"],)).fetchone()[0]
        rows.change(org.connection, "FeedItem", row["FeedItemId"], {column: found})
