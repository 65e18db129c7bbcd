"""The left side of a condition, an ordering or a grouping: a field or a function of one, as SQL with its kind."""

from dataclasses import dataclass

from salesforce_emulator.schema.model import Field
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.expressions import DATE_PARTS
from salesforce_emulator.soql.scope import Column, Scope
from salesforce_emulator.soql.sql import Sql, bound, joined, sql
from salesforce_emulator.soql.tree import Argument, Call, Expression, Geolocation, Path, Unit

_KINDS = {
    "id": "id",
    "reference": "id",
    "boolean": "boolean",
    "currency": "number",
    "double": "number",
    "percent": "number",
    "int": "number",
    "long": "number",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "address": "compound",
    "location": "compound",
    "base64": "blob",
}
_LONG_TEXT = 255


@dataclass(frozen=True, slots=True)
class Operand:
    sql: Sql
    kind: str  # id text number boolean date datetime time compound blob
    name: str  # as an error names it
    type: str  # as describe names it
    column: Column | None = None
    field: Field | None = None  # whose encoding the value has
    exact: bool = False  # minds the case of its text

    @property
    def compared(self) -> Sql:
        """The operand with the collation its text compares by."""
        return sql("{} COLLATE NOCASE", self.sql) if self.kind == "text" and not self.exact else self.sql


def is_long(field: Field) -> bool:
    """Long text, rich text, encrypted text and blobs can be read but not filtered, sorted or grouped."""
    long_text = field.type == "textarea" and field.length > _LONG_TEXT
    return long_text or field.type in {"base64", "encryptedstring"}


class Operands:
    """Compiles expressions over plain rows."""

    def __init__(self, environment: Environment, scope: Scope) -> None:
        self.environment = environment
        self.scope = scope

    def operand(self, expression: Argument) -> Operand:
        if isinstance(expression, Path):
            return of_column(self.scope.column(expression))
        if not isinstance(expression, Call):
            raise self.environment.source.unexpected(expression.offset, str(expression))
        if expression.function in DATE_PARTS:
            return self._date_part(expression)
        if expression.function == "DISTANCE":
            return self._distance(expression)
        if expression.function == "TOLABEL":
            return self._label(expression)
        if expression.function == "CONVERTCURRENCY":
            return self._currency(expression)
        if expression.function == "FORMAT":
            raise self.refused(expression, "The FORMAT function can only be used in the SELECT list")
        if expression.function == "CONVERTTIMEZONE":
            raise self.refused(expression, "The convertTimezone function can only be used within a date function")
        if expression.function == "GROUPING":
            raise self.refused(expression, "The GROUPING function needs GROUP BY ROLLUP or GROUP BY CUBE")
        raise self.refused(expression, f"Aggregate expressions are not allowed here: {expression.function}")

    def aggregate(self, call: Call) -> Operand:
        """An aggregate over the rows of a group. Its argument is an expression over plain rows."""
        if not call.arguments:
            raise self.environment.source.unexpected(call.offset, call.function)
        inner = self.operand(call.arguments[0])
        numeric = inner.kind == "number"
        countable = call.function in {"COUNT", "COUNT_DISTINCT"}
        orderable = call.function in {"MIN", "MAX"} and inner.kind in {"text", "number", "date", "datetime", "time"}
        if not (numeric or countable or orderable) or inner.kind in {"compound", "blob"} or _unaggregatable(inner):
            raise self.refused(call, f"field {inner.name} does not support aggregate operator {call.function}")
        if countable:
            distinct = "DISTINCT " if call.function == "COUNT_DISTINCT" else ""
            return Operand(sql(f"COUNT({distinct}{{}})", inner.compared), "number", str(call), "int", field=_INT)
        field = _DOUBLE if call.function == "AVG" else inner.field
        text = sql(f"{call.function}({{}})", inner.compared)
        return Operand(text, inner.kind, str(call), inner.type, field=field, exact=inner.exact)

    def refused(self, node: Expression, message: str) -> Exception:
        return self.environment.source.refused(node.offset, message)

    def _date_part(self, call: Call) -> Operand:
        argument = call.arguments[0]
        local = isinstance(argument, Call) and argument.function == "CONVERTTIMEZONE"
        inner = self.operand(argument.arguments[0] if local and isinstance(argument, Call) else argument)
        timed = inner.kind == "datetime"
        if inner.kind not in {"date", "datetime"} or (call.function == "HOUR_IN_DAY" and not timed) or (local > timed):
            raise self.refused(call, f"field {inner.name} does not support function {call.function}")
        moment = sql("soql_local({}, {})", inner.sql, bound(self.environment.caller.time_zone)) if local else inner.sql
        text = part(call.function, moment, self.environment.fiscal_start)
        if call.function == "DAY_ONLY":
            return Operand(text, "date", str(call), "date", field=_DATE)
        return Operand(text, "number", str(call), "int", field=_INT)

    def _distance(self, call: Call) -> Operand:
        place, target, unit = call.arguments
        if not isinstance(place, Path) or not isinstance(target, Geolocation) or not isinstance(unit, Unit):
            raise self.refused(call, "DISTANCE takes a location field, a GEOLOCATION and a unit")
        if unit.name not in {"mi", "km"}:
            raise self.refused(call, f"DISTANCE measures in 'mi' or 'km', not in {unit}")
        latitude, longitude = self._coordinates(place)
        values = joined([latitude, longitude, bound(target.latitude), bound(target.longitude), bound(unit.name)])
        return Operand(sql("soql_distance({})", values), "number", str(call), "double", field=_DOUBLE)

    def _coordinates(self, place: Path) -> tuple[Sql, Sql]:
        column = self.scope.column(place)
        if column.field.type not in {"address", "location"}:
            raise self.environment.source.refused(place.offset, f"field {place} does not support function DISTANCE")
        stem = column.field.name.removesuffix("Address")
        latitude, longitude = f"{stem}Latitude", f"{stem}Longitude"
        if column.field.name.endswith("__c"):
            stem = column.field.name.removesuffix("__c")
            latitude, longitude = f"{stem}__Latitude__s", f"{stem}__Longitude__s"
        start = place.names[:-1]
        return (
            self.scope.column(Path((*start, latitude), place.offset)).sql,
            self.scope.column(Path((*start, longitude), place.offset)).sql,
        )

    def _label(self, call: Call) -> Operand:
        inner = self.operand(call.arguments[0])
        field = inner.field
        if field is None or not field.picklist:
            raise self.refused(call, f"field {inner.name} does not support function toLabel")
        different = [value for value in field.picklist if value.value != value.label]
        if not different:
            return inner
        cases = joined([sql("WHEN {} THEN {}", bound(one.value), bound(one.label)) for one in different], " ")
        text = sql("CASE {} {} ELSE {} END", inner.compared, cases, inner.sql)
        return Operand(text, "text", inner.name, "string", field=_TEXT)

    def _currency(self, call: Call) -> Operand:
        inner = self.operand(call.arguments[0])
        if inner.type != "currency":
            raise self.refused(call, f"field {inner.name} does not support function convertCurrency")
        return inner  # the org has one currency


