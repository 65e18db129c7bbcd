"""Objects and fields that were added to an org at run time: kept in its file, known again when it is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesforce_emulator import definitions
from salesforce_emulator.schema.loader import parse_field, parse_object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

_PLACE = "schema"


def keep_object(org: Org, text: dict[str, Any]) -> None:
    """Without its custom fields, each of which is kept by itself."""
    definitions.put(org, f"{_PLACE}.{text['name']}", {"object": text}, parent_id=_PLACE)


def keep_field(org: Org, owner: str, name: str, text: dict[str, Any]) -> None:
    body = {"owner": owner, "name": name, "field": text}
    definitions.put(org, f"{_PLACE}.{owner}.{name}", body, parent_id=_PLACE)


def text_of(org: Org, name: str) -> dict[str, Any] | None:
    """The text of an object or a field; None for what the org came with."""
    body = definitions.get(org, f"{_PLACE}.{name}")
    return (body.get("object") or body["field"]) if body else None


def forget(org: Org, name: str) -> None:
    definitions.remove(org, f"{_PLACE}.{name}")


def recall(org: Org) -> None:
    """An object's name comes before those of its fields."""
    for body in definitions.below(org, _PLACE).values():
        if "object" in body:
            org.schema.add(parse_object(body["object"]))
        else:
            one = org.schema.known(body["owner"])
            org.schema.add(replace(one, fields=(*one.fields, parse_field(body["name"], body["field"]))))
