"""Who may do what: profiles and permission sets, and a caller who has one of the first and some of the second."""

import sqlite3
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from salesforce_emulator import sharing
from salesforce_emulator.schema.model import Field, Object, Schema

# What belongs to a record of any type, and the field that says to which.
ATTACHED = {
    "Attachment": "ParentId",
    "ContentDocumentLink": "LinkedEntityId",
    "FeedComment": "ParentId",
    "FeedItem": "ParentId",
    "Note": "ParentId",
    "ProcessInstance": "TargetObjectId",
    "ProcessInstanceHistory": "TargetObjectId",
}


# Fields that are opened to a user by the profile's permission set or by one of the user's own. Standard fields go by
# profiles.toml, of which their rows only tell: reading those too would double the time that a caller takes.
OPENED = (
    'SELECT p.Field, p.PermissionsEdit FROM "PermissionSetAssignment" a JOIN "FieldPermissions" p'
    " ON p.ParentId = a.PermissionSetId WHERE a.AssigneeId = ? AND substr(p.Field, -3) = '__c'"
)
OPENED_BY = (
    'CREATE INDEX "FieldPermissions.custom" ON "FieldPermissions" (ParentId, Field, PermissionsEdit)'
    " WHERE substr(Field, -3) = '__c'"
)
# Written by knowledge users only.
ARTICLES = "Knowledge__kav"
# Forecasts are their user's and everybody's above: the field that says whose they are.
FORECASTS = {"ForecastingItem": "OwnerId", "ForecastingQuota": "QuotaOwnerId"}


@dataclass(frozen=True)
class Profile:
    """What one profile, or one permission set, gives."""

    name: str
    label: str
    description: str
    objects: Mapping[str, str]
    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    custom_permissions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caller:
    """A user at work: what they may do with objects (c r u d) and which fields they see or may write.

    Objects and fields can be named or given."""

    user_id: str
    username: str
    time_zone: str
    locale: str
    objects: Mapping[str, str]
    hidden: frozenset[str]
    read_only: frozenset[str]
    permissions: frozenset[str]
    readable_prefixes: frozenset[str] = frozenset()

    def can_read(self, one: Object | str) -> bool:
        return "r" in self._rights(one)

    def can_create(self, one: Object | str) -> bool:
        return "c" in self._rights(one)

    def can_edit(self, one: Object | str) -> bool:
        return "u" in self._rights(one)

    def can_delete(self, one: Object | str) -> bool:
        return "d" in self._rights(one)

    def can_see(self, one: Object | str, field: Field | str) -> bool:
        return f"{_name(one)}.{_name(field)}" not in self.hidden

    def can_write(self, one: Object | str, field: Field | str) -> bool:
        """What the profile leaves open. What the platform keeps read-only (createable, updateable) is closed anyway."""
        name = f"{_name(one)}.{_name(field)}"
        return name not in self.hidden and name not in self.read_only

    def sees_all(self, one: Object | str) -> bool:
        """Whatever sharing says: View All Data, Modify All Data, or the same for this object."""
        return not self.permissions.isdisjoint({"view_all_data", "modify_all_data"}) or "v" in self._rights(one)

    def changes_all(self, one: Object | str) -> bool:
        return self.may("modify_all_data") or "m" in self._rights(one)

    def row_condition(self, one: Object | str) -> str | None:
        """SQL on the object's alias {t} that leaves the rows the caller may see; None is all of them."""
        name = _name(one)
        if name in {"EntityDefinition", "FieldDefinition"}:
            return self._of_definitions(name)
        conditions = []
        if parent := ATTACHED.get(name):
            # What hangs on a record of any type is hidden with its type.
            conditions.append(f"substr({{t}}.{parent}, 1, 3) IN ({_listed(self.readable_prefixes)})")
        if not self.sees_all(sharing.CASE) and (shared := sharing.seen(self.user_id, name, ATTACHED.get(name))):
            conditions.append(shared)
        if (owner := FORECASTS.get(name)) and not self.sees_all(name):
            conditions.append(f"{{t}}.{owner} IN ({sharing.at_or_below(self.user_id)})")
        return " AND ".join(conditions) or None

    def _of_definitions(self, name: str) -> str:
        readable = _listed(name for name, rights in self.objects.items() if "r" in rights)
        if name == "EntityDefinition":
            return f"{{t}}.QualifiedApiName IN ({readable})"
        owner = "substr({t}.DurableId, 1, instr({t}.DurableId, '.') - 1)"
        return f"({owner} IN ({readable}) AND {{t}}.DurableId NOT IN ({_listed(self.hidden)}))"

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def _rights(self, one: Object | str) -> str:
        return self.objects.get(_name(one), "")


