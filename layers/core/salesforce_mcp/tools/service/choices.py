"""What there is, where a call names something that is not: the model chooses again without looking it up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from salesforce_mcp.errors import Failure, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.page import flat_record

_MOST = 20


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
