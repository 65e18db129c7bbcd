"""The same tools for a local client, without our OAuth."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bulk.test_import import contacts
from mcp.client import Client
from mcp_types import CallToolResult
from server.world import ADMIN, ORG_URL, World

from salesforce_mcp.embedded import LocalJobs
from salesforce_mcp.local.workplace import at_work
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.server import build_stdio_server
from salesforce_mcp.settings import Settings
from salesforce_mcp.tools.catalogue import CATALOGUE
from salesforce_mcp.tools.tool import Effect


def credential(world: World) -> FixedCredential:
    token = world.site.sessions.start(world.site.user_id(ADMIN)).token
    return FixedCredential(Session(ORG_URL, Secret(token)))


async def test_a_local_client_has_every_tool_and_works_with_it(world: World) -> None:
    server = build_stdio_server(Settings(), credential(world), world.services.http, store=world.services.store)
    async with Client(server) as client:
        listed = (await client.list_tools()).tools
        created = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "Local"}})
        read = await client.call_tool("executeQuery", {"soql": "SELECT Name FROM Account WHERE Name = 'Local'"})
    assert [tool.name for tool in listed] == list(CATALOGUE)
    assert not created.is_error
    assert read.structured_content["rows"] == [["Local"]]


async def test_the_operator_can_keep_it_to_reading(world: World) -> None:
    server = build_stdio_server(
        Settings(read_only=True), credential(world), world.services.http, store=world.services.store
    )
    before = world.writes()
    async with Client(server) as client:
        listed = (await client.list_tools()).tools
        refused = await client.call_tool("createRecord", {"objectName": "Account", "record": {"Name": "Local"}})
    assert {CATALOGUE[tool.name].effect for tool in listed} == {Effect.READS}
    assert refused.is_error
    assert world.writes() == before


async def test_a_session_that_has_ended_is_explained(world: World) -> None:
    ended = FixedCredential(Session(ORG_URL, Secret("00D!ended")))
    server = build_stdio_server(Settings(), ended, world.services.http, store=world.services.store)
    async with Client(server) as client:
        result = await client.call_tool("getUserInfo", {})
    assert result.is_error
    assert result.structured_content["code"] == "SIGN_IN_REQUIRED"
    assert "00D!ended" not in result.model_dump_json()


@asynccontextmanager
async def local_client(world: World, folder: Path) -> AsyncIterator[Client]:
    """As `salesforce-mcp stdio` is put together: with a place for long work."""
    org = Salesforce(world.services.http, credential(world), api_version=Settings().api_version)
    async with at_work(org, folder, clock=world.services.clock) as place:
        server = build_stdio_server(
            Settings(), credential(world), world.services.http, store=place.store, workplace=place
        )
        async with Client(server) as client:
            yield client
            assert isinstance(place.jobs, LocalJobs)
            await place.jobs.idle()


async def ended(client: Client, begun: CallToolResult) -> dict[str, Any]:
    """The job as it is told once it has ended."""
    while True:
        told = (await client.call_tool("getBulkJob", {"jobId": begun.structured_content["jobId"]})).structured_content
        if told["state"] not in {"preparing", "running"}:
            return dict(told)


def parts_in(folder: str) -> list[str]:
    return [part.read_text() for part in sorted(Path(folder).iterdir())]


async def test_a_local_client_loads_many_rows_and_finds_the_failed_ones_in_a_folder(
    world: World, tmp_path: Path
) -> None:
    rows = contacts(2_400, poisoned=frozenset({7}))
    async with local_client(world, tmp_path) as client:
        begun = await client.call_tool("createBulkJob", {"objectName": "Contact", "operation": "insert", "csv": rows})
        job = await ended(client, begun)
    assert (job["state"], job["succeeded"], job["failed"]) == ("complete", 2_399, 1)
    assert world.rows("SELECT count(*) FROM Contact WHERE LastName LIKE 'Import %'") == [(2_399,)]
    assert Path(job["files"]["failed"]).is_relative_to(tmp_path)
    [failed] = parts_in(job["files"]["failed"])
    assert "Import 7" in failed


async def test_a_local_client_exports_a_query_into_a_folder(world: World, tmp_path: Path) -> None:
    async with local_client(world, tmp_path) as client:
        job = await ended(client, await client.call_tool("exportQuery", {"soql": "SELECT Id, Name FROM Account"}))
    stored = world.rows("SELECT count(*) FROM Account WHERE IsDeleted = 0")[0][0]
    assert sum(len(part.splitlines()) - 1 for part in parts_in(job["files"]["rows"])) == job["rows"] == stored


async def test_a_local_client_is_given_no_link_to_an_upload_page(world: World, tmp_path: Path) -> None:
    async with local_client(world, tmp_path) as client:
        refused = await client.call_tool("previewImport", {"objectName": "Contact", "operation": "insert"})
    assert refused.is_error
    assert refused.structured_content["code"] == "BULK_NOT_AVAILABLE"
    assert "csv" in refused.structured_content["hint"]


async def test_a_cursor_of_one_process_is_nothing_to_another(world: World) -> None:
    settings = Settings(result_tokens=400)
    soql = "SELECT Id, Name FROM Contact ORDER BY Id"
    async with (
        Client(build_stdio_server(settings, credential(world), world.services.http, store=world.services.store)) as one,
        Client(
            build_stdio_server(settings, credential(world), world.services.http, store=world.services.store)
        ) as other,
    ):
        first = await one.call_tool("executeQuery", {"soql": soql})
        cursor = first.structured_content["cursor"]
        second = await one.call_tool("executeQuery", {"soql": soql, "cursor": cursor})
        refused = await other.call_tool("executeQuery", {"soql": soql, "cursor": cursor})
    assert not second.is_error
    assert refused.structured_content["code"] == "INVALID_CURSOR"
