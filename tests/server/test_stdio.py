"""The same tools for a local client, without our OAuth."""

from mcp.client import Client
from server.world import ADMIN, ORG_URL, World

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
