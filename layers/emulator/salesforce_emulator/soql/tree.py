"""What a query says, as a tree. Every node knows its offset in the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A field, maybe of a parent: Account.Owner.Name."""

    names: tuple[str, ...]
    offset: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Geolocation:
    latitude: float
    longitude: float
    offset: int

    def __str__(self) -> str:
        return f"GEOLOCATION({self.latitude},{self.longitude})"


@dataclass(frozen=True, slots=True)
class Unit:
    """The 'mi' or 'km' of DISTANCE."""

    name: str
    offset: int

    def __str__(self) -> str:
        return f"'{self.name}'"


@dataclass(frozen=True, slots=True)
class Call:
    """A function over a field: COUNT(Id), CALENDAR_YEAR(convertTimezone(CreatedDate))."""

    function: str  # in capitals
    arguments: tuple["Argument", ...]
    offset: int

    def __str__(self) -> str:
        return f"{self.function}({','.join(map(str, self.arguments))})"


Expression: TypeAlias = Path | Call
Argument: TypeAlias = Path | Call | Geolocation | Unit


@dataclass(frozen=True, slots=True)
class Literal:
    kind: str  # text number boolean null date datetime time currency
    value: str | Decimal | bool | None
    offset: int
    pattern: str = ""  # of a text: its LIKE pattern, where \% and \_ still differ from % and _


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """TODAY, LAST_N_DAYS:30."""

    name: str
    n: int | None
    offset: int


Value: TypeAlias = Literal | DateLiteral


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Expression
    operator: str  # = != < <= > >= LIKE
    right: Value
    offset: int


@dataclass(frozen=True, slots=True)
class Membership:
    """IN and NOT IN, over a list or a semi-join."""

    left: Expression
    negated: bool
    values: "tuple[Value, ...] | Query"
    offset: int


@dataclass(frozen=True, slots=True)
class Multipicklist:
    """INCLUDES and EXCLUDES."""

    left: Expression
    excludes: bool
    values: tuple[Literal, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"
    offset: int


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple["Condition", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple["Condition", ...]
    offset: int


Condition: TypeAlias = Comparison | Membership | Multipicklist | Not | And | Or


@dataclass(frozen=True, slots=True)
class Selected:
    expression: Expression
    alias: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class Fields:
    """FIELDS(ALL), FIELDS(STANDARD), FIELDS(CUSTOM)."""

    group: str
    offset: int


@dataclass(frozen=True, slots=True)
class When:
    object_name: str
    paths: tuple[Path, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Typeof:
    relationship: Path
    branches: tuple[When, ...]
    otherwise: tuple[Path, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Subquery:
    query: "Query"
    offset: int


Item: TypeAlias = Selected | Fields | Typeof | Subquery


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing after FROM: an object, a child relationship, or a path from an earlier alias."""

    path: Path
    alias: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class Grouping:
    kind: str  # PLAIN ROLLUP CUBE
    expressions: tuple[Expression, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Ordering:
    expression: Expression
    descending: bool
    nulls_last: bool
    offset: int


@dataclass(frozen=True, slots=True)
class With:
    """WITH and the words after it, up to the next clause."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Count:
    """The number of LIMIT or OFFSET."""

    number: int
    offset: int


@dataclass(frozen=True, slots=True)
class Query:
    items: tuple[Item, ...]
    origins: tuple[Origin, ...]
    offset: int
    scope: str | None = None
    where: Condition | None = None
    restriction: With | None = None
    grouping: Grouping | None = None
    having: Condition | None = None
    orderings: tuple[Ordering, ...] = ()
    limit: Count | None = None
    skip: Count | None = None
    purposes: tuple[str, ...] = ()  # FOR VIEW, FOR REFERENCE, FOR UPDATE
    updates: tuple[str, ...] = ()  # UPDATE TRACKING, UPDATE VIEWSTAT
    all_rows: bool = False

    @property
    def is_count(self) -> bool:
        """SELECT COUNT() FROM …: a number, no rows."""
        return any(isinstance(item, Selected) and is_bare_count(item.expression) for item in self.items)

    @property
    def is_aggregate(self) -> bool:
        """Whether its rows are AggregateResults."""
        return self.grouping is not None or any(
            isinstance(item, Selected) and has_aggregate(item.expression) for item in self.items
        )


AGGREGATES = frozenset({"AVG", "COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM"})


def is_bare_count(expression: Argument) -> bool:
    return isinstance(expression, Call) and expression.function == "COUNT" and not expression.arguments


def has_aggregate(expression: Argument) -> bool:
    if not isinstance(expression, Call):
        return False
    return expression.function in AGGREGATES or any(map(has_aggregate, expression.arguments))


def together(where: Condition | None) -> Iterator[Condition]:
    """The conditions that all hold for every row."""
    if isinstance(where, And):
        for one in where.conditions:
            yield from together(one)
    elif where is not None:
        yield where
