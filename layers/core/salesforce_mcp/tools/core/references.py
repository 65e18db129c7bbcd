"""References of an operation to earlier ones of its request: @{refAcme.id}.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_resources_composite_composite.htm
"""

import re
from collections.abc import Mapping
from typing import Any

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import shown

_REFERENCE = re.compile(r"@\{(\w+)([^}]*)\}")
# What is made answers with `id`; a record that is read, or found by a query, has an `Id`.
_OF_WHAT_IS_MADE = ("", ".Id", ".ID")


def resolved(value: Any, earlier: Mapping[str, str]) -> Any:
    """The value with the id of what is made where only its operation is named; `earlier` are verbs by reference id."""
    if isinstance(value, Mapping):
        return {name: resolved(inner, earlier) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, earlier) for inner in value]
    return _REFERENCE.sub(lambda found: _one(found, earlier), value) if isinstance(value, str) else value


def _one(found: re.Match[str], earlier: Mapping[str, str]) -> str:
    name, rest = found.groups()
    if name not in earlier:
        raise InvalidInput(
            f"{shown(found[0])} refers to no earlier operation",
            fields=["operations"],
            hint=f"Earlier there is {', '.join(earlier) or 'none'}. Nothing was done.",
        )
    return f"@{{{name}.id}}" if earlier[name] in ("create", "upsert") and rest in _OF_WHAT_IS_MADE else found[0]
