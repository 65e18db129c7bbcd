"""Whether what was asked about is there: an answer must not be empty for a record that does not exist."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import record_id, shown


async def require_record(org: Salesforce, identifier: str) -> None:
    """For a record of any object, once nothing was found about it: its id tells the object by its first letters."""
    prefix = record_id(identifier)[:3]
    names = [str(entry["name"]) for entry in await org.objects() if entry.get("keyPrefix") == prefix]
    if not names:
        raise _nothing(identifier, ())
    await org.get(names[0], identifier, ["Id"])


def require_found(wanted: Sequence[str], records: Iterable[Mapping[str, Any]], *, parameter: str) -> None:
    found = {str(record["Id"]) for record in records}
    for position, identifier in enumerate(wanted):
        if record_id(identifier) not in found:
            raise _nothing(identifier, [f"{parameter}[{position}]"])


async def value_of(org: Salesforce, object_name: str, field_name: str, wanted: str) -> str:
    """A value of a picklist as the org writes it. Where the picklist is not restricted, Salesforce takes any word."""
    fields = (await org.describe(object_name))["fields"]
    entries = next((field.get("picklistValues") or [] for field in fields if field["name"] == field_name), [])
    known = {
        str(entry[key]).lower(): str(entry["value"])
        for entry in entries
        if entry.get("active")
        for key in ("value", "label")
    }
    if wanted.lower() in known:
        return known[wanted.lower()]
    raise InvalidInput(
        f"{shown(wanted)} is no value of {field_name}",
        fields=[field_name],
        hint=f"It takes {', '.join(dict.fromkeys(known.values()))}. Nothing was changed.",
    )


def _nothing(identifier: str, fields: Sequence[str]) -> NotFound:
    return NotFound(
        f"There is no record {shown(identifier)} that this user may see",
        fields=list(fields),
        hint="Look it up with executeQuery, or leave it out. Nothing was changed.",
    )
