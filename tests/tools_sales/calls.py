"""A call of the sales tools by a real client, with the number of requests that it made to Salesforce."""

from typing import Any

from server.world import SALES, World


async def calls_of(world: World, tool: str, arguments: dict[str, Any], *, user: str = SALES) -> tuple[Any, int]:
    async with world.client(user, path="/mcp/x/sales") as client:
        before = len(world.salesforce_requests)
        result = await client.call_tool(tool, arguments)
        return result, len(world.salesforce_requests) - before
