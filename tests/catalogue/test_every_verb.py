"""Every verb has its tool: docs/verbs.md and the catalogue know the same."""

from pathlib import Path

import pytest

from salesforce_mcp.tools.catalogue import CATALOGUE
from salesforce_mcp.tools.listing import as_seen

PAGE = Path(__file__).parents[2] / "docs/verbs.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("| \n").split("|"))
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| to", "| ---"))
]
# The operations that the product was asked for by name: these names stay.
NAMED = {
    "listApiVersions",
    "listResources",
    "listAllObjects",
    "describeObject",
    "describeAccount",
    "describeLead",
    "describeOpportunity",
    "describeCase",
    "describeSolution",
    "createRecord",
    "getRecord",
    "updateRecord",
    "deleteRecord",
    "executeQuery",
    "executeQueryAll",
    "executeSearch",
    "executeComposite",
    "executeBatch",
    "createBulkJob",
    "listReports",
    "getReport",
    "getOrganizationLimits",
}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_verb_is_served_by_a_tool_that_takes_what_the_page_says(row: tuple[str, ...]) -> None:
    _, tool, *more = row
    assert tool in CATALOGUE
    named = {name.strip() for name in "".join(more).split(",") if name.strip()}
    assert named <= set(as_seen(CATALOGUE[tool])["inputSchema"].get("properties", {}))


def test_no_tool_is_without_a_verb() -> None:
    assert {row[1] for row in ROWS} == set(CATALOGUE)


def test_what_was_asked_for_by_name_has_that_name() -> None:
    assert set(CATALOGUE) >= NAMED
