"""Reports and dashboards, by the names people give them."""

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import is_record_of, shown
from salesforce_mcp.salesforce.soql import like_literal

_MOST_NAMED = 8


async def identified(org: Salesforce, given: str, *, name: str, prefix: str, named_by: str = "Name") -> str:
    """The id of the one that is meant: by id, by its exact name, or by a part of it that only one has."""
    if is_record_of(prefix, given):
        return given
    soql = f"SELECT Id, {named_by} FROM {name} WHERE {named_by} LIKE {like_literal(given, before='%')} LIMIT 50"  # noqa: S608
    found = (await org.query(f"{soql}")).rows
    exact = [row for row in found if str(row[1]).lower() == given.lower()]
    meant = exact if exact else found
    if len(meant) == 1:
        return str(meant[0][0])
    if not found:
        raise NotFound(
            f"There is no {name.lower()} named {shown(given)} that this user may see",
            hint="See listReports.",
        )
    names = "; ".join(f"{row[1]} ({row[0]})" for row in meant[:_MOST_NAMED])
    raise InvalidInput(f"Several have this in their name: {names}", hint="Give the id.")
