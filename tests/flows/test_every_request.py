"""No example request goes without a flow that answers it."""

import ast
from pathlib import Path

REQUESTS = {
    "open opportunities over $50K",
    "a new account for Acme Corporation",
    "lead status to qualified and assigned to John",
    "all contacts at technology companies in California",
    "a report of the cases created this week",
    "enterprise account with hierarchy",
    "merge duplicate account records",
    "contact added to an existing account",
    "contacts by title and company",
    "opportunity from a qualified lead",
    "products with pricing on an opportunity",
    "opportunity forecast",
    "quote from an opportunity",
    "quote as PDF",
    "quote approval status",
    "sales call logged with next steps",
    "follow-up meeting",
    "support case from an e-mail",
    "case escalated",
    "article from a case",
    "articles by category and keyword",
    "duplicates found and merged",
    "addresses standardized",
}
# The twenty-fourth takes a job: it has its test beside the other imports.
IMPORT = ("bulk/test_import.py", "test_ten_thousand_contacts_are_imported_and_37_poisoned_rows_are_named")


def functions_of(file: Path) -> dict[str, str]:
    """The tests of a module, each with its docstring."""
    functions = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.AsyncFunctionDef)]
    return {node.name: ast.get_docstring(node) or "" for node in functions if node.name.startswith("test_")}


def test_every_request_is_answered_once() -> None:
    here = Path(__file__).parent
    answered = [
        sentence for file in here.glob("test_*_requests.py") for sentence in functions_of(file).values() if sentence
    ]
    assert len(answered) == len(set(answered))
    assert set(answered) == REQUESTS
    file, name = IMPORT
    assert name in functions_of(here.parent / file)
    assert len(REQUESTS) + 1 == 24
