"""From a row of SQLite to a record of REST."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from salesforce_emulator.encoding import json_value
from salesforce_emulator.schema.model import Field

Values: TypeAlias = Sequence[Any]
Make: TypeAlias = Callable[[Values], Any]

_ENCODED = frozenset({"boolean", "currency", "double", "percent", "int", "long", "datetime"})


@dataclass
class RecordShape:
    """The keys of a record in their order, each with what makes its value. A parent is a record within it."""

    url: str  # of the object's records, to which the id is appended
    type: str | Mapping[str, str]  # one object, or object by key prefix
    id_at: int
    entries: dict[str, Make] = field(default_factory=dict)

    def build(self, row: Values) -> dict[str, Any] | None:
        record_id = row[self.id_at]
        if record_id is None:
            return None
        record: dict[str, Any] = {"attributes": self._attributes(record_id)}
        for key, make in self.entries.items():
            record[key] = make(row)
        return record

    def _attributes(self, record_id: str) -> dict[str, str]:
        if isinstance(self.type, str):
            return {"type": self.type, "url": self.url + record_id}
        name = self.type.get(record_id[:3], "Name")
        return {"type": "Name", "url": f"{self.url}{name}/{record_id}"}


def value_of(field: Field, at: int) -> Make:
    if field.type not in _ENCODED:
        return lambda row: row[at]
    if field.type == "datetime":
        return lambda row: row[at] and row[at][:-1] + "+0000"
    return lambda row: json_value(field, row[at])


def blob_url(url: str, id_at: int, name: str, at: int) -> Make:
    """A blob is read at its own address; the column only says whether there is one."""
    return lambda row: f"{url}{row[id_at]}/{name}" if row[at] else None


def compound(parts: Mapping[str, int]) -> Make:
    """An address or a location, of its parts."""

    def make(row: Values) -> dict[str, Any] | None:
        found = {name: row[at] for name, at in parts.items()}
        return found if any(value is not None for value in found.values()) else None

    return make


def formatted(field: Field, at: int, zone: str) -> Make:
    """FORMAT: the value as the user's locale (en_US) shows it."""

    def make(row: Values) -> str | None:
        value = row[at]
        return None if value is None else _show(field, value, zone)

    return make


def _show(field: Field, value: Any, zone: str) -> str:
    if field.type == "currency":
        return f"${value:,.{field.scale or 2}f}"
    if field.type == "percent":
        return f"{value:,g}%"
    if field.type == "double":
        return f"{value:,.{field.scale}f}"
    if field.type in {"int", "long"}:
        return f"{value:,d}"
    if field.type == "date":
        day = datetime.fromisoformat(value)
        return f"{day.month}/{day.day}/{day.year}"
    if field.type == "datetime":
        moment = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
        half = "AM" if moment.hour < 12 else "PM"
        return f"{moment.month}/{moment.day}/{moment.year}, {moment.hour % 12 or 12}:{moment.minute:02d} {half}"
    return str(value)
