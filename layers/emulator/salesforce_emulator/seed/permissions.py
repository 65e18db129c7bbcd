"""What profiles and permission sets allow, as the rows in which an org keeps it."""

from collections.abc import Iterable, Iterator
from typing import Any

from salesforce_emulator import access, ids
from salesforce_emulator.access import Caller, Profile
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org
from salesforce_emulator.rules.rows import put
from salesforce_emulator.schema.model import Object

SETS_OF_PROFILES = 'SELECT p.Name, s.Id FROM "PermissionSet" s JOIN "Profile" p ON p.Id = s.ProfileId'
OWN_SETS = 'SELECT Name, Id FROM "PermissionSet" WHERE IsOwnedByProfile = 0'


def fill(org: Org, root: Caller) -> None:
    org.connection.execute(access.OPENED_BY)
    of_profiles = dict(org.connection.execute(SETS_OF_PROFILES).fetchall())
    own = dict(org.connection.execute(OWN_SETS).fetchall())
    holders = [(of_profiles[name], one) for name, one in access.profiles().items()]
    holders += [(own[name], one) for name, one in access.permission_sets().items()]
    for set_id, one in holders:
        _write(org, "ObjectPermissions", set_id, _of_objects(org.schema, one))
        _write(org, "FieldPermissions", set_id, _of_fields(org.schema, one))
    _custom_permissions(org, root, holders)


def _write(org: Org, name: str, set_id: str, found: Iterable[dict[str, Any]]) -> None:
    one, now = org.schema.known(name), stamp(org.now())
    stamps = {str(name): now for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp") if one.field(name)}
    for row in found:
        values = {**row, "Id": ids.make(one.key_prefix, org.next_number(one.key_prefix)), "ParentId": set_id}
        put(org.connection, one, {**one.defaults, **stamps, **values})


def _of_objects(schema: Iterable[Object], profile: Profile) -> Iterator[dict[str, Any]]:
    everything = "modify_all_data" in profile.permissions
    for one in schema:
        rights = access.object_rights(one, profile)
        if one.setup or not rights:
            continue
        flags = {"Create": "c" in rights, "Read": True, "Edit": "u" in rights, "Delete": "d" in rights}
        flags |= {"ViewAllRecords": everything or "v" in rights, "ModifyAllRecords": everything or "m" in rights}
        yield {"SobjectType": one.name, **{f"Permissions{word}": allowed for word, allowed in flags.items()}}


def _of_fields(schema: Iterable[Object], profile: Profile) -> Iterator[dict[str, Any]]:
    """Only of fields that can be closed, and of these only the open ones."""
    for one in schema:
        for field in one.fields:
            name = f"{one.name}.{field.name}"
            if one.setup or not field.permissionable or not _opens(one, name, profile):
                continue
            closed = name in profile.read_only or profile.fields.get(name) == "read"
            row = {"SobjectType": one.name, "Field": name, "PermissionsRead": True}
            yield {**row, "PermissionsEdit": field.updateable and not closed}


def _opens(one: Object, name: str, profile: Profile) -> bool:
    """A profile opens what it does not hide, a permission set what it names."""
    if profile.name not in access.profiles():
        return name in profile.fields
    return bool(access.object_rights(one, profile)) and name not in profile.hidden


def _custom_permissions(org: Org, root: Caller, holders: Iterable[tuple[str, Profile]]) -> None:
    made = {}
    for name, text in access.custom_permissions().items():
        values = {"DeveloperName": name, "MasterLabel": text["label"], "Description": text["description"]}
        made[name] = org.add(root, "CustomPermission", values)
    for set_id, one in holders:
        for name in one.custom_permissions:
            org.add(root, "SetupEntityAccess", {"ParentId": set_id, "SetupEntityId": made[name]})
