"""What the conformance suite asks of a server: example tools, resources and prompts on the product's own server."""

from typing import Any

from conformance import contents, long_work, questions
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, EmptyResult, InputRequiredResult, Tool
from mcp_types import SetLevelRequestParams as Level
from mcp_types import SubscribeRequestParams as Subscription
from mcp_types import UnsubscribeRequestParams as Unsubscription

from salesforce_mcp.mcp_server.tool_server import ToolServer


class EverythingServer(ToolServer):
    """Behind the same gate as the product's tools, and beside them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, long_work=long_work.ExampleWork())
        for add in (contents.add, questions.add, long_work.add):
            add(self)
        # Methods that 2026-07-28 has removed; the SDK has no public way to serve them beside its own.
        for method, params in (
            ("logging/setLevel", Level),
            ("resources/subscribe", Subscription),
            ("resources/unsubscribe", Unsubscription),
        ):
            self._lowlevel_server.add_request_handler(method, params, _accepted)

    async def list_tools(self) -> list[Tool]:
        return [*await MCPServer.list_tools(self), *await super().list_tools()]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        if any(tool.name == name for tool in await MCPServer.list_tools(self)):
            return await MCPServer.call_tool(self, name, arguments, context)
        return await super().call_tool(name, arguments, context)


async def _accepted(_ctx: Any, _params: Any) -> EmptyResult:
    return EmptyResult()
