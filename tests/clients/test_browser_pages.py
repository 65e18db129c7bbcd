"""A real browser walks the sign-in: our consent page, the org's login, its approval, the client's callback."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from clients.browser import ADMIN, PASSWORD, sign_in
from clients.product import Product
from clients.python_sdk import signed_in
from clients.rows import ACCOUNTS, as_records

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "docs/screenshots"
DESKTOP, PHONE = 1024, 390
CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback"


@pytest.mark.parametrize("java_script", [True, False], ids=["javascript", "no-javascript"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
async def test_a_person_signs_in_with_a_browser_and_the_client_gets_rows(
    product: Product, node: str, chromium: str, tmp_path: Path, java_script: bool, width: int
) -> None:
    seen: dict[str, Any] = {}
    origin = product.url.removesuffix("/mcp")

    async def person(address: str, callback: str) -> str:
        asked = {"address": address, "callback": callback, "javaScript": java_script, "width": width}
        tour = {
            "before": {"status": product.url, "error": f"{origin}/authorize?client_id=of-a-client-that-was-removed"},
            "after": {"account": f"{origin}/account"},
        }
        update = os.environ.get("UPDATE_SCREENSHOTS") == "1" and java_script
        pictures = PICTURES if update else tmp_path
        seen.update(await walk(node, chromium, origin, pictures, asked | tour))
        return str(seen["callback"])

    async def scripted(address: str, callback: str) -> str:
        return await sign_in(address, callback=callback)

    async with signed_in(product.url, mode="auto", person=scripted):
        pass  # so that the account page has something to show
    async with signed_in(product.url, mode="auto", person=person) as client:
        result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
    assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)
    refused = [complaint for complaint in seen["complaints"] if "401" not in complaint]
    assert refused == [], "the error page is answered with 401; nothing else is complained of"
    *tour, last = seen["pages"]
    shown = [page["heading"] for page in tour]
    assert shown[:2] == ["Work with Salesforce from your assistant", "This did not work"]
    assert tour[2]["address"].startswith(f"{origin}/authorize"), "our consent page comes before Salesforce"
    assert any(page["address"].startswith(product.org_url) for page in tour)
    assert last["heading"] == "Your connected applications"
    assert_fit(seen["pages"], origin)


async def test_after_consent_a_browser_gets_through_to_an_application_with_its_own_scheme(
    product: Product, node: str, chromium: str, tmp_path: Path
) -> None:
    """Chrome applies form-action to every hop that follows a posted form, and would stop at cursor://."""
    origin = product.url.removesuffix("/mcp")
    asked = {"client_name": "Cursor", "redirect_uris": [CURSOR], "token_endpoint_auth_method": "none"}
    async with httpx.AsyncClient() as http:
        client_id = (await http.post(f"{origin}/register", json=asked)).json()["client_id"]
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CURSOR,
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "resource": product.url,
    }
    update = PICTURES if os.environ.get("UPDATE_SCREENSHOTS") == "1" else tmp_path
    walked = {"address": f"{origin}/authorize?{urlencode(query)}", "callback": CURSOR, "javaScript": True}
    seen = await walk(node, chromium, origin, update, walked | {"width": PHONE})
    assert seen["complaints"] == []
    last = seen["pages"][-1]
    assert last["heading"] == "You are connected"
    assert [link for link in last["links"] if link.startswith(f"{CURSOR}?code=")]
    assert_fit(seen["pages"], origin)


def assert_fit(pages: list[dict[str, Any]], origin: str) -> None:
    """Nothing to scroll sideways, a label for every input, and on our pages no button too small for a thumb."""
    assert [page for page in pages if page["overflow"] > 0 or page["unlabelled"]] == []
    assert [page for page in pages if page["small"] and page["address"].startswith(origin)] == []


async def walk(node: str, chromium: str, ours: str, pictures: Path, asked: dict[str, Any]) -> dict[str, Any]:
    person = {"username": ADMIN, "password": PASSWORD}
    given = {"chromium": chromium, "ours": ours, "pictures": str(pictures)}
    script = [node, str(HERE / "chromium.mjs"), json.dumps(asked | person | given)]
    process = await asyncio.create_subprocess_exec(*script, stdout=PIPE, stderr=PIPE)
    output, complaints = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, complaints.decode()
    return dict(json.loads(output))
