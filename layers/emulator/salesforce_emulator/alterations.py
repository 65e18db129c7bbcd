"""What was added to an org at run time is changed, renamed and removed here. What the org came with stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesforce_emulator import additions
from salesforce_emulator.rules import entities
from salesforce_emulator.schema import tables
from salesforce_emulator.schema.loader import parse_field, parse_object
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

# Where else an object goes by its name.
NAMED = (
    ("FieldPermissions", "SobjectType"),
    ("QueueSobject", "SobjectType"),
    ("_recycle_bin", "object"),
    ("_cleared_reference", "object"),
)
OF_FIELD = "object = ? AND field = ?"


def change_object(org: Org, one: Object, text: dict[str, Any]) -> None:
    """Other labels, another kind of name. The custom fields stay."""
    changed = parse_object(text)
    additions.keep_object(org, text)
    _show(org, replace(changed, fields=(*changed.fields, *(field for field in one.fields if field.custom))))


def change_field(org: Org, one: Object, name: str, text: dict[str, Any]) -> None:
    """Anything but the type: the values stay as they are."""
    fields = tuple(parse_field(name, text) if field.name == name else field for field in one.fields)
    additions.keep_field(org, one.name, name, text)
    _show(org, replace(one, fields=fields))


def rename_object(org: Org, one: Object, name: str) -> None:
    for child in org.schema.children(one):
        pointing = org.schema.known(child.child_object)
        text = additions.text_of(org, f"{pointing.name}.{child.field.name}") or {}
        change_field(org, pointing, child.field.name, {**text, "to": name})
    one = org.schema.known(one.name)  # it may point at itself
    for place in tables.indexed(one):
        _drop_index(org, one.name, place)
    org.connection.execute(f'ALTER TABLE "{one.name}" RENAME TO "{name}"')
    changes = {"name": name, "old": one.name}
    for table, column in (*NAMED, (entities.ENTITY, "QualifiedApiName")):
        org.connection.execute(f'UPDATE "{table}" SET {column} = :name WHERE {column} = :old', changes)  # noqa: S608
    of_fields = (
        "UPDATE \"FieldPermissions\" SET Field = :name || substr(Field, instr(Field, '.')) WHERE SobjectType = :name"
    )
    org.connection.execute(of_fields, changes)
    for old, text in _forgotten(org, one).items():
        if old == one.name:
            additions.keep_object(org, {**text, "name": name})
        else:
            additions.keep_field(org, name, old.partition(".")[2], text)
    org.schema.remove(one)
    _show(org, replace(one, name=name))


def rename_field(org: Org, one: Object, field: Field, name: str) -> None:
    text = additions.text_of(org, f"{one.name}.{field.name}") or {}
    _drop_index(org, one.name, field.name)
    org.connection.execute(f'ALTER TABLE "{one.name}" RENAME COLUMN "{field.name}" TO "{name}"')
    old, new = f"{one.name}.{field.name}", f"{one.name}.{name}"
    org.connection.execute('UPDATE "FieldPermissions" SET Field = ? WHERE Field = ?', (new, old))
    cleared = f"UPDATE _cleared_reference SET field = ? WHERE {OF_FIELD}"  # noqa: S608
    org.connection.execute(cleared, (name, one.name, field.name))
    additions.forget(org, old)
    additions.keep_field(org, one.name, name, text)
    renamed = parse_field(name, text)
    _show(org, replace(one, fields=tuple(renamed if each is field else each for each in one.fields)))


def remove_object(org: Org, one: Object) -> None:
    """With its records."""
    _forgotten(org, one)
    entities.forget_object(org, one)
    for table, column in NAMED:
        org.connection.execute(f'DELETE FROM "{table}" WHERE {column} = ?', (one.name,))  # noqa: S608
    org.connection.execute(f'DROP TABLE "{one.name}"')
    org.schema.remove(one)


def remove_field(org: Org, one: Object, field: Field) -> None:
    """With its values."""
    _drop_index(org, one.name, field.name)
    org.connection.execute(f'ALTER TABLE "{one.name}" DROP COLUMN "{field.name}"')
    org.connection.execute('DELETE FROM "FieldPermissions" WHERE Field = ?', (f"{one.name}.{field.name}",))
    org.connection.execute(f"DELETE FROM _cleared_reference WHERE {OF_FIELD}", (one.name, field.name))  # noqa: S608
    additions.forget(org, f"{one.name}.{field.name}")
    _show(org, replace(one, fields=tuple(each for each in one.fields if each is not field)))


def _show(org: Org, one: Object) -> None:
    for statement in tables.index_statements(one):
        org.connection.execute(statement)
    entities.describe_object(org, one)
    org.schema.add(one)


def _forgotten(org: Org, one: Object) -> dict[str, dict[str, Any]]:
    """The texts of an object and its fields, by name, which are no longer kept."""
    names = [one.name, *(f"{one.name}.{field.name}" for field in one.fields if field.custom)]
    found = {name: text for name in names if (text := additions.text_of(org, name))}
    for name in found:
        additions.forget(org, name)
    return found


def _drop_index(org: Org, table: str, column: str) -> None:
    org.connection.execute(f'DROP INDEX IF EXISTS "{table}.{column}"')
