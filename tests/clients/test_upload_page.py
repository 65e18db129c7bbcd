"""A real browser brings a file: chosen, seen, confirmed. The client loads it; only this browser gets its results."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest
from bulk.test_import import contacts
from clients.browser import ADMIN, PASSWORD
from clients.product import Product
from clients.python_sdk import signed_in

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "docs/screenshots"
DESKTOP, PHONE = 1280, 390
ROWS, BAD = 10_000, frozenset({5, 7_000})


@pytest.mark.parametrize(
    ("java_script", "width"), [(True, DESKTOP), (True, PHONE), (False, DESKTOP)], ids=["desktop", "phone", "no-script"]
)
async def test_ten_thousand_contacts_come_in_by_the_upload_page(
    product: Product, node: str, chromium: str, tmp_path: Path, java_script: bool, width: int
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(contacts(ROWS, poisoned=BAD).replace("Import ", f"{tmp_path.name} "))
    usual = {
        "chromium": chromium,
        "javaScript": java_script,
        "width": width,
        "state": str(tmp_path / "session.json"),
        "pictures": str(PICTURES) if os.environ.get("UPDATE_SCREENSHOTS") == "1" and java_script else "",
    }

    async def person(address: str, callback: str) -> str:
        step = {"step": "signIn", "address": address, "callback": callback, "username": ADMIN, "password": PASSWORD}
        return str((await browse(node, {**usual, "steps": [step]}))["callback"])

    async with signed_in(product.url, mode="auto", person=person) as client:

        async def call(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result.content
            return dict(result.structured_content or {})

        wanted = {"objectName": "Contact", "operation": "insert"}
        link = await call("previewImport", **wanted)
        stranger = {**usual, "state": "", "pictures": "", "steps": [{"step": "open", "url": link["url"]}]}
        [shown] = (await browse(node, stranger))["pages"]
        assert shown["heading"] == "Nobody is signed in here"
        assert "Contact" not in shown["text"]
        steps = [{"step": "upload", "url": link["url"], "file": str(file)}, {"step": "confirm"}]
        seen = await browse(node, {**usual, "steps": steps})
        choose, see, ready = seen["pages"]
        assert ("200 MB without JavaScript" in choose["text"]) != java_script
        for words in ("10,000 rows to insert as Contact, 2 of them wrong", "FirstName (is its label)", "Row 5: Email"):
            assert words in see["text"]
        assert ready["heading"] == "The file is ready"
        assert seen["complaints"] == []
        assert [page for page in seen["pages"] if page["overflow"] > 0 or page["unlabelled"]] == []
        job = await call("createBulkJob", **wanted, uploadId=link["uploadId"])
        while job["state"] in {"preparing", "running"}:
            await asyncio.sleep(1)  # as a client does: calls are counted
            job = await call("getBulkJob", jobId=job["jobId"])
        assert (job["state"], job["succeeded"], job["failed"]) == ("complete", ROWS - len(BAD), len(BAD))
        failed = [{"step": "open", "url": job["files"]["failed"]}]
        [text] = (await browse(node, {**usual, "steps": failed}))["downloads"]
        assert text.count("INVALID_EMAIL_ADDRESS") == len(BAD)
        nobodys = await browse(node, {**stranger, "steps": failed})
        assert (nobodys["downloads"], nobodys["pages"][0]["heading"]) == ([], "Nobody is signed in here")
    [count] = product.rows(f"SELECT COUNT(Id) rows FROM Contact WHERE LastName LIKE '{tmp_path.name} %'")  # noqa: S608
    assert count["rows"] == ROWS - len(BAD)


async def browse(node: str, asked: dict[str, Any]) -> dict[str, Any]:
    script = [node, str(HERE / "upload.mjs"), json.dumps(asked)]
    process = await asyncio.create_subprocess_exec(*script, stdout=PIPE, stderr=PIPE)
    output, complaints = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, complaints.decode()
    return dict(json.loads(output))
