"""Whatever is known by its name alone has 128 random bits in it: jobs, files, plans, clients, codes, tokens."""

import ast
from math import log2
from pathlib import Path
from typing import Any

import pytest
from bulk.conftest import office as office
from bulk.office import Office, jobs_of

PRODUCT = Path(__file__).parents[2] / "layers/core/salesforce_mcp"
LEAST_BITS, EACH = 128, 5
HEX, BASE64 = ("0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
ALPHABETS = {"jobId": ("job-", HEX), "uploadId": ("up-", HEX), "planId": ("", BASE64)}

ONE_ROW = {"objectName": "Contact", "operation": "insert", "csv": "LastName\nNg\n"}
ALL = {"soql": "SELECT Id FROM Contact"}
GIVEN: list[tuple[str, str, dict[str, Any]]] = [
    ("jobId", "createBulkJob", ONE_ROW),
    ("jobId", "exportQuery", ALL),
    ("uploadId", "previewImport", {"objectName": "Contact", "operation": "insert"}),
    ("planId", "massChange", {**ALL, "operation": "update", "record": {"Title": "x"}}),
    ("planId", "createBulkJob", {**ALL, "objectName": "Contact", "operation": "delete"}),
]


@pytest.mark.parametrize(("name", "tool", "arguments"), GIVEN, ids=[f"{name}-{tool}" for name, tool, _ in GIVEN])
async def test_a_name_that_a_client_is_given_cannot_be_guessed(office: Office, name, tool, arguments) -> None:
    prefix, alphabet = ALPHABETS[name]
    async with office.desk() as desk:
        given = [(await desk.call(tool, **arguments))[name] for _ in range(EACH)]
        await jobs_of(office.world).idle()
    assert len(set(given)) == EACH
    for one in given:
        random = one.removeprefix(prefix)
        assert one.startswith(prefix)
        assert set(random) <= set(alphabet)
        assert len(random) * log2(len(alphabet)) >= LEAST_BITS, one


def test_every_random_name_in_the_product_is_as_long() -> None:
    made = [
        (file.name, node)
        for file in PRODUCT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("secrets.token_hex", "secrets.token_urlsafe")
    ]
    assert len(made) >= 6
    for file, node in made:
        assert 8 * ast.literal_eval(node.args[0]) >= LEAST_BITS, (file, ast.unparse(node))
