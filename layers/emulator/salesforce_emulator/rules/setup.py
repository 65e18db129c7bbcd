"""What users, groups and assets get when they are made."""

import re

from salesforce_emulator import ids
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules.change import Change
from salesforce_emulator.rules.rows import put

ASSIGNMENT = "PermissionSetAssignment"
OF_PROFILES = 'PermissionSetId IN (SELECT Id FROM "PermissionSet" WHERE IsOwnedByProfile = 1)'


def complete_user(change: Change) -> None:
    row = change.row
    row["CommunityNickname"] = row["CommunityNickname"] or str(row["Username"]).split("@")[0][:40]


def name_group(change: Change) -> None:
    row = change.row
    row["DeveloperName"] = row["DeveloperName"] or re.sub(r"\W+", "_", row["Name"]).strip("_")


def copy_product(change: Change) -> None:
    row = change.row
    product = change.org.row("Product2", row["Product2Id"]) if row["Product2Id"] else None
    for name in ("ProductCode", "StockKeepingUnit"):
        row[name] = product[name] if product else None


def name_entity(change: Change) -> None:
    """What a permission set opens: the id says what it is."""
    one = change.org.schema.by_prefix(str(change.row["SetupEntityId"]))
    change.row["SetupEntityType"] = one.name if one else None


def assign_profile(change: Change) -> None:
    """A profile is a permission set too, and who has the profile is assigned to it."""
    if not change.changed("ProfileId"):
        return
    org, user_id = change.org, change.row["Id"]
    org.connection.execute(f'DELETE FROM "{ASSIGNMENT}" WHERE AssigneeId = ? AND {OF_PROFILES}', (user_id,))  # noqa: S608
    owned = 'SELECT Id FROM "PermissionSet" WHERE ProfileId = ?'
    one = org.schema.known(ASSIGNMENT)
    for (set_id,) in org.connection.execute(owned, (change.row["ProfileId"],)).fetchall():
        values = {"PermissionSetId": set_id, "AssigneeId": user_id, "SystemModstamp": stamp(org.now())}
        number = org.next_number(one.key_prefix)
        put(org.connection, one, {**one.defaults, **values, "Id": ids.make(one.key_prefix, number)})
