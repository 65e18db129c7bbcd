"""What the names of a query mean: its object, and the parents reached from it by joins."""

from dataclasses import dataclass

from salesforce_emulator.errors import NotEmulated
from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.sql import Sql, every, joined, quoted, sql
from salesforce_emulator.soql.tree import Path

MOST_PARENT_LEVELS = 5
MOST_PARENTS = 55
# The fields that a reference to several object types offers, whatever it points to.
_NAME_FIELDS = {
    name.lower(): name
    for name in (
        "Alias",
        "Email",
        "FirstName",
        "Id",
        "IsActive",
        "LastName",
        "Name",
        "Phone",
        "ProfileId",
        "RecordTypeId",
        "Title",
        "Type",
        "UserRoleId",
        "Username",
    )
}
_NAME_PARENTS = {"profile": "ProfileId", "recordtype": "RecordTypeId", "userrole": "UserRoleId"}


@dataclass(frozen=True, slots=True)
class Row:
    """A joined table: the query's own object, or one parent."""

    object: Object
    alias: str
    path: tuple[str, ...] = ()  # the relationships that lead here, in canonical case

    @property
    def id(self) -> Sql:
        return Sql(f'{self.alias}."Id"')


@dataclass(frozen=True, slots=True)
class Several:
    """The parent behind a reference to several object types: Task.What, Case.Owner."""

    candidates: tuple[Object, ...]
    id: Sql
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    owner: str
    sql: Sql
    path: tuple[str, ...]  # from the query's object to the field, in canonical case
    row: Row | Several

    @property
    def outer(self) -> bool:
        """Reached through a parent, so null where there is none."""
        return len(self.path) > 1


