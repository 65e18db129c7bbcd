"""Who asks, when, and of which org: what the compiler knows besides the query."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from salesforce_emulator.access import Caller
from salesforce_emulator.api_versions import LATEST
from salesforce_emulator.errors import Refused
from salesforce_emulator.schema.model import Field, Object, Schema
from salesforce_emulator.soql.source import Source

_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."
_CUSTOM_FIELD = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    f"{_REFERENCE}"
)
_CUSTOM_OBJECT = (
    f"If you are attempting to use a custom object, be sure to append the '__c' after the entity name. {_REFERENCE}"
)
_CUSTOM_RELATIONSHIP = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    f"name. {_REFERENCE}"
)


@dataclass(frozen=True)
class Environment:
    schema: Schema
    caller: Caller
    source: Source
    now: datetime
    version: str = LATEST
    all_rows: bool = False
    fiscal_start: int = 1  # the month in which the org's fiscal year begins
    _aliases: Iterator[int] = field(default_factory=count)

    def alias(self) -> str:
        """A table alias that is free in the whole statement."""
        return f"t{next(self._aliases)}"

    def object(self, name: str) -> Object | None:
        """An object that exists for this caller: one that may not be read does not."""
        found = self.schema.object(name)
        return found if found and found.queryable and self.caller.can_read(found) else None

    def field(self, owner: Object, name: str) -> Field | None:
        """A field that exists for this caller: a hidden one does not."""
        found = owner.field(name)
        return found if found and self.caller.can_see(owner, found) else None

    def fields(self, owner: Object) -> list[Field]:
        return [one for one in owner.fields if self.caller.can_see(owner, one)]

    def visible_rows(self, owner: Object, alias: str) -> str | None:
        """The condition that leaves only the rows which the caller may see."""
        condition = self.caller.row_condition(owner)
        return condition.replace("{t}", alias) if condition else None

    def no_such_column(self, offset: int, name: str, entity: str) -> Refused:
        return self.source.refused(
            offset, f"No such column '{name}' on entity '{entity}'. {_CUSTOM_FIELD}", "INVALID_FIELD"
        )

    def no_such_object(self, offset: int, name: str) -> Refused:
        return self.source.refused(offset, f"sObject type '{name}' is not supported. {_CUSTOM_OBJECT}", "INVALID_TYPE")

    def no_such_parent(self, offset: int, name: str) -> Refused:
        message = f"Didn't understand relationship '{name}' in field path. {_CUSTOM_RELATIONSHIP}"
        return self.source.refused(offset, message, "INVALID_FIELD")

    def no_such_children(self, offset: int, name: str) -> Refused:
        message = f"Didn't understand relationship '{name}' in FROM part of query call. {_CUSTOM_RELATIONSHIP}"
        return self.source.refused(offset, message, "INVALID_TYPE")
