"""What there is, where a call names something that is not: the model chooses again without looking it up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from salesforce_mcp.errors import Failure, InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record
from salesforce_mcp.salesforce.paths import shown

_MOST = 20
_SAID = ("value", "label")  # either may be said


@asynccontextmanager
async def offering(org: Salesforce, parameter: str, choices: Mapping[str, str]) -> AsyncIterator[None]:
    """Put what the parameter could have named into the hint. `choices`: what they are → a query for them."""
    try:
        yield
    except NotFound as failure:
        if parameter in failure.fields:
            with suppress(Failure):  # a hint is not worth another error
                failure.hint = f"{await _offer(org, choices)} Nothing was changed."
        raise


async def value_of(org: Salesforce, object_name: str, field_name: str, wanted: str) -> str:
    """A value of a picklist as the org writes it. Where the picklist is not restricted, Salesforce takes any word."""
    fields = (await org.describe(object_name))["fields"]
    entries = next((field.get("picklistValues") or [] for field in fields if field["name"] == field_name), [])
    known = {str(entry[key]).lower(): str(entry["value"]) for entry in entries if entry.get("active") for key in _SAID}
    if wanted.lower() in known:
        return known[wanted.lower()]
    raise InvalidInput(
        f"{shown(wanted)} is no value of {field_name}",
        fields=[field_name],
        hint=f"It takes {', '.join(dict.fromkeys(known.values()))}. Nothing was changed.",
    )


async def _offer(org: Salesforce, choices: Mapping[str, str]) -> str:
    found = await org.together(
        [
            Subrequest("GET", ("query",), f"choice{number}", params={"q": f"{soql} LIMIT {_MOST + 1}"})
            for number, soql in enumerate(choices.values())
        ]
    )
    told = zip(choices, found.values(), strict=True)
    return " ".join(_sentence(kind, body["records"]) for kind, body in told if body["records"]) or "There is none."


def _sentence(kind: str, records: list[dict[str, Any]]) -> str:
    names = [" ".join(map(str, flat_record(record).values())) for record in records[:_MOST]]
    return f"{kind}: {', '.join(names)}{' and more' if len(records) > _MOST else ''}."
