"""@{reference.path} in composite requests: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_composite_resources.htm"""

import re
from collections.abc import Mapping
from typing import Any

from salesforce_emulator.errors import Refused

REFERENCE = re.compile(r"@\{([^{}]*)\}")
PATH = re.compile(r"(\w+)((?:\[\d{1,4}\]|\.\w+)*)", re.ASCII)
STEP = re.compile(r"\[(\d+)\]|\.(\w+)", re.ASCII)


def filled(value: Any, results: Mapping[str, Any]) -> Any:
    """The value with every reference replaced. One that stands alone keeps its type; one inside text becomes text."""
    if isinstance(value, dict):
        return {name: filled(one, results) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, results) for one in value]
    if not isinstance(value, str):
        return value
    alone = REFERENCE.fullmatch(value)
    if alone:
        return _lookup(alone[1], results)
    return REFERENCE.sub(lambda found: _text(_lookup(found[1], results)), value)


def _lookup(reference: str, results: Mapping[str, Any]) -> Any:
    parsed = PATH.fullmatch(reference)
    if parsed is None or parsed[1] not in results:
        raise _no_value(reference, parsed[1] if parsed else reference)
    value = results[parsed[1]]
    for index, name in STEP.findall(parsed[2]):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif name and isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise _no_value(reference, parsed[1])
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _no_value(reference: str, name: str) -> Refused:
    return Refused(400, "PROCESSING_HALTED", f"Invalid reference specified. No value for {reference} found in {name}")
