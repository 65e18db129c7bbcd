"""The stack that is built, on an emulated AWS: made from its template, held to its roles, tried as a person would."""

import csv
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from aws_local.ministack import idle
from aws_local.smoke import COUNT, POISONED, called, ended, smoke
from aws_local.stack import NAME
from aws_local.world import World, local_world
from botocore.exceptions import ClientError
from bulk.test_import import contacts
from clients.browser import Page, sign_in, walk
from clients.python_sdk import signed_in

# One build and one stack for them all, and not beside another `sam build` in this tree.
pytestmark = [pytest.mark.xdist_group("build"), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(built_here: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with local_world(tmp_path_factory.mktemp("aws"), built=built_here, wait_scale=0.05) as running:
        yield running


async def test_a_person_signs_in_asks_imports_and_reads_the_results_within_a_minute(world: World) -> None:
    began = time.monotonic()
    job = await smoke(world, print)
    assert time.monotonic() - began < 60
    assert (job["state"], job["rows"], job["succeeded"], job["failed"]) == ("complete", COUNT, COUNT - 3, 3)
    [reason] = job["failures"]
    assert set(reason["rowNumbers"]) == POISONED
    _, *failed = csv.reader(job["failedRows"].splitlines())
    assert {row[3] for row in failed} == {f"Import {number}" for number in POISONED}
    [written] = world.org.connection.execute(
        "SELECT count(*), count(DISTINCT LastName) FROM Contact WHERE LastName LIKE 'Import %'"
    )
    assert written == (COUNT - 3, COUNT - 3)
    states = world.aws.client("stepfunctions")
    machine = world.stack.resources["BulkWorkflow"]
    await idle(states, machine)
    runs = states.list_executions(stateMachineArn=machine)["executions"]
    assert {one["status"] for one in runs} == {"SUCCEEDED"}, "the engine ran it"
    assert len({one["name"] for one in runs}) == len(runs)


async def test_a_session_that_ends_in_the_middle_is_renewed_with_the_rights_of_the_functions_own_role(
    world: World,
) -> None:
    async def person(address: str, callback: str) -> str:
        return await sign_in(address, callback=callback)

    world.site.bulk.automatic = False
    async with signed_in(f"{world.url}/mcp/x/all", mode="auto", person=person) as client:
        csv = contacts(2_000).replace("Import", "Renewed")
        begun = await called(client, "createBulkJob", objectName="Contact", operation="insert", csv=csv)
        world.site.faults.expire_tokens()
        world.site.bulk.automatic = True
        job = await ended(client, begun["jobId"])
    assert (job["state"], job["succeeded"]) == ("complete", 2_000), job.get("message")


@pytest.mark.parametrize("script", [False, True], ids=["by the form", "in parts by the script"])
async def test_a_file_goes_from_the_browser_to_s3_itself_and_is_loaded_once_confirmed(
    world: World, script: bool
) -> None:
    async with httpx.AsyncClient(timeout=30) as browser:

        async def person(address: str, callback: str) -> str:
            return await walk(browser, address, callback=callback)

        async with signed_in(f"{world.url}/mcp/x/all", mode="auto", person=person) as client:
            upload = await called(client, "previewImport", objectName="Contact", operation="insert")
            page = await browser.get(upload["url"])
            content = contacts(2_100).replace("Import", "In parts" if script else "In one")
            await (in_parts if script else in_one)(browser, upload["url"], page.text, content.encode())
            seen = await browser.get(upload["url"])
            assert "2,100 rows to insert as Contact" in seen.text
            [confirming] = [form for form in Page(seen.text).forms if form.action.endswith("/confirm")]
            await browser.post(f"{upload['url']}/confirm", data=confirming.fields)
            wanted = {"objectName": "Contact", "operation": "insert", "uploadId": upload["uploadId"]}
            job = await ended(client, (await called(client, "createBulkJob", **wanted))["jobId"])
    assert (job["state"], job["succeeded"]) == ("complete", 2_100)


async def in_one(browser: httpx.AsyncClient, url: str, page: str, content: bytes) -> None:
    [form] = Page(page).forms
    sent = await browser.post(form.action, data=form.fields, files={"file": ("people.csv", content, "text/csv")})
    assert (sent.status_code, sent.headers["location"].partition("?")[0]) == (303, url), sent.text


async def in_parts(browser: httpx.AsyncClient, url: str, page: str, content: bytes) -> None:
    headers = {"X-Form": re.findall(r'data-token="([0-9a-f]+)"', page)[0]}
    parts = (await browser.post(f"{url}/parts", headers=headers, json={"size": len(content)})).json()
    cuts = [content[at : at + parts["size"]] for at in range(0, len(content), parts["size"])]
    puts = [await browser.put(address, content=cut) for address, cut in zip(parts["addresses"], cuts, strict=True)]
    whole = {"id": parts["id"], "tags": [put.headers["etag"] for put in puts]}
    joined = await browser.post(f"{url}/parts/whole", headers=headers, json=whole)
    assert joined.status_code == 204, joined.text


async def test_the_challenge_is_renamed_on_its_way_and_put_back_by_the_integration(world: World) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{world.url}/mcp", json={}, timeout=30)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == answer.headers["x-amzn-remapped-www-authenticate"]
    assert "resource_metadata=" in answer.headers["www-authenticate"]


@pytest.mark.parametrize(("path", "status"), [("/no/such/route", 404), ("/.well-known/x", 404), ("/", 200)])
async def test_what_has_no_route_reaches_no_function(world: World, path: str, status: int) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{world.url}{path}", timeout=30)
    assert answer.status_code == status
    assert (answer.json() == {"message": "Not Found"}) if path == "/no/such/route" else True


@pytest.mark.parametrize(
    ("role", "secret", "allowed"),
    [("McpRole", "request-state-key", True), ("McpRole", "oauth-clients", False), ("BulkRole", "oauth-clients", False)],
)
async def test_a_role_reads_only_the_secrets_that_the_template_gives_it(
    world: World, role: str, secret: str, allowed: bool
) -> None:
    secrets = world.aws.client("secretsmanager", role=world.stack.resources[role])
    if allowed:
        assert secrets.get_secret_value(SecretId=f"{NAME}/{secret}")["SecretString"]
        return
    with pytest.raises(ClientError, match="AccessDenied"):
        secrets.get_secret_value(SecretId=f"{NAME}/{secret}")
