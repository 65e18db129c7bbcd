"""A piece of work on the org's metadata: checked already, not begun."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

Make = Callable[[], None]
NUMBERS = {"length", "precision", "scale", "visibleLines"}
LISTS = {"fields", "value", "values"}


@dataclass(frozen=True)
class Prepared:
    kind: str
    name: str
    make: Make
    created: bool


def data_of(element: Element) -> dict[str, Any]:
    """Children by name, as the Tooling API writes the same metadata in JSON."""
    found: dict[str, Any] = {}
    for child in element:
        value = data_of(child) if len(child) or child.tag == "fields" else _scalar(child)
        if child.tag in LISTS:
            found.setdefault(child.tag, []).append(value)
        else:
            found[child.tag] = value
    return found


def _scalar(element: Element) -> Any:
    text = (element.text or "").strip()
    if element.tag in NUMBERS and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text)
