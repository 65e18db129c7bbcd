"""A call of the quality tools by a real client, with the number of requests that it made to Salesforce."""

from typing import Any

from server.world import ADMIN, World


async def calls_of(world: World, tool: str, arguments: dict[str, Any], *, user: str = ADMIN) -> tuple[Any, int]:
    async with world.client(user, path="/mcp/x/quality") as client:
        before = len(world.salesforce_requests)
        result = await client.call_tool(tool, arguments)
        return result, len(world.salesforce_requests) - before


def insert(world: World, name: str, **values: Any) -> str:
    return str(world.org.insert(world.org.caller(world.site.user_id(ADMIN)), name, values))
