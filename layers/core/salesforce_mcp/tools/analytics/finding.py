"""Reports and dashboards, by the names people give them."""

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import is_record_of, shown
from salesforce_mcp.salesforce.soql import like_literal

_MOST_NAMED = 8


async def identified(org: Salesforce, given: str, *, name: str, prefix: str, named_by: str = "Name") -> str:
    """The id of the one that is meant: by id, by its exact name, or by words of it that only one has."""
    if is_record_of(prefix, given):
        return given
    where = " AND ".join(f"{named_by} LIKE {like_literal(word, before='%')}" for word in given.split() or [given])
    found = (await org.query(f"SELECT Id, {named_by} FROM {name} WHERE {where} LIMIT 50")).rows  # noqa: S608
    exact = [row for row in found if str(row[1]).lower() == given.lower()]
    meant = exact if exact else found
    if len(meant) == 1:
        return str(meant[0][0])
    if not found:
        every = (await org.query(f"SELECT Id, {named_by} FROM {name} ORDER BY {named_by} LIMIT 2000")).rows  # noqa: S608
        alike = nearest(given, [str(row[1]) for row in every])
        raise NotFound(
            f"There is no {name.lower()} named {shown(given)} that this user may see",
            hint=f"Did you mean {' or '.join(alike)}?" if alike else "See listReports.",
        )
    names = "; ".join(f"{row[1]} ({row[0]})" for row in meant[:_MOST_NAMED])
    raise InvalidInput(f"Several have this in their name: {names}", hint="Give the id.")
