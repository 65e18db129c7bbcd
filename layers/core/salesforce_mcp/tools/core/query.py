"""Find records with SOQL and SOSL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.refusals import SELECTIVE
from salesforce_mcp.salesforce.soql import read
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor, Soql, Sosl
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table, text_of
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_Explain = Annotated[bool, Field(description="Only its plan: selective or not, indexed fields, advice")]


@tool(Effect.READS)
async def executeQuery(
    soql: Soql, org: Org, caller: Calling, cursor: Cursor = None, explain: _Explain = False
) -> Table:
    """Query records with SOQL: parents (Account.Name), child subqueries, aggregates, date literals.

    describeObject gives field names. With a cursor in the result, call again with it and the same soql.
    """
    return await (_explained(soql, org) if explain else Rows(org, caller, soql).read(cursor))


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


async def _explained(soql: str, org: Salesforce) -> Table:
    """How Salesforce would run a SOQL query: its plans, whether the filter is selective, which fields are indexed."""
    told = await org.explain(soql)
    describe = await org.describe(read(soql).main_object)
    plans = [
        (
            plan.get("leadingOperationType"),
            plan.get("relativeCost"),
            plan.get("cardinality"),
            plan.get("sobjectCardinality"),
            plan.get("fields") or [],
            "; ".join(str(note.get("description")) for note in plan.get("notes") or []),
        )
        for plan in told.get("plans") or []
    ]
    # Salesforce calls a plan selective whose cost relative to its threshold is below 1.
    selective = bool(plans) and (plans[0][1] or 0) < 1 and plans[0][0] != "TableScan"
    advice = "The filter leads by an index." if selective else SELECTIVE
    indexed = [one["name"] for one in describe["fields"] if _is_indexed(one)]
    return _Plans(
        _PLAN, plans, len(plans), verdict={"selective": selective, "advice": advice, "indexedFields": indexed}
    )


@dataclass(frozen=True)
class _Plans(Table):
    """The plans of a query, and what they mean."""

    verdict: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return {**self.verdict, **super().as_data()}


_PLAN = ("operation", "relativeCost", "rowsExpected", "rowsInObject", "fields", "notes")
_ALWAYS_INDEXED = {"Id", "Name", "OwnerId", "CreatedDate", "SystemModstamp", "RecordTypeId"}


def _is_indexed(one: Mapping[str, Any]) -> bool:
    always = one["name"] in _ALWAYS_INDEXED or one.get("idLookup")
    return bool(always or one.get("externalId") or one.get("unique") or one.get("referenceTo"))
