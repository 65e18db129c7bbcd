"""The SELECT list as columns of SQL and the shape of a record."""

from dataclasses import dataclass, field

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql import records
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.operands import Operands
from salesforce_emulator.soql.records import Make, RecordShape
from salesforce_emulator.soql.scope import Column, Row, Scope, Several
from salesforce_emulator.soql.sql import Sql, sql
from salesforce_emulator.soql.tree import Argument, Call, Fields, Path, Selected, Typeof

_LOCATION = {"__Latitude__s": "latitude", "__Longitude__s": "longitude"}


@dataclass
class Selection:
    """Collects columns and keys while the SELECT list is read."""

    environment: Environment
    scope: Scope
    operands: Operands
    columns: list[Sql] = field(default_factory=list)
    unnamed: int = 0

    def __post_init__(self) -> None:
        root = self.scope.root
        self.shape = self._shape(root)

    def add(self, item: Selected | Fields | Typeof) -> None:
        match item:
            case Fields():
                self._fields(item)
            case Typeof():
                self._typeof(item)
            case Selected(expression=Path() as path):
                self._column(self.scope.column(path), self.shape, path, skip=0)
            case Selected(expression=Call() as call):
                self._call(call, item)

    def key(self, shape: RecordShape, name: str, make: Make, offset: int) -> None:
        if name in shape.entries:
            message = f"duplicate field selected: {name}"
            raise self.environment.source.refused(offset, message, "INVALID_FIELD")
        shape.entries[name] = make

    def _fields(self, item: Fields) -> None:
        for one in self.environment.fields(self.scope.root.object):
            if item.group == "ALL" or (item.group == "CUSTOM") == one.custom:
                column = self.scope.own_column(self.scope.root, one)
                self._column(column, self.shape, Path((one.name,), item.offset), skip=0)

    def _column(self, column: Column, shape: RecordShape, path: Path, *, skip: int) -> None:
        """Put a column into the record of its own row; `skip` relationships lead to the shape itself."""
        owner = self._owner(column, shape, path, skip=skip)
        self.key(owner, column.path[-1], self._make(column, owner), path.offset)

    def _owner(self, column: Column, shape: RecordShape, path: Path, *, skip: int) -> RecordShape:
        for depth in range(skip, len(column.path) - 1):
            name = column.path[depth]
            made = shape.entries.get(name)
            inner = getattr(made, "__self__", None)  # a parent's entry is its shape's bound build
            if made is None:
                inner = self._shape(self.scope.at(column.path[: depth + 1]))
                shape.entries[name] = inner.build
            if not isinstance(inner, RecordShape):
                message = f"duplicate field selected: {path}"
                raise self.environment.source.refused(path.offset, message, "INVALID_FIELD")
            shape = inner
        return shape

    def _shape(self, row: Row | Several) -> RecordShape:
        base = f"/services/data/v{self.environment.version}/sobjects/"
        if isinstance(row, Row):
            return RecordShape(f"{base}{row.object.name}/", row.object.name, self._add(row.id))
        return RecordShape(base, {one.key_prefix: one.name for one in row.candidates}, self._add(row.id))

    def _make(self, column: Column, shape: RecordShape) -> Make:
        if column.field.type == "base64":
            at = self._add(sql("({} IS NOT NULL)", column.sql))
            return records.blob_url(shape.url, shape.id_at, column.field.name, at)
        if column.field.type in {"address", "location"} and isinstance(column.row, Row):
            return records.compound(self._parts(column.field, column.row))
        return records.value_of(column.field, self._add(column.sql))

    def _parts(self, whole: Field, row: Row) -> dict[str, int]:
        """The columns of a compound field, by the names which its parts have inside it."""
        parts: dict[str, int] = {}
        stem = whole.name.removesuffix("Address")
        for one in self.environment.fields(row.object):
            if whole.type == "location":
                name = _LOCATION.get(one.name.removeprefix(whole.name.removesuffix("__c")))
            else:
                short = one.name.removeprefix(stem)
                name = short[:1].lower() + short[1:] if one.compound_field == whole.name else None
            if name:
                parts[name] = self._add(self.scope.own_column(row, one).sql)
        return dict(sorted(parts.items()))

    def _typeof(self, item: Typeof) -> None:
        several = self.scope.parent(item.relationship)
        if not isinstance(several, Several):
            message = f"'{item.relationship}' does not refer to several object types, as TYPEOF needs"
            raise self.environment.source.refused(item.relationship.offset, message, "INVALID_FIELD")
        branches: dict[str, RecordShape] = {}
        for branch in item.branches:
            one = next((one for one in several.candidates if one.name.lower() == branch.object_name.lower()), None)
            if one is None:
                raise self.environment.no_such_object(branch.offset, branch.object_name)
            row = self.scope.join(several, one)
            branches[one.key_prefix] = self._branch(row, branch.paths)
        others = self._shape(several)
        for path in item.otherwise:
            column = self.scope.column(Path((*item.relationship.names, *path.names), path.offset))
            self._column(column, others, path, skip=len(several.path))

        def make(values: records.Values) -> object:
            found = branches.get((values[others.id_at] or "")[:3], others)
            return found.build(values)

        self.key(self._owner_of(several, item), several.path[-1], make, item.offset)

    def _branch(self, row: Row, paths: tuple[Path, ...]) -> RecordShape:
        shape = self._shape(row)
        for path in paths:
            self._column(self.scope.column(path, row), shape, path, skip=len(row.path))
        return shape

    def _owner_of(self, several: Several, item: Typeof) -> RecordShape:
        column = Column(Field("Id", "id", ""), "Name", several.id, several.path, several)
        return self._owner(column, self.shape, item.relationship, skip=0)

    def _call(self, call: Call, item: Selected) -> None:
        if call.function == "DISTANCE":
            operand = self.operands.operand(call)
            name = item.alias or self._unnamed()
            self.key(self.shape, name, records.value_of(operand.field or _NUMBER, self._add(operand.sql)), item.offset)
            return
        if call.function not in {"TOLABEL", "FORMAT", "CONVERTCURRENCY"}:
            inner = _innermost(call)
            raise self.environment.source.refused(call.offset, f"Field must be grouped or aggregated: {inner}")
        self._presentation(call, item)

    def _presentation(self, call: Call, item: Selected) -> None:
        path = _innermost(call)
        if not isinstance(path, Path):
            raise self.environment.source.unexpected(call.offset, str(path))
        column = self.scope.column(path)
        shown = call.function == "FORMAT"
        operand = self.operands.operand(call.arguments[0] if shown else call)
        if operand.kind in {"compound", "blob"}:
            message = f"field {operand.name} does not support function {call.function}"
            raise self.environment.source.refused(call.offset, message)
        at = self._add(operand.sql)
        kind = operand.field or column.field
        make = records.formatted(kind, at, self.environment.caller.time_zone) if shown else records.value_of(kind, at)
        owner = self.shape if item.alias else self._owner(column, self.shape, path, skip=0)
        self.key(owner, item.alias or column.path[-1], make, item.offset)

    def _unnamed(self) -> str:
        self.unnamed += 1
        return f"expr{self.unnamed - 1}"

    def _add(self, column: Sql) -> int:
        self.columns.append(column)
        return len(self.columns) - 1


def _innermost(call: Call) -> Argument:
    inner: Argument = call
    while isinstance(inner, Call) and inner.arguments:
        inner = inner.arguments[0]
    return inner


_NUMBER = Field("expr", "double", "")