def of_column(column: Column) -> Operand:
    field = column.field
    text = column.sql
    if field.type == "boolean" and column.outer:
        text = sql("IFNULL({}, 0)", text)  # no parent: false, as an unset checkbox
    kind = _KINDS.get(field.type, "text")
    return Operand(text, kind, field.name, field.type, column=column, field=field, exact=field.case_sensitive)


def part(function: str, moment: Sql, fiscal_start: int = 1) -> Sql:
    """A part of a date, of a moment as text."""
    text = _PARTS[function].replace(
        "[fiscal month]", f"((CAST(substr({{0}}, 6, 2) AS INTEGER) + {12 - fiscal_start}) % 12 + 1)"
    )
    turn = f"(CAST(substr({{0}}, 6, 2) AS INTEGER) >= {fiscal_start})" if fiscal_start > 1 else "0"
    text = text.replace("[fiscal turn]", turn)
    return Sql(text.format(moment.text), moment.values * text.count("{0}"))


def _unaggregatable(operand: Operand) -> bool:
    return operand.field is not None and (not operand.field.aggregatable or is_long(operand.field))


_PARTS = {
    "CALENDAR_YEAR": "CAST(substr({0}, 1, 4) AS INTEGER)",
    "CALENDAR_QUARTER": "((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)",
    "CALENDAR_MONTH": "CAST(substr({0}, 6, 2) AS INTEGER)",
    "FISCAL_YEAR": "(CAST(substr({0}, 1, 4) AS INTEGER) + [fiscal turn])",
    "FISCAL_QUARTER": "(([fiscal month] + 2) / 3)",
    "FISCAL_MONTH": "[fiscal month]",
    "DAY_IN_MONTH": "CAST(substr({0}, 9, 2) AS INTEGER)",
    "DAY_IN_WEEK": "(CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 1)",
    "DAY_IN_YEAR": "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)",
    "DAY_ONLY": "substr({0}, 1, 10)",
    "HOUR_IN_DAY": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "WEEK_IN_MONTH": "((CAST(substr({0}, 9, 2) AS INTEGER) + 6) / 7)",
    "WEEK_IN_YEAR": "((CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER) + 6) / 7)",
}
_INT = Field("expr", "int", "")
_DOUBLE = Field("expr", "double", "")
_DATE = Field("expr", "date", "")
_TEXT = Field("expr", "string", "")
