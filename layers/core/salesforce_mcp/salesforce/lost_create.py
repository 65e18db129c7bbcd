"""A create whose answer was lost is looked for in the org: sending it again could make a second record."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from salesforce_mcp.errors import OutcomeUnknown
from salesforce_mcp.salesforce.soql import quote_literal

# Values of these types are compared as they were sent; others are rounded, formatted or cannot be filtered by.
_COMPARED = {"string", "email", "url", "phone", "picklist", "combobox", "reference"}


def query_for(described: Mapping[str, Any], fields: Mapping[str, Any], *, user_id: str, since: float) -> str | None:
    """What finds the record; None where its values would not tell it from another."""
    known = {field["name"].lower(): field for field in described.get("fields", ())}
    conditions = [
        f"{known[name.lower()]['name']} = {quote_literal(value.strip())}"
        for name, value in fields.items()
        if isinstance(value, str) and value.strip() and _is_compared(known.get(name.lower(), {}))
    ]
    if not conditions or not {"createdbyid", "createddate"} <= known.keys():
        return None
    began = datetime.fromtimestamp(int(since), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    own = [f"CreatedById = {quote_literal(user_id)}", f"CreatedDate >= {began}"]
    return f"SELECT Id FROM {described['name']} WHERE {' AND '.join(own + conditions)} LIMIT 2"  # noqa: S608 - quoted


def _is_compared(field: Mapping[str, Any]) -> bool:
    return bool(field.get("filterable")) and field.get("type") in _COMPARED


def several(unknown: OutcomeUnknown, identifiers: Sequence[str]) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The request was sent and its answer was lost; several new records look like the one that was to be made",
        hint="Compare them with getRecord before creating anything.",
        details={**unknown.details, "candidates": list(identifiers)},
    )
