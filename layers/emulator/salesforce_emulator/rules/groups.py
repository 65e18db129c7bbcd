"""Chatter groups: their owner is a member, and they know how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

GROUP, MEMBER = "CollaborationGroup", "CollaborationGroupMember"


def join_owner(change: Change) -> None:
    if change.creating:
        values = {"CollaborationGroupId": change.row["Id"], "MemberId": change.row["OwnerId"]}
        change.org.add(change.caller, MEMBER, {**values, "CollaborationRole": "Admin"})


def count_after_save(change: Change) -> None:
    count(change.org, change.caller, change.row)


def count(org: Org, _caller: Caller, row: Row) -> None:
    query = f'SELECT count(*) FROM "{MEMBER}" WHERE CollaborationGroupId = ?'  # noqa: S608
    number = org.connection.execute(query, (row["CollaborationGroupId"],)).fetchone()[0]
    rows.change(org.connection, GROUP, row["CollaborationGroupId"], {"MemberCount": number})