@cache
def profiles() -> dict[str, Profile]:
    return {name: _profile(name, text) for name, text in _texts()["profiles"].items()}


@cache
def permission_sets() -> dict[str, Profile]:
    return {name: _profile(name, text) for name, text in _texts()["permission_sets"].items()}


@cache
def custom_permissions() -> dict[str, dict[str, str]]:
    """What admins and developers of the demo company made up to be permitted: name -> label and description."""
    return dict(_texts()["custom_permissions"])


def caller(
    schema: Schema, user: Mapping[str, Any], profile: Profile, assigned: Iterable[Profile], opened: Mapping[str, bool]
) -> Caller:
    """Add to a user's profile what their permission sets give, and leave what the platform forbids everybody."""
    sets = tuple(assigned)
    hidden, read_only = set(profile.hidden), set(profile.read_only)
    for name, access in ((name, access) for one in sets for name, access in one.fields.items()):
        hidden.discard(name)
        (read_only.discard if access == "edit" else read_only.add)(name)
    hidden = (hidden - schema.closable) | (schema.closable - opened.keys())
    read_only = (read_only - schema.closable) | {name for name, writable in opened.items() if not writable}
    permissions = profile.permissions.union(*(one.permissions for one in sets))
    rights = {one.name: _rights(one, profile, sets, setup="manage_setup" in permissions) for one in schema}
    if not user.get("UserPermissionsKnowledgeUser"):
        rights[ARTICLES] = "r" if "r" in rights[ARTICLES] else ""  # whatever the profile says
    return Caller(
        user_id=user["Id"],
        username=user["Username"],
        time_zone=user["TimeZoneSidKey"],
        locale=user["LocaleSidKey"],
        objects=rights,
        hidden=frozenset(hidden),
        read_only=frozenset(read_only),
        permissions=permissions,
        readable_prefixes=frozenset(one.key_prefix for one in schema if "r" in rights[one.name]),
    )


def in_tooling(schema: Schema, caller: Caller) -> Caller:
    """The same user at the Tooling API, which knows more objects."""
    rights = "crud" if caller.may("manage_setup") else "r"
    return replace(caller, objects={**caller.objects, **{one.name: rights for one in schema if one.tooling}})


def opened_fields(connection: sqlite3.Connection, user_id: str) -> dict[str, bool]:
    """The custom fields that are open to a user, and whether for writing too."""
    opened: dict[str, bool] = {}
    for name, writable in connection.execute(OPENED, (user_id,)):
        opened[name] = opened.get(name, False) or bool(writable)
    return opened


def object_rights(one: Object, profile: Profile) -> str:
    """What a profile or a permission set says of an object."""
    return profile.objects.get(one.name, profile.objects.get("*", ""))


def _rights(one: Object, profile: Profile, sets: Iterable[Profile], *, setup: bool) -> str:
    if one.tooling:
        return ""
    if one.setup:
        given = set("crud" if setup else "r")
    elif not one.deployed and not setup:
        given = set()
    else:
        given = set(object_rights(one, profile))
        given.update(*(extra.objects.get(one.name, "") for extra in sets))
    possible = {"c": one.createable, "u": one.updateable, "d": one.deletable}
    return "".join(right for right in "crudvm" if right in given and possible.get(right, True))


def _listed(names: Iterable[str]) -> str:
    """Names of the schema as SQL text: none of them holds a quote."""
    return ", ".join(f"'{name}'" for name in sorted(names))


def _name(one: Object | Field | str) -> str:
    return one if isinstance(one, str) else one.name


def _profile(name: str, text: dict[str, Any]) -> Profile:
    return Profile(
        name=name,
        label=text.get("label", name),
        description=text["description"],
        objects=text["objects"],
        hidden=frozenset(text.get("hidden", [])),
        read_only=frozenset(text.get("read_only", [])),
        fields=text.get("fields", {}),
        permissions=frozenset(text.get("permissions", [])),
        custom_permissions=tuple(text.get("custom_permissions", [])),
    )


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("salesforce_emulator") / "profiles.toml").read_text("utf-8"))
