"""What users, groups, assets and permissions get when they are made."""

import re

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
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


def check_field_permission(change: Change) -> None:
    """Of a field that can be closed, once, and never to write what cannot be read."""
    org, row = change.org, change.row
    object_name, _, name = str(row["Field"]).partition(".")
    one = org.schema.object(object_name)
    field = one.field(name) if one else None
    if one is None or field is None or not field.permissionable or one.name.lower() != row["SobjectType"].lower():
        said = f"Field Name: bad value for restricted picklist field: {row['Field']}"
        raise Refused(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", said, ["Field"])
    if row["PermissionsEdit"] and not row["PermissionsRead"]:
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", "PermissionsEdit requires PermissionsRead", ["PermissionsRead"])
    row["SobjectType"], row["Field"] = one.name, f"{one.name}.{field.name}"
    same = 'SELECT Id FROM "FieldPermissions" WHERE ParentId = ? AND Field = ? AND Id != ?'
    other = org.connection.execute(same, (row["ParentId"], row["Field"], row["Id"])).fetchone()
    if other:
        message = f"duplicate value found: Field duplicates value on record with id: {other[0][:15]}"
        raise Refused(400, "DUPLICATE_VALUE", message, ["Field"])


def forget_closed_field(change: Change) -> None:
    """A record that opens nothing is not kept."""
    if not change.row["PermissionsRead"]:
        change.org.connection.execute('DELETE FROM "FieldPermissions" WHERE Id = ?', (change.row["Id"],))


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
