"""A real browser walks the sign-in: our consent page, the org's login, its approval, the client's callback."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest
from clients.browser import ADMIN, PASSWORD
from clients.product import Product
from clients.python_sdk import signed_in
from clients.rows import ACCOUNTS, as_records

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "docs/screenshots"
DESKTOP, PHONE = 1280, 390


@pytest.mark.parametrize("java_script", [True, False], ids=["javascript", "no-javascript"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
async def test_a_person_signs_in_with_a_browser_and_the_client_gets_rows(
    product: Product, node: str, chromium: str, tmp_path: Path, java_script: bool, width: int
) -> None:
    seen: dict[str, Any] = {}

    async def person(address: str, callback: str) -> str:
        asked = {
            "address": address,
            "callback": callback,
            "username": ADMIN,
            "password": PASSWORD,
            "javaScript": java_script,
            "width": width,
            "chromium": chromium,
            "pictures": str(PICTURES if os.environ.get("UPDATE_SCREENSHOTS") == "1" else tmp_path),
        }
        seen.update(await walk(node, asked))
        return str(seen["callback"])

    async with signed_in(product.url, mode="auto", person=person) as client:
        result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
    assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)
    assert seen["complaints"] == []
    pages = seen["pages"]
    assert pages[0]["address"].startswith(product.url.removesuffix("/mcp")), "our consent page comes before Salesforce"
    assert any(page["address"].startswith(product.org_url) for page in pages)
    assert [page for page in pages if page["overflow"] > 0 or page["unlabelled"]] == []


async def walk(node: str, asked: dict[str, Any]) -> dict[str, Any]:
    script = [node, str(HERE / "chromium.mjs"), json.dumps(asked)]
    process = await asyncio.create_subprocess_exec(*script, stdout=PIPE, stderr=PIPE)
    output, complaints = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, complaints.decode()
    return dict(json.loads(output))
