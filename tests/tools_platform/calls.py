"""A call of the platform tools by a real client, with the number of requests that it made to Salesforce."""

from typing import Any

from server.world import ADMIN, World


async def calls_of(world: World, tool: str, arguments: dict[str, Any], *, user: str = ADMIN) -> tuple[Any, int]:
    async with world.client(user, path="/mcp/x/platform") as client:
        before = len(world.salesforce_requests)
        result = await client.call_tool(tool, arguments)
        return result, len(world.salesforce_requests) - before


def table(result: Any) -> list[dict[str, Any]]:
    told = result.structured_content
    return [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]
