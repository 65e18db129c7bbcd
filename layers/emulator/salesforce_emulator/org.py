"""The emulated org: its state and its verbs. The rules behind the verbs are in rules/, HTTP is in routes/."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

from salesforce_emulator import access, additions, encoding, ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment, stamp
from salesforce_emulator.rules import deleting, entities, milestones, passwords, restoring, rows, saving, values
from salesforce_emulator.rules.assignment import AssignmentRules
from salesforce_emulator.rules.duplicates import DuplicateRules
from salesforce_emulator.schema import describe, tables
from salesforce_emulator.schema.loader import load_schema
from salesforce_emulator.schema.model import Field, Object, RecordType, Schema

Clock = Callable[[], datetime]
LOG = "INSERT INTO _write_log (at, user_id, object, record_id, operation) VALUES (?, ?, ?, ?, ?)"


def real_time() -> datetime:
    return datetime.now(UTC)


@dataclass
class Batch:
    """What a batch of writes keeps back until its end."""

    log: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def next_number(self, connection: sqlite3.Connection, name: str) -> int:
        if name not in self.numbers:
            found = connection.execute("SELECT last FROM _sequence WHERE name = ?", (name,)).fetchone()
            self.numbers[name] = found[0] if found else 0
        self.numbers[name] += 1
        return self.numbers[name]

    def write(self, connection: sqlite3.Connection) -> None:
        connection.executemany(LOG, self.log)
        connection.executemany("INSERT OR REPLACE INTO _sequence VALUES (?, ?)", self.numbers.items())


class Org:
    """State and rules of one org, without HTTP. Everything is synchronous: one writer, no locks."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema, clock: Clock) -> None:
        self.connection = connection
        self.schema = schema
        self.clock = clock
        self._pinned: datetime | None = None
        self._depth = 0
        self._batch: Batch | None = None
        self.duplicates = DuplicateRules()
        self.assignment = AssignmentRules()

    @classmethod
    def create(cls, path: str = ":memory:", *, clock: Clock = real_time, seed: bool = True) -> Self:
        """Open the org kept in a file, or make a new one: with the demo company's records, or with its setup only."""
        from salesforce_emulator.seed import company, setup  # they write through an Org

        org = cls(_connect(path), load_schema(), clock)
        if org.connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sequence'").fetchone():
            additions.recall(org)
            return org
        if org.connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise sqlite3.DatabaseError("it is a database of something else")
        org.connection.executescript(tables.INTERNAL)
        with org.transaction():
            for statement in tables.statements(org.schema):
                org.connection.execute(statement)
            setup.fill(org)
            if seed:
                company.fill(org)
        return org

    def copy(self, *, clock: Clock | None = None) -> Self:
        """A second org with the same records, in memory, that shares nothing with this one."""
        connection = _connect(":memory:")
        self.connection.backup(connection)
        return type(self)(connection, Schema(list(self.schema)), clock or self.clock)

    def close(self) -> None:
        """Give the memory or the file back."""
        self.connection.close()

    def now(self) -> datetime:
        return self._pinned or self.clock()

    @contextmanager
    def at(self, time: datetime) -> Iterator[None]:
        """Work at another time: what is written inside carries its stamps."""
        before, self._pinned = self._pinned, time
        try:
            yield
        finally:
            self._pinned = before

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, nested as deep as one likes."""
        if self._batch is not None:
            yield  # whatever goes wrong ends the whole batch
            return
        name, objects = f"level{self._depth}", self.schema.objects
        self.connection.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self.connection.execute(f"ROLLBACK TO {name}")
            if self.schema.objects is not objects:
                self.schema.hold(objects)
            raise
        finally:
            self._depth -= 1
            self.connection.execute(f"RELEASE {name}")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Many writes as one: at one time, with their numbers and their log written at the end. All or nothing."""
        with self.transaction(), self.at(self.now()):
            self._batch = Batch()
            try:
                yield
                self._batch.write(self.connection)
            finally:
                self._batch = None

    @cached_property
    def organization_id(self) -> str:
        return str(self.connection.execute('SELECT Id FROM "Organization"').fetchone()[0])

    def caller(self, user_id: str) -> Caller:
        user = self.row("User", ids.canonical(user_id) or "")
        if user is None:
            raise LookupError(user_id)
        profile = self.connection.execute('SELECT Name FROM "Profile" WHERE Id = ?', (user["ProfileId"],)).fetchone()
        assigned = self.connection.execute(
            'SELECT s.Name FROM "PermissionSetAssignment" a JOIN "PermissionSet" s ON s.Id = a.PermissionSetId'
            " WHERE a.AssigneeId = ?",
            (user["Id"],),
        ).fetchall()
        known = access.permission_sets()
        sets = [known[name] for (name,) in assigned if name in known]
        opened = access.opened_fields(self.connection, user["Id"])
        return access.caller(self.schema, user, access.profiles()[profile[0]], sets, opened)

    def check_password(self, username: str, password: str) -> str | None:
        """The id of the active user whom the password belongs to."""
        return passwords.check(self.connection, username, password)

    def set_password(self, user_id: str, password: str) -> None:
        passwords.put(self.connection, user_id, password)

    # Records

    def insert(self, caller: Caller, object_name: str, body: Mapping[str, Any]) -> str:
        return saving.insert(self, caller, self.object(caller, object_name), body)

    def update(self, caller: Caller, object_name: str, record_id: str, body: Mapping[str, Any]) -> None:
        saving.update(self, caller, self.object(caller, object_name), record_id, body)

    def upsert(
        self,
        caller: Caller,
        object_name: str,
        key_field: str,
        value: Any,
        body: Mapping[str, Any],
        *,
        update_only: bool = False,
    ) -> tuple[str, bool]:
        """Create the record with this external id, or update it: the record's id and whether it was created."""
        one = self.object(caller, object_name)
        key = self.key(caller, one, key_field)
        return saving.upsert(self, caller, one, key, value, body, update_only=update_only)

    def delete(self, caller: Caller, object_name: str, record_id: str) -> None:
        deleting.delete(self, caller, self.object(caller, object_name), record_id)

    def undelete(self, caller: Caller, record_id: str) -> None:
        restoring.undelete(self, caller, ids.canonical(record_id) or record_id)

    def read(
        self, caller: Caller, object_name: str, record_id: str, columns: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The stored values of a record that the caller may see; the parts of the addresses that were asked for."""
        one = self.object(caller, object_name)
        if one.name in milestones.COMPUTED:
            milestones.refresh(self)
        row = self.require(caller, one, record_id)
        fields = one.fields if columns is None else [self.field(caller, one, name) for name in columns]
        wanted = {part.name for field in fields for part in _stored_parts(one, field) if caller.can_see(one, part)}
        return {name: value for name, value in row.items() if name in wanted or name == "Id"}

    def content(self, caller: Caller, object_name: str, record_id: str, field_name: str) -> bytes:
        """The bytes of a base64 field."""
        one = self.object(caller, object_name)
        row = self.require(caller, one, record_id)
        field = self.field(caller, one, field_name)
        if field.type != "base64":
            raise saving.not_found(field_name)
        return bytes(row[field.name] or b"")

    def json_value(self, field: Field, raw: Any) -> Any:
        return encoding.json_value(field, raw)

    def json_record(
        self,
        caller: Caller,
        one: Object,
        row: Mapping[str, Any],
        version: str,
        fields: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        return encoding.json_record(caller, one, row, version=version, fields=fields)

    # The platform's own writes: every rule but the caller's rights

    def add(self, caller: Caller, object_name: str, row: dict[str, Any]) -> str:
        """Save a record of stored values: read-only fields can be given, and what the object forbids is possible."""
        return saving.add(self, caller, self.schema.known(object_name), row)

    def change(self, caller: Caller, object_name: str, record_id: str, row: dict[str, Any]) -> None:
        """Save stored values of a record that is there."""
        before = self.row(object_name, record_id)
        if before is None:
            raise LookupError(record_id)
        saving.change_row(self, caller, self.schema.known(object_name), before, row)

    # What exists, for whom

    def object(self, caller: Caller, name: str) -> Object:
        """What a caller may not read does not exist for them."""
        one = self.schema.object(name)
        if one is None or not caller.can_read(one):
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return one

    def field(self, caller: Caller, one: Object, name: str) -> Field:
        field = one.field(name)
        if field is None or not caller.can_see(one, field):
            raise Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {one.name}")
        return field

    def key(self, caller: Caller, one: Object, name: str) -> Field:
        """A field that records can be found by: an external id, or one that the platform looks up by."""
        field = one.field(name)
        if field is None or not caller.can_see(one, field) or not (field.external_id or field.id_lookup):
            raise saving.not_found(name)
        return field

    def find(self, caller: Caller, one: Object, key: Field, value: Any) -> list[str]:
        """The ids of the living records with this value of an external id."""
        if not caller.can_read(one):
            return []
        sought = value if isinstance(value, str) else values.stored(key, value)
        sought = ids.canonical(sought) if key.type == "id" else sought
        living = " AND IsDeleted = 0" if one.field("IsDeleted") else ""
        visible = _and_visible(caller, one)
        query = f'SELECT Id FROM "{one.name}" AS t WHERE "{key.name}" = ?{living}{visible} ORDER BY Id'  # noqa: S608
        return [str(found[0]) for found in self.connection.execute(query, (sought,))]

    def require(self, caller: Caller, one: Object, record_id: str) -> dict[str, Any]:
        """The row of a record that is there and alive."""
        known = ids.canonical(record_id)
        row = self.row(one.name, known) if known else None
        hidden = not one.retrieveable or not caller.can_read(one)
        if row is None or hidden or not self.sees(caller, one, row["Id"]):
            raise saving.not_found(record_id)
        if row.get("IsDeleted"):
            raise Refused(404, "ENTITY_IS_DELETED", "entity is deleted")
        return row

    def sees(self, caller: Caller, one: Object, record_id: str) -> bool:
        """Whether a record is there for the caller, deleted or not."""
        seen = f'SELECT 1 FROM "{one.name}" AS t WHERE Id = ?{_and_visible(caller, one)}'  # noqa: S608
        return self.connection.execute(seen, (record_id,)).fetchone() is not None

    def row(self, object_name: str, record_id: str) -> dict[str, Any] | None:
        """The whole stored row, deleted or not, for nobody in particular."""
        return rows.row(self.connection, object_name, record_id)

    def record_types(self, one: Object) -> dict[str, RecordType]:
        """Record types of an object by id."""
        if not one.record_types:
            return {}
        found = dict(
            self.connection.execute(
                'SELECT DeveloperName, Id FROM "RecordType" WHERE SobjectType = ? AND IsActive = 1', (one.name,)
            ).fetchall()
        )
        return {found[kind.developer_name]: kind for kind in one.record_types if kind.developer_name in found}

    def describe_global(self, caller: Caller, version: str) -> dict[str, Any]:
        return describe.describe_global(self.schema, caller, version)

    def describe(self, caller: Caller, object_name: str, version: str) -> dict[str, Any]:
        one = self.object(caller, object_name)
        return describe.describe(self.schema, one, caller, version=version, record_types=self.record_types(one))

    def add_object(self, one: Object, text: dict[str, Any] | None = None) -> None:
        """Let the org have one more object; its text, if given, lets it be there when the file is opened again."""
        for statement in tables.object_statements(one):
            self.connection.execute(statement)
        entities.describe_object(self, one)
        if text is not None:
            additions.keep_object(self, text)
        self.schema.add(one)

    def add_field(self, one: Object, field: Field, text: dict[str, Any]) -> None:
        """Let an object have one more field."""
        wider = replace(one, fields=(*one.fields, field))
        for statement in tables.field_statements(wider, field):
            self.connection.execute(statement)
        entities.describe_object(self, wider)
        additions.keep_field(self, one.name, field.name, text)
        self.schema.add(wider)

    # What happened

    def log(self, caller: Caller, one: Object, record_id: str, operation: str) -> None:
        entry = (stamp(self.now()), caller.user_id, one.name, record_id, operation)
        if self._batch is not None:
            self._batch.log.append(entry)
        else:
            self.connection.execute(LOG, entry)

    def next_number(self, name: str) -> int:
        """The next of a series; a rolled back transaction gives its numbers back."""
        if self._batch is not None:
            return self._batch.next_number(self.connection, name)
        return int(
            self.connection.execute(
                "INSERT INTO _sequence VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
                (name,),
            ).fetchone()[0]
        )

    def updated_between(self, caller: Caller, object_name: str, start: datetime, end: datetime) -> list[str]:
        one = self.object(caller, object_name)
        living = " AND IsDeleted = 0" if one.field("IsDeleted") else ""
        query = (
            f'SELECT Id FROM "{one.name}" AS t WHERE SystemModstamp >= ? AND SystemModstamp < ?'  # noqa: S608
            f"{living}{_and_visible(caller, one)} ORDER BY Id"
        )
        return [str(found[0]) for found in self.connection.execute(query, (stamp(start), stamp(end)))]

    def deleted_between(
        self, caller: Caller, object_name: str, start: datetime, end: datetime
    ) -> list[tuple[str, datetime]]:
        one = self.object(caller, object_name)
        found = self.connection.execute(
            f'SELECT record_id, deleted_at FROM _recycle_bin JOIN "{one.name}" AS t ON t.Id = record_id'  # noqa: S608
            f" WHERE object = ? AND deleted_at >= ? AND deleted_at < ?{_and_visible(caller, one)}"
            " ORDER BY deleted_at, record_id",
            (one.name, stamp(start), stamp(end)),
        )
        return [(str(record_id), moment(at)) for record_id, at in found]

    def record_count(self, object_name: str) -> int:
        one = self.schema.object(object_name)
        living = " WHERE IsDeleted = 0" if one and one.field("IsDeleted") else ""
        return int(self.connection.execute(f'SELECT count(*) FROM "{object_name}"{living}').fetchone()[0])  # noqa: S608


def _and_visible(caller: Caller, one: Object) -> str:
    """The end of a condition on the rows {t} of an object: only what the caller may see."""
    condition = caller.row_condition(one)
    return f" AND {condition.replace('{t}', 't')}" if condition else ""


def _stored_parts(one: Object, field: Field) -> list[Field]:
    if field.stored:
        return [field]
    return [part for part in one.fields if part.compound_field == field.name]


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    if path != ":memory:":
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"  # 64 MB
        )
    return connection
