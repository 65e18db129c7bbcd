"""The figures of a report: counts and sums of the finest groups, added up to every total above them."""

from dataclasses import dataclass
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.analytics.columns import Column, ReportType
from salesforce_emulator.routes.analytics.labels import label_of

FUNCTIONS = {"s": ("Sum of", "SUM"), "a": ("Average", "AVG"), "m": ("Smallest", "MIN"), "mx": ("Largest", "MAX")}
SUMMED = frozenset({"currency", "double", "percent", "int", "long"})


@dataclass(frozen=True)
class Aggregate:
    name: str  # RowCount, s!AMOUNT
    function: str
    column: Column | None

    @property
    def kind(self) -> str:
        return self.column.kind if self.column else "int"

    def described(self) -> dict[str, Any]:
        label = f"{FUNCTIONS[self.function][0]} {self.column.label}" if self.column else "Record Count"
        return {"acrossGroupingContext": None, "dataType": self.kind, "downGroupingContext": None, "label": label}


def aggregates(kind: ReportType, asked: Any) -> list[Aggregate]:
    names = asked if isinstance(asked, list) and asked else ["RowCount"]
    return [_aggregate(kind, str(one)) for one in names]


def _aggregate(kind: ReportType, name: str) -> Aggregate:
    if name == "RowCount":
        return Aggregate(name, "", None)
    function, _, column_name = name.partition("!")
    if function in {"u", "fx", "FORMULA1"}:
        raise NotEmulated(f"the report aggregate {name}")
    column = kind.column(column_name)
    if function not in FUNCTIONS or column.field.type not in SUMMED:
        raise Refused(400, "BAD_REQUEST", f"The aggregate {name} is not valid for the report type {kind.label}")
    return Aggregate(name, function, column)


@dataclass
class Figures:
    """What one group adds up to."""

    count: int
    sums: dict[str, float | None]
    counts: dict[str, int]
    least: dict[str, float | None]
    most: dict[str, float | None]

    @classmethod
    def empty(cls) -> "Figures":
        return cls(0, {}, {}, {}, {})

    def add(self, other: "Figures") -> None:
        self.count += other.count
        for path, value in other.sums.items():
            if value is None:
                continue
            self.sums[path] = (self.sums.get(path) or 0) + value
            self.counts[path] = self.counts.get(path, 0) + other.counts[path]
            least, most = other.least[path], other.most[path]
            self.least[path] = min(one for one in (self.least.get(path), least) if one is not None)
            self.most[path] = max(one for one in (self.most.get(path), most) if one is not None)

    def shown(self, one: Aggregate, zone: str) -> dict[str, Any]:
        value = self.value(one)
        return {"label": label_of(one.kind, value, zone), "value": value}

    def value(self, one: Aggregate) -> Any:
        if one.column is None:
            return self.count
        path = one.column.path
        if one.function == "a":
            count = self.counts.get(path)
            return round((self.sums[path] or 0) / count, 4) if count else None
        found = {"s": self.sums, "m": self.least, "mx": self.most}[one.function].get(path)
        if found is None:
            return 0.0 if one.function == "s" else None
        return round(found, 4)