class Scope:
    """One FROM clause."""

    def __init__(self, environment: Environment, root: Object, names: dict[str, tuple[str, ...]]) -> None:
        self.environment = environment
        self.root = Row(root, environment.alias())
        self._names = names  # alias in lower case -> the relationships it stands for
        self._parents: dict[tuple[str, ...], Row | Several] = {(): self.root}
        self._joins: list[Sql] = []

    def tables(self) -> Sql:
        """What follows FROM, once every name has been resolved."""
        return sql("{}{}", Sql(f"{quoted(self.root.object.name)} {self.root.alias}"), self.joins())

    def joins(self) -> Sql:
        return joined(self._joins, "")

    def column(self, path: Path, start: Row | None = None) -> Column:
        names = path.names if start else self._from_root(path)
        row = self._parent(start or self.root, names[:-1], path)
        if isinstance(row, Several):
            return self._several_column(row, names[-1], path)
        found = self.environment.field(row.object, names[-1])
        if found is None:
            raise self.environment.no_such_column(path.offset, names[-1], row.object.name)
        return self.own_column(row, found)

    def own_column(self, row: Row, field: Field) -> Column:
        text = f"{row.alias}.{quoted(field.name)}"
        return Column(field, row.object.name, Sql(text), (*row.path, field.name), row)

    def parent(self, path: Path) -> Row | Several:
        """The row behind a path that names a relationship, not a field."""
        return self._parent(self.root, self._from_root(path), path)

    def at(self, relationships: tuple[str, ...]) -> Row | Several:
        """A parent that has already been reached."""
        return self._parents[relationships]

    def join(self, several: Several, one: Object) -> Row:
        """One object type's row behind a reference to several, for TYPEOF."""
        where = (*several.path, f"TYPEOF {one.name}")
        found = self._parents.get(where)
        return found if isinstance(found, Row) else self._join(one, several.id, where)

    def _from_root(self, path: Path) -> tuple[str, ...]:
        first = path.names[0].lower()
        if len(path.names) > 1 and first in self._names:
            return self._names[first] + path.names[1:]
        root = self.root.object
        if len(path.names) > 1 and first == root.name.lower() and root.parent(first) is None:
            return path.names[1:]
        return path.names

    def _parent(self, start: Row, names: tuple[str, ...], path: Path) -> Row | Several:
        if len(names) > MOST_PARENT_LEVELS:
            message = f"A field path can have at most {MOST_PARENT_LEVELS} levels of child-to-parent relationships"
            raise self.environment.source.refused(path.offset, message)
        row: Row | Several = start
        for name in names:
            row = self._step(row, name, path)
        return row

    def _step(self, row: Row | Several, name: str, path: Path) -> Row | Several:
        if isinstance(row, Several):
            return self._several_parent(row, name, path)
        reference = row.object.parent(name)
        if reference is None and name.lower() == "userrecordaccess":
            raise NotEmulated("UserRecordAccess as a relationship: query the object itself")
        if reference is None or self.environment.field(row.object, reference.name) is None:
            raise self.environment.no_such_parent(path.offset, name)
        where = (*row.path, reference.relationship_name or name)
        if where in self._parents:
            return self._parents[where]
        pointer = Sql(f"{row.alias}.{quoted(reference.name)}")
        candidates = [one for one in map(self.environment.object, reference.reference_to) if one]
        if not candidates:
            raise self.environment.no_such_parent(path.offset, name)
        if len(reference.reference_to) > 1:
            self._parents[where] = Several(tuple(candidates), pointer, where)
        else:
            self._parents[where] = self._join(candidates[0], pointer, where)
        return self._parents[where]

    def _join(self, one: Object, pointer: Sql, where: tuple[str, ...]) -> Row:
        if len(self._joins) >= MOST_PARENTS:
            message = f"A query can have at most {MOST_PARENTS} child-to-parent relationships"
            raise self.environment.source.refused(0, message)
        row = Row(one, self.environment.alias(), where)
        conditions = [sql("{} = {}", row.id, pointer)]
        if visible := self.environment.visible_rows(one, row.alias):
            conditions.append(Sql(visible))
        self._joins.append(sql(" LEFT JOIN {} ON {}", Sql(f"{quoted(one.name)} {row.alias}"), every(conditions)))
        self._parents[where] = row
        return row

    def _several_parent(self, row: Several, name: str, path: Path) -> Row:
        id_field = _NAME_PARENTS.get(name.lower())
        for candidate in row.candidates:
            reference = candidate.field(id_field) if id_field else None
            target = (
                self.environment.object(reference.reference_to[0]) if reference and reference.reference_to else None
            )
            if reference is None or target is None:
                continue
            where = (*row.path, reference.relationship_name or name)
            found = self._parents.get(where)
            if isinstance(found, Row):
                return found
            return self._join(target, self._switch(row, reference.name), where)
        raise self.environment.no_such_parent(path.offset, name)

    def _several_column(self, row: Several, name: str, path: Path) -> Column:
        canonical = _NAME_FIELDS.get(name.lower())
        if canonical == "Id":
            return Column(Field("Id", "id", "ID"), "Name", row.id, (*row.path, "Id"), row)
        if canonical == "Type":
            kinds = " ".join(f"WHEN '{one.key_prefix}' THEN '{one.name}'" for one in row.candidates)
            text = sql(f"CASE substr({{}}, 1, 3) {kinds} END", row.id)
            return Column(Field("Type", "string", "Type", length=40), "Name", text, (*row.path, "Type"), row)
        field = next((one for one in self._offered(row, canonical) if one), None) if canonical else None
        if field is None or canonical is None:
            raise self.environment.no_such_column(path.offset, name, "Name")
        if canonical == "Name":
            field = Field("Name", "string", "Name", length=255)
        return Column(field, "Name", self._switch(row, canonical), (*row.path, canonical), row)

    def _offered(self, row: Several, name: str) -> list[Field | None]:
        return [self._field_of(candidate, name) for candidate in row.candidates]

    def _field_of(self, candidate: Object, name: str) -> Field | None:
        if name == "Name":
            return candidate.name_field
        return self.environment.field(candidate, name)

    def _switch(self, row: Several, name: str) -> Sql:
        """The field of whichever object type the reference points to."""
        cases = []
        for candidate in row.candidates:
            field = self._field_of(candidate, name)
            if field is None:
                continue
            alias = self.environment.alias()
            condition = sql(f'{alias}."Id" = {{}}', row.id)
            if visible := self.environment.visible_rows(candidate, alias):
                condition = every([condition, Sql(visible)])
            lookup = " ".join(["SELECT", f"{alias}.{quoted(field.name)}", "FROM", quoted(candidate.name), alias])
            cases.append(sql(f"WHEN '{candidate.key_prefix}' THEN ({lookup} WHERE {{}})", condition))
        return sql("CASE substr({}, 1, 3) {} END", row.id, joined(cases, " "))
