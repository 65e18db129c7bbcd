"""Find records with SOQL and SOSL."""

from typing import Any

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor, Soql, Sosl
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table, text_of
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool


@tool(Effect.READS)
async def executeQuery(soql: Soql, org: Org, caller: Calling, cursor: Cursor = None) -> Table:
    """Query records with SOQL: parents (Account.Name), child subqueries, aggregates, date literals.

    describeObject gives field names. With a cursor in the result, call again with it and the same soql.
    """
    return await Rows(org, caller, soql).read(cursor)


@tool(Effect.READS)
async def executeQueryAll(soql: Soql, org: Org, caller: Calling, cursor: Cursor = None) -> Table:
    """As executeQuery, but also finds deleted (IsDeleted = TRUE) and archived records."""
    return await Rows(org, caller, soql, all_rows=True).read(cursor)


@tool(Effect.READS)
async def executeSearch(sosl: Sosl, org: Org, caller: Calling) -> dict[str, Any]:
    """Search words across several objects with SOSL; a table for each object found."""
    pages = await org.search(sosl)
    found = {name: Table(page.columns, page.rows, page.total_size).as_data() for name, page in pages.items()}
    if len(text_of(clean(found)).encode()) > caller.result_tokens * BYTES_PER_TOKEN:
        raise InvalidInput(
            "The search finds more than a result may hold",
            code="RESULT_TOO_LARGE",
            hint="Name fewer fields in RETURNING, add LIMIT 20 to each object, or search for more words.",
        )
    return {"found": sum(page.total_size for page in pages.values()), **found}
