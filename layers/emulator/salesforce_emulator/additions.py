"""Objects and fields that were added to an org at run time: kept in its file, known again when it is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesforce_emulator import definitions
from salesforce_emulator.schema.loader import parse_field, parse_object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

_PLACE = "schema"


def remember(org: Org, name: str, body: dict[str, Any]) -> None:
    """`body` is the text of an object, or of a field with its owner and name."""
    definitions.put(org, f"{_PLACE}.{org.next_number(_PLACE):06}.{name}", body, parent_id=_PLACE)


def recall(org: Org) -> None:
    """In the order in which they were added: a field may be one of an added object."""
    for body in definitions.below(org, _PLACE).values():
        if "object" in body:
            org.schema.add(parse_object(body["object"]))
        else:
            one = org.schema.known(body["owner"])
            org.schema.add(replace(one, fields=(*one.fields, parse_field(body["name"], body["field"]))))
