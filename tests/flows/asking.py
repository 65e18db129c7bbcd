"""Somebody who asks for something on the plain URL, and how many tool calls it takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.client import Client
from server.world import ADMIN, SALES, World

MOST_CALLS = 4


class Asked:
    def __init__(self, client: Client) -> None:
        self._client = client
        self.calls = 0

    async def __call__(self, name: str, **arguments: Any) -> dict[str, Any]:
        self.calls += 1
        result = await self._client.call_tool(name, arguments)
        assert not result.is_error, result.content[0].text
        return dict(result.structured_content)

    async def first(self, soql: str) -> str:
        """The id of the record that the person speaks of."""
        rows = (await self("executeQuery", soql=soql))["rows"]
        assert rows, soql
        return str(rows[0][0])


@asynccontextmanager
async def asking(world: World, *, calls: int, username: str = SALES) -> AsyncIterator[Asked]:
    """Exactly so many tool calls, on what the plain URL lists."""
    assert calls <= MOST_CALLS
    async with world.client(username) as client:
        asked = Asked(client)
        yield asked
    assert asked.calls == calls


def insert(world: World, name: str, *, user: str = ADMIN, **values: Any) -> str:
    return str(world.org.insert(world.org.caller(world.site.user_id(user)), name, values))
