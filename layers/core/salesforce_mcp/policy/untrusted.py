"""Whatever a tool hands out is cleaned of what a person cannot see: every string of it, here and nowhere else."""

from typing import Any

from salesforce_mcp.salesforce.org_text import visible


def clean(value: Any) -> Any:
    """Return the same JSON value with every string, keys too, freed of what cannot be seen."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(str(key)): clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner) for inner in value]
    return value
