"""The columns of an upload: found and checked once, so that a row is only values.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_rel_field_header_row.htm
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.bulk.csv_text import Unreadable
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import values
from salesforce_emulator.rules.intake import refuse_closed
from salesforce_emulator.schema.model import Field, Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

NOTHING = "#N/A"
RELATED = re.compile(r"(?:(\w+):)?(\w+)\.(\w+)", re.ASCII)
TRUTHS = {"1": "true", "0": "false"}


@dataclass(frozen=True)
class Column:
    """A field of the object itself, or a reference that is given by an external id of its target."""

    field: Field
    target: Object | None = None
    key: Field | None = None
    found: dict[str, str] = dataclasses.field(default_factory=dict)  # ids that were looked up already


@dataclass(frozen=True)
class Columns:
    org: Org
    caller: Caller
    object: Object
    all: tuple[Column, ...]

    def given(self, row: Sequence[str]) -> dict[str, Any]:
        """The stored values that a row gives. An empty value says nothing, #N/A says that there is none."""
        said = {}
        for column, text in zip(self.all, row, strict=True):
            if text == "":
                continue
            said[column.field.name] = None if text == NOTHING else self._stored(column, text)
        return said

    def place(self, name: str) -> int | None:
        """Where a field of the object itself stands."""
        return next((at for at, one in enumerate(self.all) if one.field.name == name and one.key is None), None)

    def refuse_closed(self, said: dict[str, Any], *, creating: bool) -> None:
        """What a row may not write, as one error for all its fields."""
        closed = self._closed_on_create if creating else self._closed_on_update
        if not closed.isdisjoint(said):
            fields = [one.field for one in self.all if one.field.name in said]
            refuse_closed(self.caller, self.object, fields, creating=creating)

    @cached_property
    def _closed_on_create(self) -> frozenset[str]:
        return frozenset(one.name for one in self._fields if not one.createable or not self._writable(one))

    @cached_property
    def _closed_on_update(self) -> frozenset[str]:
        return frozenset(one.name for one in self._fields if not one.updateable or not self._writable(one))

    @property
    def _fields(self) -> list[Field]:
        return [one.field for one in self.all]

    def _writable(self, one: Field) -> bool:
        return self.caller.can_write(self.object, one)

    def _stored(self, column: Column, text: str) -> Any:
        if column.key is not None and column.target is not None:
            return self._looked_up(column, column.target, column.key, text)
        one = column.field
        if one.type == "boolean":
            text = TRUTHS.get(text, text)
        try:
            return values.stored(one, text)
        except Refused as refused:
            raise _of_csv(refused, one, text) from refused

    def _looked_up(self, column: Column, target: Object, key: Field, text: str) -> str:
        if text not in column.found:
            found = self.org.find(self.caller, target, key, text)
            if len(found) != 1:
                many = "not found" if not found else "found more than once"
                message = f"Foreign key external ID: {text} {many} for field {key.name} in entity {target.name}"
                raise Refused(400, "INVALID_FIELD", message)
            column.found[text] = found[0]
        return column.found[text]


def find_columns(org: Org, caller: Caller, one: Object, header: Sequence[str]) -> Columns:
    """The columns behind a header; an unknown name fails the whole job."""
    found = tuple(_column(org, caller, one, name.strip()) for name in header)
    names = [column.field.name for column in found]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise Unreadable(f"InvalidBatch : Duplicate column name found : {header[at]}")
    return Columns(org, caller, one, found)


def _column(org: Org, caller: Caller, one: Object, name: str) -> Column:
    own = one.field(name)
    if own is not None and own.stored and caller.can_see(one, own):
        return Column(own)
    related = RELATED.fullmatch(name)
    reference = one.parent(related[2]) if related else None
    if related is None or reference is None or not caller.can_see(one, reference):
        raise no_such_column(name)
    kinds = [related[1]] if related[1] else list(reference.reference_to)
    for target in (org.schema.object(kind) for kind in kinds):
        key = target.field(related[3]) if target and target.name in reference.reference_to else None
        if target and key and (key.external_id or key.id_lookup) and caller.can_read(target):
            return Column(reference, target, key)
    raise no_such_column(name)


def no_such_column(name: str) -> Unreadable:
    return Unreadable(f"InvalidBatch : Field name not found : {name}")


def _of_csv(refused: Refused, one: Field, text: str) -> Refused:
    """CSV has no JSON tokens: what the REST API says with Jackson's words, the Bulk API says with its own."""
    if refused.code != "JSON_PARSER_ERROR":
        return refused
    message = f"{one.label}: value not of required type: {text[:255]}"
    return Refused(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, [one.name])
