"""The yardstick of the cold start: the SDK on Lambda with 21 typed tools and nothing behind them.

No sign-in, no HTTP client, no store. One loop and one lifespan, as a server on Lambda needs.
"""

import asyncio
from typing import Any

from mangum import Mangum
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

VERBS = ("describe", "list", "get", "create", "update", "delete", "execute")
NAMES = [verb + kind for verb in VERBS for kind in ("Account", "Contact", "Query")]


async def read(soql: str, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Read rows."""
    return {"columns": ["Id", "Name"], "rows": [["001", soql]], "cursor": cursor, "limit": limit}


async def write(objectName: str, fields: dict[str, Any], allOrNone: bool = True) -> dict[str, Any]:
    """Write a record."""
    return {"id": objectName, "fields": fields, "allOrNone": allOrNone}


async def look(objectName: str, field: str | None = None, recordId: str = "") -> dict[str, Any]:
    """Look at an object."""
    return {"name": objectName, "field": field, "id": recordId}


server = MCPServer("bare", version="1.0.0", subscriptions=False, log_level="WARNING")
for position, name in enumerate(NAMES):
    shape = read if name == "executeQuery" else (read, write, look)[position % 3]
    server.add_tool(shape, name=name, title=name, description=f"{shape.__doc__} Called {name}.")
app = server.streamable_http_app(
    json_response=True,
    stateless_http=True,
    transport_security=TransportSecuritySettings(allowed_hosts=["localhost:*"]),
)
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
mangum = Mangum(app, lifespan="off")
life: list[Any] = []


def handler(event: dict[str, Any], context: Any) -> Any:
    if not life:
        life.append(app.router.lifespan_context(app))
        loop.run_until_complete(life[0].__aenter__())
    return mangum(event, context)
