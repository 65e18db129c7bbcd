"""FastMCP CVE-2025-62801 and CVE-2025-64340: a shell, or an evaluation, fed with somebody's text."""

import ast
from pathlib import Path

import pytest

PRODUCT = Path(__file__).parents[2] / "layers/core/salesforce_mcp"
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen"}
FORBIDDEN_IMPORTS = {"subprocess", "pickle", "marshal", "shelve", "pty"}


@pytest.mark.parametrize("package", sorted({path.parent for path in PRODUCT.rglob("*.py")}), ids=lambda path: path.name)
def test_the_product_starts_no_shell_and_evaluates_nothing(package):
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                owner = getattr(getattr(node.func, "value", None), "id", "")
                assert "shell" not in {word.arg for word in node.keywords}, file
                # re.compile is a regular expression.
                assert owner == "re" or getattr(node.func, "id", "") not in FORBIDDEN_CALLS, file
            if isinstance(node, ast.Import):
                assert not FORBIDDEN_IMPORTS & {name.name for name in node.names}, file
            if isinstance(node, ast.ImportFrom):
                assert node.module not in FORBIDDEN_IMPORTS, file
