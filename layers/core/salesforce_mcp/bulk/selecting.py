"""What a query selects, to be changed, deleted or exported."""

from collections.abc import Mapping
from typing import Any

from salesforce_mcp.bulk.cell import NOTHING, as_text, problem_of, problem_of_kind
from salesforce_mcp.bulk.columns import map_columns
from salesforce_mcp.bulk.ending import start
from salesforce_mcp.bulk.ids import new_id
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import InvalidInput, InvalidQuery
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.page import Page
from salesforce_mcp.salesforce.soql import read, tokens

_SAMPLE = 10


async def begin_export(workshop: Workshop, org: Salesforce, *, owner: str, soql: str, all_rows: bool) -> Load:
    """The query is tried first: what is wrong with it is said now and not by a job."""
    statement = read(soql)
    if statement.has_child_queries or statement.is_count or not statement.columns:
        raise InvalidQuery(
            "An export is one table: no subqueries on children, COUNT() or FIELDS()",
            hint="Export the children with a query of their own.",
        )
    await org.explain(soql)
    load = Load(
        id=new_id("job"),
        owner=owner,
        object=statement.main_object,
        operation="queryAll" if all_rows or statement.all_rows else "query",
        created_at=workshop.now(),
        soql=soql,
    )
    await workshop.ledger.add(load)
    await start(workshop, load)
    return load


def changed_object(soql: str) -> tuple[str, str]:
    """The object whose records a query selects, and the query for their ids alone."""
    statement, found = read(soql), list(tokens(soql))
    if not any(column.name.lower() == "id" for column in statement.columns):
        raise InvalidInput("The query does not select Id", fields=["soql"], hint="Write SELECT Id, … FROM …")
    if any(token.lower == "group" for token in found) or statement.has_child_queries:
        raise InvalidInput("A grouped query or one with children selects no records", fields=["soql"])
    depth, at = 0, 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.lower == "from" and depth == 0:
            at = token.offset
            break
    return statement.main_object, f"SELECT Id {soql[at:]}"


def values_to_set(values: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the fields' own names. What no record would take is refused before anybody agrees to it."""
    found: dict[str, Any] = {}
    for column in map_columns(list(values), described, operation="update"):
        value = values[column.name]
        problem = "cannot be changed" if column.field == "Id" else column.problem
        problem = problem or problem_of_kind(value)
        if not problem and column.described:
            problem = problem_of(column.described, as_text(value, absent=NOTHING), creating=False)
        if problem:
            code = "UNKNOWN_COLUMN" if column.problem else "INVALID_INPUT"
            told = f"{column.name[:80]!r}: {problem}"
            raise InvalidInput(told, code=code, fields=["record"], hint="Nothing was planned.")
        found[column.field] = value
    return found


async def count_and_sample(org: Salesforce, soql: str) -> tuple[int, dict[str, Any]]:
    page = await org.query(soql)
    return page.total_size, _table(page)


def _table(page: Page) -> dict[str, Any]:
    rows = [list(row) for row in page.rows[:_SAMPLE]]
    return {"columns": list(page.columns), "rows": rows, "totalSize": page.total_size, "returned": len(rows)}
