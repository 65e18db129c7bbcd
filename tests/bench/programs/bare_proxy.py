"""The yardstick of the warm call: the least server on the SDK that passes one query on to the org.

No sign-in, no checks, no budget, no cleaning of what comes back. Arguments: the org's URL, a session id, a port.
"""

import sys
from typing import Any

import httpx
import uvicorn
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

org_url, session_id, port = sys.argv[1:]
server = MCPServer("bare", version="1.0.0", subscriptions=False, log_level="WARNING")
http = httpx.AsyncClient(base_url=org_url, headers={"authorization": f"Bearer {session_id}"})


@server.tool()
async def executeQuery(soql: str) -> dict[str, Any]:
    """Run a query."""
    records = (await http.get("/services/data/v68.0/query", params={"q": soql})).json()["records"]
    return {"columns": list(records[0]), "rows": [list(record.values()) for record in records]}


class Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        print("Ready.", flush=True)


app = server.streamable_http_app(
    json_response=True,
    stateless_http=True,
    transport_security=TransportSecuritySettings(allowed_hosts=["localhost:*"]),
)
Server(uvicorn.Config(app, port=int(port), log_level="warning")).run()
