"""What a picklist takes, for a refusal that only says that it does not take this."""

from collections.abc import Mapping
from typing import Any

from salesforce_mcp.errors import Failure
from salesforce_mcp.salesforce.nearest import nearest

_MOST_SHOWN = 12


def is_bad_value(failure: Failure) -> bool:
    return failure.code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def offer_values(failure: Failure, describe: Mapping[str, Any]) -> None:
    """Put the values of the fields that were refused into the hint, the likeliest first."""
    refused = {field["name"]: _active(field) for field in describe["fields"] if field["name"] in failure.fields}
    if not any(refused.values()):
        return
    # The words before the value are in the user's language; with several fields refused, there are several values.
    wanted = failure.message.rpartition(": ")[2] if len(refused) == 1 else ""
    failure.hint = " ".join(_offer(name, values, wanted) for name, values in refused.items() if values)


def _offer(name: str, values: list[str], wanted: str) -> str:
    if wanted.lower() in map(str.lower, values):
        return (
            f"{wanted} is a value of {name}, but not for this record's type, or not beside the value that decides it: "
            "describeObject with recordType, or with field, tells."
        )
    alike = nearest(wanted, values) if wanted else []
    left = len(values) - _MOST_SHOWN
    shown = list(dict.fromkeys([*alike, *values]))[:_MOST_SHOWN] if left > 0 else values
    more = f" and {left} more, which describeObject with field lists" if left > 0 else ""
    meant = f"Did you mean {' or '.join(alike)}? " if alike else ""
    return f"{meant}{name} takes {', '.join(shown)}{more}."


def _active(field: Mapping[str, Any]) -> list[str]:
    return [str(entry["value"]) for entry in field.get("picklistValues") or [] if entry.get("active")]
