"""The SQLite tables of a schema: one per object, one column per stored field."""

from collections.abc import Iterator

from salesforce_emulator.schema.model import Field, Object, Schema

# Text compares without regard to case on the platform; ids and moments compare exactly.
EXACT = frozenset({"id", "reference", "date", "datetime", "time"})
NUMBERS = frozenset({"currency", "double", "percent"})

INTERNAL = """
CREATE TABLE _sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE _write_log (
    sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, user_id TEXT NOT NULL,
    object TEXT NOT NULL, record_id TEXT NOT NULL, operation TEXT NOT NULL
);
CREATE TABLE _recycle_bin (
    record_id TEXT PRIMARY KEY, object TEXT NOT NULL, deleted_at TEXT NOT NULL,
    deleted_by TEXT NOT NULL, root_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX _recycle_bin_root ON _recycle_bin (root_id);
CREATE TABLE _cleared_reference (
    root_id TEXT NOT NULL, object TEXT NOT NULL, record_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX _cleared_reference_root ON _cleared_reference (root_id);
CREATE TABLE _password (user_id TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE _definition (record_id TEXT PRIMARY KEY, parent_id TEXT, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX _definition_parent ON _definition (parent_id);
CREATE TABLE _fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def statements(schema: Schema) -> Iterator[str]:
    for one in schema:
        yield from object_statements(one)


def object_statements(one: Object) -> Iterator[str]:
    """Everything that must run for one object: its table, and an index wherever the platform has one."""
    if one.view_of:
        names = ", ".join(f'"{field.name}"' for field in one.fields if field.stored)
        yield f'CREATE VIEW "{one.name}" AS SELECT {names} FROM "{one.view_of}"'  # noqa: S608
        return
    columns = ", ".join(column(field) for field in one.fields if field.stored)
    yield f'CREATE TABLE "{one.name}" ({columns})'
    yield from index_statements(one)


def field_statements(wider: Object, field: Field) -> Iterator[str]:
    """What must run for a field that an object gets later; `wider` has it already."""
    yield f'ALTER TABLE "{wider.name}" ADD COLUMN {column(field)}'
    yield from index_statements(wider)


def index_statements(one: Object) -> Iterator[str]:
    """The indexes that are not there yet."""
    for name in indexed(one):
        yield f'CREATE INDEX IF NOT EXISTS "{one.name}.{name}" ON "{one.name}" ("{name}")'


def indexed(one: Object) -> list[str]:
    found = [
        field.name
        for field in one.fields
        if field.type == "reference" or field.external_id or field.unique or field.name_field
    ]
    return found + [stamp for stamp in ("CreatedDate", "SystemModstamp") if one.field(stamp)]


def column(field: Field) -> str:
    if field.type == "id":
        return f'"{field.name}" TEXT PRIMARY KEY NOT NULL'
    if field.type == "boolean":
        return f'"{field.name}" INTEGER NOT NULL DEFAULT 0'
    if field.type in NUMBERS:
        return f'"{field.name}" REAL'
    if field.type in {"int", "long"}:
        return f'"{field.name}" INTEGER'
    if field.type == "base64":
        return f'"{field.name}" BLOB'
    if field.type == "anyType":
        return f'"{field.name}" BLOB'  # no affinity: a number stays a number
    exact = field.type in EXACT or field.case_sensitive
    return f'"{field.name}" TEXT' + ("" if exact else " COLLATE NOCASE")
