"""The pages that are generated say what the code says."""

import re
from pathlib import Path

from salesforce_mcp import errors
from salesforce_mcp.mcp_server import errors_page
from salesforce_mcp.tools import listing

ROOT = Path(__file__).parents[2]


def test_docs_tools_md_is_the_catalogue() -> None:
    assert (ROOT / "docs/tools.md").read_text() == listing.page(), "run make docs"


def test_docs_errors_md_is_the_error_tree() -> None:
    assert (ROOT / "docs/errors.md").read_text() == errors_page.page(), "run make docs"


def test_every_kind_of_failure_is_documented() -> None:
    page = errors_page.page()
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.Failure):
            assert f"`{kind.default_code}`" in page


def test_every_code_that_we_raise_is_documented() -> None:
    sources = [
        path
        for folder in ("tools", "bulk", "mcp_server", "policy", "salesforce")
        for path in (ROOT / "layers/core/salesforce_mcp" / folder).rglob("*.py")
        if not path.name.startswith("sign_in")  # explained on the pages of signing in
    ]
    page = errors_page.page()
    for path in sources:
        for code in re.findall(r'\bcode="([A-Z_]+)"', path.read_text()):
            assert f"`{code}`" in page, f"{path.name} raises {code}, which docs/errors.md does not explain"
